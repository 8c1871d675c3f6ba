"""Documents against their JSON Schemas: a compiled validator says yes or no, and what it refuses is explained.

One root cause is one finding: a misspelt key and the required key it stands for are the same mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

import jsonschema_rs
import msgspec

from sopgen.readers.yaml import Pointer
from sopgen.records import Kind
from sopgen.words.dates import Instant, Period
from sopgen.words.diagnostics import Diagnostic, Message, N_, Rule, Severity, Span
from sopgen.words.quantity import Quantity
from sopgen.workspace import Document, Documents

if TYPE_CHECKING:
    from jsonschema import ValidationError

UNKNOWN_KEY = Rule(
    "unknown-key",
    Severity.ERROR,
    N_("`{key}` is not a key here"),
    N_("keys here are {keys}"),
    "A misspelt key would otherwise be ignored without a word.",
)
MISSING_KEY = Rule(
    "missing-key", Severity.ERROR, N_("`{key}` is missing"), N_("add `{key}`, for example `{example}`"), "The record cannot be used without it."
)
WRONG_TYPE = Rule(
    "wrong-type", Severity.ERROR, N_("{expected} is expected here, not {actual}"), N_("write it like `{example}`"), "The value has another shape than the record needs."
)
NOT_A_CHOICE = Rule(
    "not-a-choice", Severity.ERROR, N_("`{value}` is not one of the values allowed here"), N_("allowed are {choices}"), "Only the listed values have a meaning."
)
MALFORMED = Rule("malformed-value", Severity.ERROR, N_("`{value}` is not {what}"), N_("write it like `{example}`"), "The value cannot be read as what it should be.")
OUT_OF_RANGE = Rule("out-of-range", Severity.ERROR, N_("{value} is out of range"), N_("allowed is {range}"), "The number is smaller or larger than it can be.")
WRONG_SIZE = Rule("wrong-size", Severity.ERROR, N_("there is too little, too much, or something twice here"), N_("write it like `{example}`"), "")
CONFLICT = Rule("conflicting-keys", Severity.ERROR, N_("these keys do not go together"), N_("{description}"), "Two keys say the same thing in different ways.")
EMPTY_FILE = Rule("empty-file", Severity.ERROR, N_("the file is empty"), N_("write a record, or remove the file"), "An empty file holds no record.")
SPLIT_TEXT = Rule(
    "text-split-by-comma",
    Severity.ERROR,
    N_("a comma splits the text here: `{key}` became a key of its own"),
    N_("put the whole text in quotes"),
    "Inside `{zh: …}` a plain comma ends the value.",
)
TASK_OWNER = Rule(
    "task-owner",
    Severity.ERROR,
    N_("a task has exactly one owner"),
    N_("name one person as `owner`; departments that help go under `with`, a person to ask under `contact`"),
    "Where two people own a task, nobody does.",
)
RULES = (UNKNOWN_KEY, MISSING_KEY, WRONG_TYPE, NOT_A_CHOICE, MALFORMED, OUT_OF_RANGE, WRONG_SIZE, CONFLICT, EMPTY_FILE, SPLIT_TEXT, TASK_OWNER)

# Findings that a schema asks for by name, with `x-rule`.
_NAMED = {rule.name: rule for rule in (TASK_OWNER,)}

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
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
}


def _reads(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": _reads(_day),
    "period": _reads(Period.parse),
    "instant": _reads(Instant.parse),
    "quantity": _reads(Quantity.parse),
}


def folder() -> Path:
    """Where the schemas are: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parent
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parent / "schemas"


@cache
def contents(name: str) -> Any:
    """A schema of the folder, as JSON."""
    return json.loads((folder() / f"{name}.json").read_text("utf-8"))


def check(documents: Documents) -> tuple[Documents, list[Diagnostic]]:
    """Hold every document against its schema; what does not hold is a finding, and its record is marked unsound."""
    found: list[Diagnostic] = []
    records = []
    for document in documents.records:
        if document.unsound or _validator(document.kind.name).is_valid(document.value):
            records.append(document)
            continue
        mistakes = list(_explain(document))
        depth = _record_depth(document.kind)
        unsound = frozenset(mistake.pointer[:depth] for mistake in mistakes)
        records.append(replace(document, unsound=unsound))
        found += [mistake.diagnostic for mistake in mistakes]
    return replace(documents, records=tuple(records)), found


@cache
def _validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        contents(name),
        formats=dict(FORMATS),
        validate_formats=True,
        retriever=lambda uri: contents(uri.rsplit("/", 1)[-1].removesuffix(".json")),
        base_uri=f"schema:///{name}.json",
    )


@cache
def _explainer(name: str) -> Any:
    """The same schema in a validator that is slow and says why."""
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    checker = FormatChecker(formats=())
    for format_name, accepts in FORMATS.items():
        checker.checks(format_name)(lambda value, accepts=accepts: not isinstance(value, str) or accepts(value))
    common = Resource.from_contents(contents("common"))
    return Draft202012Validator(contents(name), registry=Registry().with_resource("common.json", common), format_checker=checker)


def _record_depth(kind: Kind) -> int:
    """How many steps lead from a file of this kind to one record in it."""
    if get_origin(kind.shape) is not None:
        return 1
    return 2 if all(get_origin(field.type) is Mapping for field in msgspec.structs.fields(kind.shape)) else 0


@dataclass(frozen=True, slots=True)
class _Mistake:
    pointer: Pointer
    diagnostic: Diagnostic


def _explain(document: Document) -> Iterator[_Mistake]:
    """The findings of a refused document, one a place."""
    errors: list[ValidationError] = sorted(_explainer(document.kind.name).iter_errors(document.value), key=lambda error: list(map(str, error.path)))
    missing = {(*error.path, key): error for error in errors if error.validator == "required" for key in _absent(error)}
    said: set[Pointer] = set()
    for error in errors:
        is_key = "propertyNames" in error.schema_path
        pointer = (*error.path, error.instance) if is_key else tuple(error.path)
        for mistake in _unknown_keys(document, error, missing) if error.validator == "additionalProperties" else ():
            said.add(mistake.pointer)
            yield mistake
        if error.validator not in ("required", "additionalProperties") and pointer not in said:
            said.add(pointer)
            yield _Mistake(pointer, _wrong_value(document, error, document.locate(pointer, is_key)))
    for pointer, error in missing.items():
        yield _Mistake(pointer, _missing_key(document, pointer, error))


def _absent(error: ValidationError) -> list[str]:
    return [key for key in error.validator_value if key not in error.instance]


def _unknown_keys(document: Document, error: ValidationError, missing: dict[Pointer, ValidationError]) -> Iterator[_Mistake]:
    """The keys that are not of the record. One that is near a missing key stands for it, so that one is no finding any more."""
    known = list(error.schema.get("properties", ()))
    above = tuple(error.path)
    for key in error.instance:
        if key in known:
            continue
        pointer = (*above, key)
        span = document.locate(pointer, True)
        if set(known) == {"en", "zh"} and error.instance[key] is None:
            yield _Mistake(pointer, Diagnostic(SPLIT_TEXT, span, {"key": key}))
            continue
        wanted = [name for name in known if (*above, name) in missing]
        near = get_close_matches(key, wanted, 1, 0.5) or get_close_matches(key, known, 1, 0.6)
        missing.pop((*above, near[0]) if near else (), None)
        hint = Message(N_("did you mean `{near}`?"), {"near": near[0]}) if near else None
        yield _Mistake(pointer, Diagnostic(UNKNOWN_KEY, span, {"key": key, "keys": _listed(known)}, help=hint))


def _missing_key(document: Document, pointer: Pointer, error: ValidationError) -> Diagnostic:
    key = str(pointer[-1])
    schema = _schema_at(document.kind.name, pointer)
    span = document.locate(pointer[:-1], True)
    if named := _NAMED.get(schema.get("x-rule", "")):
        return Diagnostic(named, span)
    return Diagnostic(MISSING_KEY, span, {"key": key, "example": f"{key}: {_example(schema)}"})


def _wrong_value(document: Document, error: ValidationError, span: Span) -> Diagnostic:
    place = {} if "propertyNames" in error.schema_path else _schema_at(document.kind.name, tuple(error.path))
    schema = {**error.schema, **place}
    if error.validator == "type" and error.instance is None and not error.path:
        return Diagnostic(EMPTY_FILE, Span(document.path))
    if named := _NAMED.get(schema.get("x-rule", "")):
        return Diagnostic(named, span)
    return _DESCRIBED.get(str(error.validator), _conflict)(error, schema, span)


def _type(error: ValidationError, schema: dict[str, Any], span: Span) -> Diagnostic:
    names = [error.validator_value] if isinstance(error.validator_value, str) else list(error.validator_value)
    expected = Message(_TYPES[names[0]])
    for name in names[1:]:
        expected = Message(N_("{one} or {other}"), {"one": expected, "other": Message(_TYPES[name])})
    actual = Message(_TYPES[_json_type(error.instance)])
    return Diagnostic(WRONG_TYPE, span, {"expected": expected, "actual": actual, "example": _example(schema)})


def _choice(error: ValidationError, schema: dict[str, Any], span: Span) -> Diagnostic:
    choices = [str(choice) for choice in error.validator_value]
    near = get_close_matches(str(error.instance), choices, 1, 0.6)
    hint = Message(N_("did you mean `{near}`?"), {"near": near[0]}) if near else None
    return Diagnostic(NOT_A_CHOICE, span, {"value": _said(error.instance), "choices": _listed(choices)}, help=hint)


def _malformed(error: ValidationError, schema: dict[str, Any], span: Span) -> Diagnostic:
    what = Message(_FORMATS_SAID.get(schema.get("format", ""), N_("written the way it must be here")))
    return Diagnostic(MALFORMED, span, {"value": _said(error.instance), "what": what, "example": _example(schema)})


def _range(error: ValidationError, schema: dict[str, Any], span: Span) -> Diagnostic:
    low, high = schema.get("minimum", schema.get("exclusiveMinimum", "…")), schema.get("maximum", schema.get("exclusiveMaximum", "…"))
    return Diagnostic(OUT_OF_RANGE, span, {"value": _said(error.instance), "range": f"{low} .. {high}"})


def _size(error: ValidationError, schema: dict[str, Any], span: Span) -> Diagnostic:
    return Diagnostic(WRONG_SIZE, span, {"example": _example(schema)})


def _conflict(error: ValidationError, schema: dict[str, Any], span: Span) -> Diagnostic:
    return Diagnostic(CONFLICT, span, {"description": str(schema.get("description", ""))})


_DESCRIBED: Mapping[str, Callable[[Any, dict[str, Any], Span], Diagnostic]] = {
    "type": _type,
    "enum": _choice,
    "const": _choice,
    "format": _malformed,
    "pattern": _malformed,
    "minimum": _range,
    "maximum": _range,
    "exclusiveMinimum": _range,
    "exclusiveMaximum": _range,
    "minLength": _size,
    "maxLength": _size,
    "minItems": _size,
    "maxItems": _size,
    "uniqueItems": _size,
    "minProperties": _size,
    "maxProperties": _size,
}


def _schema_at(name: str, pointer: Pointer) -> dict[str, Any]:
    """The schema that the value at `pointer` is held against, as far as properties and items lead to it."""
    home, schema = _resolved(name, contents(name))
    for part in pointer:
        inner = schema.get("items") if isinstance(part, int) else schema.get("properties", {}).get(part, schema.get("additionalProperties"))
        home, schema = _resolved(home, inner)
    return schema


def _resolved(home: str, schema: Any) -> tuple[str, dict[str, Any]]:
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
