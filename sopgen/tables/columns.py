"""The rows of a sound partition by columns, and their sums by day. Numbers are whole and never pass through a float."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from sopgen.records import Table
from sopgen.tables.cells import Value, day_field, text_of
from sopgen.tables.rows import Filter, Lines, Tallies, Tally

_INT64 = np.iinfo(np.int64)
_MAX_SPREAD = 64  # how many times more keys than rows there may be for them to be told apart by marks, not by sorting
Codes = NDArray[np.unsignedinteger[Any]]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Coded(Struct, frozen=True):
    """Texts or days: for each row the place of its value among the distinct ones."""

    codes: Codes
    values: Sequence[Value | None]
    digits: int = 0


class Numbers(Struct, frozen=True):
    """Numbers in units of 10 to the minus `digits`; 0 where they are not `filled`, None if all are."""

    values: Ints
    filled: Bools | None
    digits: int

    def coded(self) -> Coded:
        """The numbers as distinct values."""
        values, found = np.unique(self.values if self.filled is None else self.values[self.filled], return_inverse=True)
        distinct: list[Value | None] = [*values.tolist(), None]
        codes = np.full(len(self.values), len(values), least_type(len(distinct)))
        codes[slice(None) if self.filled is None else self.filled] = found
        return Coded(codes, distinct, self.digits)


Column = Coded | Numbers


def least_type(count: int) -> type[np.unsignedinteger[Any]]:
    """The smallest type that numbers below `count` fit in: columns stay in memory, and short numbers sort faster."""
    return np.uint8 if count <= 1 << 8 else np.uint16 if count <= 1 << 16 else np.uint32 if count <= 1 << 32 else np.uint64


class Columns(Struct, frozen=True, dict=True):
    """The rows of a sound partition by column. They answer as a `Part` does; row 0 is written on line 2."""

    table: Table
    path: str
    header: str
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self._days.codes)

    @cached_property
    def digits(self) -> Mapping[str, int]:
        """The decimal places of each field."""
        return {id_: column.digits for id_, column in self.columns.items()}

    @cached_property
    def days(self) -> frozenset[date]:
        """The days that have a row."""
        return frozenset(day for day in self._days.values if isinstance(day, date))

    def texts(self, field: str) -> frozenset[str]:
        """The distinct texts of a field."""
        coded = self.coded(field)
        return frozenset(text_of(value, coded.digits) for value in coded.values if value is not None)

    def tallies(self, field: str, filters: tuple[Filter, ...], by: str | None) -> Tallies:
        """A field by day, over the rows that all filters let through."""
        column, kept = self.columns[field], self._let_through(filters)
        days, segments = self._days, self.coded(by) if by else Coded(np.zeros(1, np.uint8), [""])
        groups = _kept(days.codes, kept)
        if by:
            wide = least_type(len(days.values) * len(segments.values))
            groups = _kept(segments.codes, kept).astype(wide) * wide(len(days.values)) + groups
        found: dict[str, dict[date, Tally]] = {}
        for group, tally in _tallied(groups, column, kept):
            segment, day = divmod(group, len(days.values))
            known, when = found.setdefault(text_of(segments.values[segment], segments.digits), {}), days.values[day]
            assert isinstance(when, date)
            known[when] = known[when] + tally if when in known else tally
        return found

    def written(self, filters: tuple[Filter, ...]) -> Mapping[date, Lines]:
        """By day, where its rows are written, of those that all filters let through."""
        kept = self._let_through(filters)
        codes = _kept(self._days.codes, kept)
        rows = np.arange(len(self._days.codes)) if kept is None else np.flatnonzero(kept)
        order, starts = _grouped(codes)
        found: dict[date, Lines] = {}
        for lines in np.split(rows if order is None else rows[order], starts[1:]) if len(rows) else ():
            day = self._days.values[int(self._days.codes[lines[0]])]
            assert isinstance(day, date)
            found[day] = Lines(self.path, tuple((lines + 2).tolist()))
        return found

    def coded(self, field: str) -> Coded:
        """A column as distinct values."""
        column = self.columns[field]
        return column if isinstance(column, Coded) else column.coded()

    @cached_property
    def _days(self) -> Coded:
        day = day_field(self.table)
        assert day
        return self.coded(day.id)

    def _let_through(self, filters: tuple[Filter, ...]) -> Bools | None:
        """For each row whether all filters let it through; None where there are none."""
        kept = None
        for each in filters:
            coded = self.coded(each.field)
            passing = np.array([(text_of(value, coded.digits) in each.values) == each.inside for value in coded.values], bool)
            kept = passing[coded.codes] if kept is None else kept & passing[coded.codes]
        return kept


def apart(table: Table, parts: Sequence[Columns]) -> bool:
    """Whether no row of the partitions repeats another: its primary key, or a value that must not come twice."""
    alone = [(field.id,) for field in table.fields if field.constraints.unique]
    return all(_distinct(parts, ids) for ids in (table.primary_key, *alone))


def _distinct(parts: Sequence[Columns], ids: Sequence[str]) -> bool:
    """Whether the rows that have all of some fields differ in them. The values of a row are packed into one number."""
    rows = sum(len(part) for part in parts)
    packed, filled, size = np.zeros(rows, np.int64), np.ones(rows, bool), 1
    for id_ in ids:
        codes, count = _alike([part.coded(id_) for part in parts])
        if size * (count + 1) > _INT64.max:
            packed = np.unique(packed, return_inverse=True)[1]
            size = len(packed)
        packed = packed * (count + 1) + codes
        filled &= codes < count
        size *= count + 1
    packed = packed[filled]
    if size <= _MAX_SPREAD * len(packed):
        seen = np.zeros(size, bool)
        seen[packed] = True
        return int(np.count_nonzero(seen)) == len(packed)
    packed.sort()
    return not (packed[1:] == packed[:-1]).any()


def _alike(columns: Sequence[Coded]) -> tuple[Ints, int]:
    """The columns end to end with the same code for the same text, and how many codes there are; empty cells have the code after."""
    texts: dict[str, int] = {}
    known = [
        [None if value is None else texts.setdefault(text_of(value, column.digits), len(texts)) for value in column.values]
        for column in columns
    ]
    codes = [
        np.array([len(texts) if code is None else code for code in each], np.int64)[column.codes]
        for each, column in zip(known, columns, strict=True)
    ]
    return np.concatenate(codes), len(texts)


def _kept(values: Any, kept: Bools | None) -> Any:
    return values if kept is None else values[kept]


def _grouped(groups: Codes) -> tuple[Ints | None, Ints]:
    """The order that brings equal numbers together, None where they are, and where each group then starts."""
    order = None
    if (groups[1:] < groups[:-1]).any():
        order = np.argsort(groups, kind="stable")
        groups = groups[order]
    return order, np.flatnonzero(np.concatenate([np.ones(min(len(groups), 1), bool), groups[1:] != groups[:-1]]))


def _tallied(groups: Codes, column: Column, kept: Bools | None) -> Iterator[tuple[int, Tally]]:
    """Each group's number and tally. Whole numbers of 64 bits are added: the gate has seen that no sum needs more."""
    if not len(groups):
        return
    order, starts = _grouped(groups)
    numbers = groups[starts if order is None else order[starts]].tolist()
    rows = np.diff(starts, append=len(groups))
    if isinstance(column, Coded):
        yield from ((number, Tally(count, count, 0, None, None)) for number, count in zip(numbers, rows.tolist(), strict=True))
        return
    values, filled = _kept(column.values, kept), np.ones(1, bool) if column.filled is None else _kept(column.filled, kept)
    if order is not None:
        values, filled = values[order], filled if column.filled is None else filled[order]
    missing = np.zeros_like(rows) if column.filled is None else rows - np.add.reduceat(filled, starts, dtype=np.int64)
    least = np.minimum.reduceat(values if column.filled is None else np.where(filled, values, _INT64.max), starts)
    most = np.maximum.reduceat(values if column.filled is None else np.where(filled, values, _INT64.min), starts)
    totals = np.add.reduceat(values, starts)
    for number, *tally in zip(numbers, *(each.tolist() for each in (rows, missing, totals, least, most)), strict=True):
        count, empty, total, low, high = tally
        yield number, Tally(count, empty, total, *((None, None) if empty == count else (low, high)))
