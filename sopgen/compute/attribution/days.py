"""The drivers of the daily metrics: against the day before, and from the target of the day to what was reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property

from sopgen.compute.attribution.products import Factor, Product, ProductFacts, product, tree
from sopgen.compute.daily import DayFacts
from sopgen.compute.figures import Figure
from sopgen.compute.later import Later
from sopgen.compute.measures import Measures
from sopgen.model import Model
from sopgen.records import Metric
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT, is_money

Days = Mapping[date, Mapping[str, DayFacts]]
Trees = Mapping[date, Mapping[str, ProductFacts]]


def drivers(model: Model, measures: Measures, days: Days) -> Trees:
    """By day and metric, what its drivers contribute to the change against the day before, where both days have figures."""
    each = _Days(model, measures, days)
    return Later(lambda: each.all(each.change))


def gaps(model: Model, measures: Measures, days: Days) -> Trees:
    """By day and metric, what its drivers contribute to the gap between the target and what was reached.

    Drivers with a target of that day stand apart; the others are one factor together, of which the target is what theirs leave
    of the metric's. Where no driver has a target there is nothing to tell apart.
    """
    each = _Days(model, measures, days)
    return Later(lambda: each.all(each.gap))


class _Days:
    """Works out one day after the other, keeping the figures of drivers that are not in the daily report themselves."""

    def __init__(self, model: Model, measures: Measures, days: Days) -> None:
        self.model, self.measures, self.days = model, measures, days
        self.measured: dict[tuple[str, date], Figure] = {}

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """By metric, what it is the product of, where all of that is there."""
        found = {id_: product(metric.drivers) for id_, metric in self.model.metrics.items()}
        return {id_: each for id_, each in found.items() if each is not None and set(each.metrics) <= set(self.model.metrics)}

    def all(self, facts: Callable[[Metric, date], ProductFacts | None]) -> Trees:
        """What a question gives for every metric of the daily report that has drivers."""
        found = {
            day: {id_: made for id_ in metrics if id_ in self.products and (made := facts(self.model.metrics[id_], day)) is not None}
            for day, metrics in self.days.items()
        }
        return {day: trees for day, trees in found.items() if trees}

    def change(self, metric: Metric, day: date) -> ProductFacts | None:
        before, after = self.actual(metric.id, day - DAY), self.actual(metric.id, day)
        if day - DAY not in self.days or before.value is None or after.value is None:
            return None
        made = self.products[metric.id]
        return tree(f"days/{day}/{metric.id}/drivers", before, after, self.factors(made, day, frozenset([metric.id])), made.constant)

    def factors(self, made: Product, day: date, above: frozenset[str]) -> tuple[Factor, ...]:
        """The drivers on a day and the one before it, with their own drivers; one that leads back to itself has none."""
        return tuple(self.factor(id_, id_ in made.divided, day, above) for id_ in made.metrics)

    def factor(self, id_: str, divided: bool, day: date, above: frozenset[str]) -> Factor:
        before, after = self.actual(id_, day - DAY), self.actual(id_, day)
        own = None if id_ in above else self.products.get(id_)
        if own is None:
            return Factor(id_, before, after, divided)
        return Factor(id_, before, after, divided, self.factors(own, day, above | {id_}), own.constant)

    def actual(self, id_: str, day: date) -> Figure:
        """The figure of the daily report, for other metrics one of its kind."""
        reported = self.days.get(day, {}).get(id_)
        if reported is not None:
            return reported.actual
        if (id_, day) not in self.measured:
            metric = self.model.metrics[id_]
            measured = self.measures.measure(metric, Period(day, day))
            inputs = (*self.measures.inputs(metric), f"{day}")
            self.measured[id_, day] = Figure(
                f"days/{day}/{id_}/actual", measured.value, metric.unit, metric.formula, inputs, measured.reason
            )
        return self.measured[id_, day]

    def gap(self, metric: Metric, day: date) -> ProductFacts | None:
        whole, made = self.days[day][metric.id], self.products[metric.id]
        if whole.target.value is None or whole.actual.value is None:
            return None
        known = [self.aimed(id_, id_ in made.divided, day) for id_ in made.metrics]
        apart = [each for each in known if each is not None]
        if not apart:
            return None
        home = f"days/{day}/{metric.id}/gap"
        others = [id_ for id_, each in zip(made.metrics, known, strict=True) if each is None]
        lumped = [self.together(home, whole, made, others, apart)] if others else []
        return tree(home, whole.target, whole.actual, [*apart, *lumped], made.constant)

    def aimed(self, id_: str, divided: bool, day: date) -> Factor | None:
        """A driver from its target of the day to what it reached."""
        facts = self.days[day].get(id_)
        return None if facts is None or facts.target.value is None else Factor(id_, facts.target, facts.actual, divided)

    def together(self, home: str, whole: DayFacts, made: Product, others: Sequence[str], apart: Sequence[Factor]) -> Factor:
        """The drivers without a target as one factor: what the known ones leave of the metric, on both sides."""
        name = "*" if made.divided.intersection(others) else "*".join(others)
        id_ = f"{home}/{name}"
        unit = self.unit(others)
        target = _left(f"{id_}/target", whole.target, [(each.before, each.divided) for each in apart], made.constant, unit)
        actual = _left(f"{id_}/actual", whole.actual, [(each.after, each.divided) for each in apart], made.constant, unit)
        return Factor(name, target, actual)

    def unit(self, ids: Sequence[str]) -> str:
        """What the product of metrics is in: money where one of them is, else what they count."""
        units = [self.model.metrics[id_].unit for id_ in ids]
        return next((unit for unit in units if is_money(unit)), next((unit for unit in units if unit != PERCENT), PERCENT))


def _left(id_: str, whole: Figure, known: Sequence[tuple[Figure, bool]], constant: Fraction, unit: str) -> Figure:
    """What the known factors leave of a product; none where they leave it undetermined."""
    inputs = (whole.id, *(figure.id for figure, _ in known))
    value = None if whole.value is None else whole.value / constant
    for figure, divided in known:
        if value is None or figure.value is None or (figure.value == 0 and not divided):
            reason = figure.reason or Message(N_("a driver with a target is zero, so nothing is known of the others"))
            return Figure(id_, None, unit, "metric / known drivers", inputs, reason)
        value = value * figure.value if divided else value / figure.value
    return Figure(id_, value, unit, "metric / known drivers", inputs, whole.reason)
