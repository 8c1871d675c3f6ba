"""The partitions of a table into its rows: by columns where the table is large and sound, else cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sopgen.readers.csv import Partition, Sheet
from sopgen.records import Table
from sopgen.tables import sheets
from sopgen.tables.cells import day_field, names_a_day
from sopgen.tables.remembered import Cache, Remembered, apart, gated
from sopgen.tables.rows import Part, Rows
from sopgen.words.diagnostics import Diagnostic

if TYPE_CHECKING:
    from sopgen.tables.columns import Columns

# Bytes from which a table is read by columns. Below it, importing what does that takes longer than reading cell by cell.
LARGE = 1 << 20
_WORKERS = 2  # partitions at a time: more would take more memory, and few machines would be faster


def read(table: Table, partitions: Sequence[Partition], cache: Cache | None = None) -> tuple[Rows, list[Diagnostic]]:
    """The sound rows of a table, and what is wrong in its partitions. A row with a bad cell is a finding and is left out."""
    if sum(partition.size for partition in partitions) < LARGE or not _is_clear(table):
        parts, found = _cell_by_cell(table, partitions)
        return Rows(table, parts), found
    with ThreadPoolExecutor(_WORKERS) as pool:
        fast = dict(enumerate(pool.map(partial(gated, table, cache=cache), partitions)))
    slow = {number: _cell_by_cell(table, [partitions[number]]) for number, part in fast.items() if part is None}
    days = {number: slow[number][0][0].days if part is None else part.days for number, part in fast.items()}
    answers = dict[int, Part]()
    found = list[Diagnostic]()
    for group in _groups(table, days):
        sound = [part for number in group if (part := fast[number]) is not None]
        if len(sound) == len(group) and (len(group) == 1 or apart(table, sound, cache)):
            parts, wrong = sound, [finding for part in sound for finding in _header(table, part)]
        elif len(group) == 1:
            parts, wrong = slow[group[0]]
        else:
            parts, wrong = _cell_by_cell(table, [partitions[number] for number in group])
        answers.update(zip(group, parts, strict=True))
        found += wrong
    return Rows(table, [answers[number] for number in sorted(answers)]), found


def _is_clear(table: Table) -> bool:
    """Whether each field is one of its own, and the key names fields and a day among them; what is not is a finding elsewhere."""
    ids, names = {field.id for field in table.fields}, {field.name for field in table.fields}
    alone = len(ids) == len(names) == len(table.fields)
    return alone and set(table.primary_key) <= ids and day_field(table) is not None and all(map(names_a_day, table.fields))


def _cell_by_cell(table: Table, partitions: Sequence[Partition]) -> tuple[Sequence[Part], list[Diagnostic]]:
    read = [partition.sheet() for partition in partitions]
    parts, found = sheets.read(table, (sheet for sheet, _ in read))
    return parts, [*(finding for _, more in read for finding in more), *found]


def _groups(table: Table, days: Mapping[int, frozenset[date]]) -> Iterator[list[int]]:
    """Partitions that could hold the same row: those whose spans of days meet, as the day is in the key; all, where a value comes once."""
    if any(field.constraints.unique for field in table.fields):
        yield sorted(days)
        return
    group, end = list[int](), date.min
    for number in sorted(days, key=lambda number: min(days[number], default=date.min)):
        if group and min(days[number], default=date.max) > end:
            yield sorted(group)
            group = []
        group.append(number)
        end = max(end, max(days[number], default=date.min))
    if group:
        yield sorted(group)


def _header(table: Table, part: Columns | Remembered) -> list[Diagnostic]:
    """The findings that a sound partition can have: columns that nobody declared."""
    names = tuple(name.strip() for name in part.header.split(","))
    return sheets.columns_of(table, Sheet(part.path, part.header, names))[1]
