"""Market and competitor briefs: the competitors beside us, and where each opportunity goes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sopgen.model import aim
from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.words.diagnostics import N_

TITLE = N_("Market and competitor brief")


def research(write: Writer) -> Iterator[Page]:
    """A page a brief, reached from the page of its plan."""
    model = write.view.model
    for brief in model.research.values():
        page = write.page(
            "research",
            places.research(brief.id),
            write.titled(TITLE, brief.id),
            (N_("Plans"),),
            (model.path(brief),),
            brief=brief,
            review=next((each for each in write.view.facts.reviews if (each.kind, each.id) == ("research", brief.id)), None),
            fed={each.id: [aim(id_, brief.id) for id_ in each.feeds] for each in brief.opportunities},
        )
        yield replace(page, in_nav=False)
