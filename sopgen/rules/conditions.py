"""Conditions of alert rules: they can be read, over values that are declared and in units that compare."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.compute.alerts import units
from sopgen.compute.alerts.condition import comparisons
from sopgen.compute.alerts.names import NAMES, undeclared, unit
from sopgen.compute.alerts.units import BARE, Clash
from sopgen.readers import formula
from sopgen.readers.formula import Condition, Problem
from sopgen.records import Alert, Metric
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Arg, Message, Severity
from sopgen.words.quantity import DAYS, PERCENT, POINTS


def _conditions(view: View) -> Iterator[tuple[Alert, Metric | None, Condition]]:
    """Every rule whose condition can be read, with its metric where that is there."""
    for alert in view.model.alerts.values():
        parsed = formula.parse_condition(alert.when) if alert.when else None
        if parsed is not None and not isinstance(parsed, Problem):
            yield alert, view.model.metrics.get(alert.metric or ""), parsed


@rule(Severity.ERROR, N_("the condition cannot be read: {problem}"), N_("a condition is like `value < 0.8 * benchmark`"))
def condition_syntax(view: View) -> Iterator[Finding]:
    """A condition compares named values, and joins comparisons with `and`, `or` and `not`.

    Bad:
        # data/alerts.yaml
        low: {title: Low sales, metric: gmv, when: value << 5000, severity: high, owner: shop-manager}

    Good:
        # data/alerts.yaml
        low: {title: Low sales, metric: gmv, when: value < 5000, severity: high, owner: shop-manager}
    """
    for alert in view.model.alerts.values():
        parsed = formula.parse_condition(alert.when) if alert.when else None
        if isinstance(parsed, Problem):
            yield Finding(At(alert, ("when",), place=parsed.place), {"problem": parsed.message})


@rule(Severity.ERROR, N_("a condition knows no value `{name}`"), N_("name one of {names}"))
def unknown_in_condition(view: View) -> Iterator[Finding]:
    """A condition is made of the values that a rule has of a day: `value`, `target`, `change_week` and the like.

    Bad:
        # data/alerts.yaml
        low: {title: Sales fell, metric: gmv, when: chnage < -50%, severity: high, owner: shop-manager}

    Good:
        # data/alerts.yaml
        low: {title: Sales fell, metric: gmv, when: change < -50%, severity: high, owner: shop-manager}
    """
    listed = ", ".join(f"`{name}`" for name in NAMES)
    for alert, _, condition in _conditions(view):
        for part in formula.names(condition):
            if part.id not in NAMES:
                args: dict[str, Arg] = {"name": part.id, "names": listed}
                yield Finding(At(alert, ("when",), place=part.place), args, help=nearest(part.id, frozenset(NAMES)))
        for aggregate in formula.aggregates(condition):
            args = {"name": f"{aggregate.function}(…)", "names": listed}
            yield Finding(At(alert, ("when",), place=aggregate.place), args, help=Message(N_("make it a metric, and watch that")))


@rule(Severity.ERROR, N_("the rule does not declare `{key}`"), N_("add `{key}: {example}`"))
def alert_without_base(view: View) -> Iterator[Finding]:
    """What a day is held against is declared with the rule: a benchmark has a source and a date, a mean has a window.

    Bad:
        # data/alerts.yaml
        low: {title: Low conversion, metric: conversion, when: value < 0.8 * benchmark, severity: high, owner: shop-manager}

    Good:
        # data/alerts.yaml
        low: {title: Low conversion, metric: conversion, when: value < 0.8 * benchmark, severity: high, owner: shop-manager,
          benchmark: {value: 4%, source: The platform's report, date: 2024-05-31}}
    """
    for alert, _, condition in _conditions(view):
        for part in formula.names(condition):
            key = undeclared(part.id, alert) if part.id in NAMES else None
            if key:
                args: dict[str, Arg] = {"key": key, "example": _EXAMPLES[key]}
                yield Finding(At(alert, ("when",), place=part.place), args, label=Message(N_("taken from it")))


_EXAMPLES = {
    "benchmark": "{value: 3.2%, source: …, date: 2024-03-31}",
    "window": "14d",
    "stock": "{demand: units, lead_time: 7d}",
    "in_transit": "in-transit",
}


@rule(Severity.ERROR, N_("`{name}` is of the whole metric, and the rule looks at a part"), N_("compare with `benchmark` or `mean`"))
def target_of_a_part(view: View) -> Iterator[Finding]:
    """The target of a day is that of the whole metric, so a rule with `by` or `where` has none.

    Bad:
        # data/alerts.yaml
        low: {title: Missed, metric: sales, by: [channel], when: attainment < 90%, severity: high, owner: shop-manager}
        # data/metrics.yaml
        sales: {title: Sales, formula: sum(sales.paid), unit: CNY, better: up}
        # data/tables/sales/table.yaml
        title: Sales by channel
        grain: day
        primaryKey: [date, channel]
        fields:
        - {name: day, id: date, type: date}
        - {name: channel, id: channel, type: string}
        - {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}

    Good:
        # data/alerts.yaml
        low: {title: Missed, metric: gmv, when: attainment < 90%, severity: high, owner: shop-manager}
    """
    for alert, _, condition in _conditions(view):
        for part in formula.names(condition):
            if part.id in NAMES and NAMES[part.id].whole and (alert.by or alert.where):
                yield Finding(At(alert, ("when",), place=part.place), {"name": part.id})


@rule(Severity.ERROR, N_("{left} and {right} cannot stand on both sides of `{operator}`"), N_("write both sides in one unit"))
def condition_units(view: View) -> Iterator[Finding]:
    """A condition compares what is in one unit: money with money, a rate with a percentage, a difference of rates with points.

    `value < benchmark - 20%` could mean four fifths of the benchmark or twenty points less, so it must say which.

    Bad:
        # data/alerts.yaml
        low: {title: Low sales, metric: gmv, when: value < 80%, severity: high, owner: shop-manager}

    Good:
        # data/alerts.yaml
        low: {title: Low sales, metric: gmv, when: value < 5000, severity: high, owner: shop-manager}
    """
    for alert, metric, condition in _conditions(view):
        for comparison in comparisons(condition):
            found = units.compared(comparison, _units(metric))
            if isinstance(found, Clash):
                args: dict[str, Arg] = {"left": said(found.left), "right": said(found.right), "operator": found.operator}
                yield Finding(At(alert, ("when",), place=found.place), args, help=_mend(found))


def _units(metric: Metric | None) -> units.Units:
    """What units the values of a metric have; of a metric that is not there, none is known."""
    return lambda name: unit(name, metric) if metric else None


_UNITS = {
    BARE: N_("a bare number"),
    PERCENT: N_("a percentage"),
    POINTS: N_("percentage points"),
    DAYS: N_("days"),
    units.RATIO: N_("a ratio"),
}


def said(name: str) -> Arg:
    """What a unit is called in a finding."""
    return Message(_UNITS[name]) if name in _UNITS else name


def _mend(clash: Clash) -> Message | None:
    sides = {clash.left, clash.right}
    if sides == {PERCENT, POINTS}:
        return Message(N_("a part of a rate is `0.8 * benchmark`; a distance between rates is in points, `0.5pp`"))
    return Message(N_("write a percentage, `35%`")) if sides == {PERCENT, BARE} else None
