"""An entry added to a file of records: a key of a mapping, an item of a list, or a row of CSV.

What comes out is read back. There is only an edit where the file then holds what it held before and the new entry, so nothing
that somebody wrote by hand can be lost, however they wrote it.
"""

from __future__ import annotations

import csv as writer
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from sopgen.editing import style
from sopgen.editing.style import Plain
from sopgen.readers import csv, yaml
from sopgen.readers.encoding import NOT_UTF8, decode
from sopgen.words.diagnostics import N_, Message
from sopgen.writing import Edit

MARK = "\ufeff"
_NEWLINE = re.compile(r"\r\n|\r|\n")
_EMPTY = re.compile(r"(?m)^(?P<start>---[ \t]+)?(?:\[\s*\]|\{\s*\})[ \t]*(?P<rest>#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")
_CLOSING = re.compile(r"\s*[\]}]")
_TRIED = 5  # closing brackets from the end of a file; those in a comment below the last entry are no use


class Entry(Struct, frozen=True):
    """A record for a file that holds many: in a mapping it stands under its `id`, in a list the id is one of its values."""

    id: str
    value: Mapping[str, Plain]
    in_list: bool = False


def added(path: str, content: bytes | None, entry: Entry) -> Edit | Message:
    """The file with the entry as its last one, or why that cannot be. `content` is None where there is no file yet."""
    text, found = decode(path, content or b"")
    if any(finding.rule is NOT_UTF8 for finding in found):
        return unreadable(path)
    raw = (content or b"").decode()
    mark, raw = (MARK, raw[1:]) if raw.startswith(MARK) else ("", raw)
    fresh = _row(path, text, raw, entry) if path.endswith(".csv") else _yaml(path, text, raw, entry)
    return fresh if isinstance(fresh, Message) else Edit(path, (mark + fresh).encode(), content)


def newline(text: str) -> str:
    """How the lines of a text end, as far as its first one tells."""
    match = _NEWLINE.search(text)
    return match[0] if match else "\n"


def joined(cells: Iterable[str], end: str) -> str:
    """A line of CSV."""
    line = io.StringIO()
    writer.writer(line, lineterminator=end).writerow(cells)
    return line.getvalue()


def _yaml(path: str, text: str, raw: str, entry: Entry) -> str | Message:
    """The text with the entry in the place that its own style asks for: of what may be right, the first that reads back."""
    parsed = yaml.read(path, text)
    whole = _held(parsed.value, entry)
    if parsed.found or type(whole) is not (list if entry.in_list else dict):
        return unreadable(path)
    ids = [item.get("id") for item in whole if isinstance(item, dict)] if entry.in_list else whole
    if entry.id in ids:
        return _taken(path, entry.id)
    return read_back(path, _candidates(raw, parsed, whole, entry), _with(whole, entry), entry.id)


def read_back(path: str, candidates: Iterable[str], expected: Any, id_: str) -> str | Message:
    """The first text that holds what is expected when it is read, or that `id_` cannot be added safely."""
    for candidate in candidates:
        again = yaml.read(path, decode(path, candidate.encode())[0])
        if not again.found and again.value == expected:
            return candidate
    return Message(N_("{path} is written in a way that nothing can be added to safely; add `{id}` by hand"), {"path": path, "id": id_})


def _held(value: Any, entry: Entry) -> Any:
    """What a file holds; one without anything is an empty list, or an empty mapping."""
    return ([] if entry.in_list else {}) if value is None else value


def _with(whole: Any, entry: Entry) -> Any:
    """What a file should hold with the entry, as reading gives it."""
    value = json.loads(json.dumps(entry.value))
    return [*whole, value] if entry.in_list else {**whole, entry.id: value}


def _candidates(raw: str, parsed: yaml.Parsed, whole: Any, entry: Entry) -> Iterator[str]:
    """The texts that may come of it: the entry below the others, in place of an empty bracket, or before the closing one."""
    end = newline(raw)
    if not whole:
        for empty in _EMPTY.finditer(raw):
            yield _below(raw[: empty.start()] + _kept(empty, end) + raw[empty.end() :], 0, False, entry)
        yield _below(raw, 0, False, entry)
        return
    root = parsed.locate((), False)
    last = parsed.locate((len(whole) - 1,) if entry.in_list else (list(whole)[-1],), True)
    lines = _NEWLINE.split(raw)
    apart = last.line > root.line and not lines[last.line - 2].strip()
    yield _below(raw, root.column - 1, apart, entry)
    line = style.in_line(entry.value) if entry.in_list else f"{entry.id}: {style.in_line(entry.value)}"
    for closing in [*_CLOSING.finditer(raw)][: -_TRIED - 1 : -1]:
        for place, between in ((closing.start(), ", "), (closing.end() - 1, ""), (closing.end() - 1, ", ")):
            yield raw[:place] + between + line + raw[place:]


def _kept(match: re.Match[str], end: str) -> str:
    """What stays of a line whose bracket is filled: the mark of a document's start, and a comment."""
    kept = f"{match['start'] or ''}{match['rest'] or ''}".rstrip()
    return f"{kept}{end}" if kept else ""


def _below(raw: str, indent: int, apart: bool, entry: Entry) -> str:
    """The text with the entry as its last lines, as far in as the others, and `apart` from them by an empty line where they are."""
    end = newline(raw)
    lines = style.item_lines(entry.value) if entry.in_list else style.lines({entry.id: entry.value}, open_=True)
    ended = raw if not raw or raw.endswith(("\r", "\n")) else raw + end
    return ended + (end if apart else "") + "".join(f"{' ' * indent}{line}{end}" for line in lines)


def _row(path: str, text: str, raw: str, entry: Entry) -> str | Message:
    """The text of a CSV file with the entry as its last row."""
    sheet, found = csv.read(path, text)
    if found:
        return unreadable(path)
    cells = dict(_cells("", entry.value))
    if lacking := [name for name in cells if name not in sheet.header]:
        return Message(N_("{path} has no column `{column}`; add it to the header first"), {"path": path, "column": lacking[0]})
    if "id" in sheet.header and entry.id in (row[sheet.header.index("id")].strip() for row in sheet.rows):
        return _taken(path, entry.id)
    end = newline(raw)
    row = tuple(cells.get(name, "") for name in sheet.header)
    return (raw if raw.endswith(("\r", "\n")) else raw + end) + joined(row, end)


def _cells(name: str, value: Plain) -> Iterator[tuple[str, str]]:
    """The cells of a row by the names of their columns, `title.zh` for the Chinese title; a list is one cell."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _cells(f"{name}.{key}" if name else key, item)
    else:
        yield name, str(value) if isinstance(value, str | int) else "; ".join(map(str, value))


def unreadable(path: str) -> Message:
    return Message(N_("{path} cannot be read as it stands; `sopgen validate` says what to mend first"), {"path": path})


def _taken(path: str, id_: str) -> Message:
    return Message(N_("{path} has `{id}` already"), {"path": path, "id": id_})
