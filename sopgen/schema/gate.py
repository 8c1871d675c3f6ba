"""The gate: a compiled validator says yes or no to each document; only what it refuses is explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import get_origin

import jsonschema_rs
import msgspec
from msgspec.structs import replace

from sopgen.records import Kind, Settings
from sopgen.schema.explain import explain
from sopgen.schema.files import FORMATS, contents
from sopgen.words.diagnostics import Diagnostic
from sopgen.workspace import Documents


def check(documents: Documents) -> tuple[Documents, list[Diagnostic]]:
    """Hold every document against its schema; what does not hold is a finding, and its record is marked unsound."""
    found: list[Diagnostic] = []
    records = []
    for document in documents.records:
        if () in document.unsound or _validator(document.kind.name).is_valid(document.value):
            records.append(document)
            continue
        depth = _record_depth(document.kind)
        mistakes = [mistake for mistake in explain(document) if mistake.pointer[:depth] not in document.unsound]
        unsound = document.unsound | {mistake.pointer[:depth] for mistake in mistakes}
        records.append(replace(document, unsound=unsound))
        found += _one_a_place(mistake.diagnostic for mistake in mistakes)
    return replace(documents, records=tuple(records)), found


def _one_a_place(found: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """Without repeats: a column that is missing from a CSV file is missing from all of its rows."""
    return {(finding.rule.name, finding.span): finding for finding in found}.values()


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        contents(name),
        formats=dict(FORMATS),
        validate_formats=True,
        retriever=lambda uri: contents(uri.rsplit("/", 1)[-1].removesuffix(".json")),
        base_uri=f"schema:///{name}.json",
    )


def _record_depth(kind: Kind) -> int:
    """How many steps lead from a file of this kind to one record in it; an option of the settings is used without the others."""
    if get_origin(kind.shape) is not None or kind.shape is Settings:
        return 1
    return 2 if all(get_origin(field.type) is Mapping for field in msgspec.structs.fields(kind.shape)) else 0
