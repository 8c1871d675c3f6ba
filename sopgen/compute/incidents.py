"""How every incident stands: noticed, planned for, resolved; how long that took, and who is how quick. As of an instant, like all facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.alerts.response import Response, hours, on_time
from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.records import Incident
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import N_
from sopgen.words.quantity import DAYS

HOURS = "hours"
INCIDENTS = "incidents"
EVERY = "all"
NOBODY = "-"  # no id: ids begin with a letter or a digit


class State(StrEnum):
    """Where an incident stands; the values are labels for readers."""

    DETECTED = N_("no plan yet")
    PLANNED = N_("planned")
    RESOLVED = N_("resolved")


class IncidentFacts(Struct, frozen=True):
    """An incident that was noticed by then. What its record says of later instants has not happened yet: `resolved` is None.

    `to_plan` and `to_resolve` are the hours since it was noticed; `age` is that of one that is still open.
    """

    state: State
    response: Response
    resolved: Instant | None
    to_plan: Figure | None
    to_resolve: Figure | None
    age: Figure | None


class GroupFacts(Struct, frozen=True):
    """Incidents with the same owner or metric: how many, how many are open, and the part of the plans that came within 24 hours."""

    count: Figure
    open: Figure
    on_time: Figure | None


def incidents(model: Model, responses: Mapping[str, Response], as_of: Instant) -> dict[str, IncidentFacts]:
    """Every incident that was noticed by `as_of`, by id."""
    return {id_: _facts(model, model.incidents[id_], response, as_of) for id_, response in responses.items()}


def groups(model: Model, responses: Mapping[str, Response], found: Mapping[str, IncidentFacts]) -> dict[tuple[str, str], GroupFacts]:
    """The incidents by `owner` and by `metric`, under the id or NOBODY, and together under EVERY."""
    members: dict[tuple[str, str], list[str]] = {}
    for id_ in found:
        for group in _groups_of(model.incidents[id_]):
            members.setdefault(group, []).append(id_)
    return {group: _group(model, "/".join(filter(None, group)), ids, responses, found) for group, ids in members.items()}


def _groups_of(incident: Incident) -> Iterator[tuple[str, str]]:
    yield EVERY, ""
    yield "owner", incident.owner or NOBODY
    yield "metric", incident.metric or NOBODY


def _facts(model: Model, incident: Incident, response: Response, as_of: Instant) -> IncidentFacts:
    home, zone = f"incidents/{incident.id}", model.settings.time_zone
    resolved = incident.resolved if incident.resolved and incident.resolved <= as_of else None
    state = State.RESOLVED if resolved else State.PLANNED if response.planned else State.DETECTED

    def since(name: str, end: Instant | None, key: str) -> Figure | None:
        if end is None:
            return None
        written = (model.address(incident, key), model.address(incident, "detected"))
        return Figure(f"{home}/{name}", hours(incident.detected, end, zone), HOURS, f"{key} - detected", written)

    return IncidentFacts(
        state=state,
        response=response,
        resolved=resolved,
        to_plan=since("to-plan", response.planned, "planned"),
        to_resolve=since("to-resolve", resolved, "resolved"),
        age=None if resolved else _age(model, incident, as_of.date()),
    )


def _age(model: Model, incident: Incident, day: date) -> Figure:
    days = Fraction((day - incident.detected.date()).days)
    return Figure(f"incidents/{incident.id}/age", days, DAYS, "as of - detected", (model.address(incident, "detected"),))


def _group(model: Model, name: str, ids: list[str], responses: Mapping[str, Response], found: Mapping[str, IncidentFacts]) -> GroupFacts:
    home, still = f"responses/{name}", [id_ for id_ in ids if found[id_].age]
    written = {id_: model.address(model.incidents[id_]) for id_ in ids}
    return GroupFacts(
        count=Figure(f"{home}/count", Fraction(len(ids)), INCIDENTS, "incidents", tuple(written.values())),
        open=Figure(
            f"{home}/open", Fraction(len(still)), INCIDENTS, "incidents that are not resolved", tuple(written[id_] for id_ in still)
        ),
        on_time=on_time(model, {id_: responses[id_] for id_ in ids}, f"{home}/on-time") if name != EVERY else on_time(model, responses),
    )
