"""Targets can be measured: a number in the metric's unit, with a base where it is relative, within what is possible."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.readers.yaml import Pointer
from sopgen.records import Expectation, Goal, Incident, Metric, Plan, Record, Research, Retro, Target
from sopgen.rules.goals import measurable
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity
from sopgen.words.quantity import PERCENT, POINTS, RATIO, Quantity


@rule(
    Severity.ERROR,
    N_("`{goal}` says how much more, and not than what"),
    N_("add `from` with a `period` or a `value`, or set a level with `raise_to`"),
)
def target_without_baseline(view: View) -> Iterator[Finding]:
    """A relative goal needs a base: nobody can tell whether "20 % more" was reached without one.

    Bad:
        # plans/2024-06/targets.yaml
        gmv: {target: {raise_by: 20%}, department: operations, owner: shop-manager}

    Good:
        # plans/2024-06/targets.yaml
        gmv: {target: {raise_by: 20%, from: {value: 30万}}, department: operations, owner: shop-manager}
    """
    for _, target, _metric in measurable(view):
        goal = target.target
        if goal.rise and goal.base_value is None and goal.base_period is None:
            yield Finding(At(target, ("target", "raise_by")), {"goal": goal.rise.text})


@rule(Severity.ERROR, N_("`{value}` cannot be read as {unit}, the unit of `{metric}`"), N_("write the number in {unit}"))
def unit_mismatch(view: View) -> Iterator[Finding]:
    """A number about a metric is written in the metric's unit: money as `500万`, a rate as `35%`, a return as `1:3`.

    Bad:
        # plans/2024-06/targets.yaml
        gmv: {target: 35%, department: operations, owner: shop-manager}

    Good:
        # plans/2024-06/targets.yaml
        gmv: {target: 36万, department: operations, owner: shop-manager}
    """
    for record, pointer, metric, quantity in _quantities(view):
        if metric is not None and quantity.value_in(metric.unit) is None:
            args = {"value": quantity.text, "unit": metric.unit, "metric": metric.id}
            hint = Message(N_("write a percentage, `35%`")) if metric.unit == PERCENT else None
            yield Finding(At(record, pointer), args, help=hint)


def _quantities(view: View) -> Iterator[tuple[Record, Pointer, Metric | None, Quantity]]:
    """Every quantity that is a value of a metric, with where it stands."""
    metrics = view.model.metrics
    for _, target, metric in measurable(view):
        goal = target.target
        if goal.level:
            raised = view.model.span(target, "target", "raise_to") != view.model.span(target, "target")
            yield target, ("target", "raise_to") if raised else ("target",), metric, goal.level
        if goal.base_value:
            yield target, ("target", "from", "value"), metric, goal.base_value
        if goal.rise and goal.rise.unit != PERCENT and (goal.rise.unit, metric.unit) != (POINTS, PERCENT):
            yield target, ("target", "raise_by"), metric, goal.rise
        for bound, quantity in zip(("from", "to"), goal.band or (), strict=False):
            yield target, ("target", bound), metric, quantity
    for record in view.model.origins:
        if isinstance(record, Retro):
            yield from ((record, ("claims", id_), metrics.get(id_), claim) for id_, claim in record.claims.items())
        if isinstance(record, Research):
            for number, each in enumerate(record.competitors):
                known = each.figures.items()
                yield from ((record, ("competitors", number, "figures", id_), metrics.get(id_), figure) for id_, figure in known)
        if isinstance(record, Incident) and record.measure and (returns := record.measure.returns):
            yield record, ("measure", "returns", "at"), metrics.get(returns.metric), returns.at
        for pointer, expects in _expectations(record):
            if expects.base:
                yield record, (*pointer, "base"), metrics.get(expects.metric), expects.base


def _expectations(record: Record) -> Iterator[tuple[Pointer, Expectation]]:
    if isinstance(record, Incident) and record.measure and record.measure.expects:
        yield ("measure", "expects"), record.measure.expects
    if isinstance(record, Retro):
        yield from ((("improvements", n, "expects"), item.expects) for n, item in enumerate(record.improvements) if item.expects)


@rule(
    Severity.ERROR,
    N_("`{metric}` is in {unit}, so it does not say how many times its cost a measure brings in"),
    N_("name a metric in `1:n`, such as the advertising ROI"),
)
def return_of_no_ratio(view: View) -> Iterator[Finding]:
    """What a measure's cost brings in is counted by a metric in `1:n`: 500 yuan at 1:3 win back 1,500.

    Bad:
        # data/incidents/2024-06-08-slow.yaml
        id: 2024-06-08-slow
        detected: 2024-06-08 10:00
        cause: The servers were slow.
        metric: gmv
        measure: {text: More advertising, cost: 500, returns: {metric: gmv, at: 3}}

    Good:
        # data/metrics.yaml
        roi: {title: Return, formula: sum(store.paid) / 2 / sum(store.paid), unit: "1:n", better: up}
        # data/incidents/2024-06-08-slow.yaml
        id: 2024-06-08-slow
        detected: 2024-06-08 10:00
        cause: The servers were slow.
        metric: gmv
        measure: {text: More advertising, cost: 500, returns: {metric: roi, at: "1:3"}}
    """
    for incident in view.model.incidents.values():
        returns = incident.measure.returns if incident.measure else None
        metric = view.model.metrics.get(returns.metric) if returns else None
        if metric is not None and metric.unit != RATIO:
            yield Finding(At(incident, ("measure", "returns", "metric")), {"metric": metric.id, "unit": metric.unit})


@rule(Severity.ERROR, N_("a rate of {value} cannot be reached"), N_("a rate lies between 0% and 100%"))
def rate_out_of_domain(view: View) -> Iterator[Finding]:
    """A target for a rate lies between 0 % and 100 %.

    Bad:
        # plans/2024-06/targets.yaml
        conversion: {target: 450%, department: operations, owner: shop-manager}

    Good:
        # plans/2024-06/targets.yaml
        conversion: {target: 4.5%, department: operations, owner: shop-manager}
    """
    for record, pointer, metric, quantity in _quantities(view):
        rate = quantity.value_in(PERCENT)
        if metric is not None and metric.unit == PERCENT and rate is not None and not 0 <= rate <= 1:
            yield Finding(At(record, pointer), {"value": quantity.text})


@rule(
    Severity.ERROR,
    N_("metric `{metric}` does not say which way is better, so a target for it cannot be met or missed"),
    N_("add `better: up`, `better: down` or `better: band` to the metric"),
)
def target_without_direction(view: View) -> Iterator[Finding]:
    """A metric with a target says which way is better.

    Bad:
        # plans/2024-06/targets.yaml
        visits: {target: 5万, department: operations, owner: shop-manager}
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days}

    Good:
        # plans/2024-06/targets.yaml
        visits: {target: 5万, department: operations, owner: shop-manager}
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days, better: up}
    """
    for _, target, metric in measurable(view):
        if metric.better is None:
            place = ((At(metric, key=True), Message(N_("defined here without `better`"))),)
            yield Finding(At(target, key=True), {"metric": metric.id}, related=place)


@rule(
    Severity.ERROR,
    N_("no table behind `{metric}` has a field `{field}`"),
    N_("filter by a field that every table of the metric's formula has"),
)
def unknown_filter(view: View) -> Iterator[Finding]:
    """A target for a part of a metric filters by a field that the metric's tables have.

    Bad:
        # plans/2024-06/targets.yaml
        sales.tmall: {metric: sales, where: {chanel: tmall}, target: 10万, department: operations, owner: shop-manager}
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
        # plans/2024-06/targets.yaml
        sales.tmall: {metric: sales, where: {channel: tmall}, target: 10万, department: operations, owner: shop-manager}
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
    """
    measures = view.measures
    for _, target, metric in measurable(view):
        for name in target.where:
            tables = [view.model.tables.get(part.table) for part in measures.parts(metric)]
            if any(table is not None and name not in [field.id for field in table.fields] for table in tables):
                yield Finding(At(target, ("where", name), key=True), {"metric": metric.id, "field": name})


@rule(Severity.ERROR, N_("the plan already has a target for `{metric}`"), N_("keep one of the two, or give one a `where`"))
def duplicate_target(view: View) -> Iterator[Finding]:
    """A plan asks one thing of a metric, or of one part of it: of two targets only one could be shown from day to day.

    Bad:
        # plans/2024-06/targets.yaml
        gmv: {target: 36万, department: operations, owner: shop-manager}
        more-gmv: {metric: gmv, target: 40万, department: operations, owner: shop-manager}

    Good:
        # plans/2024-06/targets.yaml
        gmv: {target: 36万, department: operations, owner: shop-manager}
    """
    for targets in view.model.targets.values():
        first: dict[tuple[str, frozenset[tuple[str, str]]], Target] = {}
        for target in targets.values():
            if target.target == Goal():  # a finding of its own
                continue
            part = (target.metric_id, frozenset(target.where.items()))
            if part in first:
                related = ((At(first[part], key=True), Message(N_("the first one"))),)
                yield Finding(At(target, key=True), {"metric": target.metric_id}, related=related)
            first.setdefault(part, target)


@rule(
    Severity.WARNING,
    N_("`{plan}` and `{other}` both have a target for `{metric}` on {days}"),
    N_("make one the `parent` of the other, or let their days not overlap; the shorter plan gives the target of the day"),
    named_by=("plan",),
)
def overlapping_targets(view: View) -> Iterator[Finding]:
    """On each day one plan sets the target of a metric: a plan within another one, by `parent`, sets it on its own days.

    Bad:
        # plans/sale/plan.yaml
        {id: sale, kind: growth, title: Sale, period: 2024-06-16..2024-06-18, owner: shop-manager}
        # plans/sale/targets.yaml
        gmv: {target: 10万, department: operations, owner: shop-manager}

    Good:
        # plans/sale/plan.yaml
        {id: sale, kind: growth, title: Sale, parent: 2024-06, period: 2024-06-16..2024-06-18, owner: shop-manager}
        # plans/sale/targets.yaml
        gmv: {target: 10万, department: operations, owner: shop-manager}
    """
    overall = [(plan, target, metric.id) for plan, target, metric in measurable(view) if plan is not None and not target.where]
    running: dict[str, list[tuple[Plan, Target]]] = {}
    for plan, target, metric in sorted(overall, key=lambda each: (each[0].period.start, each[0].id)):
        running[metric] = [each for each in running.get(metric, ()) if each[0].period.end >= plan.period.start]
        for other, theirs in running[metric]:
            days = plan.period.common(other.period)
            if days and plan.id not in _above(view, other) and other.id not in _above(view, plan):
                related = ((At(theirs, key=True), Message(N_("the other target"))),)
                args = {"plan": plan.id, "other": other.id, "metric": metric, "days": str(days)}
                yield Finding(At(target, key=True), args, related=related)
                break
        running[metric].append((plan, target))


def _above(view: View, plan: Plan) -> set[str]:
    """The plan and those that it is within."""
    found: set[str] = set()
    here: Plan | None = plan
    while here is not None and here.id not in found:
        found.add(here.id)
        here = view.model.plans.get(here.parent or "")
    return found
