"""The record kinds of a workspace: what each is called, where it lives, which typed record it becomes.

The JSON Schemas in `schemas/` alone say what is allowed; these classes say only names and types. A contract test walks
both and fails on any disagreement. To add a kind: its schema, its class, and one line in `KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal, dataclass_transform

import msgspec

from sopgen.words.dates import Duration, Instant, Period
from sopgen.words.quantity import Quantity
from sopgen.words.text import Text


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a field whose text is the id of a record of kind `to`."""

    to: str


PersonId = Annotated[str, Ref("person")]
DepartmentId = Annotated[str, Ref("department")]
MetricId = Annotated[str, Ref("metric")]
PlanId = Annotated[str, Ref("plan")]
TaskId = Annotated[str, Ref("task")]  # of the same plan
SopId = Annotated[str, Ref("sop")]
PinnedSopId = Annotated[str, Ref("sop-version")]  # OPS-303@1.2.0
StepId = Annotated[str, Ref("step")]  # OPS-303/select
IncidentId = Annotated[str, Ref("incident")]
ProblemId = Annotated[str, Ref("problem")]  # 2024-618/late-warehouse
RiskId = Annotated[str, Ref("risk")]

PlanKind = Literal["quarter", "campaign", "launch", "optimisation", "growth", "daily"]
YesNo = Literal["yes", "no"]
Language = Literal["en", "zh"]


def _plain(name: str) -> str:
    """`with_` in Python is `with` in the file."""
    return name.rstrip("_")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True, kw_only=True, eq=False, rename=_plain):
    """One thing an author wrote. Records are compared by identity; where each was written is kept beside the model."""


# --- mkdocs.yml, plugins: sopgen -------------------------------------------------------------------------------------


class Settings(Record):
    """The options of the workspace."""

    title: Text | None = None
    language: Language = "en"
    languages: tuple[Language, ...] = ("en", "zh")
    time_zone: str = "Asia/Shanghai"
    as_of: Instant | None = None


# --- data/ -----------------------------------------------------------------------------------------------------------


class Department(Record):
    """A department or group that tasks and targets belong to."""

    id: str
    title: Text


class Person(Record):
    """A person or role that owns things."""

    id: str
    title: Text
    department: DepartmentId
    name: Text | None = None
    github: str | None = None


class People(Record):
    """`data/people.yaml`."""

    departments: Mapping[str, Department]
    people: Mapping[str, Person]


class Metric(Record):
    """What is measured: a formula over the fields of tables."""

    id: str
    title: Text
    formula: str
    unit: str
    better: Literal["up", "down"] | None = None
    description: Text | None = None
    basis: Literal["placed", "paid", "net"] | None = None
    window: Duration | None = None
    min_denominator: int | None = None
    drivers: str | None = None
    reports: tuple[Literal["daily"], ...] = ()


class FixedList(Record):
    """Values fixed in advance, for filters: the best sellers of a season."""

    id: str
    title: Text
    values: tuple[str, ...]


class Constraints(Record, rename="camel"):
    """What a cell may hold, in the words of Table Schema."""

    required: bool = False
    unique: bool = False
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    pattern: str | None = None
    enum: tuple[str, ...] | None = None


class Field(Record, rename="camel"):
    """A column of a table: `name` is its header, `id` is what formulas call it."""

    name: str
    id: str
    type: Literal["string", "integer", "number", "date"]
    title: Text | None = None
    description: Text | None = None
    format: str = "%Y-%m-%d"
    unit: str | None = None
    time: Literal["sum", "last", "none"] = "none"
    across: Literal["sum", "none"] = "none"
    constraints: Constraints = Constraints()


class Table(Record, rename="camel"):
    """`data/tables/<table>/table.yaml`; its id is the folder's name."""

    id: str
    title: Text
    grain: Literal["day"]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    description: Text | None = None
    missing_values: tuple[str, ...] = ("",)


class Span(Record):
    """Days that weigh more or less than the rest."""

    days: Period
    weight: Fraction
    label: Text | None = None


class Weights(Record):
    """How much of a period's target falls on a day: a span's weight, else the weekday's, else the default."""

    default: Fraction
    weekdays: Mapping[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Fraction] = {}
    spans: tuple[Span, ...] = ()


class Calendar(Record):
    """`data/calendar.yaml`."""

    weights: Weights


class Expectation(Record):
    """A change that somebody expects or claims: relative (`5%`) or in points (`0.4pp`)."""

    metric: MetricId
    change: Quantity
    base: Quantity | None = None


class Measure(Record):
    """What is done about an incident."""

    text: Text
    owner: PersonId | None = None
    due: Instant | None = None
    cost: Quantity | None = None
    expects: Expectation | None = None


class Incident(Record):
    """`data/incidents/<id>.yaml`: something that went wrong on a day."""

    id: str
    detected: Instant
    cause: Text
    title: Text | None = None
    metric: MetricId | None = None
    owner: PersonId | None = None
    risk: RiskId | None = None
    planned: Instant | None = None
    resolved: Instant | None = None
    measure: Measure | None = None


class Level(Record):
    """Where a risk stands in the matrix, 1 to 5 each."""

    likelihood: int
    impact: int


class Risk(Record):
    """An entry of the risk library."""

    id: str
    title: Text
    category: Literal["fulfilment", "stock", "traffic", "rules", "payment", "system", "content", "service", "partner"]
    likelihood: int
    impact: int
    treatment: Literal["avoid", "reduce", "transfer", "accept"]
    owner: PersonId
    review: date
    description: Text | None = None
    contingency: Text | None = None
    answers: tuple[ProblemId, ...] = ()
    applies_to: tuple[PlanKind, ...] = ()
    residual: Level | None = None


# --- plans/<plan>/ ---------------------------------------------------------------------------------------------------


class Plan(Record):
    """`plan.yaml`: what a plan is about and when."""

    id: str
    kind: PlanKind
    title: Text
    period: Period
    owner: PersonId
    description: Text | None = None
    parent: PlanId | None = None
    work: Period | None = None
    follows: tuple[PinnedSopId, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """What a target asks for: a `level` to reach, or a `rise` over a base (a value, or the same metric in an earlier period)."""

    level: Quantity | None = None
    rise: Quantity | None = None
    base_value: Quantity | None = None
    base_period: Period | None = None

    @classmethod
    def parse(cls, value: object) -> Goal:
        """Read `35%`, `{raise_to: 5%}` or `{raise_by: 20%, from: {period: 2024-Q1}}`; the schema has seen to the shape."""
        if not isinstance(value, Mapping):
            return cls(level=Quantity.parse(value))
        if "raise_to" in value:
            return cls(level=Quantity.parse(value["raise_to"]))
        base = value.get("from", {})
        return cls(
            rise=Quantity.parse(value["raise_by"]),
            base_value=Quantity.parse(base["value"]) if "value" in base else None,
            base_period=Period.parse(base["period"]) if "period" in base else None,
        )


class Target(Record):
    """A line of the goal breakdown; the metric is its id unless `metric` names another."""

    id: str
    target: Goal
    department: DepartmentId
    owner: PersonId
    metric: MetricId | None = None
    where: Mapping[str, str] = {}
    dimension: Literal["overall", "product", "traffic", "user"] = "overall"
    logic: Text | None = None
    note: Text | None = None

    @property
    def metric_id(self) -> str:
        """The metric that the target is about."""
        return self.metric or self.id


class Deliverable(Record):
    """What a task hands over; `file` is relative to the plan's folder."""

    title: Text
    file: str | None = None


class Task(Record):
    """A line of the task list. What happened is stored as dates; the state on any day is derived from them."""

    id: str
    title: Text
    start: date
    due: date
    owner: PersonId
    description: Text | None = None
    started: date | None = None
    done: date | None = None
    paused: date | None = None
    cancelled: date | None = None
    with_: tuple[DepartmentId, ...] = ()
    contact: PersonId | None = None
    deliverable: Deliverable | None = None
    step: StepId | None = None
    after: tuple[TaskId, ...] = ()
    answers: tuple[ProblemId, ...] = ()
    note: Text | None = None


class Effect(Record):
    """What a success is said to have moved."""

    metric: MetricId
    change: Quantity


class Success(Record):
    """Something that worked."""

    id: str
    text: Text
    effect: Effect | None = None
    repeat: YesNo | None = None


class Waiver(Record):
    """Why a problem needs no answer for now."""

    reason: Text
    approver: PersonId
    until: date


class Problem(Record):
    """Something that did not work."""

    id: str
    text: Text
    incidents: tuple[IncidentId, ...] = ()
    cause: Text | None = None
    waived: Waiver | None = None


class Improvement(Record):
    """Something to do better, with what it is expected to move and when that is checked."""

    id: str
    text: Text
    owner: PersonId
    expects: Expectation | None = None
    check: date | None = None


class Retro(Record):
    """`retro.yaml`: what the plan's people say of it; its id is the plan's."""

    id: str
    period: Period
    closed: date | None = None
    claims: Mapping[MetricId, Quantity] = {}
    successes: tuple[Success, ...] = ()
    problems: tuple[Problem, ...] = ()
    improvements: tuple[Improvement, ...] = ()


# --- sop/ ------------------------------------------------------------------------------------------------------------


class IfFails(Record):
    """What to do when a step fails, and the SOP to go to."""

    do: Text
    go: SopId | None = None


class Step(Record):
    """One step of an SOP."""

    id: str
    actor: PersonId
    do: Text
    input: Text | None = None
    tool: Text | None = None
    output: Text | None = None
    accept: Text | None = None
    within: Duration | None = None
    offset: str | None = None
    if_fails: IfFails | None = None


class Change(Record):
    """One revision of an SOP."""

    version: str
    date: date
    by: PersonId
    why: Text
    answers: tuple[ProblemId, ...] = ()


class Sop(Record):
    """The front matter of `sop/**/<id>.md`."""

    id: str
    title: Text
    version: str
    status: Literal["draft", "review", "effective", "retired"]
    owner: PersonId
    phase: Literal["plan", "prepare", "run", "learn"]
    author: PersonId | None = None
    approver: PersonId | None = None
    approved: date | None = None
    effective: date | None = None
    review_every: Duration | None = None
    scenes: tuple[Literal["daily", "campaign", "launch", "optimisation", "growth"], ...] = ()
    metrics: tuple[MetricId, ...] = ()
    steps: tuple[Step, ...] = ()
    changes: tuple[Change, ...] = ()


class StepTranslation(Record):
    """The words of one step in the translation's language."""

    id: str
    do: str
    input: str | None = None
    tool: str | None = None
    output: str | None = None
    accept: str | None = None
    if_fails: str | None = None


class Translation(Record):
    """The front matter of `sop/**/<id>.<language>.md`: the SOP version it translates, and the words of its steps."""

    translates: str
    title: str | None = None
    steps: tuple[StepTranslation, ...] = ()


# --- the registry ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kind:
    """A record kind: its `name` is its schema's file name, `glob` is where its files live, `shape` what one file becomes."""

    name: str
    glob: str
    shape: Any

    @property
    def pattern(self) -> re.Pattern[str]:
        """The glob as an expression; `*` stays within a folder, `**/` crosses folders."""
        words = re.escape(self.glob).replace(r"\*\*/", "(?:.+/)?").replace(r"\*", "[^/]+").replace(r"\?", "[^/]")
        return re.compile(words)


# Where two globs match a path, the first one holds.
KINDS = (
    Kind("settings", "mkdocs.yml", Settings),
    Kind("people", "data/people.yaml", People),
    Kind("metrics", "data/metrics.yaml", Mapping[str, Metric]),
    Kind("lists", "data/lists.yaml", Mapping[str, FixedList]),
    Kind("calendar", "data/calendar.yaml", Calendar),
    Kind("risks", "data/risks.yaml", Mapping[str, Risk]),
    Kind("table", "data/tables/*/table.yaml", Table),
    Kind("incident", "data/incidents/*.yaml", Incident),
    Kind("plan", "plans/*/plan.yaml", Plan),
    Kind("targets", "plans/*/targets.yaml", Mapping[str, Target]),
    Kind("tasks", "plans/*/tasks.yaml", tuple[Task, ...]),
    Kind("tasks", "plans/*/tasks.csv", tuple[Task, ...]),
    Kind("retro", "plans/*/retro.yaml", Retro),
    Kind("translation", "sop/**/*.??.md", Translation),
    Kind("sop", "sop/**/*.md", Sop),
)
