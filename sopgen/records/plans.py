"""Plans: what a team intends, and what it learned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from sopgen.records.base import (
    DepartmentId,
    FindingId,
    IncidentId,
    MetricId,
    PersonId,
    PinnedSopId,
    PlanId,
    PlanKind,
    Record,
    RiskId,
    StepId,
    TaskId,
    Waiver,
    YesNo,
)
from sopgen.records.metrics import Expectation
from sopgen.words.dates import Period
from sopgen.words.quantity import Quantity
from sopgen.words.text import Text


class Guard(Record):
    """What a plan does about a risk before it begins: the tasks that see to it, or why there are none."""

    risk: RiskId
    tasks: tuple[TaskId, ...] = ()
    why_not: Text | None = None


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
    breakdown: tuple[MetricId, ...] = ()
    preflight: tuple[Guard, ...] = ()


class Goal(Struct, frozen=True):
    """What a target asks for: a `level` to reach, a `rise` over a base (a value, or the same metric in an earlier period), or a
    `band` to stay in, its lower and its upper bound. All are None where what is written is none of these.
    """

    level: Quantity | None = None
    rise: Quantity | None = None
    base_value: Quantity | None = None
    base_period: Period | None = None
    band: tuple[Quantity, Quantity] | None = None

    @classmethod
    def parse(cls, value: object) -> Goal:
        """Read `35%`, `{raise_to: 5%}`, `{raise_by: 20%, from: {period: 2024-Q1}}` or `{from: 30d, to: 45d}`.

        The schema has seen to the shape of each value, and a rule finds the keys that make no goal together.
        """
        if not isinstance(value, Mapping):
            return cls(level=Quantity.parse(value))
        keys, base = set(value), value.get("from", {})
        if keys == {"raise_to"}:
            return cls(level=Quantity.parse(value["raise_to"]))
        if keys == {"from", "to"} and not isinstance(base, Mapping):
            return cls(band=(Quantity.parse(base), Quantity.parse(value["to"])))
        if "raise_by" not in keys or "to" in keys or not isinstance(base, Mapping):
            return cls()
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
    evidence: Text | None = None
    step: StepId | None = None
    after: tuple[TaskId, ...] = ()
    answers: tuple[FindingId, ...] = ()
    note: Text | None = None


class Effect(Record):
    """What a success is said to have moved: from the days `against` (else as many before) to `period` (else that of the retro)."""

    metric: MetricId
    change: Quantity
    period: Period | None = None
    against: Period | None = None


class Success(Record):
    """Something that worked."""

    id: str
    text: Text
    effect: Effect | None = None
    repeat: YesNo | None = None


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


class Assumption(Record):
    """A figure that follows from targets and claims only `if` something holds; it may tell what moved the metric it `explains`."""

    id: str
    title: Text
    if_: Text
    formula: str
    unit: str
    explains: MetricId | None = None


class Retro(Record):
    """`retro.yaml`: what the plan's people say of it; its id is the plan's."""

    id: str
    period: Period
    closed: date | None = None
    claims: Mapping[MetricId, Quantity] = {}
    successes: tuple[Success, ...] = ()
    problems: tuple[Problem, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

    @property
    def findings(self) -> tuple[Success | Problem | Improvement, ...]:
        """What later records can answer."""
        return (*self.successes, *self.problems, *self.improvements)
