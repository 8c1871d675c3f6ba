"""What a plan does, before it begins, about each open risk of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from sopgen.compute.risks import OPEN, RiskFacts
from sopgen.compute.tasks import State, TaskFacts
from sopgen.model import Model
from sopgen.records import Guard, Plan, Risk


class Asked(Struct, frozen=True):
    """A risk that a plan is asked about, and its answer. `ready` says whether all tasks of the answer are done; None without any."""

    risk: Risk
    guard: Guard | None
    ready: bool | None


def preflights(
    model: Model, risks: Mapping[str, RiskFacts], tasks: Mapping[tuple[str, str], TaskFacts], day: date
) -> dict[str, tuple[Asked, ...]]:
    """By plan, the risks that it answers and those that it should: the worst first."""
    found = {}
    for plan in model.plans.values():
        guards = {guard.risk: guard for guard in plan.preflight}
        asked = [
            risk
            for risk in model.risks.values()
            if risk.id in guards or (must_answer(plan, risk, day) and risks[risk.id].standing.state in OPEN)
        ]
        asked.sort(key=lambda risk: (risk.likelihood * risk.impact, risk.impact), reverse=True)
        found[plan.id] = tuple(Asked(risk, guards.get(risk.id), _ready(plan.id, guards.get(risk.id), tasks)) for risk in asked)
    return found


def must_answer(plan: Plan, risk: Risk, day: date) -> bool:
    """Whether a plan has to say what it does about a risk while that is open: it is of the plan's kind, and the plan is not over.

    What a plan's own retro found is for the next one.
    """
    found_there = any(each.startswith(f"{plan.id}/") for each in risk.answers)
    return plan.kind in risk.applies_to and day <= plan.period.end and not found_there


def _ready(plan: str, guard: Guard | None, tasks: Mapping[tuple[str, str], TaskFacts]) -> bool | None:
    if not guard or not guard.tasks:
        return None
    return all((plan, task) in tasks and tasks[plan, task].state is State.DONE for task in guard.tasks)
