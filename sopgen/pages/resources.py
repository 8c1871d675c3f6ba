"""Resource lists: what is missing first, then what each department and each partner is asked for."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sopgen.compute.resources import ResourceFacts
from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.view import View
from sopgen.words.diagnostics import N_

TITLE = N_("Resource list")


def missing(view: View) -> list[tuple[str, ResourceFacts]]:
    """The gaps of all plans, each with its plan, what is needed first at the head."""
    found = [(plan, item) for plan, each in view.facts.resources.items() for item in each.gaps if plan in view.model.plans]
    return sorted(found, key=lambda pair: pair[1].resource.needed)


def resources(write: Writer) -> Iterator[Page]:
    """A page a resource list, reached from the page of its plan."""
    model, facts = write.view.model, write.view.facts
    for listed in model.resources.values():
        page = write.page(
            "resources",
            places.resources(listed.id),
            write.titled(TITLE, listed.id),
            (N_("Plans"),),
            (model.path(listed),),
            listed=listed,
            each=facts.resources[listed.id],
            stands={item.resource.id: item for item in facts.resources[listed.id].items},
            tasks={task.id: task for task in model.tasks.get(listed.id, ())},
            review=next((each for each in facts.reviews if (each.kind, each.id) == ("resources", listed.id)), None),
        )
        yield replace(page, in_nav=False)
