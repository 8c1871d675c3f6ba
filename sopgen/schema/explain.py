"""Why a document was refused. One root cause is one finding: a misspelt key and the required key it stands for are one mistake."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sopgen.readers.yaml import Pointer
from sopgen.schema.files import FORMATS, contents
from sopgen.schema.rules import (
    CONFLICT,
    EMPTY_FILE,
    MALFORMED,
    MISSING_KEY,
    NOT_A_CHOICE,
    OUT_OF_RANGE,
    PARTS,
    SPLIT_TEXT,
    TASK_OWNER,
    UNKNOWN_KEY,
    WRONG_SIZE,
    WRONG_TYPE,
)
from sopgen.words.diagnostics import N_, Diagnostic, Message, Span
from sopgen.workspace import Document

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

Schema = dict[str, Any]

_KEY = re.compile(r"[\w-]+")

# Findings that a schema asks for by name, with `x-rule`.
_NAMED = {rule.name: rule for rule in (TASK_OWNER,)}

_TYPES = {
    "string": N_("a text"),
    "number": N_("a number"),
    "integer": N_("a whole number"),
    "boolean": N_("true or false"),
    "array": N_("a list"),
    "object": N_("a mapping"),
    "null": N_("nothing"),
}
_FORMATS_SAID = {
    "date": N_("a day"),
    "period": N_("a period"),
    "instant": N_("a day and a time"),
    "quantity": N_("a quantity"),
    "reading": N_("a quantity, or `missing`"),
    "time-zone": N_("a time zone"),
    "days": N_("a number of days"),
    "alert-id": N_("an alert rule, with a part and a day where one time that it fired is meant"),
    "value-name": N_("a named value, a metric or a field of a table"),
    "duration": N_("a duration"),
    "id": N_("an id, made of lower-case letters, digits and hyphens"),
    "target-id": N_("an id, made of lower-case letters, digits, hyphens and dots"),
    "sop-id": N_("the number of an SOP"),
    "pinned-sop-id": N_("the number of an SOP with a version"),
    "step-id": N_("the number of an SOP and one of its steps"),
    "problem-id": N_("a plan and one of its retro's problems"),
    "version": N_("a version in three parts"),
}


class _Refusal(Struct, frozen=True):
    """One thing that the slow validator says: the value at `pointer`, or the last key of it, is not as `keyword: wanted` asks."""

    pointer: Pointer
    is_key: bool
    keyword: str
    wanted: Any
    value: Any
    schema: Mapping[str, Any]


class Mistake(Struct, frozen=True):
    """A finding, and the place in the document that cannot be used for it."""

    pointer: Pointer
    diagnostic: Diagnostic


def _refusals(document: Document) -> list[_Refusal]:
    found = []
    error: Any
    for error in _explainer(document.kind.name).iter_errors(document.value):
        is_key = "propertyNames" in error.schema_path
        pointer = (*error.path, error.instance) if is_key else tuple(error.path)
        found.append(_Refusal(pointer, is_key, error.validator, error.validator_value, error.instance, error.schema))
    return sorted(found, key=lambda refusal: list(map(str, refusal.pointer)))


def explain(document: Document) -> Iterator[Mistake]:
    """The findings of a refused document, one a place."""
    refusals = _refusals(document)
    missing = {
        (*each.pointer, key): each for each in refusals if each.keyword == "required" for key in each.wanted if key not in each.value
    }
    said: set[Pointer] = set()
    for refusal in refusals:
        for mistake in _unknown_keys(document, refusal, missing) if refusal.keyword == "additionalProperties" else ():
            said.add(mistake.pointer)
            yield mistake
        if refusal.keyword not in ("required", "additionalProperties") and refusal.pointer not in said:
            said.add(refusal.pointer)
            yield Mistake(refusal.pointer, _wrong_value(document, refusal))
    for pointer in missing:
        yield Mistake(pointer, _missing_key(document, pointer))


def _unknown_keys(document: Document, refusal: _Refusal, missing: dict[Pointer, _Refusal]) -> Iterator[Mistake]:
    """The keys that are not of the record. One that is near a missing key stands for it, so that one is no finding any more."""
    known = list(refusal.schema.get("properties", ()))
    above = refusal.pointer
    for key in refusal.value:
        if key in known:
            continue
        pointer = (*above, key)
        span = document.locate(pointer, True)
        # No key of ours has a blank or a bracket in it: `{formula: top(3, store.paid by sku)}` was cut in two.
        if refusal.value[key] is None and (set(known) == {"en", "zh"} or not _KEY.fullmatch(key)):
            yield Mistake(pointer, Diagnostic(SPLIT_TEXT, span, {"key": key}))
            continue
        wanted = [name for name in known if (*above, name) in missing]
        near = get_close_matches(key, wanted, 1, 0.5) or get_close_matches(key, known, 1, 0.6)
        missing.pop((*above, near[0]) if near else (), None)
        hint = Message(N_("did you mean `{near}`?"), {"near": near[0]}) if near else None
        yield Mistake(pointer, Diagnostic(UNKNOWN_KEY, span, {"key": key, "keys": _listed(known)}, help=hint))


def _missing_key(document: Document, pointer: Pointer) -> Diagnostic:
    key = str(pointer[-1])
    schema = _schema_at(document.kind.name, pointer)
    span = document.locate(pointer, True)
    if named := _NAMED.get(schema.get("x-rule", "")):
        return Diagnostic(named, span)
    return Diagnostic(MISSING_KEY, span, {"key": key, "example": f"{key}: {_example(schema)}"})


def _wrong_value(document: Document, refusal: _Refusal) -> Diagnostic:
    place = {} if refusal.is_key else _schema_at(document.kind.name, refusal.pointer)
    schema = {**refusal.schema, **place}
    if refusal.value is None and not refusal.pointer:
        return Diagnostic(EMPTY_FILE, Span(document.path))
    span = document.locate(refusal.pointer, refusal.is_key)
    if refusal.keyword == "type" and (named := _NAMED.get(schema.get("x-rule", ""))):
        return Diagnostic(named, span)
    if refusal.keyword == "type" and document.path.endswith(".csv") and schema.get("properties"):
        column = str(refusal.pointer[-1])
        columns = _listed(f"{column}.{key}" for key in schema["properties"])
        return Diagnostic(PARTS, span, {"column": column, "columns": columns})
    return _DESCRIBED[refusal.keyword](refusal, schema, span)


def _type(refusal: _Refusal, schema: Schema, span: Span) -> Diagnostic:
    names = [refusal.wanted] if isinstance(refusal.wanted, str) else list(refusal.wanted)
    expected = Message(_TYPES[names[0]])
    for name in names[1:]:
        expected = Message(N_("{one} or {other}"), {"one": expected, "other": Message(_TYPES[name])})
    actual = Message(_TYPES[_json_type(refusal.value)])
    return Diagnostic(WRONG_TYPE, span, {"expected": expected, "actual": actual, "example": _example(schema)})


def _choice(refusal: _Refusal, schema: Schema, span: Span) -> Diagnostic:
    choices = [str(choice) for choice in refusal.wanted]
    near = get_close_matches(str(refusal.value), choices, 1, 0.6)
    hint = Message(N_("did you mean `{near}`?"), {"near": near[0]}) if near else None
    return Diagnostic(NOT_A_CHOICE, span, {"value": _said(refusal.value), "choices": _listed(choices)}, help=hint)


def _malformed(refusal: _Refusal, schema: Schema, span: Span) -> Diagnostic:
    name = schema.get("format") or str(schema.get("$ref", "")).rpartition("/")[2]
    what = Message(_FORMATS_SAID.get(name, N_("written the way it must be here")))
    return Diagnostic(MALFORMED, span, {"value": _said(refusal.value), "what": what, "example": _example(schema)})


def _range(refusal: _Refusal, schema: Schema, span: Span) -> Diagnostic:
    limits = {"low": str(schema.get("minimum", "")), "high": str(schema.get("maximum", ""))}
    words = N_("{low} or more") if not limits["high"] else N_("{high} or less") if not limits["low"] else N_("{low} to {high}")
    return Diagnostic(OUT_OF_RANGE, span, {"value": _said(refusal.value), "range": Message(words, limits)})


def _size(refusal: _Refusal, schema: Schema, span: Span) -> Diagnostic:
    twice = refusal.keyword == "uniqueItems"
    problem = N_("the same thing twice") if twice else N_("too much") if refusal.keyword.startswith("max") else N_("too little")
    return Diagnostic(WRONG_SIZE, span, {"problem": Message(problem), "example": _example(schema)})


def _dependent(refusal: _Refusal, schema: Schema, span: Span) -> Diagnostic:
    """A key that is only there together with others; the first of those that is not there."""
    key = next(other for key, others in refusal.wanted.items() if key in refusal.value for other in others if other not in refusal.value)
    return Diagnostic(MISSING_KEY, span, {"key": key, "example": f"{key}: {_example(schema['properties'][key])}"})


def _conflict(refusal: _Refusal, schema: Schema, span: Span) -> Diagnostic:
    return Diagnostic(CONFLICT, span, {"keys": _listed(refusal.wanted.get("required", ()))})


_DESCRIBED: Mapping[str, Callable[[_Refusal, Schema, Span], Diagnostic]] = {
    "type": _type,
    "enum": _choice,
    "format": _malformed,
    "pattern": _malformed,
    "minimum": _range,
    "maximum": _range,
    "minLength": _size,
    "minItems": _size,
    "maxItems": _size,
    "uniqueItems": _size,
    "minProperties": _size,
    "maxProperties": _size,
    "dependentRequired": _dependent,
    "not": _conflict,
}


@cache
def _explainer(name: str) -> Validator:
    """The same schema in a validator that is slow and says why."""
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    checker = FormatChecker(formats=())
    for format_name, accepts in FORMATS.items():
        checker.checks(format_name)(lambda value, accepts=accepts: not isinstance(value, str) or accepts(value))
    common = Resource.from_contents(_anchored(contents("common")))
    return Draft202012Validator(_anchored(contents(name)), registry=Registry().with_resource("common.json", common), format_checker=checker)


def _anchored(schema: Any) -> Any:
    """The schema as the compiled validator has it: in a pattern `$` is the end of the text, not of its last line."""
    if isinstance(schema, list):
        return [_anchored(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: re.sub(r"\$$", r"\\Z", part) if key == "pattern" and isinstance(part, str) else _anchored(part) for key, part in schema.items()
    }


def _schema_at(name: str, pointer: Pointer) -> Schema:
    """The schema that the value at `pointer` is held against, as far as properties and items lead to it."""
    home, schema = _resolved(name, contents(name))
    for part in pointer:
        inner = schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part, schema.get("additionalProperties"))
        home, schema = _resolved(home, inner)
    return schema


def _resolved(home: str, schema: Any) -> tuple[str, Schema]:
    """A schema with what its `$ref` says below what stands beside it, and the file that its own references count from."""
    if not isinstance(schema, dict) or "$ref" not in schema:
        return home, schema if isinstance(schema, dict) else {}
    file, _, definition = schema["$ref"].partition("#/$defs/")
    there = file.removesuffix(".json") or home
    home, target = _resolved(there, contents(there)["$defs"][definition])
    return home, {**target, **schema}


def _example(schema: dict[str, Any]) -> str:
    return next((_said(example) for example in schema.get("examples", ())), "…")


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    names = ((dict, "object"), (list, "array"), (str, "string"), (int, "integer"), (float, "number"))
    return next((name for kind, name in names if isinstance(value, kind)), "null")
