"""The records that an import writes, as YAML that a person may edit afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from sopgen.imports.merge import Change
from sopgen.records import Import
from sopgen.words.dates import Instant

# A word that no reader of YAML takes for anything but a text.
_PLAIN = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null|nan|inf)$)[^\W\d_][\w()（）/.-]*", re.IGNORECASE)
_HEAD = "# Figures that changed after they had been recorded; `sopgen import` adds to this list.\n"


def mapping(record: Import) -> str:
    """`import.yaml` for a mapping."""
    lines = ["# Which column of an export fills which field, for `sopgen import`.", "columns:"]
    lines += [f"  {_scalar(column)}: {field}" for column, field in record.columns.items()]
    if record.units:
        lines += ["units:", *(f"  {_scalar(column)}: {unit}" for column, unit in record.units.items())]
    if record.ignore:
        lines += ["ignore:", *(f"  - {_scalar(column)}" for column in record.ignore)]
    if record.fixed:
        lines += ["fixed:", *(f"  {field}: {_scalar(text)}" for field, text in record.fixed.items())]
    if record.header is not None:
        lines.append(f"header: {record.header}")
    if record.sheet is not None:
        lines.append(f"sheet: {_scalar(record.sheet)}")
    return "".join(f"{line}\n" for line in lines)


def restatements(before: str, changes: Iterable[Change], source: str, recorded: Instant) -> str:
    """`restatements.yaml` with the changes after what it held."""
    kept = before or _HEAD
    newline = "" if kept.endswith("\n") else "\n"
    return kept + newline + "".join(f"- {_restatement(change, source, recorded)}\n" for change in changes)


def _restatement(change: Change, source: str, recorded: Instant) -> str:
    key = f"key: {_mapping(change.key)}, " if change.key else ""
    figure = f"field: {change.field.id}, was: {_quoted(change.was)}, now: {_quoted(change.now)}"
    return f"{{day: {change.day}, {key}{figure}, source: {_quoted(source)}, recorded: {recorded}}}"


def _mapping(texts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{id_}: {_quoted(text)}" for id_, text in texts.items()) + "}"


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=not text.isprintable())
