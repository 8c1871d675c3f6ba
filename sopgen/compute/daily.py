"""The daily report's figures: target of the day, actual, attainment, and the changes against earlier days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from sopgen.compute.attainment import TargetFacts, against, verdict
from sopgen.compute.changes import Base, Change, change, last_year
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.compute.spread import Spread
from sopgen.model import Model
from sopgen.records import Metric, Plan, Target
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message

WEEK = timedelta(days=7)


class DayFacts(Struct, frozen=True):
    """One metric on one day. `plan` is the plan whose target it is, "" where no plan has one.

    `upper` is the upper bound where the target is a band. `year_on_year` is against the day of the year before that the calendar
    puts beside it.
    """

    actual: Figure
    target: Figure
    upper: Figure | None
    attainment: Figure
    day_on_day: Change
    week_on_week: Change
    year_on_year: Change
    plan: str
    met: bool | None


def days(
    model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts], spread: Spread
) -> dict[date, dict[str, DayFacts]]:
    """The daily metrics on every day between the first and the last one that any of them has figures for."""
    metrics = [metric for metric in model.metrics.values() if "daily" in metric.reports]
    used = {part.table for metric in metrics for part in measures.parts(metric)} & set(measures.data_through)
    if not used:
        return {}
    period = Period(min(measures.data_from[table] for table in used), max(measures.data_through[table] for table in used))
    report = _DailyReport(model, measures, targets, spread, period)
    return {day: {metric.id: report.facts(metric, day) for metric in metrics} for day in period}


class _DailyReport:
    """Works out one day after the other, keeping what the next days ask for again."""

    def __init__(
        self, model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts], spread: Spread, period: Period
    ) -> None:
        self.measures, self.targets, self.spread = measures, targets, spread
        self.calendar, self.period = model.calendar, period
        self.flows = {metric.id for metric in model.metrics.values() if measures.is_flow(metric)}
        self.overall: dict[str, list[tuple[Plan, Target]]] = {}
        for plan in sorted(model.plans.values(), key=lambda plan: (len(plan.period), -_depth(model, plan))):
            for target in model.targets.get(plan.id, {}).values():
                if not target.where and (plan.id, target.id) in targets:
                    self.overall.setdefault(target.metric_id, []).append((plan, target))
        self.years: dict[date, Base] = {}
        self.actuals: dict[tuple[str, date], tuple[Figure, Message | None]] = {}

    def facts(self, metric: Metric, day: date) -> DayFacts:
        actual, doubt = self.actual(metric, day)
        plan, target, upper = self.target(metric, day)
        return DayFacts(
            actual=actual,
            target=target,
            upper=upper,
            attainment=against(f"{_home(metric, day)}/attainment", metric, actual, target, upper, doubt),
            day_on_day=self.change(metric, day, "day-on-day", Base(Period(day - DAY, day - DAY))),
            week_on_week=self.change(metric, day, "week-on-week", Base(Period(day - WEEK, day - WEEK))),
            year_on_year=self.change(metric, day, "year-on-year", self.year(day)),
            plan=plan,
            met=verdict(metric, actual, target, upper, doubt),
        )

    def actual(self, metric: Metric, day: date) -> tuple[Figure, Message | None]:
        """The metric on the day, and why it is not to be judged, if so."""
        if (metric.id, day) not in self.actuals:
            measured = self.measures.measure(metric, Period(day, day))
            inputs = (*self.measures.inputs(metric), f"{day}")
            figure = Figure(f"{_home(metric, day)}/actual", measured.value, metric.unit, metric.formula, inputs, measured.reason)
            self.actuals[metric.id, day] = (figure, measured.doubt)
        return self.actuals[metric.id, day]

    def target(self, metric: Metric, day: date) -> tuple[str, Figure, Figure | None]:
        """The target of the day, of the shortest plan around it, of two with the same days the inner one.

        A campaign's own days are the campaign's.
        """
        id_ = f"{_home(metric, day)}/target"
        for plan, target in self.overall.get(metric.id, ()):
            if day in plan.period:
                return plan.id, *self.of_the_day(id_, metric, plan, target, day)
        return "", Figure(id_, None, metric.unit, "", (), Message(N_("no plan has a target for it"))), None

    def of_the_day(self, id_: str, metric: Metric, plan: Plan, target: Target, day: date) -> tuple[Figure, Figure | None]:
        """A level holds on every day, and so does a band of levels; an amount is spread over the days."""
        whole = self.targets[plan.id, target.id]
        if metric.id not in self.flows:
            return _held(id_, whole.target), _held(f"{id_}/to", whole.upper) if whole.upper else None
        if whole.upper is None:
            return self.spread.of_the_day(id_, plan, target, day), None
        reason = Message(N_("a band of what adds up over days is not shared out among them"))
        return Figure(id_, None, metric.unit, "", (whole.target.id, whole.upper.id), reason), None

    def year(self, day: date) -> Base:
        """The day of the year before that the calendar puts beside a day."""
        if day not in self.years:
            self.years[day] = last_year(self.calendar, Period(day, day))
        return self.years[day]

    def change(self, metric: Metric, day: date, name: str, base: Base) -> Change:
        id_, now = f"{_home(metric, day)}/{name}", self.actual(metric, day)[0]
        before = self.actual(metric, base.days.start)[0] if base.days and self.period.covers(base.days) else None
        return change(id_, now, before, base)


def _held(id_: str, whole: Figure) -> Figure:
    return Figure(id_, whole.value, whole.unit, "target", (whole.id,), whole.reason)


def _home(metric: Metric, day: date) -> str:
    return f"days/{day}/{metric.id}"


def _depth(model: Model, plan: Plan) -> int:
    """How many plans a plan is within."""
    found = {plan.id}
    above = model.plans.get(plan.parent or "")
    while above is not None and above.id not in found:
        found.add(above.id)
        above = model.plans.get(above.parent or "")
    return len(found) - 1
