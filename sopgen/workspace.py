"""Files into documents: which record kind each file is, and its plain value with positions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sopgen.readers import csv, markdown, yaml
from sopgen.readers.encoding import decode
from sopgen.readers.source import SETTINGS, Source
from sopgen.readers.yaml import Locate, Pointer
from sopgen.records import KINDS, Kind, Task
from sopgen.words.diagnostics import N_, Diagnostic, Message, Rule, Severity, Span

UNKNOWN_FILE = Rule(
    "unknown-file",
    Severity.ERROR,
    N_("no record kind lives at `{path}`"),
    N_("records live at {places}"),
    "A file under a name that sopgen does not know would be ignored without a word.",
)
TWO_TASK_LISTS = Rule(
    "two-task-lists",
    Severity.ERROR,
    N_("the plan has both tasks.yaml and tasks.csv"),
    N_("keep one of the two"),
    "A plan has one list of tasks, in YAML or in CSV.",
)
NO_PLUGIN = Rule(
    "no-plugin",
    Severity.ERROR,
    N_("mkdocs.yml does not name the plugin `sopgen`"),
    N_("add it under `plugins`: `- sopgen`"),
    "Without the plugin MkDocs would build a site of the bare files.",
)
LINK = Rule(
    "symbolic-link",
    Severity.ERROR,
    N_("`{path}` is a symbolic link, and links are not read"),
    N_("put the file itself there"),
    "What a link leads to may be outside the workspace, and is not part of its history.",
)
COLUMN_CLASH = Rule(
    "column-clash",
    Severity.ERROR,
    N_("the columns `{column}` and `{inner}` are for the same thing"),
    N_("keep `{inner}` and name the language of `{column}` too, or keep `{column}` alone"),
    "A text is in one language or in several named ones.",
)
UNDESCRIBED_TABLE = Rule(
    "undescribed-table",
    Severity.ERROR,
    N_("the table `{table}` has no table.yaml"),
    N_("add data/tables/{table}/table.yaml, which says what the columns are"),
    "Without its description a table is not read: nobody could tell what its columns mean.",
)
RULES = (NO_PLUGIN, LINK, UNKNOWN_FILE, TWO_TASK_LISTS, COLUMN_CLASH, UNDESCRIBED_TABLE)

_PATTERNS = tuple((kind, kind.pattern) for kind in KINDS)
_RECORD_ENDINGS = (".yaml", ".yml", ".csv", ".json", ".xlsx", ".xls")
_SHEETS = "data/tables/*/*.csv"
_LIST_MARK = ";"
_LIST_COLUMNS = {column.encode_name for column in msgspec.structs.fields(Task) if get_origin(column.type) is tuple}


class Document(Struct, frozen=True):
    """One file of a record kind: its plain value, for Markdown its `body` and what stands in it, and where each part of it stands.

    `unsound` holds the pointers of what cannot be used: () for all of it, else single records.
    """

    path: str
    kind: Kind
    value: Any
    locate: Locate
    body: str = ""
    unsound: frozenset[Pointer] = frozenset()
    links: tuple[markdown.Mark, ...] = ()
    sections: tuple[markdown.Mark, ...] = ()
    papers: tuple[markdown.Mark, ...] = ()


class Documents(Struct, frozen=True):
    """A workspace as it was read: documents, and by the id of each table its partitions, which are not read yet."""

    records: tuple[Document, ...]
    partitions: Mapping[str, tuple[csv.Partition, ...]]
    files: int = 0


class _Loading(Struct):
    records: list[Document] = []
    partitions: dict[str, list[csv.Partition]] = {}
    found: list[Diagnostic] = []


def load(source: Source) -> tuple[Documents, list[Diagnostic]]:
    """Read every file but the partitions of tables. A file that cannot be read is a finding and hides nothing of the others."""
    loading = _Loading()
    paths = source.paths()
    for path in paths:
        kind = kind_of(path)
        if kind is not None:
            _record(loading, path, kind, source.read(path))
        elif (table := table_of(path)) is not None:
            loading.partitions.setdefault(table, []).append(
                csv.Partition(path, source.size(path), partial(source.read, path), source.stamp(path))
            )
        elif _looks_like_a_record(path):
            loading.found.append(_unknown(path))
    loading.found += [*_two_task_lists(loading.records), *_undescribed(loading), *map(_linked, source.links())]
    partitions = {table: tuple(files) for table, files in loading.partitions.items()}
    return Documents(tuple(loading.records), partitions, len(paths)), loading.found


def kind_of(path: str) -> Kind | None:
    """The record kind that lives at `path`, if any."""
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(path)), None)


def plan_of(path: str) -> str:
    """The id of the plan whose folder a file is in, "" elsewhere."""
    parts = path.split("/")
    return parts[1] if parts[0] == "plans" and len(parts) > 2 else ""


def table_of(path: str) -> str | None:
    """The id of the table that a CSV file at `path` is a partition of, if any."""
    parts = path.split("/")
    return parts[2] if path.endswith(".csv") and parts[:2] == ["data", "tables"] and len(parts) == 4 else None


def _record(loading: _Loading, path: str, kind: Kind, content: bytes) -> None:
    text, found = decode(path, content)
    if _unreadable(found):
        document = Document(path, kind, None, lambda pointer, key: Span(path), unsound=frozenset([()]))
    else:
        reader = _READERS.get(path) or _READERS[path[path.rindex(".") :]]
        document, more = reader(path, kind, text)
        found += more
    loading.records.append(document)
    loading.found += found


def _read_yaml(path: str, kind: Kind, text: str) -> tuple[Document, list[Diagnostic]]:
    parsed = yaml.read(path, text)
    return Document(path, kind, parsed.value, parsed.locate, unsound=_broken(parsed.found)), parsed.found


def _read_settings(path: str, kind: Kind, text: str) -> tuple[Document, list[Diagnostic]]:
    """Only `plugins: sopgen` is sopgen's; the rest of mkdocs.yml belongs to MkDocs, tags and all."""
    parsed = yaml.read(path, text, ("plugins", "sopgen"))
    if parsed.value is None and not parsed.found and "sopgen" not in _plugins(path, text):
        parsed.found.append(Diagnostic(NO_PLUGIN, Span(path)))
    value = {} if parsed.value is None and not parsed.found else parsed.value
    return Document(path, kind, value, parsed.locate, unsound=_broken(parsed.found)), parsed.found


def _plugins(path: str, text: str) -> set[str]:
    """The names of the plugins that mkdocs.yml asks for."""
    entries = yaml.read(path, text, ("plugins",)).value
    if not isinstance(entries, list):
        return set(entries) if isinstance(entries, dict) else {str(entries)}
    return {name for entry in entries for name in (entry if isinstance(entry, dict) else [str(entry)])}


def _read_markdown(path: str, kind: Kind, text: str) -> tuple[Document, list[Diagnostic]]:
    parsed = markdown.read(path, text)
    marks = parsed.links, parsed.sections, parsed.papers
    return Document(path, kind, parsed.value, parsed.locate, parsed.body, _broken(parsed.found), *marks), parsed.found


def _read_rows(path: str, kind: Kind, text: str) -> tuple[Document, list[Diagnostic]]:
    """A CSV file with the columns of a record kind: `title.zh` is the Chinese title, `a; b` is a list, an empty cell is nothing."""
    sheet, found = csv.read(path, text)
    found += _clashes(sheet)
    unsound = _broken([finding for finding in found if finding.rule is not csv.RAGGED])
    value = [] if unsound else [_nested(sheet.header, row) for row in sheet.rows]
    locate = partial(_locate_in_rows, sheet)
    return Document(path, kind, value, locate, unsound=unsound or frozenset((row,) for row in sheet.ragged)), found


def _clashes(sheet: csv.Sheet) -> list[Diagnostic]:
    return [
        Diagnostic(COLUMN_CLASH, sheet.cell(-1, column), {"column": name, "inner": inner})
        for column, name in enumerate(sheet.header)
        for inner in sheet.header
        if inner.startswith(f"{name}.")
    ]


def _locate_in_rows(sheet: csv.Sheet, pointer: Pointer, key: bool) -> Span:
    """A cell; the header's cell for a `key` that has a value in the row, and the whole header for one that has no column."""
    row = pointer[0] if pointer and isinstance(pointer[0], int) else -1
    names = [".".join(str(part) for part in pointer[1:end]) for end in range(len(pointer), 1, -1)]
    columns = [column for name in names for column, header in enumerate(sheet.header) if f"{header}.".startswith(f"{name}.")]
    if not columns:
        return sheet.row(-1 if key and names else row)
    filled = row not in sheet.ragged and bool(sheet.rows[row][columns[0]])
    return sheet.cell(-1 if key and filled else row, columns[0])


def _nested(header: tuple[str, ...], row: tuple[str, ...]) -> dict[str, Any]:
    """A row as the mapping that YAML would give; a ragged one, as far as it goes."""
    record: dict[str, Any] = {}
    for name, cell in zip(header, row, strict=False):
        if cell:
            *above, last = name.split(".")
            inner = record
            for part in above:
                inner = inner.setdefault(part, {})
            inner[last] = [item.strip() for item in cell.split(_LIST_MARK)] if name in _LIST_COLUMNS else cell
    return record


_READERS: Mapping[str, Callable[[str, Kind, str], tuple[Document, list[Diagnostic]]]] = {
    SETTINGS: _read_settings,
    ".yaml": _read_yaml,
    ".md": _read_markdown,
    ".csv": _read_rows,
}


def _unreadable(found: list[Diagnostic]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in found)


def _broken(found: list[Diagnostic]) -> frozenset[Pointer]:
    return frozenset([()]) if found else frozenset()


def _looks_like_a_record(path: str) -> bool:
    folder, *_ = path.split("/")
    if path.rsplit("/", 1)[-1].startswith("~$"):
        return False  # a spreadsheet's note that the file is open
    return folder in ("data", "plans") and path.lower().endswith(_RECORD_ENDINGS) and "/deliverables/" not in path


def _unknown(path: str) -> Diagnostic:
    folder = path.split("/")[0]
    globs = [kind.glob for kind in KINDS if kind.glob.startswith(folder)] + ([_SHEETS] if folder == "data" else [])
    near = get_close_matches(path, [filled for glob in globs if (filled := _filled(glob, path))], 1, 0.85)
    hint = Message(N_("did you mean `{near}`?"), {"near": near[0]}) if near else None
    return Diagnostic(UNKNOWN_FILE, Span(path), {"path": path, "places": ", ".join(globs)}, help=hint)


def _filled(glob: str, path: str) -> str:
    """The path that a file would have in the glob, keeping what it may choose itself; "" where the folders differ in number."""
    wanted, there = glob.split("/"), path.split("/")
    stem = there[-1].rpartition(".")[0]
    names = [name if part == "*" else part.replace("*", stem) for part, name in zip(wanted, there, strict=False)]
    return "/".join(names) if len(wanted) == len(there) else ""


def _linked(path: str) -> Diagnostic:
    return Diagnostic(LINK, Span(path), {"path": path})


def _two_task_lists(records: list[Document]) -> list[Diagnostic]:
    """The CSV file gives way, so that the tasks of both are not findings for being there twice."""
    paths = {document.path for document in records}
    found = []
    for place, document in enumerate(records):
        if document.path.endswith("/tasks.csv") and f"{document.path[:-4]}.yaml" in paths:
            records[place] = replace(document, unsound=frozenset([()]))
            found.append(Diagnostic(TWO_TASK_LISTS, Span(document.path)))
    return found


def _undescribed(loading: _Loading) -> list[Diagnostic]:
    paths = {document.path for document in loading.records}
    first = {path.split("/")[2]: path for path in sorted(paths, reverse=True) if path.startswith("data/tables/")}
    first |= {table: files[0].path for table, files in loading.partitions.items()}
    missing = [table for table in first if f"data/tables/{table}/table.yaml" not in paths]
    return [Diagnostic(UNDESCRIBED_TABLE, Span(first[table]), {"table": table}) for table in missing]
