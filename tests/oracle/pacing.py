"""How a plan goes, by its definitions (domain B7): what its days so far should have brought, where it leads, what is still needed.

The days so far are those that are over and that every table behind the metric reaches. Days without figures are no lag: nothing
is expected of them. Periods are compared with as many days of the period before and of the year before, sums only where all of
these days have figures (domain B2).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle import measures
from tests.oracle.plans import ZERO, Numbers, amounts, changes, level, over, reached
from tests.oracle.shop import Metric, Plan, Shop, Span, Target


def paces(shop: Shop) -> Numbers:
    """The figures of every target on its way, by id."""
    numbers: Numbers = {}
    for plan_id, plan in shop.plans.items():
        for id_, target in plan.targets.items():
            home, metric = f"plans/{plan_id}/targets/{id_}", shop.metrics[target.metric]
            so_far, total = days_so_far(shop, plan, metric), len(plan.period.days())
            numbers |= {f"{home}/pace/elapsed": Fraction(len(so_far)), f"{home}/pace/time": Fraction(len(so_far), total)}
            if measures.is_flow(shop, metric.formula) and metric.better != "band":
                numbers |= {f"{home}/pace/{name}": number for name, number in _run(shop, plan_id, target, so_far).items()}
            if so_far:
                numbers |= _moved(shop, home, plan, target, so_far)
    return numbers


def days_so_far(shop: Shop, plan: Plan, metric: Metric) -> list[date]:
    """The days of a plan that are over and that every table behind the metric reaches."""
    reached = [[row.day for row in shop.tables[part.table].rows] for part in measures.aggregates(metric.formula)]
    return [day for day in over(shop, plan) if all(days and day <= max(days) for days in reached)]


def _run(shop: Shop, plan_id: str, target: Target, so_far: list[date]) -> Numbers:
    plan, metric = shop.plans[plan_id], shop.metrics[target.metric]
    actual, aimed = measures.over(shop, metric, over(shop, plan), target.where).value, level(shop, target)
    found: Numbers = dict.fromkeys(["expected", "pace", "forecast", "linear", "needed"])
    wanted = amounts(shop, plan_id, target.metric, target.where)
    found["next-target"] = wanted.get(shop.through + timedelta(1))
    if actual is None:
        return found
    days = plan.period.days()
    known = [day for day in so_far if measures.over(shop, metric, [day], target.where).covered]
    found["linear"] = actual * len(days) / len(known)
    if aimed is not None and shop.through < plan.period.end:
        found["needed"] = (aimed - actual) / (len(days) - len(so_far))
    if aimed is not None and wanted:
        expected = sum((wanted.get(day, ZERO) for day in known), ZERO)
        found |= {"expected": expected, "pace": reached(actual, expected, metric)}
        found["forecast"] = actual * sum(wanted.values(), ZERO) / expected if expected else None
    return found


def _moved(shop: Shop, home: str, plan: Plan, target: Target, so_far: list[date]) -> Numbers:
    numbers: Numbers = {}
    metric, now = shop.metrics[target.metric], measures.over(shop, shop.metrics[target.metric], over(shop, plan), target.where)
    for name, before in {"previous": period_before(plan.period, so_far), "last-year": year_before(plan.period, so_far)}.items():
        base = measures.over(shop, metric, before, target.where)
        numbers[f"{home}/{name}/base"] = base.value
        flow = measures.is_flow(shop, metric.formula)
        whole = not flow or (base.covered == len(before) and measures.over(shop, metric, so_far, target.where).covered == len(so_far))
        numbers |= changes(f"{home}/{name}", metric, now.value, base.value if whole else None)
        moved = numbers[f"{home}/{name}"]
        if flow and moved is not None and len(before) != len(so_far):
            numbers[f"{home}/{name}/per-day"] = (moved + 1) * len(before) / len(so_far) - 1
    return numbers


def period_before(period: Span, so_far: list[date]) -> list[date]:
    """As many days of the period before: of a month, quarter or year the one before, of any other days as many just before."""
    months = _months(period)
    if months:
        return _first(_shifted(period, -months, months), period, so_far)
    return [day - timedelta(len(period.days())) for day in so_far]


def year_before(period: Span, so_far: list[date]) -> list[date]:
    """A month, quarter or year beside the same one a year before; any other days beside the same weekdays, 52 weeks back."""
    months = _months(period)
    return _first(_shifted(period, -12, months), period, so_far) if months else [day - timedelta(364) for day in so_far]


def _first(before: list[date], period: Span, so_far: list[date]) -> list[date]:
    return before if len(so_far) == len(period.days()) else before[: len(so_far)]


def _months(period: Span) -> int:
    """How many months a whole month, quarter or year has; 0 for other days."""
    fitting = [size for size in (1, 3, 12) if (period.start.month - 1) % size == 0 and _shifted(period, 0, size) == period.days()]
    return fitting[0] if fitting else 0


def _shifted(period: Span, by: int, size: int) -> list[date]:
    """The days of `size` months, from the one that is `by` months after the period's first."""
    first, last = (period.start.year * 12 + period.start.month - 1 + by + more for more in (0, size - 1))
    end = date(last // 12, last % 12 + 1, monthrange(last // 12, last % 12 + 1)[1])
    return Span(date(first // 12, first % 12 + 1, 1), end).days()
