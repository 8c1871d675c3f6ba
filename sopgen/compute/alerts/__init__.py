"""Alerts: which rules fired, when, on what, and whether somebody has a plan (domain B9).

Every day that has figures is held against every rule, so that what would have fired in the past and what fires today are one
computation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from sopgen.compute.alerts.facts import AlertDay, AlertFacts, State, alert_id
from sopgen.compute.alerts.firing import Run
from sopgen.compute.alerts.response import end_of, respond
from sopgen.compute.alerts.tables import flaws
from sopgen.compute.alerts.watch import Days, days_of, watches
from sopgen.compute.calendar import Curve
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures, Where
from sopgen.compute.restatements import Restated
from sopgen.model import Model
from sopgen.records import Alert, Incident
from sopgen.words.dates import DAY, Instant, Period
from sopgen.words.quantity import DAYS

__all__ = ["AlertDay", "AlertFacts", "State", "alerts", "named_by"]


def alerts(
    model: Model, measures: Measures, days: Days, restated: Mapping[str, tuple[Restated, ...]], as_of: Instant
) -> dict[str, AlertFacts]:
    """Everything that fired on days that were over by `as_of`, by id, in the order of the days."""
    found = [*_of_metrics(model, measures, days, as_of), *_of_tables(model, restated, as_of)]
    return {alert.id: alert for alert in sorted(found, key=lambda alert: (alert.first, alert.id))}


def named_by(incident: Incident, alert: str, run: Run) -> bool:
    """Whether an incident is about a time that a rule fired.

    It names the rule, the rule and a part, or also a day on which it fired; without a day it is about what fired on the day that
    the incident was detected, or the day before, whose figures are read the next morning.
    """
    rule, _, segment = alert.rpartition("/")[0].partition("/")
    name, *rest = (incident.alert or "").split("/")
    day = _day(rest[-1]) if rest else None
    part = "/".join(rest[:-1] if day else rest)
    if name != rule or part not in ("", segment):
        return False
    detected = incident.detected.date()
    return run.first <= day <= run.last if day else run.first <= detected <= run.last + DAY


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _of_metrics(model: Model, measures: Measures, days: Days, as_of: Instant) -> Iterator[AlertFacts]:
    for watch in watches(model, measures, days, _promotions(model).__contains__):
        whole = days_of(measures, watch.metric)
        looked_at = whole.common(Period(date.min, as_of.last_whole_day)) if whole else None
        for run in watch.runs(looked_at) if looked_at else ():
            seen = {day: watch.seen(day) for day in Period(run.first, run.last)}
            lasts = looked_at is not None and run.last == looked_at.end
            yield _facts(model, watch.rule, watch.segment, run, lasts, seen, watch.drivers(run.first), as_of)


def _promotions(model: Model) -> frozenset[date]:
    """The days that the calendar sets apart: those of its spans and of its events."""
    events = (days for event in (model.calendar.events if model.calendar else {}).values() for days in event.days)
    return frozenset(day for period in (*(span for span, _ in Curve.of(model.calendar).spans), *events) for day in period)


def _of_tables(model: Model, restated: Mapping[str, tuple[Restated, ...]], as_of: Instant) -> Iterator[AlertFacts]:
    for rule in model.alerts.values():
        for flaw in flaws(model, restated, rule, as_of) if rule.data else ():
            yield _facts(model, rule, (), flaw.run, flaw.lasts, {flaw.run.first: flaw.seen}, {}, as_of)


def _facts(
    model: Model,
    rule: Alert,
    segment: Where,
    run: Run,
    lasts: bool,
    seen: Mapping[date, AlertDay],
    drivers: Mapping[str, Figure],
    as_of: Instant,
) -> AlertFacts:
    id_ = alert_id(rule.id, segment, run.first)
    known = [each for each in model.incidents.values() if each.alert and each.detected <= as_of and named_by(each, id_, run)]
    known.sort(key=lambda each: (each.detected, each.id))
    incident = known[0] if known else None
    planned = incident.planned if incident else None
    return AlertFacts(
        id=id_,
        rule=rule.id,
        segment=segment,
        first=run.first,
        last=run.last,
        state=_state(incident, run, lasts, as_of),
        incidents=tuple(each.id for each in known),
        response=respond(incident.detected if incident else end_of(run.first), planned, as_of, model.settings.time_zone),
        days=Figure(f"alerts/{id_}/days", Fraction((run.last - run.first).days + 1), DAYS, "last - first + 1"),
        seen=seen,
        drivers=drivers,
    )


def _state(incident: Incident | None, run: Run, lasts: bool, as_of: Instant) -> State:
    """An incident that was resolved closes an alert, unless the condition held on after that day."""
    if incident and incident.resolved and incident.resolved <= as_of and not (lasts and incident.resolved.date() < run.last):
        return State.CLOSED
    if incident and incident.planned and incident.planned <= as_of:
        return State.PLANNED
    return State.OPEN if lasts else State.PASSED
