"""What a plan needs from others: departments of our own, and partners outside."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sopgen.records.base import DepartmentId, PersonId, Record, TaskId
from sopgen.words.text import Text


class Resource(Record, kw_only=True):
    """Something that somebody else must do or give by the day `needed`. What came of asking is told by the days."""

    id: str
    what: Text
    needed: date
    asked: date | None = None
    confirmed: date | None = None
    declined: date | None = None
    task: TaskId | None = None
    note: Text | None = None


class Internal(Resource, kw_only=True):
    """What a department of our own is asked for; `contact` is who speaks for it."""

    department: DepartmentId
    contact: PersonId | None = None


class External(Resource, kw_only=True):
    """What a partner is asked for. `contact` is a role or a desk on their side, never a person; `owner` speaks for us."""

    kind: Literal["influencer", "carrier", "supplier", "platform", "agency"]
    party: Text
    owner: PersonId
    terms: Text
    standard: Text
    settlement: Text
    contact: Text | None = None


class Resources(Record):
    """`resources.yaml`: the resource list; its id is the plan's."""

    id: str
    owner: PersonId
    written: date
    review: date | None = None
    internal: tuple[Internal, ...] = ()
    external: tuple[External, ...] = ()

    @property
    def items(self) -> tuple[tuple[tuple[str | int, ...], Internal | External], ...]:
        """Everything that is needed, each with the pointer to it. Their ids are unique in the list."""
        lists: tuple[tuple[str, tuple[Internal | External, ...]], ...] = (("internal", self.internal), ("external", self.external))
        return tuple(((section, number), item) for section, items in lists for number, item in enumerate(items))
