"""Where the header of an export is and which of its columns fill which fields: by import.yaml, else as the names propose it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from msgspec import Struct

from sopgen.imports import names
from sopgen.imports.cells import Column
from sopgen.imports.grid import Grid, Refusal, refusal
from sopgen.records import Field, Import, Table
from sopgen.words.diagnostics import N_

_HEADER_WITHIN = 40  # filled rows from the top


class Layout(Struct, frozen=True):
    """The header's row, and by the number of a column how it is read. `left` are the columns that fill nothing and are not ignored."""

    header: int
    columns: dict[int, Column]
    left: tuple[int, ...]


class Proposal(Struct, frozen=True):
    """A mapping made from names alone; `near` are the headers that are only like the name of their field."""

    mapping: Import
    near: tuple[str, ...]


def propose(grid: Grid, table: Table) -> Proposal | Refusal:
    """The mapping that the names of a sheet suggest, for somebody to confirm."""
    best = max(_candidates(grid), key=lambda row: _certain(grid, row, table), default=None)
    if best is None or not _certain(grid, best, table):
        wanted = ", ".join(f"`{field.name}`" for field in table.fields)
        return refusal(N_("no row is the header: none of the first rows has a column called {fields}"), fields=wanted)
    headers = {column: text for column in range(len(grid.rows[best])) if (text := grid.text(best, column))}
    exact: dict[str, str] = {}
    for field in table.fields:
        same = [text for text in headers.values() if names.is_same(text, field)]
        same = [text for text in same if names.folded(text) == names.folded(field.name)] or same
        if same:
            exact[same[0]] = field.id
    near = _near(table, exact, list(headers.values()))
    ordered = {text: (exact | near)[text] for text in headers.values() if text in exact or text in near}
    return Proposal(Import(id=table.id, columns=ordered), tuple(near))


def locate(grid: Grid, table: Table, mapping: Import) -> Layout | Refusal:
    """Find the columns of a mapping in a sheet; a refusal where one is not there, or there twice."""
    rows = [row for row, line in enumerate(grid.lines) if line == mapping.header] if mapping.header else list(_candidates(grid))
    wanted = {names.folded(header): header for header in mapping.columns}
    best = max(rows, key=lambda row: len(wanted.keys() & _folded(grid, row)), default=None)
    if best is None or not wanted.keys() & _folded(grid, best):
        return refusal(N_("no row is the header: none has the columns {columns} of import.yaml"), columns=_listed(mapping.columns))
    missing = [header for name, header in wanted.items() if name not in _folded(grid, best)]
    if missing:
        return _missing(grid, best, missing, mapping)
    return _layout(grid, best, table, mapping)


def _layout(grid: Grid, row: int, table: Table, mapping: Import) -> Layout | Refusal:
    fields = {field.id: field for field in table.fields}
    filled = {names.folded(header): (header, fields[field]) for header, field in mapping.columns.items()}
    ignored = {names.folded(header) for header in mapping.ignore}
    columns: dict[int, Column] = {}
    seen: dict[str, int] = {}
    left = []
    for column in range(len(grid.rows[row])):
        name = names.folded(grid.text(row, column))
        if name in filled:
            if name in seen:
                places = (grid.place(row, seen[name], row), grid.place(row, column, row))
                return refusal(N_("two columns are called `{header}`: rename or remove one"), *places, header=filled[name][0])
            seen[name] = column
            columns[column] = _column(grid.text(row, column), *filled[name], mapping)
        elif name and name not in ignored:
            left.append(column)
    return Layout(row, columns, tuple(left))


def _column(written: str, header: str, field: Field, mapping: Import) -> Column:
    """What import.yaml says of a column's unit, else what the header itself says."""
    is_number = field.type in ("integer", "number")
    return Column(field, mapping.units.get(header) or (names.unit_of(written) if is_number else ""))


def _missing(grid: Grid, row: int, missing: Sequence[str], mapping: Import) -> Refusal:
    taken = {names.folded(header) for header in mapping.columns}
    free = [text for column in range(len(grid.rows[row])) if (text := grid.text(row, column)) and names.folded(text) not in taken]
    near = get_close_matches(missing[0], free, 1, 0.4)
    columns, place = _listed(missing), grid.row(row)
    if near:
        template = N_("the header has no {columns}, which import.yaml names; did you mean `{near}`?")
        return refusal(template, place, columns=columns, near=near[0])
    return refusal(N_("the header has no {columns}, which import.yaml names: correct one of the two"), place, columns=columns)


def _near(table: Table, exact: dict[str, str], headers: list[str]) -> dict[str, str]:
    """For each field without a column the header that is most like it, the likest pairs first."""
    fields = [field for field in table.fields if field.id not in exact.values()]
    pairs = [(names.likeness(header, field), header, field) for header in headers if header not in exact for field in fields]
    found: dict[str, str] = {}
    for likeness, header, field in sorted(pairs, key=lambda pair: -pair[0]):
        if likeness >= names.NEAR and header not in found and field.id not in found.values():
            found[header] = field.id
    return found


def _candidates(grid: Grid) -> Iterator[int]:
    """The rows that may be the header: the first filled ones."""
    filled = [row for row in range(len(grid.rows)) if not grid.is_blank(row)]
    yield from filled[:_HEADER_WITHIN]


def _certain(grid: Grid, row: int, table: Table) -> int:
    """How many fields have a column of their name in a row."""
    headers = [grid.text(row, column) for column in range(len(grid.rows[row]))]
    return sum(any(text and names.is_same(text, field) for text in headers) for field in table.fields)


def _folded(grid: Grid, row: int) -> set[str]:
    return {names.folded(grid.text(row, column)) for column in range(len(grid.rows[row]))}


def _listed(headers: Iterable[str]) -> str:
    return ", ".join(f"`{header}`" for header in headers)
