"""Plans: goal breakdown (template 1) and task table (template 2)."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.pages import attribution, places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.words.diagnostics import N_

SECTION = N_("Plans")


def plans(write: Writer) -> Iterator[Page]:
    """The list of plans, and a page a plan."""
    model = write.view.model
    ordered = sorted(model.plans.values(), key=lambda plan: (plan.period.start, plan.id), reverse=True)
    yield write.page("plans", places.PLANS, write.say(SECTION), (SECTION,), (model.path(plan) for plan in ordered), plans=ordered)
    for plan in ordered:
        targets, tasks, retro = model.targets.get(plan.id, {}), model.tasks.get(plan.id, ()), model.retros.get(plan.id)
        records = (plan, *targets.values(), *tasks, *((retro,) if retro else ()))
        yield write.page(
            "plan",
            places.plan(plan.id),
            plan.title.into(write.language),
            (SECTION,),
            (model.path(record) for record in records),
            plan=plan,
            targets=targets.values(),
            tasks=tasks,
            retro=retro,
            files=frozenset(write.view.source.paths()),
            parts=[each for each in ordered if each.parent == plan.id],
            **attribution.of_plan(write, plan.id),
        )
