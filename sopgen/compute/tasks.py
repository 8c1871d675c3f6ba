"""The state of every task on a day. Days are counted with both ends; the due day itself is not overdue (domain B12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import partial

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.records import Task
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_
from sopgen.words.quantity import DAYS, PERCENT


class State(StrEnum):
    """Where a task stands; the values are labels for readers."""

    WAITING = N_("not started")
    RUNNING = N_("in progress")
    DONE = N_("done")
    PAUSED = N_("paused")
    CANCELLED = N_("cancelled")


class TaskFacts(Struct, frozen=True):
    """A task on the day it is looked at: its state, and days late (None where it is not)."""

    state: State
    days: Figure
    time_progress: Figure
    overdue: Figure | None
    late_start: Figure | None
    done_late: Figure | None


def tasks(model: Model, day: date) -> dict[tuple[str, str], TaskFacts]:
    """Every task of every plan as of `day`, by plan and task id."""
    return {
        (plan, task.id): facts(task, day, f"plans/{plan}/tasks/{task.id}", partial(model.address, task))
        for plan, listed in model.tasks.items()
        for task in listed
    }


def facts(task: Task, day: date, home: str, written: Callable[[str], str]) -> TaskFacts:
    """One task as of `day`; what its dates say of later days has not happened yet. `written` says where a field of it stands."""
    state = state_on(task, day)
    done, open_ = state is State.DONE, state in (State.WAITING, State.RUNNING)
    length = len(Period(task.start, task.due)) if task.start <= task.due else 0
    elapsed = min(max((day - task.start).days + 1, 0), length)
    start, due = written("start"), written("due")
    return TaskFacts(
        state=state,
        days=Figure(f"{home}/days", Fraction(length), DAYS, "due - start + 1", (start, due)),
        time_progress=Figure(
            f"{home}/time-progress", Fraction(elapsed, length) if length else None, PERCENT, "days elapsed / days", (start, due)
        ),
        overdue=_late(f"{home}/overdue", day, task.due, "as of - due", (due,)) if open_ else None,
        late_start=_late(f"{home}/late-start", day, task.start, "as of - start", (start,)) if state is State.WAITING else None,
        done_late=_late(f"{home}/done-late", task.done, task.due, "done - due", (written("done"), due)) if done else None,
    )


def state_on(task: Task, day: date) -> State:
    """The latest thing that has happened to the task by then; of one day, the later one in a task's life."""
    dates = ((task.started, State.RUNNING), (task.paused, State.PAUSED), (task.done, State.DONE), (task.cancelled, State.CANCELLED))
    happened = [(when, place, state) for place, (when, state) in enumerate(dates) if when is not None and when <= day]
    return max(happened)[2] if happened else State.WAITING


def _late(id_: str, now: date | None, then: date, formula: str, inputs: tuple[str, ...]) -> Figure | None:
    late = (now - then).days if now else 0
    return Figure(id_, Fraction(late), DAYS, formula, inputs) if late > 0 else None
