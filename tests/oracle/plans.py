"""Targets, attainments, the targets of the days and their changes, by their definitions (domain B1, B2 and B7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle import measures
from tests.oracle.shop import Band, Metric, Plan, Rise, Shop, Span, Target, Where

ZERO = Fraction(0)
Numbers = dict[str, Fraction | None]
Verdicts = dict[str, bool | None]


def attainment(actual: Fraction, target: Fraction, better: str) -> Fraction | None:
    """How much of the target is reached: 1 at the target, and a target's length away from it 0 or 2; none of a target of 0."""
    if target == 0:
        return None
    ahead = actual - target if better == "up" else target - actual
    return (abs(target) + ahead) / abs(target)


def reached(actual: Fraction, goal: Fraction | Band, metric: Metric) -> Fraction | None:
    """The attainment in the metric's way: in a band all is reached, beside it all but the way to the nearer bound."""
    if isinstance(goal, Band):
        if goal.lower <= actual <= goal.upper:
            return Fraction(1)
        return attainment(actual, goal.lower, "up") if actual < goal.lower else attainment(actual, goal.upper, "down")
    if metric.inverse and metric.better == "down":
        return goal / actual if actual > 0 and goal > 0 else None
    return attainment(actual, goal, metric.better)


def is_met(actual: Fraction, goal: Fraction | Band, better: str) -> bool:
    """Whether the target is reached or passed, or the actual lies in the band."""
    if isinstance(goal, Band):
        return goal.lower <= actual <= goal.upper
    return actual == goal or (actual > goal) == (better == "up")


def aim(shop: Shop, target: Target) -> Fraction | Band | None:
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


def level(shop: Shop, target: Target) -> Fraction | None:
    """What a target asks for, where that is one number."""
    goal = aim(shop, target)
    return None if isinstance(goal, Band) else goal


def targets(shop: Shop) -> tuple[Numbers, Verdicts]:
    """The figures of every target of every plan by id, and whether it is met by the ids of plan and target."""
    numbers: Numbers = {}
    verdicts: Verdicts = {}
    for plan_id, plan in shop.plans.items():
        for id_, target in plan.targets.items():
            home, metric = f"plans/{plan_id}/targets/{id_}", shop.metrics[target.metric]
            found, aimed = measures.over(shop, metric, over(shop, plan), target.where), aim(shop, target)
            numbers |= _written(f"{home}/target", aimed) | {f"{home}/actual": found.value}
            numbers |= {f"{home}/covered": Fraction(found.covered), f"{home}/days": Fraction(len(plan.period.days()))}
            numbers |= {f"{home}/gap": _gap(found.value, aimed), f"{home}/attainment": _attained(found, aimed, metric)}
            if measures.is_flow(shop, metric.formula) and not isinstance(aimed, Band):
                numbers[f"{home}/daily"] = None if aimed is None else aimed / len(plan.period.days())
            verdicts[f"{plan_id} {id_}"] = _verdict(found, aimed, metric) if shop.through >= plan.period.end else None
            if measures.adds_across(shop, metric.formula) and not isinstance(aimed, Band):
                numbers |= _parts(shop, plan_id, id_, aimed)
    return numbers, verdicts


def _written(home: str, goal: Fraction | Band | None) -> Numbers:
    return {home: goal.lower, f"{home}/to": goal.upper} if isinstance(goal, Band) else {home: goal}


def _gap(actual: Fraction | None, goal: Fraction | Band | None) -> Fraction | None:
    """How far the actual is off: off the nearer bound of a band, and not at all within it."""
    if actual is None or goal is None:
        return None
    if isinstance(goal, Band):
        return max(actual - goal.upper, ZERO) + min(actual - goal.lower, ZERO)
    return actual - goal


def over(shop: Shop, plan: Plan) -> list[date]:
    """The days of a plan that are over."""
    return [day for day in plan.period.days() if day <= shop.through]


def _parts(shop: Shop, plan_id: str, id_: str, whole: Fraction | None) -> Numbers:
    """A target for everything beside those for its parts by channel: what these come to, what is left, and their shares."""
    plan = shop.plans[plan_id]
    metric, home = plan.targets[id_].metric, f"plans/{plan_id}/targets"
    parts = {name: level(shop, each) for name, each in plan.targets.items() if each.metric == metric and each.where}
    if plan.targets[id_].where or not parts:
        return {}
    each = [part for part in parts.values() if part is not None]
    total = sum(each, ZERO) if len(each) == len(parts) else None
    numbers: Numbers = {f"{home}/{id_}/by/channel/sum": total}
    numbers[f"{home}/{id_}/by/channel/unassigned"] = None if total is None or whole is None else whole - total
    return numbers | {f"{home}/{name}/share": part / whole if part is not None and whole else None for name, part in parts.items()}


def days(shop: Shop) -> tuple[Numbers, Verdicts]:
    """The figures of every metric of the daily report on every day from the first row to the last, and whether its target is met."""
    numbers: Numbers = {}
    verdicts: Verdicts = {}
    for day in reported(shop):
        for id_, metric in shop.metrics.items():
            if metric.daily:
                home = f"days/{day}/{id_}"
                found, aimed = _on(shop, metric, day), day_target(shop, id_, day)
                numbers |= {f"{home}/actual": found.value, f"{home}/attainment": _attained(found, aimed, metric)}
                numbers |= _written(f"{home}/target", aimed)
                numbers |= changes(f"{home}/day-on-day", metric, found.value, _on(shop, metric, day - timedelta(1)).value)
                numbers |= changes(f"{home}/week-on-week", metric, found.value, _on(shop, metric, day - timedelta(7)).value)
                numbers |= changes(f"{home}/year-on-year", metric, found.value, _on(shop, metric, day - timedelta(364)).value)
                verdicts[f"{day} {id_}"] = _verdict(found, aimed, metric)
    return numbers, verdicts


def reported(shop: Shop) -> list[date]:
    """The days of the daily report: from the first to the last row of the tables behind its metrics."""
    used = {part.table for metric in shop.metrics.values() if metric.daily for part in measures.aggregates(metric.formula)}
    found = [row.day for id_ in used for row in shop.tables[id_].rows]
    return Span(min(found), max(found)).days() if found else []


def changes(home: str, metric: Metric, now: Fraction | None, before: Fraction | None) -> Numbers:
    """A change in percent, of a positive base alone; of a rate in points beside it; of an amount without such a base as it is."""
    numbers: Numbers = {home: None}
    if now is None or before is None:
        return numbers | ({f"{home}/points": None} if metric.unit == "percent" else {})
    numbers[home] = (now - before) / before if before > 0 else None
    if metric.unit == "percent":
        return numbers | {f"{home}/points": now - before}
    return numbers if before > 0 else numbers | {f"{home}/difference": now - before}


def day_target(shop: Shop, metric_id: str, day: date) -> Fraction | Band | None:
    """What the shortest plan around the day wants of it (of two with the same days the inner one): a level, or an amount's part."""
    around = [id_ for id_, plan in shop.plans.items() if plan.period.start <= day <= plan.period.end and _alike(plan, metric_id, ())]
    if not around:
        return None
    id_ = min(around, key=lambda each: (len(shop.plans[each].period.days()), -_depth(shop, each)))
    if not measures.is_flow(shop, shop.metrics[metric_id].formula):
        return aim(shop, _alike(shop.plans[id_], metric_id, ())[0])
    return amounts(shop, id_, metric_id, ()).get(day)


def amounts(shop: Shop, id_: str, metric_id: str, where: Where) -> dict[date, Fraction]:
    """What a plan wants of each of its days, where these have a weight.

    The days of the plans within it are theirs. Its own days share what those leave of its target, each by its weight: the days
    add up to the target. Where the plans within ask for more than the whole, nothing is left.
    """
    plan = shop.plans[id_]
    whole = level(shop, _alike(plan, metric_id, where)[0])
    if whole is None:
        return {}
    inner = list(within(shop, id_, metric_id, where))
    found = {day: amount for each in inner for day, amount in amounts(shop, each, metric_id, where).items()}
    left = whole - sum(found.values(), ZERO)
    left = ZERO if (left < 0) == (whole >= 0) else left
    taken = [day for each in inner for day in shop.plans[each].period.days()]
    own = [day for day in plan.period.days() if day not in taken]
    weighed = sum((weight(shop, day) for day in own), ZERO)
    return found | ({day: left * weight(shop, day) / weighed for day in own} if weighed else {})


def weight(shop: Shop, day: date) -> Fraction:
    """What a day weighs."""
    named = [each for span, each in shop.weights.spans if span.start <= day <= span.end]
    return [*named, shop.weights.weekdays.get(day.weekday(), shop.weights.default)][0]


def within(shop: Shop, id_: str, metric_id: str, where: Where) -> Iterator[str]:
    """The nearest plans within a plan that have a target of their own for the same figures."""
    for child, plan in shop.plans.items():
        if plan.parent == id_:
            yield from [child] if _alike(plan, metric_id, where) else within(shop, child, metric_id, where)


def _depth(shop: Shop, id_: str) -> int:
    parent = shop.plans[id_].parent
    return 0 if parent is None else 1 + _depth(shop, parent)


def _alike(plan: Plan, metric_id: str, where: Where) -> list[Target]:
    return [target for target in plan.targets.values() if (target.metric, target.where) == (metric_id, where)]


def _on(shop: Shop, metric: Metric, day: date) -> measures.Measured:
    return measures.over(shop, metric, [day])


def _attained(found: measures.Measured, aimed: Fraction | Band | None, metric: Metric) -> Fraction | None:
    if found.value is None or aimed is None or not found.judged:
        return None
    return reached(found.value, aimed, metric)


def _verdict(found: measures.Measured, aimed: Fraction | Band | None, metric: Metric) -> bool | None:
    if found.value is None or aimed is None or not found.judged:
        return None
    return is_met(found.value, aimed, metric.better)
