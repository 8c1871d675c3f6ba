"""The daily stand-up: what is due, late, starting or stuck today, and what happened since yesterday."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.tasks import State, TaskFacts
from sopgen.model import Model
from sopgen.pages import places
from sopgen.pages.alerts import by_rule, is_open
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Task
from sopgen.view import View
from sopgen.words.dates import DAY
from sopgen.words.diagnostics import N_

SECTION = N_("Meetings and calendar")
TITLE = N_("Daily stand-up")
RECENT = 7
"""Days back to which a missing log is asked for."""


class Why(StrEnum):
    """Why a task is spoken of today, the most pressing first; the values are labels for readers."""

    OVERDUE = N_("overdue")
    UNSTARTED = N_("should have started")
    DUE = N_("due today")
    STARTS = N_("starts today")
    PAUSED = N_("paused")
    HELD = N_("waits")


SIGNS = {Why.OVERDUE: "⚠", Why.UNSTARTED: "⚠", Why.DUE: "○", Why.STARTS: "○", Why.PAUSED: "⏸", Why.HELD: "⏸"}


class Item(Struct, frozen=True):
    """A task to speak of: why, how late it is where that is why, and the tasks before it that are still open."""

    plan: str
    task: Task
    why: Why
    late: Figure | None
    waits_for: tuple[Task, ...]

    @property
    def sign(self) -> str:
        """The reason as a sign."""
        return SIGNS[self.why]


def standup(write: Writer) -> Iterator[Page]:
    """One page, as of the instant that the site is of."""
    view, facts = write.view, write.view.facts
    today, yesterday = view.as_of.date(), view.as_of.last_whole_day
    open_alerts = [each for each in facts.alerts.values() if is_open(each)]
    told = facts.days.get(yesterday, {})
    yield write.page(
        "standup",
        places.STANDUP,
        write.say(TITLE),
        (SECTION,),
        _paths(view),
        today=today,
        yesterday=yesterday,
        items=by_owner(view.model, items(view)),
        missed=[(metric, each) for metric, each in told.items() if each.met is False],
        new=by_rule(view, (each for each in open_alerts if each.first >= yesterday)),
        older=by_rule(view, (each for each in open_alerts if each.first < yesterday)),
        incidents=[view.model.incidents[id_] for id_, each in facts.incidents.items() if each.age],
        logs_due=bool(facts.log_months),
        unlogged=[day for month in facts.log_months.values() for day in month.missing if day > yesterday - RECENT * DAY],
    )


def items(view: View) -> Iterator[Item]:
    """Every task that is spoken of today."""
    today, facts = view.as_of.date(), view.facts
    for plan, listed in view.model.tasks.items():
        tasks = {task.id: task for task in listed}
        for task in tasks.values():
            known = facts.tasks[plan, task.id]
            waits_for = tuple(tasks[id_] for id_ in task.after if id_ in tasks and is_to_do(facts.tasks[plan, id_]))
            if why := _why(task, known, bool(waits_for), today):
                late = {Why.OVERDUE: known.overdue, Why.UNSTARTED: known.late_start}.get(why)
                yield Item(plan, task, why, late, waits_for)


def is_to_do(facts: TaskFacts) -> bool:
    """Whether something is left to do."""
    return facts.state not in (State.DONE, State.CANCELLED)


def _why(task: Task, facts: TaskFacts, waits: bool, today: date) -> Why | None:
    if not is_to_do(facts):
        return None
    if facts.state is State.PAUSED:
        return Why.PAUSED
    reasons = (
        (Why.OVERDUE, facts.overdue is not None),
        (Why.DUE, task.due == today),
        (Why.UNSTARTED, facts.late_start is not None),
        (Why.STARTS, facts.state is State.WAITING and task.start == today),
        (Why.HELD, waits and facts.state is State.RUNNING),
    )
    return next((why for why, holds in reasons if holds), None)


def by_owner(model: Model, found: Iterable[Item]) -> list[Item]:
    """The tasks of each person together, the persons in the order of data/people.yaml, the most pressing first."""
    people, pressing = {id_: place for place, id_ in enumerate(model.people)}, {why: place for place, why in enumerate(Why)}
    return sorted(found, key=lambda each: (people.get(each.task.owner, len(people)), each.task.owner, pressing[each.why], each.task.due))


def _paths(view: View) -> list[str]:
    model = view.model
    records = (*(task for listed in model.tasks.values() for task in listed), *model.incidents.values(), *model.alerts.values())
    return [model.path(record) for record in records]
