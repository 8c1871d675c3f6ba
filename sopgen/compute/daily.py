"""The daily report's figures: target of the day, actual, attainment, and the change against yesterday and the same weekday."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from sopgen.compute.attainment import TargetFacts, against, verdict
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.model import Model
from sopgen.records import Calendar, Metric, Plan, Weights
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT, POINTS

WEEKDAYS: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FLAT = Weights(default=Fraction(1))
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure against an earlier day: the `relative` change, and for rates the difference in `points` as well."""

    relative: Figure
    points: Figure | None


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One metric on one day. `plan` is the plan whose target it is, "" where no plan has one."""

    actual: Figure
    target: Figure
    attainment: Figure
    day_on_day: Change
    week_on_week: Change
    plan: str
    met: bool | None


def weight(weights: Weights, day: date) -> Fraction:
    """How much a day weighs: the first span that it is in, else its weekday, else the default."""
    for span in weights.spans:
        if day in span.days:
            return span.weight
    return weights.weekdays.get(WEEKDAYS[day.weekday()], weights.default)


def shares(weights: Weights, period: Period, without: tuple[Period, ...] = ()) -> dict[date, Fraction]:
    """The part of a period's target that falls on each day: its weight over the weights of all (domain B7).

    The days of the periods `without` have no share; {} where nothing weighs.
    """
    each = {day: weight(weights, day) for day in period if not any(day in other for other in without)}
    whole = sum(each.values(), Fraction(0))
    return {day: part / whole for day, part in each.items()} if whole else {}


def days(model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts]) -> dict[date, dict[str, DayFacts]]:
    """The daily metrics on every day between the first and the last one that any of them has figures for."""
    metrics = [metric for metric in model.metrics.values() if "daily" in metric.reports]
    used = {part.table for metric in metrics for part in measures.parts(metric)} & set(measures.data_through)
    if not used:
        return {}
    period = Period(min(measures.data_from[table] for table in used), max(measures.data_through[table] for table in used))
    report = _DailyReport(model, measures, targets)
    return {day: {metric.id: report.facts(metric, day) for metric in metrics} for day in period}


class _DailyReport:
    """Works out one day after the other, keeping what the next days ask for again."""

    def __init__(self, model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts]) -> None:
        self.measures, self.targets = measures, targets
        self.overall = [
            (plan, target) for plan in model.plans.values() for target in model.targets.get(plan.id, {}).values() if not target.where
        ]
        self.overall.sort(key=lambda pair: len(pair[0].period))
        self.weights = (model.calendar or Calendar(weights=FLAT)).weights
        self.shares: dict[tuple[str, str], dict[date, Fraction]] = {}
        self.actuals: dict[tuple[str, date], tuple[Figure, Message | None]] = {}

    def facts(self, metric: Metric, day: date) -> DayFacts:
        actual, doubt = self.actual(metric, day)
        plan, target = self.target(metric, day)
        return DayFacts(
            actual=actual,
            target=target,
            attainment=against(f"{_home(metric, day)}/attainment", actual, target, metric.better, doubt),
            day_on_day=self.change(metric, day, "day-on-day", DAY),
            week_on_week=self.change(metric, day, "week-on-week", WEEK),
            plan=plan,
            met=verdict(actual, target, metric.better, doubt),
        )

    def actual(self, metric: Metric, day: date) -> tuple[Figure, Message | None]:
        """The metric on the day, and why it is not to be judged, if so."""
        if (metric.id, day) not in self.actuals:
            measured = self.measures.measure(metric, Period(day, day))
            inputs = (*self.measures.inputs(metric), f"{day}")
            figure = Figure(f"{_home(metric, day)}/actual", measured.value, metric.unit, metric.formula, inputs, measured.reason)
            self.actuals[metric.id, day] = (figure, measured.doubt)
        return self.actuals[metric.id, day]

    def target(self, metric: Metric, day: date) -> tuple[str, Figure]:
        """The target of the day, of the shortest plan around it: a campaign's own days are the campaign's."""
        id_ = f"{_home(metric, day)}/target"
        for plan, target in self.overall:
            if target.metric_id == metric.id and day in plan.period:
                return plan.id, self.of_the_day(id_, metric, plan, self.targets[plan.id, target.id].target, day)
        return "", Figure(id_, None, metric.unit, "", (), Message(N_("no plan has a target for it")))

    def of_the_day(self, id_: str, metric: Metric, plan: Plan, whole: Figure, day: date) -> Figure:
        """A level holds on every day; an amount is shared out by the weights of the calendar.

        The plans within a plan have their own targets on their days, so its other days share what those leave of its own:
        the days of a plan add up to its target, and nothing is counted twice.
        """
        if whole.value is None or not self.measures.is_flow(metric):
            return Figure(id_, whole.value, metric.unit, "target", (whole.id,), whole.reason)
        parts = self.parts(plan, metric)
        left = max(whole.value - sum((figure.value or Fraction(0) for _, figure in parts), Fraction(0)), Fraction(0))
        if (plan.id, metric.id) not in self.shares:
            self.shares[plan.id, metric.id] = shares(self.weights, plan.period, tuple(part.period for part, _ in parts))
        share = self.shares[plan.id, metric.id].get(day)
        value = None if share is None else left * share
        reason = None if share is not None else Message(N_("the days of the plan have no weight"))
        formula = "target * weight(day) / sum(weights)" if not parts else "(target - parts) * weight(day) / sum(weights outside parts)"
        return Figure(id_, value, metric.unit, formula, (whole.id, *(figure.id for _, figure in parts)), reason)

    def parts(self, plan: Plan, metric: Metric) -> list[tuple[Plan, Figure]]:
        """The plans directly within a plan that have a target of their own for the metric."""
        return [
            (part, self.targets[part.id, target.id].target)
            for part, target in self.overall
            if part.parent == plan.id and target.metric_id == metric.id and (part.id, target.id) in self.targets
        ]

    def change(self, metric: Metric, day: date, name: str, back: timedelta) -> Change:
        """Amounts change in percent; rates in percentage points, with the relative change beside (domain B2)."""
        now, before = self.actual(metric, day)[0], self.actual(metric, day - back)[0]
        inputs, id_ = (now.id, before.id), f"{_home(metric, day)}/{name}"
        relative, points = _moved(now.value, before.value)
        missing = now.reason or (before.reason and Message(N_("the day it is compared with has no figures")))
        reason = missing or (None if relative is not None else Message(N_("the day it is compared with was zero or less")))
        rate = metric.unit == PERCENT
        return Change(
            Figure(id_, relative, PERCENT, "(now - before) / before", inputs, reason),
            Figure(f"{id_}/points", points, POINTS, "now - before", inputs, missing) if rate else None,
        )


def _home(metric: Metric, day: date) -> str:
    return f"days/{day}/{metric.id}"


def _moved(now: Fraction | None, before: Fraction | None) -> tuple[Fraction | None, Fraction | None]:
    """The relative change, None where the base is zero or less, and the difference."""
    if now is None or before is None:
        return None, None
    return (now - before) / before if before > 0 else None, now - before
