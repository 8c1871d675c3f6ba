"""SOPs: the library by phase, a page an SOP, and the log of what changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sopgen.pages import places
from sopgen.pages.home import revisions
from sopgen.pages.markdown import Markdown
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Sop
from sopgen.words.diagnostics import N_

SECTION = N_("SOPs")
LOG = N_("SOP change log")
PHASES = {"plan": N_("Planning"), "prepare": N_("Preparing"), "run": N_("Running"), "learn": N_("Learning")}
_TRANSLATION_LINK = re.compile(r"(\]\([^)\s]*?)\.[a-z]{2}\.md(?=[)#])")


def sops(write: Writer) -> Iterator[Page]:
    """The library, the change log, and a page an SOP; retired ones stay out of the navigation."""
    model = write.view.model
    ordered = sorted(model.sops.values(), key=lambda sop: (list(PHASES).index(sop.phase), sop.id))
    paths = [model.path(sop) for sop in ordered]
    by_phase = {label: [sop for sop in ordered if sop.phase == phase] for phase, label in PHASES.items()}
    yield write.page("sops", places.SOPS, write.say(SECTION), (SECTION,), paths, phases=by_phase)
    yield write.page("changes", places.CHANGES, write.say(LOG), (SECTION,), paths, changes=revisions(write))
    for sop in ordered:
        yield _page(write, sop)


def _page(write: Writer, sop: Sop) -> Page:
    model = write.view.model
    body = model.bodies[sop.id].into(write.language)
    translations = [model.path(record) for (id_, _), record in model.translations.items() if id_ == sop.id]
    due = sop.effective + sop.review_every if sop.effective and sop.review_every else None
    return write.page(
        "sop",
        places.sop(model, sop),
        f"{sop.id} {sop.title.into(write.language)}",
        (SECTION,),
        (model.path(sop), *translations),
        sop=sop,
        # A page has one path in both languages, so a link to a translation is a link to the page.
        body=Markdown(_TRANSLATION_LINK.sub(r"\1.md", body)),
        phase=PHASES[sop.phase],
        review=due,
        followers=[plan for plan in model.plans.values() if any(pin.split("@")[0] == sop.id for pin in plan.follows)],
    )
