"""The 24-hour rule: whatever was noticed has a plan a day later. It is met when a plan is recorded, not when the figure recovers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.words.dates import Instant
from sopgen.words.quantity import PERCENT

LIMIT = timedelta(hours=24)


class Response(Struct, frozen=True):
    """When something was noticed, by when there had to be a plan, and when there was one. `met` is None while there is time."""

    detected: Instant
    due: Instant
    planned: Instant | None
    met: bool | None


def responses(model: Model, as_of: Instant) -> dict[str, Response]:
    """Every incident that was noticed by `as_of`, by id."""
    zone = model.settings.time_zone
    return {
        incident.id: respond(incident.detected, incident.planned, as_of, zone)
        for incident in model.incidents.values()
        if incident.detected <= as_of
    }


def respond(detected: Instant, planned: Instant | None, as_of: Instant, zone: str) -> Response:
    """What the rule says of something noticed at `detected`; a plan of later than `as_of` is not known yet."""
    due = later(detected, LIMIT, zone)
    known = planned if planned and planned <= as_of else None
    return Response(detected, due, known, known <= due if known else False if as_of > due else None)


def later(instant: Instant, length: timedelta, zone: str) -> Instant:
    """So many hours later by the clock of the zone, where a day can have 23 or 25 of them."""
    there = ZoneInfo(zone)
    moved = (instant.replace(tzinfo=there).astimezone(UTC) + length).astimezone(there)
    return Instant(moved.year, moved.month, moved.day, moved.hour, moved.minute)


def hours(start: Instant, end: Instant, zone: str) -> Fraction:
    """How many hours pass between two instants by the clock of the zone."""
    there = ZoneInfo(zone)
    passed = end.replace(tzinfo=there).astimezone(UTC) - start.replace(tzinfo=there).astimezone(UTC)
    return Fraction(int(passed.total_seconds()), 3600)


def end_of(day: date) -> Instant:
    """The last minute of a day, when its figures are whole."""
    return Instant(day.year, day.month, day.day, 23, 59)


def on_time(model: Model, found: Mapping[str, Response], id_: str = "alerts/responses/on-time") -> Figure | None:
    """The part of the plans due by now that were there in time, as the figure `id_`; None where nothing was due yet."""
    judged = {incident: each.met for incident, each in found.items() if each.met is not None}
    if not judged:
        return None
    value = Fraction(sum(judged.values()), len(judged))
    written = tuple(model.address(model.incidents[each], "planned" if found[each].planned else "detected") for each in judged)
    return Figure(id_, value, PERCENT, "plans within 24 hours / incidents", written)
