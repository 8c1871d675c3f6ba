"""The risk library."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.words.diagnostics import N_

TITLE = N_("Risk library")


def risks(write: Writer) -> Iterator[Page]:
    """Every risk, the worst first and of equal scores the one with the greater impact, and what the retros propose to add."""
    model, facts = write.view.model, write.view.facts
    ordered = sorted(model.risks.values(), key=lambda risk: (risk.likelihood * risk.impact, risk.impact), reverse=True)
    paths = [model.path(risk) for risk in ordered] + [model.path(model.retros[each.plan]) for each in facts.proposals]
    yield write.page("risks", places.RISKS, write.say(TITLE), sources=paths, risks=ordered)
