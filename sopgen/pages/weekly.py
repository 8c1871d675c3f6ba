"""The weekly meeting: the targets of the running plans, what the last week brought, and what the next one asks of whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sopgen.compute.figures import Figure
from sopgen.compute.load import week_name, week_of
from sopgen.pages import places
from sopgen.pages.alerts import by_rule
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.pages.resources import missing
from sopgen.pages.standup import SECTION, is_to_do
from sopgen.records import Incident, Plan, Target, Task
from sopgen.view import View
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_

TITLE = N_("Weekly meeting")

Known = tuple[str, Task]
"""A task with its plan."""


def weekly(write: Writer) -> Iterator[Page]:
    """One page: the week of the last day that is over, and the one after it."""
    view, model = write.view, write.view.model
    week = week_of(view.as_of.last_whole_day)
    coming = week_of(min(week.end, date.max - DAY) + DAY)
    plans = running(view, week)
    to_do = [(plan, task) for plan, task in _tasks(view) if is_to_do(view.facts.tasks[plan, task.id])]
    yield write.page(
        "weekly",
        places.WEEKLY,
        write.say(TITLE),
        (SECTION,),
        (model.path(record) for plan in plans for record in (plan, *model.targets.get(plan.id, {}).values())),
        week=week,
        coming=coming,
        week_name=week_name,
        targets=[(plan, targets) for plan in plans if (targets := _targets(view, plan))],
        done=[(plan, task) for plan, task in _tasks(view) if _done_in(view, task, week)],
        slipped=[(plan, task) for plan, task in to_do if _is_late(view.facts.schedules[plan].tasks[task.id].finish_slip)],
        incidents=[model.incidents[id_] for id_ in view.facts.incidents if _concerns(view, model.incidents[id_], week)],
        fired=by_rule(view, (each for each in view.facts.alerts.values() if each.first in week)),
        ahead=sorted(((plan, task) for plan, task in to_do if _is_open_in(view, plan, task, coming)), key=lambda each: each[1].due),
        missing=missing(view),
        load=[id_ for id_ in model.people if {(id_, week.start), (id_, coming.start)} & view.facts.load.keys()],
        reviews=[each for each in view.facts.reviews if each.due <= coming.end],
    )


def running(view: View, week: Period) -> list[Plan]:
    """The plans that are measured or worked on in a week."""
    plans = view.model.plans.values()
    return [plan for plan in plans if any(days and days.common(week) for days in (plan.period, plan.work))]


def _targets(view: View, plan: Plan) -> list[Target]:
    return [target for target in view.model.targets.get(plan.id, {}).values() if (plan.id, target.id) in view.facts.targets]


def _tasks(view: View) -> Iterator[Known]:
    for plan, listed in view.model.tasks.items():
        for task in {task.id: task for task in listed}.values():
            yield plan, task


def _done_in(view: View, task: Task, week: Period) -> bool:
    return task.done is not None and task.done in week and task.done <= view.as_of.date()


def _is_late(slip: Figure | None) -> bool:
    return slip is not None and (slip.value or 0) > 0


def _concerns(view: View, incident: Incident, week: Period) -> bool:
    """Whether an incident was noticed or resolved in the week, or is open."""
    known = view.facts.incidents[incident.id]
    return known.resolved is None or known.resolved.date() in week or incident.detected.date() in week


def _is_open_in(view: View, plan: str, task: Task, week: Period) -> bool:
    """Whether a task is expected to be worked on in a week."""
    each = view.facts.schedules[plan].tasks[task.id]
    return bool(each.begins and each.ends and Period(each.begins, each.ends).common(week))
