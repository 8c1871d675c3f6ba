"""The body of an export into rows of texts by field. What is no row of figures is left out and said so; what is doubtful is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from msgspec import Struct

from sopgen.imports import cells
from sopgen.imports.cells import Column
from sopgen.imports.grid import Cell, Grid, Refusal, listed
from sopgen.imports.layout import Layout
from sopgen.records import Field, Import, Table
from sopgen.tables import day_field
from sopgen.words.diagnostics import N_, Message

_TOTAL = re.compile(
    r".{0,8}?(合计|总计|小计|总和|汇总|平均值?|均值|共计)[::]?|(grand |sub)?-?totals?:?|subtotals?:?|sum:?|average:?|avg:?|mean:?",
    re.IGNORECASE,
)
TOTALS, NOTES, HEADERS, REPEATS, EMPTY = (
    N_("total rows"),
    N_("notes"),
    N_("repeated headers"),
    N_("repeated rows"),
    N_("rows without a figure"),
)


class Row(Struct, frozen=True):
    """A row of an export: its number in the grid, and its texts by the id of the field; a missing figure is an empty text."""

    number: int
    texts: Mapping[str, str]


class Body(Struct, frozen=True):
    """What an export holds below its header. `left` are the numbers of the rows that are no rows of figures, by what they are."""

    rows: tuple[Row, ...]
    left: Mapping[str, tuple[int, ...]]
    refused: tuple[Refusal, ...]


def read(grid: Grid, layout: Layout, table: Table, mapping: Import) -> Body:
    """Every row below the header."""
    reader = _Reader(grid, layout, table, mapping)
    for number in range(layout.header + 1, len(grid.rows)):
        if not grid.is_blank(number):
            reader.take(number)
    rows = reader.without_repeats()
    return Body(rows, {what: tuple(numbers) for what, numbers in reader.left.items()}, tuple(reader.refusals()))


class _Reader:
    """Takes in one row after another."""

    def __init__(self, grid: Grid, layout: Layout, table: Table, mapping: Import) -> None:
        self.grid, self.layout, self.table = grid, layout, table
        self.key = [column for column, each in layout.columns.items() if each.field.id in table.primary_key]
        self.figures = [column for column in layout.columns if column not in self.key]
        self.fixed = {field.id: _fixed(field, mapping.fixed[field.id]) for field in table.fields if field.id in mapping.fixed}
        day = day_field(table)
        self.days = [(column, each) for column, each in layout.columns.items() if each.field is day]
        self.rows: list[Row] = []
        self.left: dict[str, list[int]] = {}
        self.refused: list[tuple[int, int, Message]] = []  # row, column (-1 for the whole row), why

    def take(self, number: int) -> None:
        """Read a row, leave it out or refuse it."""
        if what := self.what_else(number):
            self.left.setdefault(what, []).append(number)
            return
        wrong = list(self.wrong(number))
        texts = dict(self.fixed)
        for column, each in self.layout.columns.items() if not wrong else ():
            cell = self.grid.cell(number, column)
            text = self.text(cell, each, (number, column) in self.grid.percents)
            if isinstance(text, Message):
                wrong.append((number, column, text))
            else:
                texts[each.field.id] = text
        self.refused += wrong
        if not wrong:
            self.rows.append(Row(number, texts))

    def text(self, cell: Cell, column: Column, in_percent: bool) -> str | Message:
        """The text of a cell, or why it has none."""
        if not cells.is_missing(cell, self.table):
            return cells.read(cell, column, in_percent)
        name = {"field": column.field.name}
        if column.field.id in self.table.primary_key:
            return Message(N_("`{field}` is empty, so what the row is of cannot be told"), name)
        return Message(N_("`{field}` is missing, and the table needs it"), name) if column.field.constraints.required else ""

    def what_else(self, number: int) -> str:
        """What a row is that is no row of figures, "" for one that is."""
        words = [self.grid.text(number, column) for column in range(len(self.grid.rows[number]))]
        if all(words[column : column + 1] == [self.grid.text(self.layout.header, column)] for column in self.layout.columns):
            return HEADERS
        if self.is_total(number, words):
            return TOTALS
        if any(self.is_filled(number, column) or (number, column) in self.grid.broken for column in self.figures):
            return ""
        days = [cells.read(self.grid.cell(number, column), each, False) for column, each in self.days if self.is_filled(number, column)]
        return EMPTY if any(isinstance(day, str) for day in days) else NOTES

    def is_total(self, number: int, words: list[str]) -> bool:
        """Whether a row calls itself a total, in its first filled cell or where its key stands."""
        first = next((column for column, word in enumerate(words) if word), 0)
        known = {value for each in self.layout.columns.values() for value in each.field.constraints.enum or ()}
        named = [self.grid.text(number, column) for column in (first, *self.key)]
        return any(_TOTAL.fullmatch(unicodedata.normalize("NFKC", word)) and word not in known for word in named)

    def is_filled(self, number: int, column: int) -> bool:
        """Whether a cell holds more than the sign that there is nothing."""
        return not cells.is_missing(self.grid.cell(number, column), self.table)

    def wrong(self, number: int) -> Iterator[tuple[int, int, Message]]:
        """What keeps the cells of a row from being what they seem."""
        width = len(self.grid.rows[self.layout.header])
        there = len(self.grid.rows[number])
        if there < width and max(self.layout.columns) >= there:
            yield number, -1, Message(N_("the row ends too early: it has {cells} cells, the header has {columns}"), _widths(there, width))
        elif any(isinstance(cell, str) and cell.strip() for cell in self.grid.rows[number][width:]):
            message = N_("the row has {cells} cells, the header has {columns}: a figure with commas in it needs quotes")
            yield number, -1, Message(message, _widths(there, width))
        for column in self.layout.columns:
            if (number, column) in self.grid.broken:
                yield number, column, cells.broken(self.grid.broken[number, column])
            elif any(area.top <= number <= area.bottom and area.left <= column <= area.right for area in self.grid.merged):
                yield number, column, Message(N_("the cell is merged with others: unmerge them and fill each"))

    def without_repeats(self) -> tuple[Row, ...]:
        """Rows that say the same are one; rows of one key that say different things are all refused."""
        by_key: dict[tuple[str, ...], list[Row]] = {}
        for row in self.rows:
            by_key.setdefault(tuple(row.texts.get(field, "") for field in self.table.primary_key), []).append(row)
        kept = []
        for rows in by_key.values():
            first, *others = rows
            if all(row.texts == first.texts for row in others):
                kept.append(first)
                self.left.setdefault(REPEATS, []).extend(row.number for row in others)
            else:
                self.refuse_clash(rows)
        self.left = {what: numbers for what, numbers in self.left.items() if numbers}
        return tuple(kept)

    def refuse_clash(self, rows: list[Row]) -> None:
        """Nobody can tell which of several rows of one key is right."""
        for row in rows:
            others = listed(self.grid.row(other.number) for other in rows if other is not row)
            message = Message(N_("{places} has other figures for the same key: keep one of the rows"), {"places": others})
            self.refused.append((row.number, -1, message))

    def refusals(self) -> Iterator[Refusal]:
        """The refusals in the order of the rows."""
        for number, column, message in sorted(self.refused, key=lambda each: each[:2]):
            place = self.grid.row(number) if column < 0 else self.grid.place(number, column, self.layout.header)
            yield Refusal((place,), message, number)


def _fixed(field: Field, text: str) -> str:
    """What every row holds in a field without a column; a day in the field's own format."""
    if field.type != "date":
        return text
    day = cells.read(text, Column(field), False)
    return day if isinstance(day, str) else text


def _widths(cells: int, columns: int) -> Mapping[str, int]:
    return {"cells": cells, "columns": columns}
