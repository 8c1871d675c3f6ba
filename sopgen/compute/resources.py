"""Resource lists: where each resource stands on a day, and the gaps: what is not confirmed, and what has nobody to ask."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.readers.yaml import Pointer
from sopgen.records import External, Internal, Resources
from sopgen.words.diagnostics import N_
from sopgen.words.quantity import DAYS

# What is not confirmed this many days before it is needed is a gap to act on: time enough to ask again, or somebody else.
SOON = 14
RESOURCES = "resources"


class State(StrEnum):
    """Where a resource stands; the values are labels for readers."""

    NOT_ASKED = N_("not asked yet")
    ASKED = N_("asked")
    CONFIRMED = N_("confirmed")
    DECLINED = N_("declined")


class ResourceFacts(Struct, frozen=True):
    """A resource on the day it is looked at, and who asks for it; the three numbers of days are None where they do not apply.

    `left` and `overdue` are about the day it is needed, of one that is not confirmed; `late` is of one that was confirmed too late.
    """

    resource: Internal | External
    owner: str
    state: State
    is_open: bool
    lacks_contact: bool
    left: Figure | None
    overdue: Figure | None
    late: Figure | None


class ResourceList(Struct, frozen=True):
    """The resources of a plan in the order of the file, the `gaps` with what is needed first at the head, and how many there are."""

    items: tuple[ResourceFacts, ...]
    gaps: tuple[ResourceFacts, ...]
    total: Figure
    confirmed: Figure
    unconfirmed: Figure
    urgent: Figure
    without_contact: Figure


def resources(model: Model, day: date) -> dict[str, ResourceList]:
    """Every resource list as of `day`, by the id of its plan."""
    return {plan: _list(model, listed, day) for plan, listed in model.resources.items()}


def state_on(resource: Internal | External, day: date) -> State:
    """The last answer that there is by then, else whether it was asked for; a no of the same day takes a yes back."""
    answers = ((resource.confirmed, State.CONFIRMED), (resource.declined, State.DECLINED))
    given = [(when, place, state) for place, (when, state) in enumerate(answers) if when is not None and when <= day]
    if given:
        return max(given)[2]
    return State.ASKED if resource.asked and resource.asked <= day else State.NOT_ASKED


def is_open(resource: Internal | External, day: date) -> bool:
    """Whether it is still to be confirmed on a day. What was declined is closed: what stands in for it is a resource of its own."""
    return state_on(resource, day) in (State.NOT_ASKED, State.ASKED)


def _list(model: Model, listed: Resources, day: date) -> ResourceList:
    items = tuple(_facts(model, listed, pointer, each, day) for pointer, each in listed.items)
    home = f"plans/{listed.id}/resources"
    written = tuple(model.address(listed, section) for section in ("internal", "external") if getattr(listed, section))

    def count(name: str, formula: str, found: Iterable[object]) -> Figure:
        return Figure(f"{home}/{name}", Fraction(sum(1 for _ in found)), RESOURCES, formula, written)

    gaps = (each for each in items if each.is_open or each.lacks_contact)
    return ResourceList(
        items=items,
        gaps=tuple(sorted(gaps, key=lambda each: each.resource.needed)),
        total=count("total", "resources", items),
        confirmed=count("confirmed", "resources that are confirmed", (each for each in items if each.state is State.CONFIRMED)),
        unconfirmed=count("unconfirmed", "resources that are neither confirmed nor declined", (each for each in items if each.is_open)),
        urgent=count(
            "urgent", f"unconfirmed resources needed within {SOON} days or before", (each for each in items if each.left or each.overdue)
        ),
        without_contact=count("without-contact", "resources without a contact", (each for each in items if each.lacks_contact)),
    )


def _facts(model: Model, listed: Resources, pointer: Pointer, resource: Internal | External, day: date) -> ResourceFacts:
    home, state = f"plans/{listed.id}/resources/{pointer[0]}/{resource.id}", state_on(resource, day)
    needed, confirmed = (model.address(listed, *pointer, name) for name in ("needed", "confirmed"))
    open_, left = is_open(resource, day), (resource.needed - day).days
    late = (resource.confirmed - resource.needed).days if resource.confirmed and state is State.CONFIRMED else 0

    def days(name: str, value: int, formula: str, *inputs: str) -> Figure:
        return Figure(f"{home}/{name}", Fraction(value), DAYS, formula, inputs)

    return ResourceFacts(
        resource=resource,
        owner=resource.owner if isinstance(resource, External) else listed.owner,
        state=state,
        is_open=open_,
        lacks_contact=resource.contact is None and state is not State.DECLINED and (open_ or left >= 0),
        left=days("left", left, "needed - as of", needed) if open_ and 0 <= left <= SOON else None,
        overdue=days("overdue", -left, "as of - needed", needed) if open_ and left < 0 else None,
        late=days("late", late, "confirmed - needed", confirmed, needed) if late > 0 else None,
    )
