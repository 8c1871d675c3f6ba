"""Metrics over days: the aggregates of a formula from the rows of tables, then the formula over the aggregates.

Sums first, then ratios: a ratio of a period is the ratio of its sums, never a mean of daily ratios.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from sopgen.compute import sources
from sopgen.model import Model
from sopgen.readers import formula
from sopgen.readers.formula import Aggregate, Binary, Condition, MetricName, Node, Number, Problem
from sopgen.records import Metric
from sopgen.tables import Filter, Lines, Tally
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT

Where = tuple[tuple[str, str], ...]
"""Filters of a target: pairs of a field and the value it must have."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric over a period: its exact value (None with a `reason`), and on how many of the days there are figures.

    `doubt` says why a value, though right, is not to be judged: too few stand behind it.
    """

    value: Fraction | None
    covered: int
    days: int
    reason: Message | None = None
    doubt: Message | None = None


@dataclass(frozen=True)
class Daily:
    """One aggregate by day: whole numbers in units of 10 to the minus `digits`, for the days that have figures."""

    values: Mapping[date, int]
    digits: int

    def over(self, function: str, days: Sequence[date]) -> Fraction:
        """The aggregate over days in order, at least one, that all have figures."""
        if function == "last":
            return Fraction(self.values[days[-1]], 10**self.digits)
        total = Fraction(sum(self.values[day] for day in days), 10**self.digits)
        return total / len(days) if function == "mean" else total


@dataclass(frozen=True)
class Series:
    """A metric by day: its formula down to aggregates, the aggregates by day, and the days in order that all of them have.

    A day that lacks one of them counts for none: a numerator of 30 days is never divided by a denominator of 29.
    """

    node: Node
    parts: Mapping[Aggregate, Daily]
    days: Sequence[date]

    def within(self, period: Period) -> Sequence[date]:
        """The days of the period that have figures."""
        return self.days[bisect_left(self.days, period.start) : bisect_right(self.days, period.end)]

    def value(self, days: Sequence[date]) -> Fraction | None:
        """The formula over the aggregates of these days, None where it divides by zero."""
        return _value(self.node, self._over(days))

    def denominator(self, days: Sequence[date]) -> Fraction | None:
        """What a ratio divides by on these days, None where the formula is no ratio."""
        return _value(self.node.right, self._over(days)) if isinstance(self.node, Binary) and self.node.operator == "/" else None

    def _over(self, days: Sequence[date]) -> Mapping[Aggregate, Fraction]:
        return {part: daily.over(part.function, days) for part, daily in self.parts.items()}


class Measures:
    """The metrics of a workspace, measured. Daily aggregates are worked out on first use and kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._daily: dict[tuple[Aggregate, Where], Daily] = {}
        self._series: dict[tuple[Metric, Where], Series | None] = {}
        self._tallies: dict[tuple[Aggregate, str], Mapping[str, Mapping[date, Tally]]] = {}

    def measure(self, metric: Metric, period: Period, where: Where = ()) -> Measured:
        """The metric over the days of `period`, of the rows that `where` lets through."""
        series = self.series(metric, where)
        if series is None:
            return Measured(None, 0, len(period), Message(N_("the formula cannot be read")))
        days = series.within(period)
        if not days:
            return Measured(None, 0, len(period), Message(N_("no figures")))
        value = series.value(days)
        if value is None:
            return Measured(None, len(days), len(period), Message(N_("divided by zero")))
        return Measured(value, len(days), len(period), doubt=_doubt(metric, value, series.denominator(days)))

    def series(self, metric: Metric, where: Where = ()) -> Series | None:
        """The metric by day; None where its formula, or one that it is made of, cannot be read or leads back to itself."""
        if (metric, where) not in self._series:
            node = self._node(metric)
            self._series[metric, where] = None if node is None else self._by_day(node, where)
        return self._series[metric, where]

    def parts(self, metric: Metric) -> tuple[Aggregate, ...]:
        """The aggregates that a metric comes down to, other metrics in its formula included."""
        node = self._node(metric)
        return () if node is None else formula.aggregates(node)

    def inputs(self, metric: Metric, where: Where = ()) -> tuple[str, ...]:
        """What a metric is made of, as the inputs of a figure name it: `store.paid`, `sum(sales.paid where sku in hot)`."""
        return tuple(dict.fromkeys(sources.name(part, where) for part in self.parts(metric)))

    def lines(self, part: Aggregate) -> Mapping[date, tuple[Lines, ...]]:
        """By day, where the rows that an aggregate counts are written; {} where there are no such rows to count."""
        if not self._countable(part, part.where):
            return {}
        return self.model.rows[part.table].written(tuple(map(self._filter, part.where)))

    def is_flow(self, metric: Metric) -> bool:
        """Whether the metric adds over days, so that a period's target is shared out among its days."""
        node = self._node(metric)
        return node is not None and _adds(node)

    def adds_across(self, metric: Metric) -> bool:
        """Whether the parts by a dimension sum to the whole, over days that they all have figures for (domain B3)."""
        node = self._node(metric)
        return node is not None and _sums_parts(node, self._adds_over_rows)

    def segments(self, metric: Metric, field: str, period: Period) -> tuple[str, ...]:
        """The texts of `field` that rows behind the metric have on days of `period`, in order; "" stands for rows without one.

        () where a table of the metric does not have the field, so that there are no parts to tell apart.
        """
        parts = self.parts(metric)
        if not parts or not all(self._can_split(part, field) for part in parts):
            return ()
        found = {text for part in parts for text, days in self._by(part, field).items() if any(day in period for day in days)}
        return tuple(sorted(found))

    @cached_property
    def data_through(self) -> Mapping[str, date]:
        """By table, the last day that it has a row for."""
        return {table: max(days) for table, days in self._days.items()}

    @cached_property
    def data_from(self) -> Mapping[str, date]:
        """By table, the first day that it has a row for."""
        return {table: min(days) for table, days in self._days.items()}

    def daily(self, part: Aggregate, where: Where = ()) -> Daily:
        """An aggregate by day, over the rows that its own filters and `where` let through."""
        if (part, where) not in self._daily:
            self._daily[part, where] = self._sums(part, where)
        return self._daily[part, where]

    @cached_property
    def _days(self) -> Mapping[str, frozenset[date]]:
        return {id_: rows.days for id_, rows in self.model.rows.items() if rows.days}

    def _node(self, metric: Metric) -> Node | None:
        return self._closed(formula.parse(metric.formula), frozenset([metric.id]))

    def _by_day(self, node: Node, where: Where) -> Series:
        parts = {part: self.daily(part, where) for part in formula.aggregates(node)}
        common = set.intersection(*(set(daily.values) for daily in parts.values())) if parts else set()
        return Series(node, parts, sorted(common))

    def _closed(self, node: Node | Problem, above: frozenset[str]) -> Node | None:
        """A formula with the formulas of other metrics in the places of their names."""
        if isinstance(node, Problem):
            return None
        if isinstance(node, MetricName):
            metric = self.model.metrics.get(node.id)
            return None if metric is None or node.id in above else self._closed(formula.parse(metric.formula), above | {node.id})
        if isinstance(node, Binary):
            left, right = self._closed(node.left, above), self._closed(node.right, above)
            return None if left is None or right is None else Binary(node.operator, left, right)
        return node

    def _sums(self, part: Aggregate, where: Where) -> Daily:
        """Sums by day. A day on which any counted row lacks its figure is a day without figures, not a smaller one.

        A day with rows that are all filtered out is a sum of nothing, 0; of stock and the like (`last`, `mean`) nothing is known.
        """
        conditions = (*part.where, *(_equal(name, value) for name, value in where))
        if not self._countable(part, conditions):
            return Daily({}, 0)
        rows = self.model.rows[part.table]
        if len(where) == 1 and self._can_split(part, where[0][0]):
            tallies = self._by(part, where[0][0]).get(where[0][1], {})
        else:
            tallies = rows.tallies(part.field, tuple(map(self._filter, conditions))).get("", {})
        empty = rows.days - set(tallies) if part.function == "sum" else frozenset()
        sums = {day: tally.total for day, tally in tallies.items() if not tally.missing}
        return Daily(dict.fromkeys(empty, 0) | sums, rows.digits[part.field])

    def _adds_over_rows(self, part: Aggregate) -> bool:
        table = self.model.tables.get(part.table)
        return any(field.id == part.field and field.across == "sum" for field in (table.fields if table else ()))

    def _can_split(self, part: Aggregate, field: str) -> bool:
        """Whether the rows of an aggregate can be told apart by a field of texts."""
        table = self.model.tables.get(part.table) if part.table in self.model.rows else None
        fields = table.fields if table else ()
        return any(each.id == field and each.type == "string" for each in fields) and self._countable(part, part.where)

    def _by(self, part: Aggregate, field: str) -> Mapping[str, Mapping[date, Tally]]:
        """The tallies of an aggregate apart for each text of a field: one pass over the rows for all of them."""
        if (part, field) not in self._tallies:
            rows = self.model.rows[part.table]
            self._tallies[part, field] = rows.tallies(part.field, tuple(map(self._filter, part.where)), by=field)
        return self._tallies[part, field]

    def _countable(self, part: Aggregate, conditions: Sequence[Condition]) -> bool:
        rows = self.model.rows.get(part.table)
        return rows is not None and part.field in rows.digits and all(self._known(part, each) for each in conditions)

    def _known(self, part: Aggregate, condition: Condition) -> bool:
        listed = condition.operator != "in" or condition.value in self.model.lists
        return listed and condition.field in self.model.rows[part.table].digits

    def _filter(self, condition: Condition) -> Filter:
        listed = condition.operator == "in"
        values = self.model.lists[condition.value].values if listed else (condition.value,)
        return Filter(condition.field, frozenset(values), condition.operator != "!=")


def _doubt(metric: Metric, value: Fraction, denominator: Fraction | None) -> Message | None:
    """That a rate is of fewer than the metric's `min_denominator`, or no rate at all (domain B3: buyers that never visited)."""
    least = metric.min_denominator
    if least and denominator is not None and denominator < least:
        return Message(N_("it is of fewer than {least}"), {"least": least})
    return Message(N_("a rate lies between 0% and 100%")) if metric.unit == PERCENT and not 0 <= value <= 1 else None


def _equal(field: str, value: str) -> Condition:
    nowhere = formula.Place(0, 0)
    return Condition(field, "=", value, nowhere, nowhere)


def _adds(node: Node) -> bool:
    """Whether the value over several days is the sum of the values of the days."""
    return _linear(node, lambda part: part.function == "sum")


def _sums_parts(node: Node, adds: Callable[[Aggregate], bool]) -> bool:
    """Whether the value over all rows is the sum of the values over parts of them."""
    return _linear(node, lambda part: part.function in ("sum", "last", "mean") and adds(part))


def _linear(node: Node, adds: Callable[[Aggregate], bool]) -> bool:
    """Whether a formula adds where its aggregates do: it adds, subtracts and scales them, and nothing else."""
    if isinstance(node, Binary):
        if node.operator in ("+", "-"):
            return _linear(node.left, adds) and _linear(node.right, adds)
        scaled = isinstance(node.right, Number) and _linear(node.left, adds)
        return scaled or (node.operator == "*" and isinstance(node.left, Number) and _linear(node.right, adds))
    return isinstance(node, Aggregate) and adds(node)


def _value(node: Node, parts: Mapping[Aggregate, Fraction]) -> Fraction | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Aggregate):
        return parts[node]
    if isinstance(node, Binary):
        return _applied(node, _value(node.left, parts), _value(node.right, parts))
    return None


def _applied(node: Binary, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None or (node.operator == "/" and right == 0):
        return None
    if node.operator == "+":
        return left + right
    if node.operator == "-":
        return left - right
    return left * right if node.operator == "*" else left / right
