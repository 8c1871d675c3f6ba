"""The loop is closed: plans follow SOPs as they are now, and what was learned lands somewhere. Gaps are warnings."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Severity


@rule(
    Severity.WARNING,
    N_("`{sop}` has changed since: the plan follows {pinned}, it is at {current}"),
    N_("read what changed, adapt the tasks, and follow `{sop}@{current}`"),
)
def suspect_follower(view: View) -> Iterator[Finding]:
    """A plan names the versions of the SOPs that it follows. When one moves on, somebody looks whether the tasks are still right.

    Bad:
        # plans/2024-06/plan.yaml
        {id: 2024-06, kind: growth, title: June, period: 2024-06, work: 2024-05-20..2024-06-30, owner: shop-manager,
         follows: [OPS-009@1.0.0]}
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.1.0, status: draft, owner: shop-manager, phase: run,
         changes: [{version: 1.0.0, date: 2024-05-01, by: shop-manager, why: First},
                   {version: 1.1.0, date: 2024-06-01, by: shop-manager, why: More}]}
        ---

    Good:
        # plans/2024-06/plan.yaml
        {id: 2024-06, kind: growth, title: June, period: 2024-06, work: 2024-05-20..2024-06-30, owner: shop-manager,
         follows: [OPS-009@1.1.0]}
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.1.0, status: draft, owner: shop-manager, phase: run,
         changes: [{version: 1.0.0, date: 2024-05-01, by: shop-manager, why: First},
                   {version: 1.1.0, date: 2024-06-01, by: shop-manager, why: More}]}
        ---
    """
    from sopgen.compute.following import is_open, pins

    for plan in view.model.plans.values():
        if is_open(view.model, plan, view.as_of.date()):
            for place, sop, version in pins(view.model, plan):
                if version != sop.version:
                    yield Finding(At(plan, ("follows", place)), {"sop": sop.id, "pinned": version, "current": sop.version})


@rule(
    Severity.WARNING,
    N_("no task carries out the step `{step}`, due on {day}"),
    N_("add one with `step: {step}`, or say `optional: yes` in the SOP"),
    named_by=("step", "sop-version"),
)
def step_without_task(view: View) -> Iterator[Finding]:
    """A plan that follows an SOP has a task for each of its steps that has an `offset` and is not optional.

    Bad:
        # plans/2024-06/plan.yaml
        {id: 2024-06, kind: growth, title: June, period: 2024-06, work: 2024-05-20..2024-06-30, owner: shop-manager,
         follows: [OPS-009@1.0.0]}
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         steps: [{id: count, actor: shop-manager, do: Count, offset: T-3}],
         changes: [{version: 1.0.0, date: 2024-05-01, by: shop-manager, why: First}]}
        ---

    Good:
        # plans/2024-06/plan.yaml
        {id: 2024-06, kind: growth, title: June, period: 2024-06, work: 2024-05-20..2024-06-30, owner: shop-manager,
         follows: [OPS-009@1.0.0]}
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, owner: shop-manager, step: OPS-009/count}
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         steps: [{id: count, actor: shop-manager, do: Count, offset: T-3}],
         changes: [{version: 1.0.0, date: 2024-05-01, by: shop-manager, why: First}]}
        ---
    """
    from sopgen.compute.following import carrying, dated, is_open, pins, unanswered

    for plan in view.model.plans.values():
        if is_open(view.model, plan, view.as_of.date()):
            for place, sop, _ in pins(view.model, plan):
                for step in unanswered(sop, carrying(view.model, plan, sop)):
                    day = dated(plan, step)
                    yield Finding(At(plan, ("follows", place)), {"step": f"{sop.id}/{step.id}", "day": str(day or step.offset)})


@rule(
    Severity.WARNING,
    N_("the retro is closed, and nothing answers the problem `{problem}`"),
    N_("name it under `answers` of a risk, an SOP change, a task or an alert rule (`sopgen risks apply` adds a risk), or waive it"),
    named_by=("finding",),
)
def unanswered_problem(view: View) -> Iterator[Finding]:
    """Every problem of a closed retro leads to something: a risk, a change of an SOP, a task or an alert rule. Else somebody waives it.

    Bad:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-10, closed: 2024-06-12, problems: [{id: late-van, text: The van was late}]}

    Good:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-10, closed: 2024-06-12, problems: [{id: late-van, text: The van was late,
          waived: {reason: The van is sold, approver: shop-manager, until: 2024-12-31}}]}
    """
    from sopgen.compute.risks import proposals

    for proposal in proposals(view.model, view.as_of.date()):
        retro = view.model.retros[proposal.plan]
        if retro.closed and retro.closed <= view.as_of.date():
            place = [problem.id for problem in retro.problems].index(proposal.problem.id)
            yield Finding(At(retro, ("problems", place, "id")), {"problem": proposal.problem.id})


@rule(
    Severity.WARNING,
    N_("the success `{success}` is not in any SOP yet"),
    N_("name it under `answers` of the SOP change that makes it a step, or write `repeat: no`"),
    named_by=("finding",),
)
def success_without_step(view: View) -> Iterator[Finding]:
    """What worked is made a standard: a change of an SOP answers each success of a closed retro, unless it cannot be repeated.

    Bad:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-10, closed: 2024-06-12, successes: [{id: early, text: We started early}]}

    Good:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-10, closed: 2024-06-12, successes: [{id: sunny, text: The sun shone, repeat: no}]}
    """
    landed = {id_ for sop in view.model.sops.values() for change in sop.changes for id_ in change.answers}
    for retro in view.model.retros.values():
        if retro.closed and retro.closed <= view.as_of.date():
            for place, success in enumerate(retro.successes):
                if success.repeat != "no" and f"{retro.id}/{success.id}" not in landed:
                    yield Finding(At(retro, ("successes", place, "id")), {"success": success.id})
