"""How far a target lies above what it rises from: the base that it names, else the whole period before."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.oracle import measures
from tests.oracle.pacing import period_before
from tests.oracle.plans import Numbers, aim, changes
from tests.oracle.shop import Band, Plan, Rise, Shop, Span, Target


def rises(shop: Shop) -> Numbers:
    """The figures of every target's rise, by id."""
    numbers: Numbers = {}
    for plan_id, plan in shop.plans.items():
        for id_, target in plan.targets.items():
            home = f"plans/{plan_id}/targets/{id_}/rise"
            base = _base(shop, plan, target)
            numbers |= {f"{home}/base": base} | changes(home, shop.metrics[target.metric], _aimed(shop, target, base), base)
            if not _is_written(target):
                found = measures.over(shop, shop.metrics[target.metric], _days(plan, target), target.where)
                numbers |= {f"{home}/base/covered": Fraction(found.covered), f"{home}/base/days": Fraction(len(_days(plan, target)))}
    return numbers


def _is_written(target: Target) -> bool:
    return isinstance(target.goal, Rise) and not isinstance(target.goal.base, Span)


def _days(plan: Plan, target: Target) -> list[date]:
    if isinstance(target.goal, Rise) and isinstance(target.goal.base, Span):
        return target.goal.base.days()
    return period_before(plan.period, plan.period.days())


def _base(shop: Shop, plan: Plan, target: Target) -> Fraction | None:
    if isinstance(target.goal, Rise) and not isinstance(target.goal.base, Span):
        return target.goal.base
    metric, days = shop.metrics[target.metric], _days(plan, target)
    found = measures.over(shop, metric, days, target.where)
    whole = found.covered == len(days) or not measures.is_flow(shop, metric.formula)
    return found.value if whole else None


def _aimed(shop: Shop, target: Target, base: Fraction | None) -> Fraction | None:
    """The level; of a band what lies in it and nearest to the base."""
    goal = aim(shop, target)
    if not isinstance(goal, Band):
        return goal
    return goal.lower if base is None else min(max(base, goal.lower), goal.upper)
