"""What a day's work was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from sopgen.records.base import IncidentId, PersonId, Record, SopId
from sopgen.words.text import Text

_DAY = re.compile(r"20\d\d-\d\d-\d\d")


class Found(Record):
    """What a check found, and the incident that was made of it."""

    text: Text
    incident: IncidentId | None = None


class Side(Record):
    """One side of a day's work: what was done, and what customers and partners said."""

    done: tuple[Text, ...] = ()
    heard: tuple[Text, ...] = ()


class Log(Record):
    """`data/logs/<day>.yaml`: what was checked, done and heard on a day. Checks are steps of the SOP that the day follows."""

    id: str
    by: PersonId
    follows: SopId | None = None
    checked: tuple[str, ...] = ()
    found: Mapping[str, Found] = {}
    product: Side | None = None
    traffic: Side | None = None
    campaign: Side | None = None
    user: Side | None = None
    note: Text | None = None

    @property
    def day(self) -> date | None:
        """The day that the file is called after; None where its name is no day of this century."""
        try:
            return date.fromisoformat(self.id) if _DAY.fullmatch(self.id) else None
        except ValueError:
            return None

    @property
    def checks(self) -> frozenset[str]:
        """The steps that were checked: nothing is found by a check that is not made."""
        return frozenset({*self.checked, *self.found})
