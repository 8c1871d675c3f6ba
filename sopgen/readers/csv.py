"""CSV into rows of text with positions. Nothing is guessed: a cell is the text between its commas.

Texts come with plain newlines, as `encoding.decode` leaves them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from functools import cached_property

from msgspec import Struct

from sopgen.readers.encoding import decode
from sopgen.readers.source import Stamp
from sopgen.words.diagnostics import N_, Diagnostic, Label, Message, Rule, Severity, Span

EMPTY = Rule(
    "empty-table",
    Severity.ERROR,
    N_("the file has no header"),
    N_("start it with the names of its columns"),
    "A CSV file starts with a header.",
)
RAGGED = Rule(
    "ragged-row",
    Severity.ERROR,
    N_("the row has {cells} cells, the header has {columns}"),
    N_("give it one cell a column; put a cell with a comma in quotes"),
    "A row with too many or too few cells has values under the wrong headers.",
)
DUPLICATE_HEADER = Rule(
    "duplicate-header",
    Severity.ERROR,
    N_("the column `{header}` is there twice"),
    N_("rename or remove one"),
    "Two columns cannot have one name.",
)
DELIMITER = Rule(
    "not-comma-separated",
    Severity.ERROR,
    N_("the columns are separated by {separator}, not by commas"),
    N_("save the file as comma-separated values"),
    "Tables are read as comma-separated values.",
)
SYNTAX = Rule(
    "csv-syntax",
    Severity.ERROR,
    N_("this is not CSV: {problem}"),
    N_("look at the quotes of the row"),
    "A quote is not closed or stands inside a cell.",
)
RULES = (EMPTY, RAGGED, DUPLICATE_HEADER, DELIMITER, SYNTAX)

_SEPARATORS = {"\t": N_("tabs"), ";": N_("semicolons")}
# The words of Python's reader -> ours.
_PROBLEMS = {
    "unexpected end of data": N_("a quote is not closed"),
    "',' expected after '\"'": N_("there is text after a closing quote"),
}
_TOO_LONG = N_("a cell is too long")
# What follows a closing quote is a mistake and belongs to the cell.
_CELL = re.compile(r'(?:"(?:[^"]|"")*(?:"|$))?[^,]*')


class Sheet(Struct, frozen=True, dict=True):
    """A CSV file: its header, its rows of text, and the line that each row starts on (counting from 1).

    `ragged` are the numbers of the rows with more or fewer cells than the header; nothing is to be read from them. Row -1 is the header.
    """

    path: str
    text: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[int, ...] = ()
    header_line: int = 1

    @cached_property
    def ragged(self) -> frozenset[int]:
        """The rows that do not fit the header."""
        width = len(self.header)
        return frozenset(row for row, cells in enumerate(self.rows) if len(cells) != width)

    @cached_property
    def source(self) -> list[str]:
        """The lines of the file, without their ends."""
        return self.text.split("\n")

    def line(self, row: int) -> int:
        """The line that a row starts on."""
        return self.lines[row] if row >= 0 else self.header_line

    def cell(self, row: int, column: int) -> Span:
        """Where a cell stands."""
        line = self.line(row)
        start, end = _cell(self.source[line - 1], column)
        return Span(self.path, line, start + 1, line, end + 1)

    def row(self, row: int) -> Span:
        """Where a row stands."""
        line = self.line(row)
        return Span(self.path, line, 1, line, len(self.source[line - 1]) + 1)


class Partition(Struct, frozen=True):
    """A CSV file of a table that is not read yet: its path, its size in bytes, what reads its content, and its stamp as of now."""

    path: str
    size: int
    content: Callable[[], bytes]
    stamp: Stamp | None = None

    def sheet(self) -> tuple[Sheet, list[Diagnostic]]:
        """The file as rows of text; without any, and with a finding, where it is not UTF-8."""
        text, found = decode(self.path, self.content())
        if any(finding.severity is Severity.ERROR for finding in found):
            return Sheet(self.path), found
        sheet, more = read(self.path, text)
        return sheet, [*found, *more]


def read(path: str, text: str) -> tuple[Sheet, list[Diagnostic]]:
    """Read a CSV text. Rows without a filled cell are skipped; rows that do not fit the header are findings."""
    found: list[Diagnostic] = []
    records = [(line, tuple(cells)) for line, cells in _records(path, text, found) if any(map(str.strip, cells))]
    if not records:
        return Sheet(path, text), found or [Diagnostic(EMPTY, Span(path))]
    (line, header), *rest = records
    names = tuple(cell.strip() for cell in header)
    sheet = Sheet(path, text, names, tuple(cells for _, cells in rest), tuple(line for line, _ in rest), line)
    separator = next((mark for mark in _SEPARATORS if len(names) == 1 and mark in names[0]), None)
    if separator:
        found.append(Diagnostic(DELIMITER, sheet.cell(-1, 0), {"separator": Message(_SEPARATORS[separator])}))
        return Sheet(path, text), found
    return sheet, [*found, *_duplicates(sheet), *_misfits(sheet)]


def _records(path: str, text: str, found: list[Diagnostic]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        problem = Message(_PROBLEMS.get(str(error), _TOO_LONG))
        found.append(Diagnostic(SYNTAX, Span(path, line, 1, line, len(text.split("\n")[line - 1]) + 1), {"problem": problem}))


def _duplicates(sheet: Sheet) -> Iterator[Diagnostic]:
    for column, name in enumerate(sheet.header):
        first = sheet.header.index(name)
        if first < column:
            label = Label(sheet.cell(-1, first), Message(N_("first here")))
            yield Diagnostic(DUPLICATE_HEADER, sheet.cell(-1, column), {"header": name}, related=(label,))


def _misfits(sheet: Sheet) -> Iterator[Diagnostic]:
    for row in sorted(sheet.ragged):
        yield Diagnostic(RAGGED, sheet.row(row), {"cells": len(sheet.rows[row]), "columns": len(sheet.header)})


def _cell(line: str, column: int) -> tuple[int, int]:
    """Start and end of a cell in its line, in characters from 0; a cell that goes over lines ends with the first one."""
    start = 0
    for _ in range(column):
        start = min(_end(line, start) + 1, len(line))
    return start, _end(line, start)


def _end(line: str, start: int) -> int:
    match = _CELL.match(line, start)
    return match.end() if match else start
