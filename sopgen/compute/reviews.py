"""What is to be looked at again, and when: briefs, resource lists, risks and SOPs in one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.risks import RiskFacts
from sopgen.model import Model
from sopgen.records import Sop
from sopgen.words.quantity import DAYS
from sopgen.words.text import Text


class Review(Struct, frozen=True):
    """A review: of the record `kind` and `id`, as references name it, in the folder of `plan` ("" elsewhere), by the day `due`.

    `overdue` is how many days it is late, None where it is not.
    """

    kind: str
    id: str
    plan: str
    title: Text
    owner: str | None
    due: date
    overdue: Figure | None


def reviews(model: Model, day: date, risks: Mapping[str, RiskFacts]) -> tuple[Review, ...]:
    """Every review that somebody set a day for, the one that is due first at the head.

    `facts.reviews` for the pages: `[each for each in facts.reviews if each.overdue]` are late.
    """
    found = (*_papers(model, day), *_risks(model, risks), *_sops(model, day))
    return tuple(sorted(found, key=lambda each: (each.due, each.kind, each.id)))


def next_review(sop: Sop) -> date | None:
    """The day by which an SOP that is in force is looked at again."""
    if sop.status != "effective" or sop.effective is None or sop.review_every is None:
        return None
    return sop.effective + sop.review_every


def _papers(model: Model, day: date) -> Iterator[Review]:
    """Of the briefs and the resource lists of plans."""
    for kind, papers in (("research", model.research), ("resources", model.resources)):
        for paper in papers.values():
            plan = model.plans.get(paper.id)
            if paper.review and plan:
                overdue = _overdue(f"plans/{paper.id}/{kind}", day, paper.review, model.address(paper, "review"))
                yield Review(kind, paper.id, paper.id, plan.title, paper.owner, paper.review, overdue)


def _risks(model: Model, risks: Mapping[str, RiskFacts]) -> Iterator[Review]:
    for risk in model.risks.values():
        yield Review("risk", risk.id, "", risk.title, risk.owner, risk.review, risks[risk.id].review_overdue)


def _sops(model: Model, day: date) -> Iterator[Review]:
    for sop in model.sops.values():
        if due := next_review(sop):
            overdue = _overdue(f"sops/{sop.id}", day, due, model.address(sop, "effective"), model.address(sop, "review_every"))
            yield Review("sop", sop.id, "", sop.title, sop.owner, due, overdue)


def _overdue(home: str, day: date, due: date, *inputs: str) -> Figure | None:
    late = (day - due).days
    return Figure(f"{home}/review-overdue", Fraction(late), DAYS, "as of - review", inputs) if late > 0 else None
