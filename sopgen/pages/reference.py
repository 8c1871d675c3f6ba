"""What the words mean and who is who: the metric reference and the people page."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.pages import places
from sopgen.pages.metrics import BETTER, MISSING, reading
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.words.diagnostics import N_

SECTION = N_("Reference")


def reference(write: Writer) -> Iterator[Page]:
    """Metrics with their formulas, tables with their fields; departments and people."""
    model = write.view.model
    readings = {id_: reading(write.view.measures, metric) for id_, metric in model.metrics.items()}
    paths = [model.path(record) for record in (*model.metrics.values(), *model.lists.values(), *model.tables.values())]
    paths += [model.path(records[0]) for records in model.restatements.values() if records]
    title = write.say(N_("Metrics"))
    yield write.page("metrics", places.METRICS, title, (SECTION,), paths, readings=readings, better=BETTER, missing=MISSING)
    people = [model.path(record) for record in (*model.departments.values(), *model.people.values())]
    yield write.page("people", places.PEOPLE, write.say(N_("People")), (SECTION,), people)
