"""Checked documents into the model: plain values into typed records, translations laid over their SOPs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from sopgen import tables
from sopgen.model import ANY, Model, Origin
from sopgen.readers.yaml import Pointer
from sopgen.records import Incident, People, Plan, Record, Settings, Sop, Step, StepTranslation, Table, Translation
from sopgen.tables import Cache, Rows
from sopgen.words.diagnostics import Diagnostic
from sopgen.words.text import Text
from sopgen.workspace import Document, Documents, plan_of

# What the records of a file are called in references, where that is not the kind's own name.
_MEMBERS = {"metrics": "metric", "risks": "risk", "alerts": "alert", "lists": "list"}
_SECTIONS = {"departments": "department", "people": "person"}


def assemble(documents: Documents, cache: Cache | None = None) -> tuple[Model, list[Diagnostic]]:
    """Typed records from checked documents, and what is wrong in the cells of tables."""
    origins: dict[Record, Origin] = {}
    kinds: dict[str, list[Any]] = {}
    for document in documents.records:
        for pointer, record in _typed(document):
            origins[record] = Origin(document, pointer)
            kinds.setdefault(document.kind.name, []).append(record)
    translations = {_translation_of(origins[record].document.path): record for record in kinds.get("translation", ())}
    sops = _translated(kinds.get("sop", ()), translations, origins)
    typed_tables = _by_id(kinds.get("table", ()))
    rows, found = _rows(typed_tables, documents, cache)
    people = _people(kinds.get("people", ()), origins)
    model = Model(
        settings=(*kinds.get("settings", ()), Settings())[0],
        departments=people.departments,
        people=people.people,
        metrics=_by_id(kinds.get("metrics", ())),
        lists=_by_id(kinds.get("lists", ())),
        calendar=(*kinds.get("calendar", ()), None)[0],
        tables=typed_tables,
        rows=rows,
        imports=_by_id(kinds.get("import", ())),
        restatements={table: tuple(records) for table, records in _by_folder(kinds.get("restatements", ()), origins).items()},
        alerts=_by_id(kinds.get("alerts", ())),
        risks=_by_id(kinds.get("risks", ())),
        matrix=(*kinds.get("risk-matrix", ()), None)[0],
        incidents=_by_id(kinds.get("incident", ())),
        logs=_by_id(kinds.get("log", ())),
        plans=_by_id(kinds.get("plan", ())),
        targets={plan: _by_id(records) for plan, records in _by_folder(kinds.get("targets", ()), origins).items()},
        tasks={plan: tuple(records) for plan, records in _by_folder(kinds.get("tasks", ()), origins).items()},
        research=_by_id(kinds.get("research", ())),
        strategies=_by_id(kinds.get("strategy", ())),
        resources=_by_id(kinds.get("resources", ())),
        retros=_by_id(kinds.get("retro", ())),
        sops=sops,
        bodies=_bodies(sops, translations, origins),
        translations=translations,
        origins=origins,
        unsound=_unsound(documents),
    )
    return model, found


def _people(records: Any, origins: dict[Record, Origin]) -> People:
    """The departments and people; each of them takes the place of the file's one record in the origins."""
    people = next(iter(records), People(departments={}, people={}))
    if whole := origins.pop(people, None):
        for section in ("departments", "people"):
            origins.update({record: Origin(whole.document, (section, id_)) for id_, record in getattr(people, section).items()})
    return people


def _typed(document: Document) -> Iterator[tuple[Pointer, Record]]:
    """The sound records of one document, each with its pointer."""
    shape, value = document.kind.shape, document.value
    if () in document.unsound:
        return
    if get_origin(shape) is Mapping:
        for id_, item in value.items():
            if (id_,) not in document.unsound:
                yield (id_,), _converter(get_args(shape)[1])({**item, "id": id_})
    elif get_origin(shape) is tuple:
        for place, item in enumerate(value):
            if (place,) not in document.unsound:
                yield (place,), _converter(get_args(shape)[0])(item)
    elif shape is People:
        yield (), _converter(shape)({section: _members(document, section) for section in ("departments", "people")})
    elif shape is Settings:
        yield (), _converter(shape)({name: item for name, item in value.items() if (name,) not in document.unsound})
    else:
        yield (), _converter(shape)({"id": _name_in_path(document), **value})


def _members(document: Document, section: str) -> dict[str, Any]:
    """The sound departments or people, each with its id."""
    if (section,) in document.unsound:
        return {}
    return {id_: {**item, "id": id_} for id_, item in document.value.get(section, {}).items() if (section, id_) not in document.unsound}


@cache
def _converter(shape: Any) -> Callable[[Any], Any]:
    """What turns a checked plain value into a typed one of `shape`; the schema has seen to its form."""
    origin, arms = get_origin(shape), get_args(shape)
    if origin is Annotated:
        return _converter(arms[0])
    if origin is tuple:
        item = _converter(arms[0])
        return lambda value: tuple(item(each) for each in value)
    if origin is Mapping:
        item = _converter(arms[1])
        return lambda value: {key: item(each) for key, each in value.items()}
    if origin in (Union, UnionType):
        inner = _converter(next(arm for arm in arms if arm is not type(None)))
        return lambda value: None if value is None else inner(value)
    if isinstance(shape, type) and issubclass(shape, Record):
        fields = {field.encode_name: (field.name, _converter(field.type)) for field in msgspec.structs.fields(shape)}
        return lambda value: shape(**{fields[key][0]: fields[key][1](each) for key, each in value.items() if key in fields})
    if shape is Fraction:
        return lambda value: Fraction(str(value))
    if shape is date:
        return date.fromisoformat
    return getattr(shape, "parse", _itself)


def _itself(value: Any) -> Any:
    return value


def _name_in_path(document: Document) -> str:
    """The id that a file's place gives: of its folder where all files of the kind have one name, else of the file."""
    *_, folder, name = ("", *document.path.split("/"))
    return name.partition(".")[0] if "*" in document.kind.glob.rpartition("/")[2] else folder


def _by_id(records: Any) -> dict[str, Any]:
    """Records by id; of two with one id the first, the other is a finding of its own."""
    found: dict[str, Any] = {}
    for record in records:
        found.setdefault(record.id, record)
    return found


def _by_folder(records: Any, origins: Mapping[Record, Origin]) -> dict[str, list[Any]]:
    """Records by the id of the plan or table in whose folder they are."""
    found: dict[str, list[Any]] = {}
    for record in records:
        found.setdefault(origins[record].document.path.split("/")[-2], []).append(record)
    return found


def _rows(typed: Mapping[str, Table], documents: Documents, cache: Cache | None) -> tuple[dict[str, Rows], list[Diagnostic]]:
    """The rows of each table, and what is wrong with its files; those of a table that nothing sound describes are only read."""
    rows, found = {}, []
    for id_, table in typed.items():
        rows[id_], more = tables.read(table, documents.partitions.get(id_, ()), cache)
        found += more
    undescribed = (files for id_, files in documents.partitions.items() if id_ not in typed)
    return rows, found + [finding for files in undescribed for file in files for finding in file.sheet()[1]]


def _translation_of(path: str) -> tuple[str, str]:
    """The SOP and the language of a translation: `sop/3-run/OPS-302.zh.md` is (OPS-302, zh)."""
    sop, language, _ = path.rsplit("/", 1)[-1].rsplit(".", 2)
    return sop, language


def _translated(sops: Any, translations: Mapping[tuple[str, str], Translation], origins: dict[Record, Origin]) -> dict[str, Sop]:
    """The SOPs with the words of their translations; the records that they stand in for leave the origins."""
    found: dict[str, Sop] = {}
    for sop in sops:
        whole = sop
        for (id_, language), translation in translations.items():
            if id_ == sop.id:
                whole = _overlaid(whole, language, translation)
        if whole is not sop:
            origins[whole] = origins.pop(sop)
        found.setdefault(whole.id, whole)
    return found


def _overlaid(sop: Sop, language: str, translation: Translation) -> Sop:
    words = {step.id: step for step in translation.steps}
    steps = tuple(_overlaid_step(step, language, words[step.id]) if step.id in words else step for step in sop.steps)
    title = sop.title.overlaid(language, Text.parse(translation.title)) if translation.title else sop.title
    return msgspec.structs.replace(sop, title=title, steps=steps)


def _overlaid_step(step: Step, language: str, words: StepTranslation) -> Step:
    texts: dict[str, Any] = {}
    for name in ("do", "input", "tool", "output", "accept"):
        ours, theirs = getattr(step, name), getattr(words, name)
        if ours is not None and theirs is not None:
            texts[name] = ours.overlaid(language, Text.parse(theirs))
    if step.if_fails is not None and words.if_fails is not None:
        texts["if_fails"] = msgspec.structs.replace(step.if_fails, do=step.if_fails.do.overlaid(language, Text.parse(words.if_fails)))
    return msgspec.structs.replace(step, **texts)


def _bodies(
    sops: Mapping[str, Sop], translations: Mapping[tuple[str, str], Translation], origins: Mapping[Record, Origin]
) -> dict[str, Text]:
    bodies = {}
    for sop in sops.values():
        versions = {"": origins[sop].document.body}
        versions |= {language: origins[record].document.body for (id_, language), record in translations.items() if id_ == sop.id}
        bodies[sop.id] = Text(versions)
    return bodies


def _unsound(documents: Documents) -> dict[str, frozenset[str]]:
    """The ids of the records that are there and cannot be used, and those that a file's name gives and its record does not."""
    hidden: dict[str, set[str]] = {}
    for document in documents.records:
        for kind, id_ in (*(pair for pointer in document.unsound for pair in _hidden(document, pointer)), *_misnamed(document)):
            hidden.setdefault(kind, set()).add(id_)
    return {kind: frozenset(ids) for kind, ids in hidden.items()}


def _hidden(document: Document, pointer: Pointer) -> Iterator[tuple[str, str]]:
    """The kind and id of what a pointer makes unusable; ANY where a whole file of ids is."""
    kind = document.kind.name
    if kind == "tasks":
        task = document.value[pointer[0]] if pointer else None
        yield "task", f"{plan_of(document.path)}/{task.get('id', ANY) if isinstance(task, dict) else ANY}"
    elif kind == "strategy":
        yield "item", f"{plan_of(document.path)}/{ANY}"
    elif kind == "targets":
        yield "target", f"{plan_of(document.path)}/{pointer[0] if pointer else ANY}"
    elif kind == "people":
        sections = [str(pointer[0])] if pointer and pointer[0] in _SECTIONS else _SECTIONS
        yield from ((_SECTIONS[section], str(pointer[1]) if len(pointer) > 1 else ANY) for section in sections)
    elif kind in _MEMBERS:
        yield _MEMBERS[kind], str(pointer[0]) if pointer else ANY
    else:
        yield kind, _name_in_path(document)


def _misnamed(document: Document) -> Iterator[tuple[str, str]]:
    if document.kind.shape in (Plan, Incident, Sop) and isinstance(document.value, Mapping):
        name = _name_in_path(document)
        if document.value.get("id") != name:
            yield document.kind.name, name
