"""The cells of an export as they stand, and what people call the place of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from msgspec import Struct

from sopgen.words.diagnostics import N_, Arg, Message

Cell = str | int | float | bool | datetime | time | timedelta
"""What a cell holds; an empty text where it is empty."""

EMPTY: Cell = ""
SHOWN = 6  # places that are named one by one


class Refusal(Struct, frozen=True):
    """Something that is not imported: at which `places` (none: the whole file), why, and what to do about it.

    `row` is the row of the grid that it is about, for the order of refusals.
    """

    places: tuple[Arg, ...]
    message: Message
    row: int = -1


def refusal(template: str, *places: Arg, **args: Arg) -> Refusal:
    """A refusal in the words of a template: of the whole file where no place is named."""
    return Refusal(places, Message(template, args))


class Area(Struct, frozen=True):
    """A rectangle of cells: rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class Grid(Struct, frozen=True):
    """The rows of a sheet, or of a text file where `sheet` is empty.

    `lines` is what people call each row: its number in the sheet, or the line that it starts on. `broken` says of cells what
    formula error they show; `percents` are the cells that show their number times a hundred, with a percent sign.
    """

    file: str
    sheet: str
    rows: tuple[tuple[Cell, ...], ...]
    lines: tuple[int, ...]
    merged: tuple[Area, ...] = ()
    broken: Mapping[tuple[int, int], str] = {}
    percents: frozenset[tuple[int, int]] = frozenset()

    def cell(self, row: int, column: int) -> Cell:
        """What a cell holds; nothing beyond the end of its row."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else EMPTY

    def text(self, row: int, column: int) -> str:
        """The words of a cell, as a header has them: on one line, trimmed."""
        return " ".join(str(self.cell(row, column)).split())

    def place(self, row: int, column: int, header: int) -> Arg:
        """What people call a cell: `C12` in a sheet; in a text its line, and its column by what stands in the row of the header."""
        if self.sheet:
            return f"{letters(column)}{self.lines[row]}"
        name = self.text(header, column)
        return Message(N_("line {line} {column}"), {"line": self.lines[row], "column": name}) if row != header else self.row(row)

    def row(self, row: int) -> Arg:
        """What people call a row."""
        return Message(N_("row {line}") if self.sheet else N_("line {line}"), {"line": self.lines[row]})

    def is_blank(self, row: int) -> bool:
        """Whether nothing is written in a row."""
        return all(isinstance(cell, str) and not cell.strip() for cell in self.rows[row])


def letters(column: int) -> str:
    """The letters of a column (from 0) in a spreadsheet: A, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def listed(places: Iterable[Arg]) -> Message:
    """The first few places, and how many more there are."""
    shown = list(places)
    message = _joined(shown[:SHOWN])
    return message if len(shown) <= SHOWN else Message(N_("{places} and {count} more"), {"places": message, "count": len(shown) - SHOWN})


def _joined(places: list[Arg]) -> Message:
    message = Message("{place}", {"place": places[0]})
    for place in places[1:]:
        message = Message(N_("{places}, {place}"), {"places": message, "place": place})
    return message
