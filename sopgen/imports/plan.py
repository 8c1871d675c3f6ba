"""An import from the bytes of a file to the files that would be written: nothing is written here.

grid (cells) -> layout (which column is which field) -> body (rows of texts) -> merge (laid over the table) -> edits
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sopgen import pipeline
from sopgen.imports import excel, files, layout, merge, persons, rows, text, texts
from sopgen.imports.excel import Workbook
from sopgen.imports.grid import Grid, Refusal, refusal
from sopgen.imports.layout import Layout, Proposal
from sopgen.imports.merge import Merged
from sopgen.imports.rows import Body
from sopgen.pipeline import Build
from sopgen.readers.git import Commit
from sopgen.readers.source import Source, Stamp
from sopgen.records import Import, Table
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import N_, Severity
from sopgen.writing import Edit


class Stopped(Struct, frozen=True):
    """An import that cannot be: why, and where it would help, the import.yaml to start from."""

    refused: tuple[Refusal, ...]
    suggestion: str = ""


class Plan(Struct, frozen=True):
    """What an import would do. `proposal` is there where the table has no import.yaml yet; the edits then hold one."""

    table: Table
    grid: Grid
    layout: Layout
    mapping: Import
    proposal: Proposal | None
    body: Body
    merged: Merged
    edits: tuple[Edit, ...]

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Everything that is not imported, though it looks like rows of figures."""
        return tuple(sorted((*self.body.refused, *self.merged.refused), key=lambda refusal: refusal.row))


class _Edited(Struct, frozen=True):
    """A source with some files as they would be."""

    source: Source
    contents: Mapping[str, bytes]

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted({*self.source.paths(), *self.contents}))

    def links(self) -> tuple[str, ...]:
        return self.source.links()

    def size(self, path: str) -> int:
        return len(self.contents[path]) if path in self.contents else self.source.size(path)

    def stamp(self, path: str) -> Stamp | None:
        return None if path in self.contents else self.source.stamp(path)

    def read(self, path: str) -> bytes:
        return self.contents[path] if path in self.contents else self.source.read(path)

    @property
    def commit(self) -> Commit | None:
        return self.source.commit


def prepare(build: Build, table: Table, file: str, content: bytes, sheet: str | None, recorded: Instant) -> Plan | Stopped:
    """Work out what importing a file into a table would do.

    `file` is its name, for messages and as the source of restatements; `recorded` the instant that they are recorded at.
    """
    mapping = build.view.model.imports.get(table.id)
    chosen = _choose(_read(file, content), table, mapping, sheet)
    if isinstance(chosen, Refusal):
        return Stopped((chosen,))
    proposal = None if mapping else layout.propose(chosen, table)
    if isinstance(proposal, Refusal):
        return Stopped((proposal,))
    used = proposal.mapping if proposal else mapping
    assert used is not None
    columns = layout.locate(chosen, table, used)
    if isinstance(columns, Refusal):
        return Stopped((columns,))
    suggestion = texts.mapping(_ignoring(used, chosen, columns)) if proposal else ""
    if stopped := (*_keyless(table, used), *persons.found(chosen, columns)):
        return Stopped(stopped, suggestion)
    body = rows.read(chosen, columns, table, used)
    merged = merge.merge(chosen, columns, table, files.of_table(build.source, table), body.rows)
    plan = Plan(table, chosen, columns, used, proposal, body, merged, ())
    plan = replace(plan, edits=tuple(_edits(build.source, plan, recorded)))
    broken = tuple(_broken(build, plan))
    return Stopped(broken) if broken else plan


def _read(file: str, content: bytes) -> Workbook | Grid | Refusal:
    """What a file holds, by its content and whatever its name ends in."""
    if not content.strip():
        return refusal(N_("the file is empty"))
    if content.startswith((excel.ZIP, excel.OLE)):
        return excel.open_workbook(file, content)
    return text.read(file, content)


def _choose(found: Workbook | Grid | Refusal, table: Table, mapping: Import | None, asked: str | None) -> Grid | Refusal:
    """The sheet that the rows are in: as asked, as import.yaml says, else the only one that has the columns."""
    if not isinstance(found, Workbook):
        is_text = asked is None or isinstance(found, Refusal)
        return found if is_text else refusal(N_("the file is no workbook: it has no sheets"))
    name = asked or (mapping.sheet if mapping else None)
    if name is not None:
        return _named(found, name)
    grids = {sheet: found.grid(sheet) for sheet in found.sheets}
    fitting = [sheet for sheet, grid in grids.items() if isinstance(grid, Grid) and _fits(grid, table, mapping)]
    if len(fitting) > 1:
        names = ", ".join(f"`{sheet}`" for sheet in fitting)
        return refusal(N_("several sheets have the columns: {sheets}; name one with --sheet"), sheets=names)
    filled = [sheet for sheet, grid in grids.items() if isinstance(grid, Refusal) or grid.rows]
    if not filled:
        return refusal(N_("the workbook holds nothing that is to be seen"))
    return grids[(fitting or filled)[0]]


def _named(book: Workbook, name: str) -> Grid | Refusal:
    if name in book.hidden:
        return refusal(N_("the sheet `{sheet}` is hidden: look at it first, and show it"), sheet=name)
    if name not in book.sheets:
        sheets = ", ".join(f"`{sheet}`" for sheet in book.sheets)
        return refusal(N_("there is no sheet `{sheet}`; there are {sheets}"), sheet=name, sheets=sheets)
    return book.grid(name)


def _fits(grid: Grid, table: Table, mapping: Import | None) -> bool:
    found = layout.locate(grid, table, mapping) if mapping else layout.propose(grid, table)
    return not isinstance(found, Refusal)


def _keyless(table: Table, mapping: Import) -> Iterator[Refusal]:
    """The fields of the primary key that nothing fills."""
    names = {field.id: field.name for field in table.fields}
    for id_ in table.primary_key:
        if id_ not in (*mapping.columns.values(), *mapping.fixed):
            template = N_("no column is called `{field}`, which tells rows apart: name it in import.yaml, under `columns` or `fixed`")
            yield refusal(template, field=names[id_])


def _ignoring(mapping: Import, grid: Grid, columns: Layout) -> Import:
    """The mapping with every other column left out on purpose."""
    return msgspec.structs.replace(mapping, ignore=tuple(grid.text(columns.header, column) for column in columns.left))


def _edits(source: Source, plan: Plan, recorded: Instant) -> Iterator[Edit]:
    """The files that differ, and the records of what was mapped and restated."""
    folder = f"data/tables/{plan.table.id}"
    there = {path for path in source.paths() if path.startswith(f"{folder}/")}
    for path, file in plan.merged.files.items():
        if file.added or file.changed:
            yield Edit(path, file.content, file.standing.content)
    if plan.proposal:
        yield Edit(f"{folder}/import.yaml", texts.mapping(plan.mapping).encode(), None)
    changes = [change for file in plan.merged.files.values() for change in file.changes]
    if changes:
        path = f"{folder}/restatements.yaml"
        before = source.read(path) if path in there else None
        after = texts.restatements((before or b"").decode(), changes, plan.grid.file, recorded)
        yield Edit(path, after.encode(), before)


def _broken(build: Build, plan: Plan) -> Iterator[Refusal]:
    """What `sopgen validate` would newly say against the table, so that what is written is always sound."""
    if not plan.edits:
        return
    edited = pipeline.run(_Edited(build.source, {edit.path: edit.content for edit in plan.edits}), build.view.as_of)
    for finding in edited.found:
        if finding.severity is Severity.ERROR and finding.span.path.startswith(f"data/tables/{plan.table.id}/"):
            yield Refusal((f"{finding.span.path}:{finding.span.line}",), finding.message)


def unsound(build: Build, table: str) -> Iterable[str]:
    """The files of a table that have errors: nothing can be laid over them."""
    found = (finding.span.path for finding in build.found if finding.severity is Severity.ERROR)
    return sorted({path for path in found if path.startswith(f"data/tables/{table}/")})
