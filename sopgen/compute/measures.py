"""Metrics over days: the aggregates of a formula from the rows of tables, then the formula over the aggregates.

Sums first, then ratios: a ratio of a period is the ratio of its sums, never a mean of daily ratios. What the data cannot give
is refused with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from sopgen.compute import arithmetic
from sopgen.compute.additivity import NUMBERS, Additivity, additivity, crowding, field_of, single_day
from sopgen.compute.closing import Closing
from sopgen.compute.series import Daily, Ranked, Series, largest
from sopgen.compute.sources import Source
from sopgen.model import Model
from sopgen.readers import formula
from sopgen.readers.formula import Aggregate, Node, Top
from sopgen.records import Metric
from sopgen.tables import Filter, Lines, Tally, day_field
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT, POINTS

Where = tuple[tuple[str, str], ...]
"""Filters of a target: pairs of a field and the value it must have."""

_Tallies = Mapping[str, Mapping[date, Tally]]


class Measured(Struct, frozen=True):
    """A metric over a period: its exact value (None with a `reason`), and on how many of the days there are figures.

    `doubt` says why a value, though right, is not to be judged: too few stand behind it.
    """

    value: Fraction | None
    covered: int
    days: int
    reason: Message | None = None
    doubt: Message | None = None


class Measures:
    """The metrics of a workspace, measured. Daily aggregates are worked out on first use and kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.closing = Closing(model.metrics)
        self._daily: dict[tuple[Aggregate, Where, bool], Daily] = {}
        self._series: dict[tuple[Metric, Where], Series | None] = {}
        self._additivity: dict[Metric, Additivity] = {}
        self._tallies: dict[tuple[str, str, tuple[Filter, ...], str | None], _Tallies] = {}

    def measure(self, metric: Metric, period: Period, where: Where = ()) -> Measured:
        """The metric over the days of `period`, of the rows that `where` lets through."""
        series = self.series(metric, where)
        if series is None:
            closed = self.closing.closed(metric)
            return Measured(None, 0, len(period), closed if isinstance(closed, Message) else None)
        days = series.within(period)
        if refusal := _refusal(metric, series, days, period):
            return Measured(None, len(days), len(period), refusal)
        value = series.value(days)
        if value is None:
            return Measured(None, len(days), len(period), Message(N_("divided by zero")))
        return Measured(value, len(days), len(period), doubt=_doubt(metric, value, series.denominator(days)))

    def series(self, metric: Metric, where: Where = ()) -> Series | None:
        """The metric by day; None where its formula, or one that it is made of, cannot be read or leads back to itself."""
        if (metric, where) not in self._series:
            node = self._node(metric)
            self._series[metric, where] = None if node is None else self._by_day(node, where, metric.missing == "zero")
        return self._series[metric, where]

    def parts(self, metric: Metric) -> tuple[Aggregate, ...]:
        """The aggregates that a metric comes down to, other metrics in its formula included."""
        node = self._node(metric)
        return () if node is None else formula.aggregates(node)

    def inputs(self, metric: Metric, where: Where = ()) -> tuple[str, ...]:
        """What a metric is made of, as the inputs of a figure name it: `store.paid`, `sum(sales.paid where sku in hot)`."""
        return tuple(dict.fromkeys(Source(part, metric.missing == "zero").name(where) for part in self.parts(metric)))

    def lines(self, part: Aggregate) -> Mapping[date, tuple[Lines, ...]]:
        """By day, where the rows that an aggregate counts are written; {} where there are no such rows to count."""
        return self.model.rows[part.table].written(self.filters(part)) if self._countable(part, ()) else {}

    def additivity(self, metric: Metric) -> Additivity:
        """How the metric adds over days and over parts."""
        if metric not in self._additivity:
            node = self._node(metric)
            self._additivity[metric] = Additivity("none", "none", False) if node is None else additivity(node, self.model.tables)
        return self._additivity[metric]

    def is_flow(self, metric: Metric) -> bool:
        """Whether the metric adds over days, so that a period's target is shared out among its days."""
        return self.additivity(metric).time == "sum"

    def adds_across(self, metric: Metric) -> bool:
        """Whether the parts by a dimension sum to the whole, over days that they all have figures for (domain B3)."""
        return self.additivity(metric).across == "sum"

    def ratio(self, metric: Metric, period: Period, where: Where = ()) -> tuple[Fraction, Fraction] | None:
        """What a ratio divides by what, over the days of `period`; None where the formula is no ratio or there are no figures."""
        series = self.series(metric, where)
        days = series.within(period) if series else ()
        return series.sides(days) if series and days else None

    def ratio_adds_across(self, metric: Metric) -> bool:
        """Whether a metric divides two figures whose parts by a dimension sum to the whole."""
        node = self._node(metric)
        divided = arithmetic.ratio(node) if node else None
        sides = (divided.left, divided.right) if divided else ()
        return bool(sides) and all(additivity(side, self.model.tables).across == "sum" for side in sides)

    def segments(self, metric: Metric, field: str, period: Period) -> tuple[str, ...]:
        """The texts of `field` that rows behind the metric have on days of `period`, in order; "" stands for rows without one.

        () where a table of the metric does not have the field, so that there are no parts to tell apart.
        """
        parts = self.parts(metric)
        if not parts or not all(self._can_split(part, field) for part in parts):
            return ()
        found = {text for part in parts for text, days in self._by(part, field).items() if any(day in period for day in days)}
        return tuple(sorted(found))

    def dimensions(self, metric: Metric) -> tuple[str, ...]:
        """The fields of texts that every table of the metric has: what it can be told apart by."""
        tables = [self.model.tables[part.table] for part in self.parts(metric) if part.table in self.model.tables]
        texts = [[field.id for field in table.fields if field.type == "string"] for table in tables]
        return tuple(id_ for id_ in (texts[0] if texts else ()) if all(id_ in each for each in texts))

    def filters(self, part: Aggregate, where: Where = ()) -> tuple[Filter, ...]:
        """What an aggregate and `where` let through of the rows of its table."""
        return (*self._filters(part), *(Filter(name, frozenset([value])) for name, value in where))

    @cached_property
    def data_through(self) -> Mapping[str, date]:
        """By table, the last day that it has a row for."""
        return {table: max(days) for table, days in self._days.items()}

    @cached_property
    def data_from(self) -> Mapping[str, date]:
        """By table, the first day that it has a row for."""
        return {table: min(days) for table, days in self._days.items()}

    def daily(self, part: Aggregate, where: Where = (), absent_is_zero: bool = False) -> Daily:
        """An aggregate by day, over the rows that its own filters and `where` let through.

        With `absent_is_zero` a day between the table's first and last that has no row is a day of nothing.
        """
        key = (part, where, absent_is_zero)
        if key not in self._daily:
            self._daily[key] = self._ranked(part, part.top, where, absent_is_zero) if part.top else self._sums(part, where, absent_is_zero)
        return self._daily[key]

    @cached_property
    def _days(self) -> Mapping[str, frozenset[date]]:
        return {id_: rows.days for id_, rows in self.model.rows.items() if rows.days}

    def _node(self, metric: Metric) -> Node | None:
        closed = self.closing.closed(metric)
        return None if isinstance(closed, Message) else closed.node

    def _by_day(self, node: Node, where: Where, absent_is_zero: bool) -> Series:
        parts = {part: self.daily(part, where, absent_is_zero) for part in formula.aggregates(node)}
        common = set.intersection(*(set(daily.values) for daily in parts.values())) if parts else set()
        fields = {part: field_of(part, self.model.tables) for part in parts}
        crowded = {part: daily.crowded for part, daily in parts.items() if daily.crowded}
        return Series(
            node,
            parts,
            sorted(common),
            sorted(frozenset().union(*crowded.values())),
            next((crowding(part, fields[part]) for part in crowded), None),
            next((reason for part in parts if (reason := single_day(part, fields[part]))), None),
        )

    def _sums(self, part: Aggregate, where: Where, absent_is_zero: bool) -> Daily:
        """Sums by day. A day on which any counted row lacks its figure is a day without figures, not a smaller one.

        Of what flows, a day with rows that are all filtered out is a sum of nothing, 0; of stock and the like nothing is known.
        """
        if not self._countable(part, where):
            return Daily({}, 0)
        rows, field, counts = self.model.rows[part.table], field_of(part, self.model.tables), part.function == "count"
        tallied = self._tallied_field(part) == part.field
        tallies = self._tallied(part, where)
        crowded = {day for day, tally in tallies.items() if tally.rows > 1} if crowding(part, field) else set()
        values = {day: _counted(tally, tallied) if counts else tally.total for day, tally in tallies.items()}
        lacking = {day for day, tally in tallies.items() if tally.missing and not counts}
        known = {day: value for day, value in values.items() if day not in crowded | lacking}
        flows = counts or (field is not None and field.time == "sum")
        empty = (self._every_day(part.table) if absent_is_zero else rows.days) - set(tallies) if flows else frozenset()
        # A cell in percent holds 4.1 for 4.1 %, a hundredth of which is the rate.
        digits = 0 if counts else rows.digits[part.field] + (2 if field and field.unit in (PERCENT, POINTS) else 0)
        return Daily(dict.fromkeys(empty, 0) | known, digits, frozenset(crowded))

    def _ranked(self, part: Aggregate, top: Top, where: Where, absent_is_zero: bool) -> Daily:
        """A `top(n, …)`: the sums by day apart for each text of its dimension; rows without one are nobody's."""
        whole = self._sums(part, where, absent_is_zero)
        if not self._countable(part, (*where, (top.by, ""))):
            return Daily({}, 0)
        apart = self._tallies_of(part.table, part.field, self.filters(part, where), top.by)
        segments = {text: {day: tally.total for day, tally in days.items()} for text, days in apart.items() if text}
        values = {day: largest(segments, top.count, [day]) for day in whole.values}
        return Ranked(values, whole.digits, whole.crowded, segments, top.count)

    def _tallied(self, part: Aggregate, where: Where) -> Mapping[date, Tally]:
        """The rows of an aggregate by day. The parts of a dimension are told apart in one pass for all of them."""
        if len(where) == 1:
            return self._by(part, where[0][0]).get(where[0][1], {})
        return self._tallies_of(part.table, self._tallied_field(part), self.filters(part, where), None).get("", {})

    def _by(self, part: Aggregate, field: str) -> _Tallies:
        return self._tallies_of(part.table, self._tallied_field(part), self.filters(part), field)

    def _tallies_of(self, table: str, field: str, filters: tuple[Filter, ...], by: str | None) -> _Tallies:
        key = (table, field, filters, by)
        if key not in self._tallies:
            self._tallies[key] = self.model.rows[table].tallies(field, filters, by)
        return self._tallies[key]

    def _tallied_field(self, part: Aggregate) -> str:
        """The field whose tallies are asked for: a text has none, so to count texts any field of numbers will do, or the day."""
        table = self.model.tables[part.table]
        numbers = [field.id for field in table.fields if field.type in NUMBERS]
        day = day_field(table)
        return part.field if part.field in numbers else numbers[0] if numbers else day.id if day else ""

    def _can_split(self, part: Aggregate, field: str) -> bool:
        """Whether the rows of an aggregate can be told apart by a field of texts."""
        return self._countable(part, ((field, ""),))

    def _countable(self, part: Aggregate, where: Where) -> bool:
        """Whether the rows and the field are there, and all the lists and the texts that rows are filtered by."""
        field = field_of(part, self.model.tables)
        fits = (field is not None and field.type in NUMBERS) or (part.function == "count" and (field is not None or not part.field))
        named = {each.field for each in part.where} | {name for name, _ in where}
        listed = {each.value for each in part.where if each.listed}
        return part.table in self.model.rows and fits and named <= self._texts(part.table) and listed <= set(self.model.lists)

    def _texts(self, table: str) -> frozenset[str]:
        """The fields of a table that rows can be told apart by."""
        return frozenset(field.id for field in self.model.tables[table].fields if field.type == "string")

    def _every_day(self, table: str) -> frozenset[date]:
        return frozenset(Period(self.data_from[table], self.data_through[table])) if table in self._days else frozenset()

    def _filters(self, part: Aggregate) -> Iterator[Filter]:
        field = field_of(part, self.model.tables)
        for each in part.where:
            values = self.model.lists[each.value].values if each.listed else (each.value,)
            yield Filter(each.field, frozenset(values), each.inside)
        if part.function == "count" and field is not None and field.type not in NUMBERS:
            yield Filter(field.id, frozenset([""]), inside=False)


def _counted(tally: Tally, tallied: bool) -> int:
    """Rows, or of a field whose cells were `tallied` those that are filled."""
    return tally.rows - tally.missing if tallied else tally.rows


def _refusal(metric: Metric, series: Series, days: Sequence[date], period: Period) -> Message | None:
    """Why there is no figure of a period: the data cannot give it, or the metric asks for every day."""
    if refused := series.crowded_in(period):
        return refused
    if not days:
        return Message(N_("no figures"))
    if metric.missing == "refuse" and len(days) < len(period):
        counts = {"covered": len(days), "days": len(period)}
        return Message(N_("there are figures for {covered} of {days} days, and the metric wants all of them"), counts)
    return series.single if len(period) > 1 else None


def _doubt(metric: Metric, value: Fraction, denominator: Fraction | None) -> Message | None:
    """That a rate is of fewer than the metric's `min_denominator`, or no rate at all (domain B3: buyers that never visited)."""
    least = metric.min_denominator
    if least and denominator is not None and denominator < least:
        return Message(N_("it is of fewer than {least}"), {"least": least})
    return Message(N_("a rate lies between 0% and 100%")) if metric.unit == PERCENT and not 0 <= value <= 1 else None
