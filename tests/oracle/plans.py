"""Targets, attainments, the targets of the days and their changes, by their definitions (domain B1, B2 and B7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle import measures
from tests.oracle.shop import Metric, Plan, Rise, Shop, Span, Target

ZERO = Fraction(0)
Numbers = dict[str, Fraction | None]
Verdicts = dict[str, bool | None]


def attainment(actual: Fraction, target: Fraction, better: str) -> Fraction | None:
    """How much of the target is reached: 1 at the target, and a target's length away from it 0 or 2; none of a target of 0."""
    if target == 0:
        return None
    ahead = actual - target if better == "up" else target - actual
    return (abs(target) + ahead) / abs(target)


def is_met(actual: Fraction, target: Fraction, better: str) -> bool:
    """Whether the target is reached or passed."""
    return actual == target or (actual > target) == (better == "up")


def aim(shop: Shop, target: Target) -> Fraction | None:
    """What a target asks for. A flow that lacks days is no base for a whole period."""
    goal, metric = target.goal, shop.metrics[target.metric]
    if not isinstance(goal, Rise):
        return goal
    base: Fraction | None
    if isinstance(goal.base, Span):
        found = measures.measure(shop, metric, goal.base, target.where)
        lacking = measures.is_flow(shop, metric.formula) and found.covered < len(goal.base.days())
        base = None if lacking else found.value
    else:
        base = goal.base
    if base is None:
        return None
    return base * (1 + goal.by) if goal.percent else base + goal.by


def targets(shop: Shop) -> tuple[Numbers, Verdicts]:
    """The figures of every target of every plan by id, and whether it is met by the ids of plan and target."""
    numbers: Numbers = {}
    verdicts: Verdicts = {}
    for plan_id, plan in shop.plans.items():
        for id_, target in plan.targets.items():
            home, metric = f"plans/{plan_id}/targets/{id_}", shop.metrics[target.metric]
            found, aimed = measures.measure(shop, metric, plan.period, target.where), aim(shop, target)
            numbers |= {f"{home}/target": aimed, f"{home}/actual": found.value}
            numbers |= {f"{home}/covered": Fraction(found.covered), f"{home}/days": Fraction(len(plan.period.days()))}
            known = found.value is not None and aimed is not None
            numbers[f"{home}/gap"] = (found.value or ZERO) - (aimed or ZERO) if known else None
            numbers[f"{home}/attainment"] = _reached(found, aimed, metric)
            if measures.is_flow(shop, metric.formula):
                numbers[f"{home}/daily"] = None if aimed is None else aimed / len(plan.period.days())
            verdicts[f"{plan_id} {id_}"] = _verdict(found, aimed, metric) if shop.as_of >= plan.period.end else None
    return numbers, verdicts


def days(shop: Shop) -> tuple[Numbers, Verdicts]:
    """The figures of every metric of the daily report on every day from the first row to the last, and whether its target is met."""
    numbers: Numbers = {}
    verdicts: Verdicts = {}
    for day in reported(shop):
        for id_, metric in shop.metrics.items():
            if metric.daily:
                home = f"days/{day}/{id_}"
                found, aimed = _on(shop, metric, day), day_target(shop, id_, day)
                numbers |= {f"{home}/actual": found.value, f"{home}/target": aimed, f"{home}/attainment": _reached(found, aimed, metric)}
                numbers |= changes(f"{home}/day-on-day", metric, found.value, _on(shop, metric, day - timedelta(1)).value)
                numbers |= changes(f"{home}/week-on-week", metric, found.value, _on(shop, metric, day - timedelta(7)).value)
                verdicts[f"{day} {id_}"] = _verdict(found, aimed, metric)
    return numbers, verdicts


def reported(shop: Shop) -> list[date]:
    """The days of the daily report: from the first to the last row of the tables behind its metrics."""
    used = {part.table for metric in shop.metrics.values() if metric.daily for part in measures.aggregates(metric.formula)}
    found = [row.day for id_ in used for row in shop.tables[id_].rows]
    return Span(min(found), max(found)).days() if found else []


def changes(home: str, metric: Metric, now: Fraction | None, before: Fraction | None) -> Numbers:
    """A change in percent, of a positive base alone; of a rate in points beside it."""
    known = now is not None and before is not None
    difference = (now or ZERO) - (before or ZERO)
    numbers: Numbers = {home: difference / before if known and before is not None and before > 0 else None}
    return numbers | ({f"{home}/points": difference if known else None} if metric.unit == "percent" else {})


def day_target(shop: Shop, metric_id: str, day: date) -> Fraction | None:
    """What the shortest plan around the day wants of it (of two with the same days the inner one): a level as it is, of an amount its part.

    A plan's own days share what the plans within it leave of its target, each by its weight; where these ask for more than
    the whole, nothing is left.
    """
    around = [id_ for id_, plan in shop.plans.items() if plan.period.start <= day <= plan.period.end and _overall(plan, metric_id)]
    if not around:
        return None
    id_ = min(around, key=lambda each: (len(shop.plans[each].period.days()), -_depth(shop, each)))
    plan = shop.plans[id_]
    whole = aim(shop, _overall(plan, metric_id)[0])
    if whole is None or not measures.is_flow(shop, shop.metrics[metric_id].formula):
        return whole
    inner = [shop.plans[each] for each in within(shop, id_, metric_id)]
    taken = sum((aim(shop, _overall(each, metric_id)[0]) or ZERO for each in inner), ZERO)
    own = [each for each in plan.period.days() if not any(part.period.start <= each <= part.period.end for part in inner)]
    weighed = sum((weight(shop, each) for each in own), ZERO)
    if not weighed or day not in own:
        return None
    left = max(whole - taken, ZERO) if whole >= 0 else min(whole - taken, ZERO)
    return left * weight(shop, day) / weighed


def weight(shop: Shop, day: date) -> Fraction:
    """What a day weighs."""
    named = [each for span, each in shop.weights.spans if span.start <= day <= span.end]
    return [*named, shop.weights.weekdays.get(day.weekday(), shop.weights.default)][0]


def within(shop: Shop, id_: str, metric_id: str) -> Iterator[str]:
    """The nearest plans within a plan that have a target of their own for the metric."""
    for child, plan in shop.plans.items():
        if plan.parent == id_:
            yield from [child] if _overall(plan, metric_id) else within(shop, child, metric_id)


def _depth(shop: Shop, id_: str) -> int:
    parent = shop.plans[id_].parent
    return 0 if parent is None else 1 + _depth(shop, parent)


def _overall(plan: Plan, metric_id: str) -> list[Target]:
    return [target for target in plan.targets.values() if target.metric == metric_id and not target.where]


def _on(shop: Shop, metric: Metric, day: date) -> measures.Measured:
    return measures.over(shop, metric, [day])


def _reached(found: measures.Measured, aimed: Fraction | None, metric: Metric) -> Fraction | None:
    if found.value is None or aimed is None or not found.judged:
        return None
    return attainment(found.value, aimed, metric.better)


def _verdict(found: measures.Measured, aimed: Fraction | None, metric: Metric) -> bool | None:
    if found.value is None or aimed is None or not found.judged:
        return None
    return is_met(found.value, aimed, metric.better)
