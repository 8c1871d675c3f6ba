"""What every new record has in common: values in the order of their kind, and a place that is not taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeAlias

from sopgen import schema
from sopgen.editing import Entry, added
from sopgen.editing.style import Plain
from sopgen.readers.source import Source
from sopgen.words.diagnostics import N_, Message
from sopgen.words.text import Text
from sopgen.writing import Edit

Given: TypeAlias = "Mapping[str, Plain | None]"
"""What somebody said of a new record, by the names of its fields; None and empty where nothing was said."""

Draft: TypeAlias = "tuple[Edit, ...] | Message"
"""The files that make a record, or why there can be none."""


def filled(kind: str, fields: Given, part: str = "") -> dict[str, Plain]:
    """The fields that something was said of, in the order in which the schema of their kind, or a `part` of it, has them."""
    whole = schema.contents(kind)
    names = list((whole["$defs"][part] if part else whole)["properties"])
    said = {name: value for name, value in fields.items() if value is not None and value != ()}
    return dict(sorted(said.items(), key=lambda field: names.index(field[0])))


def new_file(source: Source, path: str, text: str) -> Draft:
    """A file that was not there before."""
    if path in source.paths():
        return Message(N_("{path} is there already"), {"path": path})
    return (Edit(path, text.encode(), None),)


def new_entry(source: Source, path: str, entry: Entry) -> Draft:
    """An entry of a file that may be there."""
    edit = added(path, source.read(path) if path in source.paths() else None, entry)
    return edit if isinstance(edit, Message) else (edit,)


def unknown(template: str, id_: str, known: Iterable[str]) -> Message:
    """That something is not there, with the id that may have been meant."""
    known = tuple(known)
    if near := get_close_matches(id_, known, 1):
        return Message(N_("{problem}; did you mean `{near}`?"), {"problem": Message(template, {"id": id_}), "near": near[0]})
    if not known:
        return Message(template, {"id": id_})
    return Message(N_("{problem}; there are: {ids}"), {"problem": Message(template, {"id": id_}), "ids": ", ".join(known)})


def words(text: Text, language: str) -> Plain:
    """A text as it is written; beside one in another language, that without a language is in `language`, the workspace's own."""
    if set(text.versions) == {""}:
        return text.versions[""]
    return {name or language: words for name, words in text.versions.items() if name or language not in text.versions}
