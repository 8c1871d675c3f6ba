"""Partitions cell by cell: slow, and exact about what is wrong where. Rows with a bad cell are findings and are left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import Any

from msgspec import Struct

from sopgen.readers.csv import Sheet
from sopgen.records import Field, Table
from sopgen.tables.cells import (
    CONSTRAINT,
    DUPLICATE_ROW,
    MISSING_COLUMN,
    UNDECLARED_COLUMN,
    WRONG_MONTH,
    Value,
    day_field,
    digits_of,
    reader,
    text_of,
)
from sopgen.tables.rows import Filter, Lines, Tallies, Tally
from sopgen.words.diagnostics import N_, Arg, Diagnostic, Label, Message, Span

_MONTH = re.compile(r"/(\d{4}-\d{2})\.csv$")


class SheetRows(Struct, frozen=True, dict=True):
    """The sound rows of a sheet: the lines that they start on, and by field their values. They answer as a `Part` does."""

    table: Table
    path: str
    digits: Mapping[str, int]
    lines: Sequence[int] = ()
    values: Mapping[str, Sequence[Value | None]] = {}

    @cached_property
    def days(self) -> frozenset[date]:
        """The days that have a row."""
        return frozenset(day for day in self._day_of_rows if isinstance(day, date))

    def texts(self, field: str) -> frozenset[str]:
        """The distinct texts of a field."""
        return frozenset(text_of(value, self.digits[field]) for value in set(self.values[field]) if value is not None)

    def tallies(self, field: str, filters: tuple[Filter, ...], by: str | None) -> Tallies:
        """A field by day, over the rows that all filters let through."""
        found: dict[str, dict[date, list[int | None]]] = {}
        cells, segments = self.values[field], self._texts_of_rows(by) if by else None
        for row in self._let_through(filters):
            value = cells[row]
            days = found.setdefault("" if segments is None else segments[row], {})
            days.setdefault(self._day_of_rows[row], []).append(value if isinstance(value, int) else None)
        return {segment: {day: _tally(each) for day, each in days.items()} for segment, days in found.items()}

    def written(self, filters: tuple[Filter, ...]) -> Mapping[date, Lines]:
        """By day, where its rows are written, of those that all filters let through."""
        found: dict[date, list[int]] = {}
        for row in self._let_through(filters):
            found.setdefault(self._day_of_rows[row], []).append(self.lines[row])
        return {day: Lines(self.path, tuple(numbers)) for day, numbers in found.items()}

    @property
    def _day_of_rows(self) -> Sequence[Any]:
        field = day_field(self.table)
        return self.values[field.id] if field else ()

    def _texts_of_rows(self, field: str) -> Sequence[str]:
        texts = {value: text_of(value, self.digits[field]) for value in set(self.values[field])}
        return [texts[value] for value in self.values[field]]

    def _let_through(self, filters: tuple[Filter, ...]) -> Iterator[int]:
        """The numbers of the rows that have a day and pass."""
        columns = [(self._texts_of_rows(each.field), each) for each in filters]
        for row, day in enumerate(self._day_of_rows):
            if isinstance(day, date) and all((texts[row] in each.values) == each.inside for texts, each in columns):
                yield row


def _tally(cells: Sequence[int | None]) -> Tally:
    filled = [cell for cell in cells if cell is not None]
    return Tally(len(cells), len(cells) - len(filled), sum(filled), min(filled, default=None), max(filled, default=None))


def read(table: Table, sheets: Iterable[Sheet]) -> tuple[list[SheetRows], list[Diagnostic]]:
    """The sound rows of sheets, none of which repeats a row of its own or of a sheet before it, and what is wrong with the others."""
    repeats, readers = _Repeats(table), cache(lambda field, digits: reader(table, field, digits))
    parts, found = [], list[Diagnostic]()
    for sheet in sheets:
        order, more = columns_of(table, sheet)
        rows = [(number, [cells[column] if column >= 0 else "" for column in order]) for number, cells in _fitting(sheet)]
        digits = {each.id: digits_of(each, (cells[place] for _, cells in rows)) for place, each in enumerate(table.fields)}
        scaled = repeats.of(sheet, digits)
        kept: list[tuple[int, list[Value | None]]] = []
        for number, values, mistakes in _checked(table, sheet, rows, [readers(each, digits[each.id]) for each in table.fields]):
            if mistakes := mistakes or list(scaled(number, values))[:1]:
                more += mistakes
            else:
                kept.append((number, values))
        columns = {each.id: tuple(values[place] for _, values in kept) for place, each in enumerate(table.fields)}
        parts.append(SheetRows(table, sheet.path, digits, tuple(sheet.line(number) for number, _ in kept), columns))
        found += more
    return parts, found


def columns_of(table: Table, sheet: Sheet) -> tuple[list[int], list[Diagnostic]]:
    """For each field the column that holds it, -1 where there is none, and what is wrong with the header."""
    names, found = [field.name for field in table.fields], list[Diagnostic]()
    if not sheet.header:
        return [-1] * len(names), found
    for column, name in enumerate(sheet.header):
        if name not in names:
            found.append(Diagnostic(UNDECLARED_COLUMN, sheet.cell(-1, column), {"column": name, "table": table.id}))
    for name in dict.fromkeys(names):
        if name not in sheet.header:
            found.append(Diagnostic(MISSING_COLUMN, sheet.row(-1), {"column": name, "table": table.id}))
    return [sheet.header.index(name) if name in sheet.header else -1 for name in names], found


def month_of(path: str) -> str | None:
    """The month that a file is called after, `2024-04`. Files with other names hold what days they like."""
    match = _MONTH.search(path)
    return match[1] if match else None


def _fitting(sheet: Sheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    return ((number, cells) for number, cells in enumerate(sheet.rows) if number not in sheet.ragged)


def _checked(
    table: Table, sheet: Sheet, rows: Iterable[tuple[int, list[str]]], readers: Sequence[Callable[[str], Any]]
) -> Iterator[tuple[int, list[Value | None], list[Diagnostic]]]:
    """Each row's values, and what is wrong with its cells."""
    month, day = month_of(sheet.path), day_field(table)
    place_of_day = table.fields.index(day) if day else 0
    for number, cells in rows:
        read = [reader(cell) for cell, reader in zip(cells, readers, strict=True)]
        values = [value for value, _ in read]
        mistakes = [
            Diagnostic(wrong[0], _cell(sheet, number, each), wrong[1], help=wrong[2])
            for each, (_, wrong) in zip(table.fields, read, strict=True)
            if wrong and each.name in sheet.header
        ]
        value = values[place_of_day]
        if not mistakes and month and day and isinstance(value, date) and f"{value:%Y-%m}" != month:
            mistakes.append(Diagnostic(WRONG_MONTH, _cell(sheet, number, day), {"day": str(value), "month": month}))
        yield number, values, mistakes


class _Repeats:
    """What must not come twice: a primary key, and the values of a field that says so."""

    def __init__(self, table: Table) -> None:
        self.table = table
        places = {field.id: place for place, field in enumerate(table.fields)}
        self.key = [places[id_] for id_ in table.primary_key] if set(table.primary_key) <= set(places) else []
        self.alone = [(place, each) for place, each in enumerate(table.fields) if each.constraints.unique]
        self.seen: dict[tuple[object, ...], tuple[Sheet, int]] = {}

    def of(self, sheet: Sheet, digits: Mapping[str, int]) -> Callable[[int, list[Value | None]], Iterator[Diagnostic]]:
        """What finds the repeats in a sheet's rows. Numbers are told apart as they are read, not in the sheet's own units."""
        scales = [digits[field.id] for field in self.table.fields]

        def found(number: int, values: list[Value | None]) -> Iterator[Diagnostic]:
            plain = [text_of(value, scale) if scale and value is not None else value for value, scale in zip(values, scales, strict=True)]
            return self.found(sheet, number, plain)

        return found

    def found(self, sheet: Sheet, number: int, values: list[Value | None]) -> Iterator[Diagnostic]:
        """The findings of a row that repeats an earlier one. A key that cannot be told is a finding elsewhere."""
        key = tuple(values[place] for place in self.key)
        if key and None not in key and (first := self.first(key, sheet, number)):
            label = Label(first[0].row(first[1]), Message(N_("first here")))
            yield Diagnostic(DUPLICATE_ROW, sheet.row(number), {"key": ", ".join(map(str, key))}, related=(label,))
            return
        for place, alone in self.alone:
            value = values[place]
            if value is not None and (first := self.first(("unique", alone.id, value), sheet, number)):
                label = Label(_cell(*first, alone), Message(N_("first here")))
                args: dict[str, Arg] = {"cell": str(value), "field": alone.name, "constraint": Message(N_("it must not come twice"))}
                yield Diagnostic(CONSTRAINT, _cell(sheet, number, alone), args, related=(label,))

    def first(self, what: tuple[object, ...], sheet: Sheet, number: int) -> tuple[Sheet, int] | None:
        """Where it was seen before; None where this is the first time."""
        if what in self.seen:
            return self.seen[what]
        self.seen[what] = (sheet, number)
        return None


def _cell(sheet: Sheet, number: int, field: Field) -> Span:
    return sheet.cell(number, sheet.header.index(field.name))
