"""An item added to a list within an entry of a YAML file, as an edit: what is there keeps every byte, comments and all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sopgen.editing.adding import MARK, newline, read_back, unreadable
from sopgen.editing.style import in_line
from sopgen.readers import yaml
from sopgen.readers.encoding import NOT_UTF8, decode
from sopgen.words.diagnostics import Message


def listed(path: str, content: bytes, id_: str, name: str, item: str) -> bytes | Message:
    """The file with `item` at the end of the list `name` of the entry `id_`, which gets the list where it has none.

    Of the texts that may be right, the first that reads back as what was there and the item; or why there is none.
    """
    text, found = decode(path, content)
    parsed = yaml.read(path, text)
    whole = parsed.value
    if any(finding.rule is NOT_UTF8 for finding in found) or parsed.found or not isinstance(whole, dict) or not whole.get(id_):
        return unreadable(path)
    mark = MARK if content.startswith(MARK.encode()) else ""
    expected = {**whole, id_: {**whole[id_], name: [*(whole[id_].get(name) or ()), item]}}
    candidates = _candidates(content.decode().removeprefix(mark), parsed, (id_, name), whole[id_], item)
    fresh = read_back(path, candidates, expected, item)
    return fresh if isinstance(fresh, Message) else (mark + fresh).encode()


def _candidates(raw: str, parsed: yaml.Parsed, place: tuple[str, str], entry: Any, item: str) -> Iterator[str]:
    """The texts that may come of it: in the list's brackets, below its last item, as a key of its own, or in the entry's brackets."""
    lines, end, (id_, name) = raw.splitlines(keepends=True), newline(raw), place
    new = in_line(item)
    if held := entry.get(name):
        last = parsed.locate((id_, name, len(held) - 1), False)
        line = lines[last.end_line - 1]
        yield _joined(lines, last.end_line - 1, f"{line[: last.end_column - 1]}, {new}{line[last.end_column - 1 :]}")
        first = lines[last.line - 1]
        ended = line if line.endswith(("\r", "\n")) else line + end
        yield _joined(lines, last.end_line - 1, f"{ended}{first[: last.column - 1]}{new}{end}")
        return
    start = parsed.locate((id_, next(iter(entry))), True)
    if name not in entry:
        for key in reversed(entry):
            before = parsed.locate((id_, key), True).line - 1
            while before > start.line - 1 and lines[before - 1].lstrip().startswith("#"):
                before -= 1
            yield _joined(lines, before, f"{' ' * (start.column - 1)}{name}: [{new}]{end}{lines[before]}")
        line = lines[start.line - 1]
        yield _joined(lines, start.line - 1, f"{line[: start.column - 1]}{name}: [{new}], {line[start.column - 1 :]}")
        return
    empty = parsed.locate((id_, name), False)
    line = lines[empty.line - 1]
    yield _joined(lines, empty.line - 1, f"{line[: empty.column - 1]}[{new}]{line[empty.end_column - 1 :]}")


def _joined(lines: list[str], place: int, line: str) -> str:
    return "".join((*lines[:place], line, *lines[place + 1 :]))
