"""Retros (template 4): claims beside what the data says, what worked, what did not and what answers it."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.compute.risks import answers
from sopgen.model import Model
from sopgen.pages import attribution, places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Alert, Record, Risk, Sop, Task
from sopgen.words.diagnostics import N_

SECTION = N_("Retros")


def retros(write: Writer) -> Iterator[Page]:
    """The list of retros, and a page a retro, the newest first."""
    model = write.view.model
    held = sorted(model.retros.values(), key=lambda retro: (retro.period.end, retro.id), reverse=True)
    yield write.page("retros", places.RETROS, write.say(SECTION), (SECTION,), (model.path(retro) for retro in held), retros=held)
    given = answers(model)
    for retro in held:
        plan = model.plans.get(retro.id)
        yield write.page(
            "retro",
            places.retro(retro.id),
            plan.title.into(write.language) if plan else retro.id,
            (SECTION,),
            (model.path(retro),),
            retro=retro,
            proposed={each.problem.id: each for each in write.view.facts.proposals if each.plan == retro.id},
            plan=plan,
            answers={problem: [named(model, record) for record in records] for problem, records in given.items()},
            supposed={each.id: each.title for each in retro.assumptions},
            **attribution.of_plan(write, retro.id),
        )


def named(model: Model, record: Record) -> tuple[str, str]:
    """An answer as the kind and id that a link needs; a task is found on the page of its plan."""
    if isinstance(record, Risk):
        return "risk", record.id
    if isinstance(record, Alert):
        return "alert", record.id
    if isinstance(record, Sop):
        return "sop", record.id
    assert isinstance(record, Task)
    return "plan", model.plan_of(record)
