"""The tests of a rule: the figures that they give in place of the tables, through the very computation that days go through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from msgspec import Struct

from sopgen.compute import attainment
from sopgen.compute.alerts.firing import runs
from sopgen.compute.alerts.names import NAMES, unit
from sopgen.compute.alerts.values import NO_FIGURES, Reading, Values
from sopgen.compute.alerts.watch import known, measure_named
from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.readers import formula
from sopgen.records import Alert, AlertTest, Metric, Readings
from sopgen.words.dates import DAY, Period

LAST = date(2024, 1, 28)  # a Sunday; any would do, for tests know no promotions


class Outcome(Struct, frozen=True):
    """A test and what came of it. `seen` are the named values of the condition on the last day, each with its unit."""

    rule: Alert
    number: int
    test: AlertTest
    fires: bool
    seen: Mapping[str, tuple[Reading, str]]

    @property
    def passed(self) -> bool:
        """Whether the rule does what the test says."""
        return self.fires == (self.test.fires == "yes")


class Coverage(Struct, frozen=True):
    """The ids of the rules that a test can be written for, by what kinds of tests they have, and of those on tables."""

    both: tuple[str, ...]
    one_way: tuple[str, ...]
    without: tuple[str, ...]
    on_tables: tuple[str, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that a test can be written for."""
        return (*self.tested, *self.without)

    @property
    def tested(self) -> tuple[str, ...]:
        """The rules that have a test."""
        return (*self.both, *self.one_way)


class Given(Struct, frozen=True):
    """The figures of a test as a source."""

    model: Model
    rule: Alert
    metric: Metric
    given: Mapping[str, Readings]

    def reading(self, key: str, day: date) -> Reading | None:
        """What is given of a day; a minimum that the test says nothing of is reached."""
        if key in self.given:
            return self._given(key, (LAST - day).days)
        if key in self.rule.min:
            return Reading(self.rule.min[key].number)
        if key == "attainment":
            return self._attainment(day)
        return Reading(None, NO_FIGURES) if key in ("value", "target") or key not in NAMES else None

    def _given(self, key: str, back: int) -> Reading:
        days = self.given[key].days
        if len(days) > 1 and back >= len(days):
            return Reading(None, NO_FIGURES)
        quantity = days[0] if len(days) == 1 else days[len(days) - 1 - back]
        value = quantity.value_in(unit_given(self.model, self.metric, key) or "") if quantity else None
        return Reading(value, None if value is not None else NO_FIGURES)

    def _attainment(self, day: date) -> Reading:
        """The attainment of the figures given, as it is worked out everywhere; a test of a band gives it itself."""
        actual, target = self._figure("value", day), self._figure("target", day)
        reached = attainment.against("attainment", self.metric, actual, target, None, None)
        return Reading(reached.value, reached.reason)

    def _figure(self, key: str, day: date) -> Figure:
        reading = self.reading(key, day) or Reading(None, NO_FIGURES)
        return Figure(key, reading.value, self.metric.unit, "given", (), reading.reason)


def unit_given(model: Model, metric: Metric, key: str) -> str | None:
    """The unit that a test gives a figure in; None where nothing has that name."""
    other = measure_named(model, key)
    return unit(key, metric) if key in NAMES else other.unit if other else None


def outcomes(model: Model) -> Iterator[Outcome]:
    """Every test of every rule that can be read."""
    for rule in model.alerts.values():
        metric = model.metrics.get(rule.metric or "")
        when = formula.parse_condition(rule.when) if rule.when else None
        if metric is None or when is None or isinstance(when, formula.Problem) or not known(rule, when):
            continue
        for number, test in enumerate(rule.tests):
            if readable(model, metric, test):
                values = Values(rule, metric, Given(model, rule, metric, test.given), lambda _: False)
                fired = runs(when, values, _days(rule, test))
                seen = {name.id: (values.get(name.id, LAST), unit(name.id, metric) or "") for name in formula.names(when)}
                yield Outcome(rule, number, test, bool(fired) and fired[-1].last == LAST, seen)


def readable(model: Model, metric: Metric, test: AlertTest) -> bool:
    """Whether every figure that a test gives has a name that there is and is in its unit."""
    for key, readings in test.given.items():
        wanted = unit_given(model, metric, key)
        if wanted is None or any(each is not None and each.value_in(wanted) is None for each in readings.days):
            return False
    return True


def coverage(model: Model) -> Coverage:
    """Which rules are tested, and whether both ways. How rows come in cannot be given by a test."""
    kinds = {rule.id: len({test.fires for test in rule.tests}) for rule in model.alerts.values() if rule.when}
    one_way, both, without = (tuple(id_ for id_, count in kinds.items() if count == number) for number in (1, 2, 0))
    return Coverage(both, one_way, without, tuple(rule.id for rule in model.alerts.values() if rule.data))


def _days(rule: Alert, test: AlertTest) -> Period:
    """As many days as the longest list has; a figure that stands for every day stands for as many as the rule needs."""
    needed = max(rule.for_.days, 1) if rule.for_ else 1
    longest = max(len(readings.days) for readings in test.given.values())
    return Period(LAST - DAY * ((longest if longest > 1 else needed) - 1), LAST)
