"""Rules on metrics: held against every day that has figures, for the whole or for each part by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import product

from msgspec import Struct

from sopgen.compute.alerts import condition, units
from sopgen.compute.alerts.facts import AlertDay, alert_id
from sopgen.compute.alerts.firing import Run, runs
from sopgen.compute.alerts.names import BEHIND, NAMES, undeclared, unit
from sopgen.compute.alerts.values import Kept, Reading, Values
from sopgen.compute.daily import DayFacts
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures, Where
from sopgen.model import Model
from sopgen.readers import formula
from sopgen.readers.formula import Condition, Node
from sopgen.records import Alert, Metric
from sopgen.words.dates import DAY, Period
from sopgen.words.quantity import PERCENT

Days = Mapping[date, Mapping[str, DayFacts]]


class Tables(Struct, frozen=True):
    """The tables as a source of raw figures, for one part of a rule's metric."""

    model: Model
    measures: Measures
    metric: Metric
    where: Where
    days: Days

    def reading(self, key: str, day: date) -> Reading | None:
        """The metric, its target of the day, another metric or the sum of a field; None for what follows from those."""
        if key in ("target", "attainment"):
            figure = self.figure(key, day)
            return Reading(figure.value, figure.reason) if figure else None
        if key in NAMES and key != "value":
            return None
        metric = self.metric if key == "value" else measure_named(self.model, key)
        if metric is None:
            return None
        measured = self.measures.measure(metric, Period(day, day), self.where)
        # A rate of too few, though right, raises no alarm.
        return Reading(None if measured.doubt else measured.value, measured.reason or measured.doubt)

    def figure(self, key: str, day: date) -> Figure | None:
        """The figure of the daily report, where that shows the same."""
        facts = None if self.where else self.days.get(day, {}).get(self.metric.id)
        if facts is None or key not in ("value", "target", "attainment"):
            return None
        return facts.actual if key == "value" else facts.target if key == "target" else facts.attainment


def measure_named(model: Model, key: str) -> Metric | None:
    """The metric of an id, or the sum of a table's field (`ads.impressions`); None where there is neither."""
    table, dot, name = key.partition(".")
    if not dot:
        return model.metrics.get(key)
    fields = model.tables[table].fields if table in model.tables else ()
    field = next((field for field in fields if field.id == name and field.type in ("integer", "number")), None)
    return Metric(id=key, title=field.title or model.tables[table].title, formula=f"sum({key})", unit=field.unit or "") if field else None


class Watch(Struct, frozen=True):
    """One rule on one part of its metric."""

    rule: Alert
    metric: Metric
    when: Condition
    where: Where
    segment: Where
    values: Values
    source: Tables

    def runs(self, days: Period) -> list[Run]:
        """When it fired, of some days."""
        return runs(self.when, self.values, days)

    def seen(self, day: date) -> AlertDay:
        """What it saw on a day."""
        told, sign = condition.telling(self.when, lambda name: self.values.get(name, day).value)
        names = [part.id for part in formula.names(self.when)]
        names += [other for name in names for other in BEHIND.get(name, ()) if undeclared(other, self.rule) is None]
        figures = {name: self.figure(name, day) for name in dict.fromkeys(names)}
        both = units.compared(told, lambda name: unit(name, self.metric))
        found = both if isinstance(both, str) else ""
        return AlertDay(self._side("observed", told.left, found, day), sign, self._side("limit", told.right, found, day), figures)

    def figure(self, name: str, day: date) -> Figure:
        """A named value as a figure. An earlier day's value is that day's figure, so that it has one id wherever it is named."""
        back = {"yesterday": 1, "last_week": 7}.get(name)
        if back:
            return self.figure("value", day - DAY * back)
        if known := self.source.figure(name, day):
            return known
        reading, home = self.values.get(name, day), alert_id(self.rule.id, self.segment, day)
        if name == "value":
            inputs = self._measured(self.metric, [day])
            return Figure(f"alerts/{home}/value", reading.value, self.metric.unit, self.metric.formula, inputs, reading.reason)
        found = unit(name, self.metric) or ""
        if written := self._written(name):
            return Figure(f"alerts/{self.rule.id}/{name}", reading.value, found, "as written", written, reading.reason)
        return Figure(f"alerts/{home}/{name}", reading.value, found, NAMES[name].formula, self._inputs(name, day), reading.reason)

    def drivers(self, day: date) -> dict[str, Figure]:
        """How the metric's drivers moved against the day before, by their ids: what to look at beside it."""
        parsed = formula.parse(self.metric.drivers) if self.metric.drivers else None
        if parsed is None or isinstance(parsed, formula.Problem):
            return {}
        model = self.source.model
        return {name.id: self._moved(model.metrics[name.id], day) for name in formula.names(parsed) if name.id in model.metrics}

    def _moved(self, driver: Metric, day: date) -> Figure:
        if not self.where and (facts := self.source.days.get(day, {}).get(driver.id)):
            return facts.day_on_day.relative
        tables = Tables(self.source.model, self.source.measures, driver, self.where, {})
        change = Values(self.rule, driver, tables, self.values.is_promo).get("change", day)
        home = alert_id(self.rule.id, self.segment, day)
        inputs = (*self.source.measures.inputs(driver, self.where), f"{day}", f"{day - DAY}")
        return Figure(f"alerts/{home}/drivers/{driver.id}", change.value, PERCENT, NAMES["change"].formula, inputs, change.reason)

    def _side(self, name: str, node: Node, unit_of: str, day: date) -> Figure:
        """One side of a comparison as a figure: a name's own, else a new one with the text as its formula."""
        if isinstance(node, formula.MetricName):
            return self.figure(node.id, day)
        value = condition.value(node, lambda each: self.values.get(each, day).value)
        place, id_ = units.place(node), f"alerts/{alert_id(self.rule.id, self.segment, day)}/{name}"
        known = PERCENT if unit_of == units.RATIO else self.metric.unit if unit_of == units.ANY else unit_of
        named = tuple(self.figure(each.id, day).id for each in formula.names(node))
        if not named:
            return Figure(id_, value, known, "as written", (self.source.model.address(self.rule, "when"),))
        return Figure(id_, value, known, (self.rule.when or "")[place.start : place.end], named)

    def _written(self, name: str) -> tuple[str, ...]:
        """Where the rule itself says what a value is, () where it does not."""
        if name == "benchmark":
            return (self.source.model.address(self.rule, "benchmark", "value"),)
        if name == "safety_line" and self.rule.stock and self.rule.stock.safety:
            return (self.source.model.address(self.rule, "stock", "safety"),)
        return ()

    def _inputs(self, name: str, day: date) -> tuple[str, ...]:
        stock, metrics = self.rule.stock, self.source.model.metrics
        if name in ("mean", "median", "mad"):
            return self._measured(self.metric, self.values.window(day))
        if name == "demand" and stock and stock.demand in metrics:
            return self._measured(metrics[stock.demand], self.values.window(day))
        if name == "in_transit" and stock and stock.in_transit and stock.in_transit in metrics:
            return self._measured(metrics[stock.in_transit], [day])
        return tuple(self.figure(other, day).id for other in BEHIND.get(name, ()) if undeclared(other, self.rule) is None)

    def _measured(self, metric: Metric, days: list[date]) -> tuple[str, ...]:
        """The fields of a metric and the days, those that follow each other as one period."""
        whole = bool(days) and (days[-1] - days[0]).days == len(days) - 1
        named = [f"{Period(days[0], days[-1])}"] if whole and len(days) > 1 else [f"{day}" for day in days]
        return (*self.source.measures.inputs(metric, self.where), *named)


def watches(model: Model, measures: Measures, days: Days, is_promo: Callable[[date], bool]) -> Iterator[Watch]:
    """Every rule that can be read, for each part that it looks at by itself."""
    kept: dict[tuple[object, ...], Kept] = {}
    for rule in model.alerts.values():
        metric = model.metrics.get(rule.metric or "")
        when = formula.parse_condition(rule.when) if rule.when else None
        if metric is None or when is None or isinstance(when, formula.Problem) or not known(rule, when):
            continue
        for segment in segments(measures, rule, metric):
            where = (*rule.where.items(), *segment)
            source = Tables(model, measures, metric, where, days)
            bases = (metric, where, rule.window, rule.same_weekday, rule.promo, rule.benchmark, rule.stock)
            values = Values(rule, metric, source, is_promo, kept.setdefault(bases, {}))
            yield Watch(rule, metric, when, where, segment, values, source)


def known(rule: Alert, when: Condition) -> bool:
    """Whether the condition is made of names that there are and that the rule declares what they need."""
    named = all(name.id in NAMES and undeclared(name.id, rule) is None for name in formula.names(when))
    return named and not formula.aggregates(when)


def segments(measures: Measures, rule: Alert, metric: Metric) -> Iterator[Where]:
    """The parts that a rule looks at by itself: every combination of the values of its fields that rows have, () for the whole."""
    whole = days_of(measures, metric)
    each = [[(field, value) for value in measures.segments(metric, field, whole)] for field in rule.by] if whole else [[]]
    return iter(product(*each))


def days_of(measures: Measures, metric: Metric) -> Period | None:
    """From the first to the last day that any table of a metric has a row for; None where there are no rows."""
    tables = {part.table for part in measures.parts(metric)} & set(measures.data_through)
    if not tables:
        return None
    return Period(min(measures.data_from[table] for table in tables), max(measures.data_through[table] for table in tables))
