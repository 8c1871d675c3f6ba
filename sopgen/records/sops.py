"""How a team works."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sopgen.records.base import AlertId, FindingId, MetricId, OutputId, PartyId, PersonId, Record, RiskId, SopId, YesNo
from sopgen.words.dates import Duration
from sopgen.words.text import Text


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
    record: OutputId | None = None
    accountable: PersonId | None = None
    consulted: tuple[PartyId, ...] = ()
    informed: tuple[PartyId, ...] = ()
    optional: YesNo | None = None
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
    answers: tuple[FindingId, ...] = ()


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
    scope: Text | None = None
    metrics: tuple[MetricId, ...] = ()
    alerts: tuple[AlertId, ...] = ()
    risks: tuple[RiskId, ...] = ()
    templates: tuple[OutputId, ...] = ()
    supersedes: SopId | None = None
    steps: tuple[Step, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def next_review(self) -> date | None:
        """The day by which somebody looks at it again, None where nobody said how often."""
        return self.effective + self.review_every if self.effective and self.review_every else None


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
