"""Where the loop does not close, and what mends it."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.compute.loop import Break
from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.reference import SECTION
from sopgen.pages.render import Writer
from sopgen.words.diagnostics import N_

TITLE = N_("The loop")
STAGES = (
    (N_("target"), places.PLANS),
    (N_("plan"), places.PLANS),
    (N_("task"), places.PLANS),
    (N_("metric"), places.METRICS),
    (N_("alert"), places.ALERTS),
    (N_("incident"), places.INCIDENTS),
    (N_("retro"), places.RETROS),
    (N_("risk"), places.RISKS),
    (N_("SOP"), places.SOPS),
    (N_("next plan"), places.PLANS),
)


def loop(write: Writer) -> Iterator[Page]:
    """The stages of the loop, then the dead ends and the orphans, each with the command that mends it."""
    model = write.view.model
    records = (*model.plans.values(), *model.metrics.values(), *model.alerts.values(), *model.retros.values())
    found = {kind: [each for each in write.view.facts.loose_ends if each.broken is kind] for kind in (Break.DEAD_END, Break.ORPHAN)}
    yield write.page("loop", places.LOOP, write.say(TITLE), (SECTION,), map(model.path, records), stages=STAGES, found=found)
