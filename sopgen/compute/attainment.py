"""Targets against what was reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures, Where
from sopgen.model import Model
from sopgen.records import Goal, Metric, Plan, Target
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS, PERCENT, POINTS

SIGNED = {"up": "1 + (actual - target) / |target|", "down": "1 - (actual - target) / |target|"}


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """A target of a plan, measured over the plan's period.

    `met` is decided on the exact actual and target, and None where there is no actual or the period goes on. `daily` is the
    flat average a day, only for metrics that add over days.
    """

    target: Figure
    actual: Figure
    gap: Figure
    attainment: Figure
    covered: Figure
    days: Figure
    daily: Figure | None
    met: bool | None


def attainment(actual: Fraction, target: Fraction, better: str) -> Fraction | None:
    """`1 + s(A - T)/|T|`, s = +1 where higher is better and -1 where lower is; None for a target of zero (domain B1)."""
    if target == 0:
        return None
    sign = 1 if better == "up" else -1
    return 1 + sign * (actual - target) / abs(target)


def is_met(actual: Fraction, target: Fraction, better: str) -> bool:
    """Whether the target is reached, on the exact figures and never on a rounded percentage."""
    return actual >= target if better == "up" else actual <= target


def against(id_: str, actual: Figure, target: Figure, better: str | None, doubt: Message | None) -> Figure:
    """The attainment of one figure against another; none where there is `doubt` about the actual one."""
    value, reason = None, target.reason or actual.reason or doubt
    if better is None:
        reason = Message(N_("the metric does not say which way is better"))
    elif actual.value is not None and target.value is not None and doubt is None:
        value = attainment(actual.value, target.value, better)
        reason = None if value is not None else Message(N_("the target is zero: met or missed, no percentage"))
    return Figure(id_, value, PERCENT, SIGNED[better] if better else "", (actual.id, target.id), reason)


def verdict(actual: Figure, target: Figure, better: str | None, doubt: Message | None) -> bool | None:
    """Met or missed, None where one of the figures or the direction is missing or there is `doubt` about the actual one."""
    if actual.value is None or target.value is None or better is None or doubt is not None:
        return None
    return is_met(actual.value, target.value, better)


def aim(id_: str, measures: Measures, metric: Metric, goal: Goal, where: Where, written: str) -> Figure:
    """What a goal asks for, in the metric's unit: the level as `written`, or the base raised by percent, points or an amount."""
    if goal.rise is None:
        level = goal.level.value_in(metric.unit) if goal.level else None
        reason = None if level is not None else Message(N_("it is in another unit"))
        return Figure(id_, level, metric.unit, "as written", (written,), reason)
    relative = goal.rise.unit == PERCENT
    step = goal.rise.number if relative or goal.rise.unit == POINTS else goal.rise.value_in(metric.unit)
    base, reason = _base(measures, metric, goal, where)
    measured = (*measures.inputs(metric, where), f"{goal.base_period}") if goal.base_period else ()
    value = None if base is None or step is None else base * (1 + step) if relative else base + step
    reason = None if value is not None else reason or Message(N_("it is in another unit"))
    return Figure(id_, value, metric.unit, "base * (1 + rise)" if relative else "base + rise", (written, *measured), reason)


def _base(measures: Measures, metric: Metric, goal: Goal, where: Where) -> tuple[Fraction | None, Message | None]:
    """What a goal rises from. A sum of some of the days is no base for a sum of all of them."""
    if goal.base_period is None:
        return goal.base_value.value_in(metric.unit) if goal.base_value else None, Message(N_("the base is missing"))
    measured = measures.measure(metric, goal.base_period, where)
    if measured.covered < measured.days and measures.is_flow(metric):
        counts = {"covered": measured.covered, "days": measured.days}
        return None, Message(N_("the base has figures for {covered} of {days} days"), counts)
    return measured.value, measured.reason


def targets(model: Model, measures: Measures, day: date) -> dict[tuple[str, str], TargetFacts]:
    """Every target of every plan, by plan and target id, as of `day`."""
    return {
        (plan.id, target.id): _facts(measures, plan, target, model.metrics[target.metric_id], day)
        for plan in model.plans.values()
        for target in model.targets.get(plan.id, {}).values()
        if target.metric_id in model.metrics
    }


def _facts(measures: Measures, plan: Plan, target: Target, metric: Metric, day: date) -> TargetFacts:
    home, where = f"plans/{plan.id}/targets/{target.id}", tuple(target.where.items())
    measured = measures.measure(metric, plan.period, where)
    inputs = (*measures.inputs(metric, where), f"{plan.period}")
    aimed = aim(f"{home}/target", measures, metric, target.target, where, measures.model.address(target, "target"))
    actual = Figure(f"{home}/actual", measured.value, metric.unit, metric.formula, inputs, measured.reason)
    return TargetFacts(
        target=aimed,
        actual=actual,
        gap=_gap(f"{home}/gap", actual, aimed),
        attainment=against(f"{home}/attainment", actual, aimed, metric.better, measured.doubt),
        covered=Figure(f"{home}/covered", Fraction(measured.covered), DAYS, "days with figures", inputs),
        days=Figure(f"{home}/days", Fraction(measured.days), DAYS, "days of the period", inputs[-1:]),
        daily=_daily(f"{home}/daily", aimed, plan) if measures.is_flow(metric) else None,
        met=verdict(actual, aimed, metric.better, measured.doubt) if day >= plan.period.end else None,
    )


def _gap(id_: str, actual: Figure, target: Figure) -> Figure:
    """The difference; between two rates it is in percentage points (domain B2)."""
    value = None if actual.value is None or target.value is None else actual.value - target.value
    unit = POINTS if target.unit == PERCENT else target.unit
    return Figure(id_, value, unit, "actual - target", (actual.id, target.id), target.reason or actual.reason)


def _daily(id_: str, target: Figure, plan: Plan) -> Figure:
    value = None if target.value is None else target.value / len(plan.period)
    return Figure(id_, value, target.unit, "target / days", (target.id,), target.reason)
