"""Rows of an export laid over the files of a table by primary key: what is added, changed and unchanged, and the files that come of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from sopgen import tables
from sopgen.editing.adding import joined
from sopgen.imports import files
from sopgen.imports.files import Key, TableFile, Texts
from sopgen.imports.grid import Grid, Refusal
from sopgen.imports.layout import Layout
from sopgen.imports.rows import Row
from sopgen.readers import csv as sheets
from sopgen.records import Field, Table
from sopgen.tables import day_field
from sopgen.words.diagnostics import Diagnostic, Message


class Change(Struct, frozen=True):
    """A figure that is another one in the export: of which row, by its day and the texts of the other key fields, and from what to what."""

    day: date
    key: Mapping[str, str]
    field: Field
    was: str
    now: str


class FileChanges(Struct):
    """What becomes of one file: rows added, figures changed by the number of the row, rows left as they are."""

    standing: TableFile
    added: list[Texts] = []
    changed: dict[int, Texts] = {}
    changes: list[Change] = []
    unchanged: int = 0

    @property
    def content(self) -> bytes:
        """The file as it will be."""
        return self.standing.rewritten(self.changed, self.added)


class Merged(Struct, frozen=True):
    """The files that rows go to, by path, and the rows that a table does not take."""

    files: Mapping[str, FileChanges]
    refused: tuple[Refusal, ...]


def merge(grid: Grid, layout: Layout, table: Table, existing: Mapping[str, TableFile], rows: Iterable[Row]) -> Merged:
    """Lay rows over the partitions of a table. A row that breaks a constraint of the table is refused as a whole."""
    stands = {files.key(table, texts): (path, number) for path, standing in existing.items() for number, texts in enumerate(standing.rows)}
    laid = [(row, *_over(table, existing, stands, row)) for row in rows]
    refused = dict(_refused(grid, layout, table, [(row, texts) for row, _, _, texts in laid]))
    taken: dict[str, FileChanges] = {}
    ranks = _ranks(table, existing)
    for row, path, number, texts in sorted(laid, key=lambda each: _order(table, ranks, each[3])):
        if row.number not in refused:
            standing = existing.get(path) or TableFile(path, table, None)
            _take(taken.setdefault(path, FileChanges(standing)), table, number, texts)
    found = tuple(refusal for number in sorted(refused) for refusal in refused[number])
    return Merged({path: taken[path] for path in sorted(taken)}, found)


def _over(table: Table, existing: Mapping[str, TableFile], stands: Mapping[Key, tuple[str, int]], row: Row) -> tuple[str, int, Texts]:
    """The file a row is or will be in, its number there (-1 where it is new), and its texts with what the export does not carry."""
    key = files.key(table, row.texts)
    if key in stands:
        path, number = stands[key]
        return path, number, {**existing[path].rows[number], **_kept(table, existing[path].rows[number], row.texts)}
    new = {each.id: row.texts.get(each.id, "") or _missing(table) for each in table.fields}
    return files.path_for(table, existing, row.texts), -1, new


def _kept(table: Table, old: Texts, new: Texts) -> Texts:
    """The new texts, but the old ones where they mean the same."""
    fields = {each.id: each for each in table.fields}
    return {id_: old[id_] if _same(fields[id_], old.get(id_), text, table) else text or _missing(table) for id_, text in new.items()}


def _same(field_: Field, old: str | None, new: str, table: Table) -> bool:
    return old == new or (old is not None and files.value(field_, old, table) == files.value(field_, new, table))


def _missing(table: Table) -> str:
    """How the table writes that there is nothing."""
    return "" if "" in table.missing_values else next(iter(table.missing_values), "")


def _take(file: FileChanges, table: Table, number: int, texts: Texts) -> None:
    if number < 0:
        file.added.append(texts)
        return
    old = file.standing.rows[number]
    changes = [_change(table, each, old, texts) for each in table.fields if old.get(each.id) != texts.get(each.id)]
    file.changes += changes
    file.unchanged += not changes
    if changes:
        file.changed[number] = texts


def _change(table: Table, field_: Field, old: Texts, new: Texts) -> Change:
    day = day_field(table)
    others = {id_: new[id_] for id_ in table.primary_key if day is None or id_ != day.id}
    was, now = (_text(table, texts.get(field_.id, "")) for texts in (old, new))
    return Change(files.day_of(table, new) or date.min, others, field_, was, now)


def _text(table: Table, text: str) -> str:
    return "" if text in table.missing_values else text


def _ranks(table: Table, existing: Mapping[str, TableFile]) -> Mapping[str, Mapping[str, int]]:
    """For the fields of the key but the day the order of their texts: that of their list of values, else as the files have them first."""
    ranks = {}
    for each in table.fields:
        if each.id in table.primary_key and each is not day_field(table):
            there = (texts.get(each.id, "") for standing in existing.values() for texts in standing.rows)
            ranks[each.id] = {text: rank for rank, text in enumerate(dict.fromkeys(each.constraints.enum or there))}
    return ranks


def _order(table: Table, ranks: Mapping[str, Mapping[str, int]], texts: Texts) -> tuple[date, list[tuple[int, str]]]:
    """By day, then by the other fields of the key; a text that is new to the table comes last."""
    ranked = [(known.get(texts.get(id_, ""), len(known)), texts.get(id_, "")) for id_, known in ranks.items()]
    return files.day_of(table, texts) or date.min, ranked


def _refused(grid: Grid, layout: Layout, table: Table, rows: list[tuple[Row, Texts]]) -> Iterator[tuple[int, list[Refusal]]]:
    """What the table itself says against rows, by their numbers: the checks of `sopgen validate`, at the cells of the export."""
    lines = [joined([each.name for each in table.fields], "\n")]
    lines += [joined([texts.get(each.id, "") for each in table.fields], "\n") for _, texts in rows]
    content = "".join(lines)
    sheet, _ = sheets.read("import", content)
    columns = {each.field.id: column for column, each in layout.columns.items()}
    found: dict[int, list[Refusal]] = {}
    for finding in tables.read(table, (sheets.Partition("import", len(content), content.encode),))[1]:
        at = finding.span.line - 2
        number = rows[at][0].number
        field_ = next((each for place, each in enumerate(table.fields) if sheet.cell(at, place) == finding.span), None)
        column = columns.get(field_.id if field_ else "", -1)
        place = grid.row(number) if column < 0 else grid.place(number, column, layout.header)
        found.setdefault(number, []).append(Refusal((place,), _advised(finding), number))
    yield from found.items()


def _advised(finding: Diagnostic) -> Message:
    """What is wrong, and what to do about it where that is known."""
    if not finding.advice:
        return finding.message
    return Message("{message}: {advice}", {"message": finding.message, "advice": finding.advice})
