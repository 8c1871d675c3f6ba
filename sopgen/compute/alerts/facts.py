"""What fired, in the shape that pages and programs read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from sopgen.compute.alerts.response import Response
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Where
from sopgen.words.diagnostics import N_


class State(StrEnum):
    """How an alert stands: nobody has a plan and it still holds; a plan is there; its incident is resolved; it passed by itself."""

    OPEN = N_("open")
    PLANNED = N_("planned")
    CLOSED = N_("closed")
    PASSED = N_("passed")


class AlertDay(Struct, frozen=True):
    """What a rule saw on a day that it fired: the figure, how it stood to the limit, and the named values behind the two."""

    observed: Figure
    sign: str
    limit: Figure
    values: Mapping[str, Figure]


class AlertFacts(Struct, frozen=True):
    """A rule that fired, for one part of its metric, from the `first` day to the `last` without a gap.

    The id is made of the rule, the part and the first day, so that running again over the same data makes no second alert.
    `days` counts the days that it fired; `drivers` are the changes of the metric's drivers on the first day against the day
    before; `incidents` are those that name the alert, the first noticed first.
    """

    id: str
    rule: str
    segment: Where
    first: date
    last: date
    state: State
    incidents: tuple[str, ...]
    response: Response
    days: Figure
    seen: Mapping[date, AlertDay]
    drivers: Mapping[str, Figure]


def alert_id(rule: str, segment: Where, day: date) -> str:
    """`low-ctr/tmall/2024-05-12`, without the part where the rule looks at the whole; `-` stands for rows that do not say it."""
    return "/".join([rule, *(["+".join(value or "-" for _, value in segment)] if segment else []), str(day)])
