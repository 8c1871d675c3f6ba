"""Plans: goal breakdown (template 1) and task table (template 2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sopgen.compute import attainment
from sopgen.pages import attribution, pacing, places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Target
from sopgen.words.diagnostics import N_

SECTION = N_("Plans")
WAYS = {attainment.INVERSE: "inverse", attainment.BAND: "band"}


def plans(write: Writer) -> Iterator[Page]:
    """The list of plans, and a page a plan."""
    model = write.view.model
    ordered = sorted(model.plans.values(), key=lambda plan: (plan.period.start, plan.id), reverse=True)
    papers = {plan.id: places.papers(model, plan.id) for plan in ordered}
    yield write.page(
        "plans", places.PLANS, write.say(SECTION), (SECTION,), (model.path(plan) for plan in ordered), plans=ordered, papers=papers
    )
    for plan in ordered:
        targets, listed, retro = model.targets.get(plan.id, {}), model.tasks.get(plan.id, ()), model.retros.get(plan.id)
        compared = pacing.compared(write.view, plan)
        records = (plan, *targets.values(), *listed, *((retro,) if retro else ()))
        yield write.page(
            "plan",
            places.plan(plan.id),
            plan.title.into(write.language),
            (SECTION,),
            (model.path(record) for record in records),
            plan=plan,
            targets=targets.values(),
            tasks=listed,
            retro=retro,
            papers=papers[plan.id],
            followed=[each for (id_, _), each in write.view.facts.followed.items() if id_ == plan.id],
            formulas=_formulas(write, targets.values()),
            wholes=pacing.wholes(write.view, plan),
            tree=pacing.tree(write.view, plan),
            running=pacing.running(write.view, plan),
            compared=compared,
            years=pacing.has_last_year(compared),
            files=frozenset(write.view.source.paths()),
            parts=[each for each in ordered if each.parent == plan.id],
            **attribution.of_plan(write, plan.id),
        )


def _formulas(write: Writer, targets: Iterable[Target]) -> dict[str, list[str]]:
    """By the way that attainment is worked out, the metrics of a plan's targets that go by it."""
    found: dict[str, list[str]] = {}
    for target in targets:
        metric = write.view.model.metrics.get(target.metric_id)
        if metric is not None and (formula := attainment.formula(metric)):
            found.setdefault(WAYS.get(formula, "signed"), []).append(metric.id)
    return {way: list(dict.fromkeys(metrics)) for way, metrics in found.items()}
