"""The daily report (template 3): a page a month, a section a day, its log, and cause and measure from the incidents of the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from sopgen.pages import attribution, places
from sopgen.pages.alerts import by_day
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Incident, Log, Record, Side
from sopgen.words.diagnostics import N_

SECTION = N_("Daily report")
SIDES = (("product", N_("product")), ("traffic", N_("traffic")), ("campaign", N_("campaigns")), ("user", N_("user")))


def reports(write: Writer) -> Iterator[Page]:
    """The calendar of reports, and a page a month, the newest first."""
    model, facts = write.view.model, write.view.facts
    incidents, fired = _by_day(model.incidents.values()), by_day(write.view)
    told_of = sorted({*facts.days, *incidents, *facts.logs})
    by_month = {month: list(days) for month, days in groupby(told_of, key=lambda day: day.replace(day=1))}
    months = [(month, by_month.get(month, [])) for month in sorted({*by_month, *facts.log_months}, reverse=True)]
    used = [*model.tables.values(), *model.metrics.values()]
    yield write.page("reports", places.REPORTS, write.say(SECTION), (SECTION,), _paths(write, used), months=months)
    for month, days in months:
        logs = {day: model.logs[facts.logs[day].log] for day in days if day in facts.logs}
        told = [*logs.values(), *(incident for day in days for incident in incidents.get(day, ()))]
        title = f"{month:%Y-%m}"
        yield write.page(
            "report",
            places.month(month),
            title,
            (SECTION,),
            _paths(write, [*told, *model.metrics.values(), *model.tables.values()]),
            month=month,
            days=days[::-1],
            incidents=incidents,
            moved={day: attribution.of_day(write, day) for day in days},
            fired=fired,
            sides={day: _sides(log) for day, log in logs.items()},
        )


def _paths(write: Writer, records: Iterable[Record]) -> Iterator[str]:
    return (write.view.model.path(record) for record in records)


def _sides(log: Log) -> list[tuple[str, Side]]:
    """The sides of a day's work that something is written of, each with its label."""
    written = ((label, getattr(log, name)) for name, label in SIDES)
    return [(label, side) for label, side in written if side and (side.done or side.heard)]


def _by_day(incidents: Iterable[Incident]) -> dict[date, list[Incident]]:
    found: dict[date, list[Incident]] = {}
    for incident in incidents:
        found.setdefault(incident.detected.date(), []).append(incident)
    return found
