"""How far a figure has moved: against the day before, the same weekday, the period before and the year before (domain B2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from sopgen.compute.attainment import TargetFacts
from sopgen.compute.calendar import year_before
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures, Where
from sopgen.compute.pacing import PaceFacts
from sopgen.model import Model
from sopgen.records import Calendar, Metric, Plan, Target
from sopgen.words.dates import DAY, Period, month
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT, POINTS


class Base(Struct, frozen=True):
    """The days that something is compared with, None where there are none; the `event` that they follow; `why` there is no base."""

    days: Period | None
    event: str = ""
    why: Message | None = None


class Change(Struct, frozen=True):
    """A figure against that of other days: the `relative` change, and for rates the difference in `points` as well.

    `difference` stands in, for an amount, where the base is zero or less and a percentage would mean nothing. `per_day` is the
    change of the mean of a day, for sums over days of different number.
    """

    relative: Figure
    points: Figure | None
    base: Base = Base(None)
    difference: Figure | None = None
    per_day: Figure | None = None


class PeriodChanges(Struct, frozen=True):
    """A target's figure to date against as many days of the period before and of the year before, with what it was then."""

    before: Figure
    previous: Change
    year_before: Figure
    last_year: Change


NO_DAY = N_("the day it is compared with has no figures")
NO_DAYS = N_("the days it is compared with have no figures")


def change(id_: str, now: Figure, before: Figure | None, base: Base, missing: str = NO_DAY) -> Change:
    """The change from one figure to another of the same unit: amounts in percent, rates in percentage points with the percent beside.

    There is no percentage of a base of zero or less; a `missing` base is none, and never zero.
    """
    inputs = (now.id, before.id) if before else (now.id, *(f"{days.start}" for days in (base.days,) if days))
    lacking = now.reason or base.why or (Message(missing) if before is None or before.value is None else None)
    moved = now.value - before.value if before and now.value is not None and before.value is not None and not lacking else None
    relative = moved / before.value if before and before.value and before.value > 0 and moved is not None else None
    zero = Message(N_("the day it is compared with was zero or less") if missing == NO_DAY else N_("it came to zero or less before"))
    reason = lacking or (zero if relative is None else None)
    rate = now.unit == PERCENT
    standing_in = not rate and moved is not None and relative is None
    return Change(
        relative=Figure(id_, relative, PERCENT, "(now - before) / before", inputs, reason),
        points=Figure(f"{id_}/points", moved, POINTS, "now - before", inputs, lacking) if rate else None,
        base=base,
        difference=Figure(f"{id_}/difference", moved, now.unit, "now - before", inputs) if standing_in else None,
    )


def last_year(calendar: Calendar | None, days: Period) -> Base:
    """The days of the year before that some days are compared with, by the calendar."""
    found = year_before(calendar, days)
    why = Message(N_("the calendar has no such days of `{event}` the year before"), {"event": found.event}) if found.days is None else None
    return Base(found.days, found.event, why)


def of_targets(
    model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts], paces: Mapping[tuple[str, str], PaceFacts]
) -> dict[tuple[str, str], PeriodChanges]:
    """The changes of every target's figure whose period has begun and has figures, by plan and target id."""
    return {
        (plan.id, target.id): _of_target(model, measures, plan, target, targets[plan.id, target.id].actual, to_date)
        for plan in model.plans.values()
        for target in model.targets.get(plan.id, {}).values()
        if (plan.id, target.id) in paces and (to_date := paces[plan.id, target.id].to_date) is not None
    }


def _of_target(model: Model, measures: Measures, plan: Plan, target: Target, now: Figure, days: Period) -> PeriodChanges:
    home, metric, where = f"plans/{plan.id}/targets/{target.id}", model.metrics[target.metric_id], tuple(target.where.items())
    before, previous = _against(f"{home}/previous", measures, metric, where, now, days, Base(previous_days(plan.period, days)))
    then, year = _against(f"{home}/last-year", measures, metric, where, now, days, _last_year(model.calendar, plan.period, days))
    return PeriodChanges(before, previous, then, year)


def _against(id_: str, measures: Measures, metric: Metric, where: Where, now: Figure, days: Period, base: Base) -> tuple[Figure, Change]:
    """The metric over the base's days, and the change from there. A sum of some of the days is not compared with one of all."""
    fields = measures.inputs(metric, where)
    if base.days is None:
        before = Figure(f"{id_}/base", None, metric.unit, metric.formula, fields, base.why)
        return before, change(id_, now, before, base, NO_DAYS)
    measured = measures.measure(metric, base.days, where)
    before = Figure(f"{id_}/base", measured.value, metric.unit, metric.formula, (*fields, f"{base.days}"), measured.reason)
    if not measures.is_flow(metric):
        return before, change(id_, now, before, base, NO_DAYS)
    if measured.covered:
        current = measures.measure(metric, days, where)
        base = replace(base, why=_partly(current.covered, len(days), _NOW) or _partly(measured.covered, measured.days, _THEN))
    return before, _with_mean(change(id_, now, before, base, NO_DAYS), len(days), measured.days)


def _with_mean(moved: Change, days: int, days_before: int) -> Change:
    """With the change of the mean of a day beside it, where the days are not as many."""
    if moved.relative.value is None or days == days_before:
        return moved
    mean = (moved.relative.value + 1) * days_before / days - 1
    formula = "(now / days - before / days before) / (before / days before)"
    return replace(moved, per_day=Figure(f"{moved.relative.id}/per-day", mean, PERCENT, formula, moved.relative.inputs))


_NOW = N_("there are figures for {covered} of {days} days")
_THEN = N_("the days it is compared with have figures for {covered} of {days}")


def _partly(covered: int, days: int, said: str) -> Message | None:
    return Message(said, {"covered": covered, "days": days}) if covered < days else None


def previous_days(period: Period, days: Period) -> Period:
    """As many days of the period before as `days`, the first ones of `period`, are of theirs.

    Before a month, quarter or year that is the one before, whole where `days` are the whole; before any other period as many
    days just before it.
    """
    if (size := _months(period)) is None:
        back = timedelta(days=len(period))
        return Period(days.start - back, days.end - back)
    return _first_days(_whole(period.start, -size, size), period, days)


def _last_year(calendar: Calendar | None, period: Period, days: Period) -> Base:
    """A month, quarter or year is compared with the same one of the year before, other days by the calendar."""
    size = _months(period)
    return last_year(calendar, days) if size is None else Base(_first_days(_whole(period.start, -12, size), period, days))


def _first_days(before: Period, period: Period, days: Period) -> Period:
    """As many of the days of `before` as `days` are of `period`; all of them where `days` are all."""
    return before if days == period else Period(before.start, min(before.start + DAY * (len(days) - 1), before.end))


def _months(period: Period) -> int | None:
    """How many months a calendar month, quarter or year has; None of any other period."""
    first = period.start
    for size in (1, 3, 12):
        if first.day == 1 and (first.month - 1) % size == 0 and period == _whole(first, 0, size):
            return size
    return None


def _whole(first: date, shift: int, size: int) -> Period:
    """The `size` months that start `shift` months after the month of `first`."""
    start = first.year * 12 + first.month - 1 + shift
    end = start + size - 1
    return Period(date(start // 12, start % 12 + 1, 1), month(end // 12, end % 12 + 1).end)
