"""The rows of a table, to be asked by day. What a partition answers is put together here, whatever read the partition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from sopgen.records import Table
from sopgen.tables.cells import digits_of


class Filter(Struct, frozen=True):
    """Lets through the rows whose text in `field` is one of `values`, or with `inside` False, is none of them."""

    field: str
    values: frozenset[str]
    inside: bool = True


class Tally(Struct, frozen=True):
    """What one field comes to over some rows of a day, in units of 10 to the minus the field's digits.

    `total`, `least` and `most` are of the cells that are filled; `missing` of the `rows` are empty.
    """

    rows: int
    missing: int
    total: int
    least: int | None
    most: int | None

    def __add__(self, other: Tally) -> Tally:
        """Both lots of rows together."""
        least = min(_filled(self.least, other.least), default=None)
        most = max(_filled(self.most, other.most), default=None)
        return Tally(self.rows + other.rows, self.missing + other.missing, self.total + other.total, least, most)

    def scaled(self, by: int) -> Tally:
        """The same figures in units that are `by` times smaller."""
        least, most = (None if limit is None else limit * by for limit in (self.least, self.most))
        return replace(self, total=self.total * by, least=least, most=most)


class Lines(Struct, frozen=True):
    """Where rows were written: lines of a file, counting from 1 as editors do."""

    path: str
    numbers: tuple[int, ...]


Tallies = Mapping[str, Mapping[date, Tally]]
"""Tallies by day, apart for each text of a field, or all under ""."""


def together(lines: Iterable[Lines]) -> tuple[Lines, ...]:
    """The lines of each file in one, files and lines in order."""
    found: dict[str, list[int]] = {}
    for each in lines:
        found.setdefault(each.path, []).extend(each.numbers)
    return tuple(Lines(path, tuple(sorted(numbers))) for path, numbers in sorted(found.items()))


class Part(Protocol):
    """The sound rows of one partition; its answers are those of `Rows`, in units of its own digits."""

    @property
    def digits(self) -> Mapping[str, int]:
        """The decimal places of each field."""
        ...

    @property
    def days(self) -> frozenset[date]:
        """The days that have a row."""
        ...

    def texts(self, field: str) -> frozenset[str]:
        """The distinct texts of a field."""
        ...

    def tallies(self, field: str, filters: tuple[Filter, ...], by: str | None) -> Tallies:
        """A field by day, over the rows that all filters let through."""
        ...

    def written(self, filters: tuple[Filter, ...]) -> Mapping[date, Lines]:
        """By day, where its rows are written, of those that all filters let through."""
        ...


class Rows(Struct, frozen=True, dict=True):
    """The sound rows of a table, to be asked by day."""

    table: Table
    parts: Sequence[Part]
    _asked: dict[object, Tallies] = {}

    @cached_property
    def digits(self) -> Mapping[str, int]:
        """By field, the decimal places that its numbers are kept with: those of the coin for money, so that sums are exact."""
        return {each.id: max([digits_of(each, ()), *(part.digits[each.id] for part in self.parts)]) for each in self.table.fields}

    @cached_property
    def days(self) -> frozenset[date]:
        """The days that have a row; none where no field names the day."""
        return frozenset().union(*(part.days for part in self.parts))

    def texts(self, field: str) -> frozenset[str]:
        """The distinct texts of a field; none of a field that the table does not have."""
        return frozenset().union(*(part.texts(field) for part in self.parts)) if field in self.digits else frozenset()

    def tallies(self, field: str, filters: tuple[Filter, ...] = (), by: str | None = None) -> Tallies:
        """The field by day, over the rows that all filters let through; with `by`, apart for each text of that field, else under "".

        Days on which no row is let through are not there. A field of a filter that the table does not have is a KeyError.
        """
        question = (field, filters, by)
        if question not in self._asked:
            self._asked[question] = self._tallied(field, filters, by)
        return self._asked[question]

    def lines(self, start: date, end: date, filters: tuple[Filter, ...] = ()) -> tuple[Lines, ...]:
        """Where the rows of some days are written, of those that all filters let through."""
        written = self.written(filters)
        return together(lines for day in sorted(self.days) if start <= day <= end for lines in written.get(day, ()))

    def written(self, filters: tuple[Filter, ...] = ()) -> Mapping[date, tuple[Lines, ...]]:
        """By day, where its rows are written, of those that all filters let through. Days without such a row are not there.

        A partition is looked at when one of its days is asked for.
        """
        return _Written(self.parts, filters)

    def _tallied(self, field: str, filters: tuple[Filter, ...], by: str | None) -> Tallies:
        """One answer from those of the parts, in order of text and day so that it is the same however the rows are parted."""
        for name in (field, *(each.field for each in filters), *([by] if by else [])):
            self.digits[name]
        found: dict[str, dict[date, Tally]] = {}
        for part in self.parts:
            scale = 10 ** (self.digits[field] - part.digits[field])
            for text, days in part.tallies(field, filters, by).items():
                known = found.setdefault(text, {})
                for day, tally in days.items():
                    exact = tally if scale == 1 else tally.scaled(scale)
                    known[day] = known[day] + exact if day in known else exact
        return {text: dict(sorted(found[text].items())) for text in sorted(found)}


class _Written(Mapping[date, tuple[Lines, ...]]):
    """Where the rows of each day are written, found as days are asked for."""

    def __init__(self, parts: Sequence[Part], filters: tuple[Filter, ...]) -> None:
        self.parts, self.filters = parts, filters
        self.found: dict[int, Mapping[date, Lines]] = {}

    def __getitem__(self, day: date) -> tuple[Lines, ...]:
        lines = tuple(each for number, part in enumerate(self.parts) if day in part.days and (each := self._of(number).get(day)))
        if not lines:
            raise KeyError(day)
        return lines

    def __iter__(self) -> Iterator[date]:
        return iter(sorted({day for number in range(len(self.parts)) for day in self._of(number)}))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _of(self, number: int) -> Mapping[date, Lines]:
        if number not in self.found:
            self.found[number] = self.parts[number].written(self.filters)
        return self.found[number]


def _filled(*limits: int | None) -> list[int]:
    return [limit for limit in limits if limit is not None]
