"""What becomes of each finding of the retros: the list of SOP updates (domain B11), derived from the records that answer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec import Struct

from sopgen.compute.risks import answers
from sopgen.model import Model
from sopgen.records import Change, Improvement, Problem, Record, Retro, Sop, Success
from sopgen.words.diagnostics import N_


class State(StrEnum):
    """Where a finding stands: in an SOP, answered by something else, waived or not to be repeated, past its check date, or open."""

    LANDED = N_("landed")
    ANSWERED = N_("answered")
    SET_ASIDE = N_("set aside")
    OVERDUE = N_("overdue")
    OPEN = N_("open")


class Landing(Struct, frozen=True):
    """A change of an SOP that answers a finding; `before` is the version that it replaced, None for the first."""

    sop: Sop
    change: Change
    before: str | None


class Update(Struct, frozen=True):
    """A finding as of a day: the SOP changes that it led to, and what else answers it."""

    plan: str
    finding: Success | Problem | Improvement
    state: State
    landed: tuple[Landing, ...]
    others: tuple[Record, ...]
    due: date | None


def updates(model: Model, day: date) -> dict[str, Update]:
    """Every finding of every retro, by its id (`plan/finding`), as of `day`."""
    given = answers(model)
    return {
        f"{retro.id}/{finding.id}": _update(retro, finding, given.get(f"{retro.id}/{finding.id}", ()), day)
        for retro in model.retros.values()
        for finding in retro.findings
    }


def _update(retro: Retro, finding: Success | Problem | Improvement, given: tuple[Record, ...], day: date) -> Update:
    id_, due = f"{retro.id}/{finding.id}", finding.check if isinstance(finding, Improvement) else None
    landed = tuple(landing for record in dict.fromkeys(given) if isinstance(record, Sop) for landing in _landings(record, id_, day))
    others = tuple(record for record in given if not isinstance(record, Sop))
    return Update(retro.id, finding, _state(finding, bool(landed), bool(others), due, day), landed, others, due)


def _landings(sop: Sop, id_: str, day: date) -> list[Landing]:
    changes = sorted(sop.changes, key=lambda change: [int(part) for part in change.version.split(".")])
    versions = [None, *(change.version for change in changes)]
    return [
        Landing(sop, change, before)
        for change, before in zip(changes, versions, strict=False)
        if id_ in change.answers and change.date <= day
    ]


def _state(finding: Success | Problem | Improvement, landed: bool, answered: bool, due: date | None, day: date) -> State:
    if landed or answered:
        return State.LANDED if landed else State.ANSWERED
    waived = isinstance(finding, Problem) and finding.waived is not None and finding.waived.until >= day
    if waived or (isinstance(finding, Success) and finding.repeat == "no"):
        return State.SET_ASIDE
    return State.OVERDUE if due is not None and due < day else State.OPEN
