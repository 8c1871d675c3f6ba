"""The workspace as typed records: what is sound, by id, and where each record was written.

Positions travel beside the records: `Model.span(record, ...)` finds them. References between records are read off their
types (`PersonId` and the like), so that rules and pages follow all of them in one way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import Struct

from sopgen.readers.yaml import Pointer
from sopgen.records import (
    Alert,
    Calendar,
    Department,
    FixedList,
    Import,
    Incident,
    Log,
    Matrix,
    Metric,
    Person,
    Plan,
    Record,
    Ref,
    Research,
    Resources,
    Restatement,
    Retro,
    Risk,
    Settings,
    Sop,
    Strategy,
    Table,
    Target,
    Task,
    Translation,
)
from sopgen.records.outputs import OUTPUTS
from sopgen.tables import Rows
from sopgen.words.diagnostics import Span
from sopgen.words.text import Text
from sopgen.workspace import Document, plan_of

ANY = "*"

# What a reference names a part of: the kind of the whole, and the mark between the whole's id and the part.
_PARTS = {"sop-version": ("sop", "@"), "step": ("sop", "/"), "finding": ("retro", "/"), "alert": ("alert", "/")}
_EITHER = {"party": ("person", "department"), "aim": ("target", "item")}


class Origin(Struct, frozen=True):
    """Where a record was written: its document, and the pointer in it."""

    document: Document
    pointer: Pointer


class Reference(Struct, frozen=True):
    """A place in a record that names another one: `to` is the kind, as in `Ref`."""

    pointer: Pointer
    to: str
    id: str


class Model(Struct, frozen=True, dict=True):
    """The sound records of a workspace, by id and in the order of the files.

    `targets`, `tasks`, `research`, `strategies`, `resources` and `retros` are by the id of their plan, `imports` and
    `restatements` by that of their table. `origins` says where each record was written. `unsound` holds, by kind, the ids of
    records that are there and cannot be used, with `ANY` where not even the ids could be read.
    """

    settings: Settings
    departments: Mapping[str, Department]
    people: Mapping[str, Person]
    metrics: Mapping[str, Metric]
    lists: Mapping[str, FixedList]
    calendar: Calendar | None
    tables: Mapping[str, Table]
    rows: Mapping[str, Rows]
    imports: Mapping[str, Import]
    restatements: Mapping[str, tuple[Restatement, ...]]
    alerts: Mapping[str, Alert]
    risks: Mapping[str, Risk]
    matrix: Matrix | None
    incidents: Mapping[str, Incident]
    logs: Mapping[str, Log]
    plans: Mapping[str, Plan]
    targets: Mapping[str, Mapping[str, Target]]
    tasks: Mapping[str, tuple[Task, ...]]
    research: Mapping[str, Research]
    strategies: Mapping[str, Strategy]
    resources: Mapping[str, Resources]
    retros: Mapping[str, Retro]
    sops: Mapping[str, Sop]
    bodies: Mapping[str, Text]
    translations: Mapping[tuple[str, str], Translation]
    origins: Mapping[Record, Origin]
    unsound: Mapping[str, frozenset[str]]

    def span(self, record: Record, *pointer: str | int, key: bool = False) -> Span:
        """Where a record, a value in it, or with `key` the value's key was written."""
        origin = self.origins[record]
        return origin.document.locate((*origin.pointer, *pointer), key)

    def length(self, record: Record, *pointer: str | int) -> int:
        """How many characters the text at a place in a record has, without the quotes it may be written in."""
        origin = self.origins[record]
        value = origin.document.value
        for part in (*origin.pointer, *pointer):
            value = value[part]
        return len(str(value))

    def path(self, record: Record) -> str:
        """The file that a record was written in."""
        return self.origins[record].document.path

    def address(self, record: Record, *pointer: str | int) -> str:
        """The place of a value as the inputs of a figure name it: the file, and a JSON Pointer (RFC 6901) into it."""
        origin = self.origins[record]
        steps = (str(part).replace("~", "~0").replace("/", "~1") for part in (*origin.pointer, *pointer))
        return f"{origin.document.path}#{''.join(f'/{step}' for step in steps)}"

    def plan_of(self, record: Record) -> str:
        """The plan in whose folder a record was written, "" elsewhere."""
        return plan_of(self.path(record))

    def ids(self, kind: str, plan: str = "") -> frozenset[str]:
        """The ids that a reference of `kind` can name; of what only its own plan names, those of one plan."""
        if kind == "task":
            return frozenset(task.id for task in self.tasks.get(plan, ()))
        if kind == "target":
            return frozenset(self.targets.get(plan, ()))
        if kind == "item":
            return frozenset(item.id for _, item in self.strategies[plan].items) if plan in self.strategies else frozenset()
        if kind == "source":
            return frozenset(self.research[plan].sources) if plan in self.research else frozenset()
        if kind == "aim":
            return self._ids[kind] | {id_.partition("/")[2] for id_ in self._ids[kind] if id_.startswith(f"{plan}/")}
        return self._ids[kind]

    def resolves(self, reference: Reference, plan: str = "") -> bool:
        """Whether a reference names something that is there; what could not be read gets the benefit of the doubt."""
        kind, mark = _PARTS.get(reference.to, (reference.to, ""))
        whole = reference.id.partition(mark)[0] if mark else reference.id
        if kind == "aim":
            plan, _, whole = aim(reference.id, plan).partition("/")
        hidden = frozenset().union(*(self.unsound.get(each, frozenset()) for each in _EITHER.get(kind, (kind,))))
        unseen = {ANY, whole, f"{plan}/{whole}", f"{plan}/{ANY}"} & hidden
        # Whether a rule ever fired is no matter of the records, so of one time that it did the rule alone must be there.
        named = whole if reference.to == "alert" else reference.id
        return bool(unseen) or named in self.ids(reference.to, plan)

    @cached_property
    def unresolved(self) -> tuple[tuple[Record, Reference], ...]:
        """Every reference that leads nowhere, with the record it is in."""
        return tuple(
            (record, reference)
            for record in self.origins
            for reference in references(record)
            if not self.resolves(reference, self.plan_of(record))
        )

    @cached_property
    def _ids(self) -> Mapping[str, frozenset[str]]:
        versions = (f"{sop.id}@{version}" for sop in self.sops.values() for version in (sop.version, *(c.version for c in sop.changes)))
        return {
            "person": frozenset(self.people),
            "department": frozenset(self.departments),
            "metric": frozenset(self.metrics),
            "table": frozenset(self.tables),
            "list": frozenset(self.lists),
            "alert": frozenset(self.alerts),
            "plan": frozenset(self.plans),
            "risk": frozenset(self.risks),
            "event": frozenset(self.calendar.events if self.calendar else ()),
            "incident": frozenset(self.incidents),
            "sop": frozenset(self.sops),
            "sop-version": frozenset(versions),
            "step": frozenset(f"{sop.id}/{step.id}" for sop in self.sops.values() for step in sop.steps),
            "finding": frozenset(f"{retro.id}/{each.id}" for retro in self.retros.values() for each in retro.findings),
            "party": frozenset({*self.people, *self.departments}),
            "output": frozenset(OUTPUTS),
            "aim": frozenset(
                f"{plan}/{id_}" for plan in {*self.targets, *self.strategies} for id_ in self.ids("target", plan) | self.ids("item", plan)
            ),
        }


def aim(id_: str, plan: str) -> str:
    """The full id, `plan/id`, of a target or a strategy item that a record of `plan` names."""
    return id_ if "/" in id_ else f"{plan}/{id_}"


def references(record: Record) -> Iterator[Reference]:
    """Every place in a record that names another record."""
    return _references(type(record), record, ())


def _references(shape: Any, value: Any, pointer: Pointer) -> Iterator[Reference]:
    if value is None or not _may_refer(shape):
        return
    origin = get_origin(shape)
    if origin is Annotated:
        yield Reference(pointer, next(mark.to for mark in shape.__metadata__ if isinstance(mark, Ref)), value)
    elif origin is tuple:
        for place, item in enumerate(value):
            yield from _references(get_args(shape)[0], item, (*pointer, place))
    elif origin is Mapping:
        key_shape, item_shape = get_args(shape)
        for key, item in value.items():
            yield from _references(key_shape, key, (*pointer, key))
            yield from _references(item_shape, item, (*pointer, key))
    elif origin is not None:
        yield from _references(next(arm for arm in get_args(shape) if arm is not type(None)), value, pointer)
    else:
        for field in _fields(shape):
            yield from _references(field.type, getattr(value, field.name), (*pointer, field.encode_name))


@cache
def _fields(shape: Any) -> tuple[msgspec.structs.FieldInfo, ...]:
    return tuple(field for field in msgspec.structs.fields(shape) if _may_refer(field.type))


@cache
def _may_refer(shape: Any) -> bool:
    """Whether a reference can stand in a value of this type, so that the walk passes the rest by."""
    if get_origin(shape) is Annotated:
        return any(isinstance(mark, Ref) for mark in shape.__metadata__)
    if isinstance(shape, type) and issubclass(shape, Record):
        return any(_may_refer(field.type) for field in msgspec.structs.fields(shape))
    return any(_may_refer(arm) for arm in get_args(shape))
