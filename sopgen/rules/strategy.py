"""Strategies: numbers that can be read, prices and days in order, and no more spent than there is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import msgspec

from sopgen.readers.yaml import Pointer
from sopgen.records import Record, Strategy
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity
from sopgen.words.quantity import PERCENT, Quantity, is_money


@rule(
    Severity.ERROR,
    N_("target `{target}` is not in money, so expected sales cannot be held against it"),
    N_("name a target whose metric is in a currency"),
)
def sales_against_no_money(view: View) -> Iterator[Finding]:
    """The sales that channels are expected to bring are held against targets in money.

    Bad:
        # plans/2024-06/strategy.yaml
        {owner: shop-manager, written: 2024-05-20, target: conversion}

    Good:
        # plans/2024-06/strategy.yaml
        {owner: shop-manager, written: 2024-05-20, target: gmv}
    """
    for strategy in view.model.strategies.values():
        named: list[tuple[Pointer, str]] = [(("target",), strategy.target)]
        named += [(("channels", n, "target"), each.target) for n, each in enumerate(strategy.channels) if each.target]
        for pointer, id_ in named:
            target = view.model.targets.get(strategy.id, {}).get(id_)
            metric = view.model.metrics.get(target.metric_id) if target else None
            if metric and not is_money(metric.unit):
                yield Finding(At(strategy, pointer), {"target": id_})


@rule(Severity.ERROR, N_("`{value}` cannot be read as {unit}"), N_("write the number in {unit}"))
def expectation_in_another_unit(view: View) -> Iterator[Finding]:
    """Money is written in the currency of the plan's target, a rate as a percentage, and counts as bare numbers.

    Bad:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        channels: [{id: search, title: Search, source: organic, visitors: 5万, conversion: 4, order_value: 99元}]

    Good:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        channels: [{id: search, title: Search, source: organic, visitors: 5万, conversion: 4%, order_value: 99元}]
    """
    for strategy, pointer, unit, quantity in _quantities(view):
        if quantity.value_in(unit) is None:
            hint = Message(N_("write a percentage, `35%`")) if unit == PERCENT else None
            yield Finding(At(strategy, pointer), {"value": quantity.text, "unit": unit}, help=hint)


@rule(Severity.ERROR, N_("{value} is not possible here"), N_("a rate lies between 0% and 100%, an amount is not below zero"))
def impossible_expectation(view: View) -> Iterator[Finding]:
    """What is expected is possible: rates within 0 % and 100 %, no amount below zero, and a service level short of 100 %.

    Bad:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        channels: [{id: search, title: Search, source: organic, visitors: 5万, conversion: 400%, order_value: 99元}]

    Good:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        channels: [{id: search, title: Search, source: organic, visitors: 5万, conversion: 4%, order_value: 99元}]
    """
    for strategy, pointer, unit, quantity in _quantities(view):
        value = quantity.value_in(unit)
        if value is not None and (value < 0 or (unit == PERCENT and value > 1) or (pointer[-1] == "service" and value in (0, 1))):
            yield Finding(At(strategy, pointer), {"value": quantity.text})


def _quantities(view: View) -> Iterator[tuple[Strategy, Pointer, str, Quantity]]:
    """Every quantity of every strategy, with the unit that it is in."""
    from sopgen.compute.strategy import UNITS, money

    for strategy in view.model.strategies.values():
        currency = money(view.model, strategy)
        for pointer, quantity in _in(strategy, ()):
            yield strategy, pointer, UNITS.get(str(pointer[-1]), currency), quantity


def _in(value: object, pointer: Pointer) -> Iterator[tuple[Pointer, Quantity]]:
    if isinstance(value, Quantity):
        yield pointer, value
    elif isinstance(value, Record):
        for field in msgspec.structs.fields(value):
            yield from _in(getattr(value, field.name), (*pointer, field.encode_name))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _in(item, (*pointer, number))


@rule(Severity.ERROR, N_("the campaign price {promo} is above the list price {list}"), N_("correct one of the two prices"))
def promo_above_list(view: View) -> Iterator[Finding]:
    """A campaign price is not above the price of an ordinary day.

    Bad:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        products: [{id: lamp, title: Lamp, sku: lamp, role: hot, list_price: 20元, promo_price: 25元, cost: 12元}]

    Good:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        products: [{id: lamp, title: Lamp, sku: lamp, role: hot, list_price: 25元, promo_price: 20元, cost: 12元}]
    """
    for strategy in view.model.strategies.values():
        for number, each in enumerate(strategy.products):
            if _exceeds(view, strategy, each.promo_price, each.list_price):
                related = ((At(strategy, ("products", number, "list_price")), Message(N_("the list price"))),)
                args = {"promo": each.promo_price.text, "list": each.list_price.text}
                yield Finding(At(strategy, ("products", number, "promo_price")), args, related=related)


def _exceeds(view: View, strategy: Strategy, left: Quantity, right: Quantity) -> bool:
    """Whether one amount of money is more than another; what is in another unit is a finding of its own."""
    from sopgen.compute.strategy import money

    currency = money(view.model, strategy)
    amounts = (left.value_in(currency), right.value_in(currency))
    return amounts[0] is not None and amounts[1] is not None and amounts[0] > amounts[1]


@rule(
    Severity.WARNING,
    N_("the campaign price {promo} is below the cost {cost}"),
    N_("raise the price, or give the product the role `traffic-builder`: it then draws visitors at a loss"),
)
def promo_below_cost(view: View) -> Iterator[Finding]:
    """A product is sold below its cost only to draw visitors.

    Bad:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        products: [{id: lamp, title: Lamp, sku: lamp, role: hot, list_price: 25元, promo_price: 11元, cost: 12元}]

    Good:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        products: [{id: lamp, title: Lamp, sku: lamp, role: traffic-builder, list_price: 25元, promo_price: 11元, cost: 12元}]
    """
    for strategy in view.model.strategies.values():
        for number, each in enumerate(strategy.products):
            if each.role != "traffic-builder" and _exceeds(view, strategy, each.cost, each.promo_price):
                related = ((At(strategy, ("products", number, "cost")), Message(N_("the cost"))),)
                args = {"promo": each.promo_price.text, "cost": each.cost.text}
                yield Finding(At(strategy, ("products", number, "promo_price")), args, related=related)


@rule(
    Severity.WARNING,
    N_("the channels may cost {spent} together, the budget is {budget}"),
    N_("lower the budget of a channel, or raise that of the strategy"),
)
def channels_over_budget(view: View) -> Iterator[Finding]:
    """The budgets of the channels come to no more than the budget of the strategy.

    Bad:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        budget: 1万
        channels: [{id: ads, title: Ads, source: advertising, visitors: 5万, conversion: 4%, order_value: 99元, budget: 1.2万}]

    Good:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        budget: 1.2万
        channels: [{id: ads, title: Ads, source: advertising, visitors: 5万, conversion: 4%, order_value: 99元, budget: 1.2万}]
    """
    for strategy in view.model.strategies.values():
        budgets = [(n, each.budget) for n, each in enumerate(strategy.channels) if each.budget]
        spent = sum((budget.number for _, budget in budgets), Fraction(0))
        together = Quantity(f"{round(spent):,}", spent, "")
        if strategy.budget and _exceeds(view, strategy, together, strategy.budget):
            related = tuple((At(strategy, ("channels", n, "budget")), Message(N_("a part"))) for n, _ in budgets)
            yield Finding(At(strategy, ("budget",)), {"spent": together.text, "budget": strategy.budget.text}, related=related)


@rule(Severity.ERROR, N_("phase `{phase}` lies outside the plan's days, {days}"), N_("move the phase, or widen `work` in plan.yaml"))
def phase_outside_plan(view: View) -> Iterator[Finding]:
    """The phases of a campaign lie within the days that the plan works on: `work`, else its period.

    Bad:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        campaign: {theme: Sale, phases: [{id: peak, title: Peak, days: 2024-07-16..2024-07-18}]}

    Good:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        campaign: {theme: Sale, phases: [{id: peak, title: Peak, days: 2024-06-16..2024-06-18}]}
    """
    for strategy in view.model.strategies.values():
        plan = view.model.plans.get(strategy.id)
        days = (plan.work or plan.period) if plan else None
        for number, phase in enumerate(strategy.campaign.phases if strategy.campaign else ()):
            if plan and days and not days.covers(phase.days):
                related = ((At(plan, ("work" if plan.work else "period",)), Message(N_("the plan works on these days"))),)
                place = At(strategy, ("campaign", "phases", number, "days"))
                yield Finding(place, {"phase": phase.id, "days": str(days)}, related=related)


@rule(Severity.ERROR, N_("phase `{phase}` begins before `{other}` is over"), N_("let the phases follow one another"))
def overlapping_phases(view: View) -> Iterator[Finding]:
    """Each day of a campaign is in one phase, so that everybody knows which rules hold on it.

    Bad:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        campaign:
          theme: Sale
          phases: [{id: steady, title: Steady, days: 2024-06-04..2024-06-16}, {id: peak, title: Peak, days: 2024-06-16..2024-06-18}]

    Good:
        # plans/2024-06/strategy.yaml
        owner: shop-manager
        written: 2024-05-20
        target: gmv
        campaign:
          theme: Sale
          phases: [{id: steady, title: Steady, days: 2024-06-04..2024-06-15}, {id: peak, title: Peak, days: 2024-06-16..2024-06-18}]
    """
    for strategy in view.model.strategies.values():
        phases = sorted(enumerate(strategy.campaign.phases if strategy.campaign else ()), key=lambda each: each[1].days)
        latest = phases[0] if phases else None
        for number, phase in phases[1:]:
            if latest and phase.days.start <= latest[1].days.end:
                related = ((At(strategy, ("campaign", "phases", latest[0], "days")), Message(N_("the other phase"))),)
                place = At(strategy, ("campaign", "phases", number, "days"))
                yield Finding(place, {"phase": phase.id, "other": latest[1].id}, related=related)
            latest = max(latest or (number, phase), (number, phase), key=lambda each: each[1].days.end)
