"""The loop of the reference workspace: target -> plan -> task -> metric -> alert -> incident -> retro -> action -> risk -> SOP -> plan.

Every edge is a reference. Each kind of edge is broken once, in a copy, and that is one finding at the place where it was broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest

from sopgen import pipeline
from sopgen.model import Model, Reference, references
from sopgen.pipeline import Build
from sopgen.readers.source import Folder
from sopgen.readers.yaml import Pointer
from sopgen.records import KINDS, Department, People, Person, Record, Ref, Translation
from tests.workspace import Files, findings

ROOT = Path(__file__).parents[1]

# An id that nothing has, in the form that the schema asks for where it asks for one.
NOBODY: Mapping[str, str] = {
    "sop": "OPS-999",
    "sop-version": "OPS-999@1.0.0",
    "step": "OPS-999/nothing",
    "finding": "no-plan/nothing",
}
# The papers are ours, so that the schema lists them.
RULES = {"output": "not-a-choice"}


@cache
def contents() -> Mapping[str, bytes]:
    """The files of the reference workspace, and an edge that its team has no use for: it does not count what is on the way."""
    folder = Folder(ROOT)
    files = {path: folder.read(path) for path in folder.paths()}
    alerts = files["data/alerts.yaml"].replace(b"stock: {demand: units-sold, ", b"stock: {demand: units-sold, in_transit: stock, ", 1)
    return {**files, "data/alerts.yaml": alerts}


@cache
def reference_workspace() -> Build:
    return pipeline.run(Files(contents()))


def path(shape: Any, pointer: Pointer) -> tuple[str, ...]:
    """The names of the fields on the way to a value, without places in lists and keys of mappings."""
    origin, arms = get_origin(shape), get_args(shape)
    if not pointer or origin is Annotated:
        return ()
    if isinstance(shape, type) and issubclass(shape, Record):
        field = next(field for field in msgspec.structs.fields(shape) if field.encode_name == pointer[0])
        return field.encode_name, *path(field.type, pointer[1:])
    if origin in (tuple, Mapping):
        return path(arms[-1] if origin is Mapping else arms[0], pointer[1:])
    return path(next(arm for arm in arms if arm is not NoneType), pointer)


def declared(shape: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """What can be referred to in a type: the names of the fields on the way, and the kind."""
    if get_origin(shape) is Annotated:
        yield from (((), mark.to) for mark in shape.__metadata__ if isinstance(mark, Ref))
    elif isinstance(shape, type) and issubclass(shape, Record):
        for field in msgspec.structs.fields(shape):
            yield from (((field.encode_name, *way), to) for way, to in declared(field.type))
    else:
        yield from (found for arm in get_args(shape) for found in declared(arm))


def edges(model: Model) -> Iterator[tuple[str, Record, Reference]]:
    """Every reference with the name of its kind: `Task owner -> person`."""
    for record in model.origins:
        for reference in references(record):
            yield " ".join((type(record).__name__, *path(type(record), reference.pointer), "->", reference.to)), record, reference


def broken(record: Record, reference: Reference) -> tuple[dict[str, bytes], str]:
    """The workspace with a reference that leads nowhere, and where that is."""
    is_key = reference.pointer[-1] == reference.id
    span = reference_workspace().view.model.span(record, *reference.pointer, key=is_key)
    lines = contents()[span.path].decode().split("\n")
    line = lines[span.line - 1]
    written = line[span.column - 1 : span.end_column - 1]
    assert written.strip("\"'") == reference.id
    lines[span.line - 1] = line[: span.column - 1] + NOBODY.get(reference.to, "nobody-knows") + line[span.end_column - 1 :]
    return {**contents(), span.path: "\n".join(lines).encode()}, f"{span.path}:{span.line}:{span.column}"


EDGES: dict[str, tuple[Record, Reference]] = {}
for _name, _record, _reference in edges(reference_workspace().view.model):
    EDGES.setdefault(_name, (_record, _reference))


@pytest.mark.parametrize("name", sorted(EDGES))
def test_a_broken_edge_is_one_finding(name: str) -> None:
    files, place = broken(*EDGES[name])
    assert findings(pipeline.run(Files(files))) == [f"{place} {RULES.get(EDGES[name][1].to, 'unknown-reference')}"]


def test_the_reference_workspace_has_every_kind_of_edge() -> None:
    """So that the test above has broken every one."""
    shapes = {each for kind in KINDS for each in (kind.shape, *get_args(kind.shape), Department, Person)}
    records = {shape for shape in shapes if isinstance(shape, type) and issubclass(shape, Record) and shape not in (People, Translation)}
    kinds = {" ".join((record.__name__, *way, "->", to)) for record in records for way, to in declared(record)}
    assert sorted(kinds - set(EDGES)) == []
