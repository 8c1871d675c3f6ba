"""Alerts: what is open, what fired, and the library of rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby

from sopgen.compute.alerts import AlertFacts, State
from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Alert
from sopgen.view import View
from sopgen.words.diagnostics import N_

TITLE = N_("Alerts")
SEVERITIES = ("critical", "high", "medium", "low")

Fired = list[tuple[Alert, list[AlertFacts]]]
"""Rules, the most severe first, each with the times that it fired."""


def alerts(write: Writer) -> Iterator[Page]:
    """What is open by severity, what fired before it, the newest month first, and every rule with when it last fired."""
    view = write.view
    fired = view.facts.alerts.values()
    passed = sorted((each for each in fired if not is_open(each)), key=lambda each: (each.first, each.id), reverse=True)
    tests = {rule.id: {test.fires for test in rule.tests} for rule in view.model.alerts.values()}
    yield write.page(
        "alerts",
        places.ALERTS,
        write.say(TITLE),
        sources=(view.model.path(rule) for rule in view.model.alerts.values()),
        now=by_rule(view, filter(is_open, fired)),
        months=[(month, list(each)) for month, each in groupby(passed, key=lambda each: each.first.replace(day=1))],
        last={rule: max(fired_of, key=lambda each: each.first) for rule in view.model.alerts if (fired_of := _of(fired, rule))},
        tests=tests,
    )


def by_rule(view: View, fired: Iterable[AlertFacts]) -> Fired:
    """Alerts under their rules, the most severe first, and of each rule the newest first."""
    found: dict[str, list[AlertFacts]] = {}
    for each in sorted(fired, key=lambda each: each.first, reverse=True):
        found.setdefault(each.rule, []).append(each)
    rules = view.model.alerts
    return [(rules[id_], each) for id_, each in sorted(found.items(), key=lambda pair: SEVERITIES.index(rules[pair[0]].severity))]


def by_day(view: View) -> Mapping[date, Fired]:
    """What fired on each day."""
    found: dict[date, list[AlertFacts]] = {}
    for alert in view.facts.alerts.values():
        for day in alert.seen:
            found.setdefault(day, []).append(alert)
    return {day: by_rule(view, each) for day, each in found.items()}


def is_open(alert: AlertFacts) -> bool:
    """Whether somebody still has to see to it."""
    return alert.state in (State.OPEN, State.PLANNED)


def _of(fired: Iterable[AlertFacts], rule: str) -> list[AlertFacts]:
    return [each for each in fired if each.rule == rule]
