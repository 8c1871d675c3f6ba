"""How a plan goes: the days gone, what should be reached by now, where it leads and what is still needed (domain B7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.attainment import TargetFacts, against
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.compute.spread import Spread
from sopgen.model import Model
from sopgen.records import Metric, Plan, Target
from sopgen.words.dates import DAY, Instant, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS, PERCENT


class Stage(StrEnum):
    """Where a period stands; the values are labels for readers."""

    AHEAD = N_("not started")
    RUNNING = N_("in progress")
    OVER = N_("ended")


class RunFacts(Struct, frozen=True):
    """The way of an amount to its target.

    `expected` adds up the targets of the days so far that have figures, so that a day without figures is no lag: `covered` beside
    `elapsed` says how many lack them. `forecast` goes on as the days weigh, `linear` as if all days were alike. `needed` is what
    each remaining day has to bring. `next_target` is the target of `next_day`, the first one that is not over.
    """

    expected: Figure
    forecast: Figure
    linear: Figure
    needed: Figure
    next_day: date
    next_target: Figure


class PaceFacts(Struct, frozen=True):
    """A target on its way: `to_date` are the days of its period that are over and that the data reaches, None where there are none.

    `pace` is the attainment of what is expected to date; of a level, which is held and not added up, that of the target, and
    there is no `run`.
    """

    stage: Stage
    to_date: Period | None
    total: Figure
    elapsed: Figure
    time: Figure
    covered: Figure
    pace: Figure
    run: RunFacts | None


def paces(
    model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts], spread: Spread, as_of: Instant
) -> dict[tuple[str, str], PaceFacts]:
    """Every target of every plan, by plan and target id, as of an instant."""
    return {
        (plan.id, target.id): _Pace(measures, spread, plan, target, model.metrics[target.metric_id], facts, as_of).facts()
        for plan in model.plans.values()
        for target in model.targets.get(plan.id, {}).values()
        if (facts := targets.get((plan.id, target.id))) is not None
    }


class _Pace:
    """Works out one target."""

    def __init__(
        self, measures: Measures, spread: Spread, plan: Plan, target: Target, metric: Metric, aimed: TargetFacts, as_of: Instant
    ) -> None:
        self.measures, self.spread, self.plan, self.target, self.metric, self.aimed = measures, spread, plan, target, metric, aimed
        self.home, self.as_of, period = f"plans/{plan.id}/targets/{target.id}/pace", as_of, plan.period
        self.to_date = to_date(measures, metric, period, as_of.last_whole_day)
        series = measures.series(metric, tuple(target.where.items()))
        self.days = series.within(self.to_date) if series and self.to_date else ()
        self.elapsed, self.total = len(self.to_date or ()), len(period)

    def facts(self) -> PaceFacts:
        run, pace = None, self.aimed.attainment
        if self.measures.is_flow(self.metric) and self.aimed.upper is None:
            expected = self._expected()
            pace = against(f"{self.home}/pace", self.metric, self.aimed.actual, expected, None, None)
            run = self._run(expected)
        return PaceFacts(
            stage=self._stage(),
            to_date=self.to_date,
            total=self.aimed.days,
            elapsed=Figure(
                f"{self.home}/elapsed",
                Fraction(self.elapsed),
                DAYS,
                "days over, as far as the figures reach",
                (f"{self.to_date or self.plan.period}",),
            ),
            time=Figure(f"{self.home}/time", Fraction(self.elapsed, self.total), PERCENT, "days elapsed / days", self._times()),
            covered=self.aimed.covered,
            pace=pace,
            run=run,
        )

    def _stage(self) -> Stage:
        if self.as_of.date() < self.plan.period.start:
            return Stage.AHEAD
        return Stage.OVER if self.as_of.last_whole_day >= self.plan.period.end else Stage.RUNNING

    def _times(self) -> tuple[str, ...]:
        return (f"{self.home}/elapsed", self.aimed.days.id)

    def _run(self, expected: Figure) -> RunFacts:
        next_day = self.as_of.last_whole_day + DAY
        return RunFacts(
            expected=expected,
            forecast=self._forecast(expected),
            linear=self._linear(),
            needed=self._needed(),
            next_day=next_day,
            next_target=self._next(next_day),
        )

    def _expected(self) -> Figure:
        """The targets of the days so far that have figures."""
        days = self.spread.days(self.plan, self.target)
        inputs = (*self._targets(), f"{self.to_date or self.plan.period}")
        reason = self.aimed.target.reason or self.aimed.actual.reason
        if reason is None and not days:
            reason = Message(N_("the days of the plan have no weight"))
        value = sum((days.get(day, Fraction(0)) for day in self.days), Fraction(0)) if reason is None else None
        formula = "sum of the targets of the days with figures"
        return Figure(f"{self.home}/expected", value, self.metric.unit, formula, inputs, reason)

    def _targets(self) -> tuple[str, ...]:
        """The target, those of the plans within the plan that it takes in, and the weights of the days."""
        parts = (f"plans/{part.id}/targets/{its.id}/target" for part, its in self.spread.parts(self.plan, self.target))
        return (self.aimed.target.id, *parts, *self.spread.weights)

    def _forecast(self, expected: Figure) -> Figure:
        """Where it leads if the remaining days reach as much of their targets as those so far."""
        actual, value, reason = self.aimed.actual, None, expected.reason
        if actual.value is not None and expected.value is not None:
            whole = sum(self.spread.days(self.plan, self.target).values(), Fraction(0))
            value = actual.value * whole / expected.value if expected.value else None
            reason = None if value is not None else Message(N_("nothing is expected of the days so far"))
        formula = "actual / (expected / sum of the targets of all days)"
        return Figure(f"{self.home}/forecast", value, self.metric.unit, formula, (actual.id, expected.id, *self._targets()), reason)

    def _linear(self) -> Figure:
        """Where it leads if every day brings as much as the mean of those so far."""
        actual = self.aimed.actual
        value = None if actual.value is None else actual.value / len(self.days) * self.total
        inputs = (actual.id, self.aimed.covered.id, self.aimed.days.id)
        return Figure(f"{self.home}/linear", value, self.metric.unit, "actual / days with figures * days", inputs, actual.reason)

    def _needed(self) -> Figure:
        """What each remaining day has to bring; a day without figures has brought nothing that is known."""
        target, actual, remaining = self.aimed.target, self.aimed.actual, self.total - self.elapsed
        value, reason = None, target.reason or actual.reason
        if self._stage() is Stage.OVER:
            reason = Message(N_("the period is over"))
        elif target.value is not None and actual.value is not None:
            value = (target.value - actual.value) / remaining if remaining else None
        inputs = (target.id, actual.id, *self._times())
        return Figure(f"{self.home}/needed", value, self.metric.unit, "(target - actual) / remaining days", inputs, reason)

    def _next(self, day: date) -> Figure:
        id_ = f"{self.home}/next-target"
        if day in self.plan.period:
            return self.spread.of_the_day(id_, self.plan, self.target, day)
        reason = N_("the period is over") if day > self.plan.period.end else N_("it has not started")
        return Figure(id_, None, self.metric.unit, "", (self.aimed.target.id,), Message(reason))


def to_date(measures: Measures, metric: Metric, period: Period, day: date) -> Period | None:
    """The days of a period up to `day` that every table behind the metric reaches; None before there are any."""
    tables = {part.table for part in measures.parts(metric)}
    if not tables or not tables <= set(measures.data_through):
        return None
    return period.common(Period(date.min, min(day, *(measures.data_through[table] for table in tables))))
