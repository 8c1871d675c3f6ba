"""What the words mean and who is who: the metric reference and the people page."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.words.diagnostics import N_

SECTION = N_("Reference")


def reference(write: Writer) -> Iterator[Page]:
    """Metrics with their formulas, tables with their fields; departments and people."""
    model = write.view.model
    measures = write.view.measures
    used = {id_: dict.fromkeys(part.table for part in measures.parts(metric)) for id_, metric in model.metrics.items()}
    paths = [model.path(record) for record in (*model.metrics.values(), *model.lists.values(), *model.tables.values())]
    paths += [model.path(records[0]) for records in model.restatements.values() if records]
    yield write.page("metrics", places.METRICS, write.say(N_("Metrics")), (SECTION,), paths, used=used)
    people = [model.path(record) for record in (*model.departments.values(), *model.people.values())]
    yield write.page("people", places.PEOPLE, write.say(N_("People")), (SECTION,), people)
