"""Targets against what was reached."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measured, Measures, Where
from sopgen.model import Model
from sopgen.records import Goal, Metric, Plan, Target
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS, PERCENT, POINTS, Quantity

SIGNED = {"up": "1 + (actual - target) / |target|", "down": "1 - (actual - target) / |target|"}
INVERSE = "target / actual"
BAND = "1 inside the band, else 1 - |actual - bound| / |bound| of the nearer bound"

_UNIT = Message(N_("it is in another unit"))


class TargetFacts(Struct, frozen=True):
    """A target of a plan, measured over the days of the plan's period that are over.

    `upper` is the upper bound where the target is a band, `target` then the lower one. `met` is decided on the exact actual
    and target, and None where there is no actual or the period goes on. `daily` is the flat average a day, only for metrics
    that add over days.
    """

    target: Figure
    upper: Figure | None
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


def inverse(actual: Fraction, target: Fraction) -> Fraction | None:
    """`T/A`, the other family in use where lower is better; None unless both are above zero (domain B1)."""
    return target / actual if actual > 0 and target > 0 else None


def in_band(actual: Fraction, lower: Fraction, upper: Fraction) -> Fraction | None:
    """1 inside the band, its bounds included; outside 1 less the distance to the nearer bound over that bound (domain B1).

    None outside of a bound of zero.
    """
    if lower <= actual <= upper:
        return Fraction(1)
    return attainment(actual, lower, "up") if actual < lower else attainment(actual, upper, "down")


def is_met(actual: Fraction, target: Fraction, better: str) -> bool:
    """Whether the target is reached, on the exact figures and never on a rounded percentage."""
    return actual >= target if better == "up" else actual <= target


def against(id_: str, metric: Metric, actual: Figure, target: Figure, upper: Figure | None, doubt: Message | None) -> Figure:
    """The attainment of one figure against another, or against a band; none where there is `doubt` about the actual one."""
    inputs = (actual.id, target.id, *((upper.id,) if upper else ()))
    value, reason = None, _missing(metric, actual, target, upper) or doubt
    if reason is None and actual.value is not None and target.value is not None:
        value, reason = _reached(metric, actual.value, target.value, upper.value if upper else None)
    return Figure(id_, value, PERCENT, formula(metric), inputs, reason)


def formula(metric: Metric) -> str:
    """How the attainment of a metric's targets is worked out; "" where it does not say which way is better."""
    if metric.better is None or metric.better == "band":
        return BAND if metric.better else ""
    return INVERSE if metric.attainment == "inverse" and metric.better == "down" else SIGNED[metric.better]


def _missing(metric: Metric, actual: Figure, target: Figure, upper: Figure | None) -> Message | None:
    """Why there is nothing to compare."""
    if metric.better is None:
        return Message(N_("the metric does not say which way is better"))
    if (metric.better == "band") != (upper is not None) and target.value is not None:
        return Message(N_("the target is a band and the metric is not, or the other way round"))
    return target.reason or (upper.reason if upper else None) or actual.reason


def _reached(metric: Metric, actual: Fraction, target: Fraction, upper: Fraction | None) -> tuple[Fraction | None, Message | None]:
    zero = Message(N_("the target is zero: met or missed, no percentage"))
    if upper is not None:
        value = in_band(actual, target, upper)
    elif formula(metric) == INVERSE:
        value = inverse(actual, target)
        zero = zero if target == 0 else Message(N_("target / actual says nothing of figures that are not above zero"))
    else:
        value = attainment(actual, target, metric.better or "")
    return value, None if value is not None else zero


def verdict(metric: Metric, actual: Figure, target: Figure, upper: Figure | None, doubt: Message | None) -> bool | None:
    """Met or missed, None where one of the figures or the direction is missing or there is `doubt` about the actual one."""
    if _missing(metric, actual, target, upper) or doubt is not None or actual.value is None or target.value is None:
        return None
    if upper is not None and upper.value is not None:
        return target.value <= actual.value <= upper.value
    return is_met(actual.value, target.value, metric.better or "")


def aim(home: str, measures: Measures, metric: Metric, goal: Goal, where: Where, written: str) -> tuple[Figure, Figure | None]:
    """What a goal asks for, in the metric's unit, as the figure `home`/target: the level as `written`, or the base raised.

    `written` is the address of the goal. Of a band it is the lower bound, and the second figure the upper one, `home`/target/to.
    """
    if goal.band is not None:
        lower, upper = goal.band
        return _written(f"{home}/target", lower, metric, written), _written(f"{home}/target/to", upper, metric, written)
    if goal.rise is None:
        return _written(f"{home}/target", goal.level, metric, written), None
    return _raised(f"{home}/target", measures, metric, goal, goal.rise, where, written), None


def _written(id_: str, quantity: Quantity | None, metric: Metric, written: str) -> Figure:
    if quantity is None:
        return Figure(id_, None, metric.unit, "as written", (written,), Message(N_("it is no level, no rise and no band")))
    value = quantity.value_in(metric.unit)
    return Figure(id_, value, metric.unit, "as written", (written,), None if value is not None else _UNIT)


def _raised(id_: str, measures: Measures, metric: Metric, goal: Goal, rise: Quantity, where: Where, written: str) -> Figure:
    """The base raised by percent, points or an amount."""
    relative = rise.unit == PERCENT
    step = rise.number if relative or rise.unit == POINTS else rise.value_in(metric.unit)
    base, reason = _base(measures, metric, goal, where)
    measured = (*measures.inputs(metric, where), f"{goal.base_period}") if goal.base_period else ()
    value = None if base is None or step is None else base * (1 + step) if relative else base + step
    reason = None if value is not None else reason or _UNIT
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


def targets(model: Model, measures: Measures, through: date) -> dict[tuple[str, str], TargetFacts]:
    """Every target of every plan, by plan and target id, over the days until `through`, the last one that is over."""
    return {
        (plan.id, target.id): _facts(measures, plan, target, model.metrics[target.metric_id], through)
        for plan in model.plans.values()
        for target in model.targets.get(plan.id, {}).values()
        if target.metric_id in model.metrics
    }


def _facts(measures: Measures, plan: Plan, target: Target, metric: Metric, through: date) -> TargetFacts:
    home, where = f"plans/{plan.id}/targets/{target.id}", tuple(target.where.items())
    over = plan.period.common(Period(date.min, through))
    measured = measures.measure(metric, over, where) if over else Measured(None, 0, 0, Message(N_("it has not started")))
    aimed, upper = aim(home, measures, metric, target.target, where, measures.model.address(target, "target"))
    inputs = (*measures.inputs(metric, where), f"{over or plan.period}")
    actual = Figure(f"{home}/actual", measured.value, metric.unit, metric.formula, inputs, measured.reason)
    return TargetFacts(
        target=aimed,
        upper=upper,
        actual=actual,
        gap=_gap(f"{home}/gap", actual, aimed, upper),
        attainment=against(f"{home}/attainment", metric, actual, aimed, upper, measured.doubt),
        covered=Figure(f"{home}/covered", Fraction(measured.covered), DAYS, "days with figures", inputs),
        days=Figure(f"{home}/days", Fraction(len(plan.period)), DAYS, "days of the period", (f"{plan.period}",)),
        daily=_daily(f"{home}/daily", aimed, plan) if measures.is_flow(metric) and upper is None else None,
        met=verdict(metric, actual, aimed, upper, measured.doubt) if through >= plan.period.end else None,
    )


def _gap(id_: str, actual: Figure, target: Figure, upper: Figure | None) -> Figure:
    """The difference, of a band to its nearer bound; between two rates it is in percentage points (domain B2)."""
    value, formula_ = None, "actual - target" if upper is None else "0 inside the band, else actual - nearer bound"
    if actual.value is not None and target.value is not None:
        bound = target.value if upper is None or upper.value is None else min(max(actual.value, target.value), upper.value)
        value = actual.value - bound
    unit = POINTS if target.unit == PERCENT else target.unit
    inputs = (actual.id, target.id, *((upper.id,) if upper else ()))
    return Figure(id_, value, unit, formula_, inputs, target.reason or actual.reason)


def _daily(id_: str, target: Figure, plan: Plan) -> Figure:
    value = None if target.value is None else target.value / len(plan.period)
    return Figure(id_, value, target.unit, "target / days", (target.id,), target.reason)
