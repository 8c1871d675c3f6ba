"""The files of a table as they stand, to be changed row by row: what is not changed keeps every byte."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import cache, cached_property

from msgspec import Struct

from sopgen.editing.adding import joined, newline
from sopgen.readers import csv as sheets
from sopgen.readers.encoding import decode
from sopgen.readers.source import Source
from sopgen.records import Field, Table
from sopgen.tables import day_field
from sopgen.workspace import table_of

Value = Fraction | date | str | None
Key = tuple[Value, ...]
Texts = Mapping[str, str]
"""The cells of a row by the ids of their fields."""

_MARK = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MONTH = re.compile(r"\d{4}-\d{2}\.csv")


class TableFile(Struct, frozen=True, dict=True):
    """A CSV file of a table: its content, and its rows as text. One that is not there yet has no content."""

    path: str
    table: Table
    content: bytes | None

    @cached_property
    def rows(self) -> tuple[Texts, ...]:
        """The rows by field; a field without a column is missing."""
        names = {field.name: field.id for field in self.table.fields}
        ids = [names.get(header, "") for header in self._sheet.header]
        return tuple({id_: cell for id_, cell in zip(ids, cells, strict=False) if id_} for cells in self._sheet.rows)

    def line(self, row: int) -> int:
        """The line that a row starts on."""
        return self._sheet.line(row)

    def rewritten(self, changed: Mapping[int, Texts], added: Iterable[Texts]) -> bytes:
        """The content with some rows changed (by their number) and others added, each after the rows of its day where days are in order."""
        lines: list[str] = _LINE.findall(self._text)
        starts = [line - 1 for line in self._sheet.lines]
        before = lines[: starts[0]] if starts else lines
        pieces = [lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)]
        for row, texts in changed.items():
            height = 1 + sum(cell.count("\n") for cell in self._sheet.rows[row])
            pieces[row][:height] = [self._line(texts, self._sheet.rows[row])]
        end = len(pieces)
        places: dict[int, list[str]] = {}
        for texts in added:
            day = day_of(self.table, texts)
            place = bisect_right(self._days, day) if day is not None and self._is_in_order else end
            places.setdefault(place, []).append(self._line(texts))
        after = [[*piece, *places.get(number + 1, ())] for number, piece in enumerate(pieces)]
        return self._encoded([before, places.get(0, []), *after])

    def _encoded(self, parts: Iterable[list[str]]) -> bytes:
        ended = (line if line.endswith(("\r", "\n")) else line + self._newline for part in parts for line in part)
        return (self._mark + "".join(ended)).encode()

    def _line(self, texts: Texts, before: tuple[str, ...] | None = None) -> str:
        """A row as the file has it; columns that are no field keep what they held."""
        ids = {field.name: field.id for field in self.table.fields}
        old = before or ("",) * len(self._sheet.header)
        cells = [texts.get(ids[header], "") if header in ids else cell for header, cell in zip(self._sheet.header, old, strict=True)]
        return joined(cells, self._newline)

    @cached_property
    def _text(self) -> str:
        if self.content is None:
            return joined([field.name for field in self.table.fields], "\n")
        return self.content.decode().removeprefix(_MARK)

    @cached_property
    def _mark(self) -> str:
        return _MARK if self.content is not None and self.content.decode().startswith(_MARK) else ""

    @cached_property
    def _newline(self) -> str:
        return newline(self._text)

    @cached_property
    def _sheet(self) -> sheets.Sheet:
        text, _ = decode(self.path, self._text.encode())
        return sheets.read(self.path, text)[0]

    @cached_property
    def _days(self) -> list[date]:
        return [day for row in self.rows if (day := day_of(self.table, row)) is not None]

    @cached_property
    def _is_in_order(self) -> bool:
        return len(self._days) == len(self.rows) and self._days == sorted(self._days)


def of_table(source: Source, table: Table) -> dict[str, TableFile]:
    """The partitions of a table by path."""
    return {path: TableFile(path, table, source.read(path)) for path in source.paths() if table_of(path) == table.id}


def path_for(table: Table, existing: Iterable[str], texts: Texts) -> str:
    """The file that a new row goes to: that of its month; the only file there is where it is not called after a month."""
    paths = list(existing)
    if len(paths) == 1 and not _MONTH.fullmatch(paths[0].rsplit("/", 1)[-1]):
        return paths[0]
    return f"data/tables/{table.id}/{day_of(table, texts):%Y-%m}.csv"


def value(field: Field, text: str, table: Table) -> Value:
    """What a text of a sound row stands for, so that `16236` and `16236.00` are the same; None where it is missing."""
    if not text or text in table.missing_values:
        return None
    if field.type == "date":
        return _day(text, field.format)
    return Fraction(text) if field.type in ("integer", "number") else text


@cache
def _day(text: str, form: str) -> date:
    return datetime.strptime(text, form).date()


def day_of(table: Table, texts: Texts) -> date | None:
    """The day that a row is of."""
    field = day_field(table)
    day = value(field, texts.get(field.id, ""), table) if field else None
    return day if isinstance(day, date) else None


def key(table: Table, texts: Texts) -> Key:
    """What tells a row from others."""
    fields = {field.id: field for field in table.fields}
    return tuple(value(fields[id_], texts.get(id_, ""), table) for id_ in table.primary_key)
