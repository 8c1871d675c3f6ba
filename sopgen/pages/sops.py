"""SOPs: the library by phase, a page an SOP, and the log of what changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from sopgen.compute.updates import State
from sopgen.model import Model
from sopgen.pages import places
from sopgen.pages.home import revisions
from sopgen.pages.markdown import Markdown
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.pages.retros import named
from sopgen.records import Sop
from sopgen.words.diagnostics import N_

SECTION = N_("SOPs")
LOG = N_("SOP change log")
UPDATES = N_("SOP updates")
PHASES = {"plan": N_("Planning"), "prepare": N_("Preparing"), "run": N_("Running"), "learn": N_("Learning")}
_TRANSLATION_LINK = re.compile(r"(\]\([^)\s]*?)\.[a-z]{2}\.md(?=[)#])")


def sops(write: Writer) -> Iterator[Page]:
    """The library, the change log, the list of updates, and a page an SOP; retired ones stay out of the navigation."""
    model = write.view.model
    listed = ordered(model)
    paths = [model.path(sop) for sop in listed]
    by_phase = {label: [sop for sop in listed if sop.phase == phase] for phase, label in PHASES.items()}
    yield write.page("sops", places.SOPS, write.say(SECTION), (SECTION,), paths, phases=by_phase)
    yield write.page("changes", places.CHANGES, write.say(LOG), (SECTION,), paths, changes=revisions(write))
    yield _updates(write, paths)
    for sop in listed:
        page = _page(write, sop)
        yield replace(page, in_nav=False) if sop.status == "retired" else page


def ordered(model: Model) -> list[Sop]:
    """The SOPs by phase, and by number within one."""
    return sorted(model.sops.values(), key=lambda sop: (list(PHASES).index(sop.phase), sop.id))


def _updates(write: Writer, paths: list[str]) -> Page:
    """Every finding of the retros under where it stands: what is open first, what has landed last."""
    model, found = write.view.model, write.view.facts.updates
    states = {state: [(id_, each) for id_, each in found.items() if each.state is state] for state in reversed(State)}
    others = {id_: [named(model, record) for record in each.others] for id_, each in found.items()}
    sources = (*(model.path(retro) for retro in model.retros.values()), *paths)
    return write.page("updates", places.UPDATES, write.say(UPDATES), (SECTION,), sources, states=states, others=others)


def _page(write: Writer, sop: Sop) -> Page:
    model = write.view.model
    body = model.bodies[sop.id].into(write.language)
    translations = [model.path(record) for (id_, _), record in model.translations.items() if id_ == sop.id]
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
        review=sop.next_review,
        followers=[(plan, each) for (plan, id_), each in write.view.facts.followed.items() if id_ == sop.id],
        successor=next((each.id for each in model.sops.values() if each.supersedes == sop.id), None),
    )
