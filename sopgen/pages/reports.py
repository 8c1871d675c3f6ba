"""The daily report (template 3): a page a month, a section a day, cause and measure from the incidents of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from sopgen.pages import attribution, places
from sopgen.pages.alerts import by_day
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Incident, Record
from sopgen.words.diagnostics import N_

SECTION = N_("Daily report")


def reports(write: Writer) -> Iterator[Page]:
    """The calendar of reports, and a page a month, the newest first."""
    model, facts = write.view.model, write.view.facts
    incidents, fired = _by_day(model.incidents.values()), by_day(write.view)
    months = [(month, list(days)) for month, days in groupby(sorted({*facts.days, *incidents}), key=lambda day: day.replace(day=1))][::-1]
    used = [*model.tables.values(), *model.metrics.values()]
    yield write.page("reports", places.REPORTS, write.say(SECTION), (SECTION,), _paths(write, used), months=months)
    for month, days in months:
        told = [incident for day in days for incident in incidents.get(day, ())]
        title = f"{month:%Y-%m}"
        yield write.page(
            "report",
            places.month(month),
            title,
            (SECTION,),
            _paths(write, [*told, *model.metrics.values(), *model.tables.values()]),
            days=days[::-1],
            incidents=incidents,
            moved={day: attribution.of_day(write, day) for day in days},
            fired=fired,
        )


def _paths(write: Writer, records: Iterable[Record]) -> Iterator[str]:
    return (write.view.model.path(record) for record in records)


def _by_day(incidents: Iterable[Incident]) -> dict[date, list[Incident]]:
    found: dict[date, list[Incident]] = {}
    for incident in incidents:
        found.setdefault(incident.detected.date(), []).append(incident)
    return found
