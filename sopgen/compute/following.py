"""How plans follow SOPs: which steps their tasks carry out, and how many of those that are due were done on time (adherence).

Steps with an `offset` are done once a plan, so many days from its first day; all others are routine and belong to no plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.tasks import State, TaskFacts
from sopgen.model import Model
from sopgen.records import Plan, Sop, Step, Task
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT

STEPS = "steps"
NOTHING_DUE = Message(N_("no step is due yet"))


class Followed(Struct, frozen=True):
    """An SOP that a plan follows, as of a day.

    `pinned` is the version that the plan names and `current` the SOP's own; `steps` are the tasks of each step with an offset, by the
    step's id, and `missing` the steps that may not be left out and have no task. `adherence` is `on_time` over `due`.
    """

    sop: str
    pinned: str
    current: str
    steps: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]
    due: Figure
    on_time: Figure
    adherence: Figure

    @property
    def suspect(self) -> bool:
        """Whether the SOP was changed after the plan named its version."""
        return self.pinned != self.current


def following(model: Model, tasks: Mapping[tuple[str, str], TaskFacts], day: date) -> dict[tuple[str, str], Followed]:
    """By plan and SOP, every SOP that a plan follows and that can be read."""
    return {
        (plan.id, sop.id): _followed(model, tasks, plan, place, sop, version, day)
        for plan in model.plans.values()
        for place, sop, version in pins(model, plan)
    }


def pins(model: Model, plan: Plan) -> Iterator[tuple[int, Sop, str]]:
    """The SOPs that a plan follows: the place in its list, the SOP and the version that is named."""
    for place, pin in enumerate(plan.follows):
        id_, _, version = pin.partition("@")
        if id_ in model.sops:
            yield place, model.sops[id_], version


def dated(plan: Plan, step: Step) -> date | None:
    """The day on which a plan does a step; None for routine, and before or after the days that there are."""
    if not step.offset:
        return None
    day = plan.period.start.toordinal() + int(step.offset.removeprefix("T"))
    return date.fromordinal(day) if date.min.toordinal() <= day <= date.max.toordinal() else None


def carrying(model: Model, plan: Plan, sop: Sop) -> dict[str, tuple[Task, ...]]:
    """The tasks of a plan that carry out each step of an SOP that has an offset, by the step's id."""
    listed = model.tasks.get(plan.id, ())
    return {step.id: tuple(task for task in listed if task.step == f"{sop.id}/{step.id}") for step in sop.steps if step.offset}


def unanswered(sop: Sop, carried: Mapping[str, tuple[Task, ...]]) -> Iterator[Step]:
    """The steps that a plan may not leave out and that no task of it carries out."""
    return (step for step in sop.steps if step.offset and step.optional != "yes" and not carried[step.id])


def _followed(
    model: Model, facts: Mapping[tuple[str, str], TaskFacts], plan: Plan, place: int, sop: Sop, version: str, day: date
) -> Followed:
    carried = carrying(model, plan, sop)
    # What an older version asked for is not kept anywhere: its steps cannot be said to be missing.
    missing = tuple(unanswered(sop, carried)) if version == sop.version else ()
    tasks = [task for listed in carried.values() for task in listed if facts[plan.id, task.id].state is not State.CANCELLED]
    due = [task for task in tasks if task.due < day or facts[plan.id, task.id].state is State.DONE]
    on_time = [task for task in due if facts[plan.id, task.id].state is State.DONE and facts[plan.id, task.id].done_late is None]
    late = [step for step in missing if (when := dated(plan, step)) is not None and when < day]
    home, whole = f"plans/{plan.id}/follows/{sop.id}", model.address(plan, "follows", place)
    counts = len(due) + len(late), len(on_time)
    written = tuple(model.address(task, "done" if task.done else "due") for task in due)
    figures = (
        Figure(f"{home}/due", Fraction(counts[0]), STEPS, "tasks of steps that are due, and such steps without a task", (whole, *written)),
        Figure(f"{home}/on-time", Fraction(counts[1]), STEPS, "tasks done by their due day", (whole, *written)),
    )
    value = Fraction(counts[1], counts[0]) if counts[0] else None
    reason = None if counts[0] else NOTHING_DUE
    return Followed(
        sop=sop.id,
        pinned=version,
        current=sop.version,
        steps={id_: tuple(task.id for task in listed) for id_, listed in carried.items()},
        missing=tuple(step.id for step in missing),
        due=figures[0],
        on_time=figures[1],
        adherence=Figure(f"{home}/adherence", value, PERCENT, "on time / due", (f"{home}/on-time", f"{home}/due"), reason),
    )


def is_open(model: Model, plan: Plan, day: date) -> bool:
    """Whether people still work on a plan: nobody has looked back on it and closed that."""
    retro = model.retros.get(plan.id)
    return retro is None or retro.closed is None or retro.closed > day
