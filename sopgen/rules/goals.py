"""Goals fit their metric, and the goals of parts fit the goal of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from sopgen.records import Goal, Metric, Plan, Target
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity

if TYPE_CHECKING:
    from sopgen.compute.measures import Measures, Where


def measurable(view: View) -> Iterator[tuple[Plan | None, Target, Metric]]:
    """Every target whose metric there is, with its plan (None where that cannot be read)."""
    for plan, targets in view.model.targets.items():
        for target in targets.values():
            if target.metric_id in view.model.metrics:
                yield view.model.plans.get(plan), target, view.model.metrics[target.metric_id]


@rule(
    Severity.ERROR,
    N_("these keys make no goal together"),
    N_("write a level `{raise_to}`, a rise `{raise_by}` or a band `{band}`"),
)
def unreadable_goal(view: View) -> Iterator[Finding]:
    """A goal is one of three: a level, a rise from a base, or a band from one bound to another.

    Bad:
        # plans/2024-06/targets.yaml
        conversion: {target: {raise_to: 5%, from: {value: 4%}}, department: operations, owner: shop-manager}

    Good:
        # plans/2024-06/targets.yaml
        conversion: {target: {raise_by: 1pp, from: {value: 4%}}, department: operations, owner: shop-manager}
    """
    forms = {"raise_to": "{raise_to: 5%}", "raise_by": "{raise_by: 20%, from: {value: 400}}", "band": "{from: 30d, to: 45d}"}
    for targets in view.model.targets.values():
        for target in targets.values():
            if target.target == Goal():
                yield Finding(At(target, ("target",)), forms)


@rule(Severity.ERROR, N_("the band ends at {to}, below {start} where it begins"), N_("write the lower bound first"))
def band_upside_down(view: View) -> Iterator[Finding]:
    """A band goes from its lower bound to its upper one.

    Bad:
        # plans/2024-06/targets.yaml
        buying: {target: {from: 6%, to: 4%}, department: operations, owner: shop-manager}
        # data/metrics.yaml
        buying: {title: Share of buyers, formula: sum(store.buyers) / sum(store.visitors), unit: percent, better: band}

    Good:
        # plans/2024-06/targets.yaml
        buying: {target: {from: 4%, to: 6%}, department: operations, owner: shop-manager}
        # data/metrics.yaml
        buying: {title: Share of buyers, formula: sum(store.buyers) / sum(store.visitors), unit: percent, better: band}
    """
    for _, target, _metric in measurable(view):
        if target.target.band is not None:
            start, end = target.target.band
            if end.number < start.number:
                yield Finding(At(target, ("target", "to")), {"start": start.text, "to": end.text})


@rule(
    Severity.ERROR,
    N_("`{metric}` has a better side, and the target is a band"),
    N_("name one level, or set `better: band` on the metric"),
)
def band_of_a_metric_with_a_side(view: View) -> Iterator[Finding]:
    """A band is for a metric that is best in range, such as the days that stock lasts.

    Bad:
        # plans/2024-06/targets.yaml
        conversion: {target: {from: 4%, to: 5%}, department: operations, owner: shop-manager}

    Good:
        # plans/2024-06/targets.yaml
        conversion: {target: 4%, department: operations, owner: shop-manager}
    """
    for _, target, metric in measurable(view):
        if target.target.band is not None and metric.better in ("up", "down"):
            place = ((At(metric, ("better",)), Message(N_("the better side"))),)
            yield Finding(At(target, ("target",)), {"metric": metric.id}, related=place)


@rule(
    Severity.ERROR,
    N_("`{metric}` is best within a band, and the target names no bounds"),
    N_("write the bounds, such as `{example}`"),
)
def band_without_bounds(view: View) -> Iterator[Finding]:
    """A metric with `better: band` has targets with a lower and an upper bound.

    Bad:
        # plans/2024-06/targets.yaml
        buying: {target: 4%, department: operations, owner: shop-manager}
        # data/metrics.yaml
        buying: {title: Share of buyers, formula: sum(store.buyers) / sum(store.visitors), unit: percent, better: band}

    Good:
        # plans/2024-06/targets.yaml
        buying: {target: {from: 4%, to: 6%}, department: operations, owner: shop-manager}
        # data/metrics.yaml
        buying: {title: Share of buyers, formula: sum(store.buyers) / sum(store.visitors), unit: percent, better: band}
    """
    for _, target, metric in measurable(view):
        if metric.better == "band" and target.target.band is None and target.target != Goal():
            yield Finding(At(target, ("target",)), {"metric": metric.id, "example": "{from: 30d, to: 45d}"})


@rule(Severity.ERROR, N_("`attainment: inverse` is for metrics where less is better"), N_("remove `attainment`, or set `better: down`"))
def inverse_of_more(view: View) -> Iterator[Finding]:
    """Target over actual rewards a small figure, so it fits only where less is better.

    Bad:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days, better: up, attainment: inverse}

    Good:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days, better: down, attainment: inverse}
    """
    for metric in view.model.metrics.values():
        if metric.attainment == "inverse" and metric.better != "down":
            yield Finding(At(metric, ("attainment",)))


@rule(
    Severity.WARNING,
    N_("the parts of `{target}` by {fields} come to {parts} {unit}, the whole is {whole}"),
    N_("change a part or the whole, until they agree"),
)
def parts_do_not_add_up(view: View) -> Iterator[Finding]:
    """The targets of parts come to no more than the target of the whole, and to no less where every part has one.

    Bad:
        # plans/2024-06/targets.yaml
        sales: {target: 10万, department: operations, owner: shop-manager}
        sales.tmall: {metric: sales, where: {channel: tmall}, target: 11万, department: operations, owner: shop-manager}
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
        sales: {target: 10万, department: operations, owner: shop-manager}
        sales.tmall: {metric: sales, where: {channel: tmall}, target: 6万, department: operations, owner: shop-manager}
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
    from sopgen.compute.tree import branches

    measures = view.measures
    for plan, targets in view.model.targets.items():
        for id_, found in branches(targets.values()).items():
            metric = view.model.metrics.get(targets[id_].metric_id)
            if plan in view.model.plans and metric is not None and metric.better != "band" and measures.adds_across(metric):
                for branch in found:
                    parts = [targets[each] for each in branch.targets]
                    yield from _compared(measures, view.model.plans[plan], metric, targets[id_], branch.fields, parts)


def _compared(
    measures: Measures, plan: Plan, metric: Metric, whole: Target, fields: tuple[str, ...], parts: list[Target]
) -> Iterator[Finding]:
    amount, summed = _amount(measures, metric, whole), _sum(measures, metric, parts)
    if amount is None or summed is None or summed == amount:
        return
    known = set(measures.segments(metric, fields[0], plan.period)) if len(fields) == 1 else set()
    if summed > amount or (known and known <= {part.where[fields[0]] for part in parts}):
        args = {"target": whole.id, "fields": ", ".join(fields), "parts": f"{round(summed):,}", "whole": f"{round(amount):,}"}
        yield Finding(At(whole, ("target",)), {**args, "unit": metric.unit}, related=_marked(parts))


def _marked(parts: list[Target]) -> tuple[tuple[At, Message], ...]:
    return tuple((At(part, ("target",)), Message(N_("a part"))) for part in parts)


def _sum(measures: Measures, metric: Metric, parts: list[Target]) -> Fraction | None:
    """What targets come to together, None where one has no number."""
    known = [amount for part in parts if (amount := _amount(measures, metric, part)) is not None]
    return sum(known, Fraction(0)) if len(known) == len(parts) else None


def _amount(measures: Measures, metric: Metric, target: Target) -> Fraction | None:
    from sopgen.compute.attainment import aim

    return aim("", measures, metric, target.target, _where(target), measures.model.address(target, "target"))[0].value


def _where(target: Target) -> Where:
    return tuple(sorted(target.where.items()))


@rule(
    Severity.WARNING,
    N_("the plans within `{plan}` ask for {parts} {unit} of `{metric}`, the plan itself for {whole}"),
    N_("raise the target of the plan, or lower those within it"),
)
def plan_parts_exceed_plan(view: View) -> Iterator[Finding]:
    """A plan within a plan shares its parent's days and takes its part of the parent's target: the parts are no more than the whole.

    Bad:
        # plans/sale/plan.yaml
        {id: sale, kind: growth, title: Sale, parent: 2024-06, period: 2024-06-16..2024-06-18, owner: shop-manager}
        # plans/sale/targets.yaml
        gmv: {target: 60万, department: operations, owner: shop-manager}

    Good:
        # plans/sale/plan.yaml
        {id: sale, kind: growth, title: Sale, parent: 2024-06, period: 2024-06-16..2024-06-18, owner: shop-manager}
        # plans/sale/targets.yaml
        gmv: {target: 10万, department: operations, owner: shop-manager}
    """
    measures = view.measures
    within: dict[tuple[str, str, Where], list[Target]] = {}
    for plan, target, metric in measurable(view):
        if plan is not None and plan.parent:
            within.setdefault((plan.parent, metric.id, _where(target)), []).append(target)
    for plan, target, metric in measurable(view):
        if plan is not None and metric.better != "band" and measures.is_flow(metric):
            parts = within.get((plan.id, metric.id, _where(target)), [])
            whole, summed = _amount(measures, metric, target), _sum(measures, metric, parts)
            if parts and whole is not None and summed is not None and summed > whole:
                args = {
                    "plan": plan.id,
                    "metric": metric.id,
                    "unit": metric.unit,
                    "parts": f"{round(summed):,}",
                    "whole": f"{round(whole):,}",
                }
                yield Finding(At(target, ("target",)), args, related=_marked(parts))
