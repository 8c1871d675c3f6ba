"""Incidents: what is open, how the 24-hour rule was kept, and every one with what led to it and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sopgen.compute.alerts import AlertFacts
from sopgen.compute.incidents import EVERY, NOBODY, GroupFacts
from sopgen.compute.logs import LogFacts
from sopgen.compute.updates import Update
from sopgen.model import Model
from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.pages.retros import named
from sopgen.records import Sop
from sopgen.words.diagnostics import N_

TITLE = N_("Incidents")
GROUPS = (("owner", N_("Owner"), "person"), ("metric", N_("Metric"), "metric"))

Answered = tuple[str, Update, list[tuple[str, str]]]
"""A finding's id, what became of it, and what answers it besides SOPs."""


def incidents(write: Writer) -> Iterator[Page]:
    """The open ones with the oldest first, then all, the newest first; those that are noticed later than `as_of` have no figures."""
    model, facts = write.view.model, write.view.facts
    ordered = sorted(model.incidents.values(), key=lambda incident: (incident.detected, incident.id), reverse=True)
    paths = [model.path(record) for record in (*ordered, *model.retros.values(), *model.logs.values())]
    yield write.page(
        "incidents",
        places.INCIDENTS,
        write.say(TITLE),
        sources=paths,
        incidents=ordered,
        still=[each for each in reversed(ordered) if each.id in facts.incidents and facts.incidents[each.id].age],
        every=facts.incident_groups.get((EVERY, "")),
        groups=[(label, kind, _group(write, by)) for by, label, kind in GROUPS],
        fired=_fired(facts.alerts),
        logged=_logged(model, facts.logs),
        findings=_findings(model, facts.updates),
    )


def _group(write: Writer, by: str) -> list[tuple[str | None, GroupFacts]]:
    """The incidents of each owner or metric, the most first; those that name none last, under None."""
    found = [(id_, each) for (kind, id_), each in write.view.facts.incident_groups.items() if kind == by]
    found.sort(key=lambda pair: (pair[0] == NOBODY, -(pair[1].count.value or 0), pair[0]))
    return [(None if id_ == NOBODY else id_, each) for id_, each in found]


def _fired(alerts: Mapping[str, AlertFacts]) -> dict[str, list[AlertFacts]]:
    """The times that alerts fired, by the incidents that they led to."""
    found: dict[str, list[AlertFacts]] = {}
    for alert in alerts.values():
        for incident in alert.incidents:
            found.setdefault(incident, []).append(alert)
    return found


def _logged(model: Model, logs: Mapping[date, LogFacts]) -> dict[str, date]:
    """The first day on which a check found an incident."""
    found: dict[str, date] = {}
    for day, each in sorted(logs.items(), key=lambda pair: pair[0]):
        for told in model.logs[each.log].found.values():
            if told.incident:
                found.setdefault(told.incident, day)
    return found


def _findings(model: Model, updates: Mapping[str, Update]) -> dict[str, list[Answered]]:
    """The problems of retros, by the incidents that they showed in."""
    found: dict[str, list[Answered]] = {}
    for retro in model.retros.values():
        for problem in retro.problems:
            id_ = f"{retro.id}/{problem.id}"
            others = [named(model, record) for record in updates[id_].others if not isinstance(record, Sop)]
            for incident in problem.incidents:
                found.setdefault(incident, []).append((id_, updates[id_], others))
    return found
