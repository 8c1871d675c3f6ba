"""The tasks of a plan: Gantt chart, dates, division of work (template 2), and load."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from sopgen.compute.load import WEEK, week_name
from sopgen.model import Model
from sopgen.pages import gantt, places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Task
from sopgen.words.diagnostics import N_

TITLE = N_("Gantt chart and division of work")
MOST_WEEKS = 26
"""Of the table of load: as many before this week, and as many from it on."""


class Raci(Struct, frozen=True):
    """Who does a task and who answers for it, exactly one each; who is asked, and who is told."""

    responsible: str
    accountable: str
    consulted: tuple[str, ...]
    informed: tuple[str, ...]


def tasks(write: Writer) -> Iterator[Page]:
    """A page a plan that has tasks, reached from the page of the plan."""
    model, view = write.view.model, write.view
    for plan, every in model.tasks.items():
        listed = tuple({task.id: task for task in every}.values())
        if not listed:
            continue
        states = {task.id: view.facts.tasks[plan, task.id] for task in listed}
        shown = gantt.charted(listed, view.facts.schedules[plan], states, view.as_of.date())
        weeks, owners = _weeks(write, listed)
        page = write.page(
            "tasks",
            places.tasks(plan),
            write.titled(TITLE, plan),
            (N_("Plans"),),
            (model.path(record) for record in (*((model.plans[plan],) if plan in model.plans else ()), *listed)),
            plan=plan,
            tasks=sorted(listed, key=lambda task: (task.start, task.due)),
            by_id={task.id: task for task in listed},
            schedule=view.facts.schedules[plan],
            chart=gantt.chart(write, plan, shown),
            charted={task.id for task in shown},
            by_owner=_by_owner(model, listed),
            departments=_by_department(model, listed),
            raci={task.id: raci(model, task) for task in listed},
            weeks=weeks,
            owners=owners,
            week_name=week_name,
            files=frozenset(view.source.paths()),
        )
        yield replace(page, in_nav=False)


def _by_owner(model: Model, listed: tuple[Task, ...]) -> list[Task]:
    """The tasks of each person together, the persons in the order of data/people.yaml."""
    places_ = {id_: number for number, id_ in enumerate(model.people)}
    return sorted(listed, key=lambda task: (places_.get(task.owner, len(places_)), task.owner, task.due))


def raci(model: Model, task: Task) -> Raci:
    """Who answers for it is who answers for the SOP step that it carries out, its owner where it carries out none."""
    id_, _, name = (task.step or "").partition("/")
    sop = model.sops.get(id_)
    step = next((each for each in sop.steps if each.id == name), None) if sop else None
    asked = (*task.with_, *((task.contact,) if task.contact else ()), *(step.consulted if step else ()))
    return Raci(
        responsible=task.owner,
        accountable=(step.accountable or sop.owner) if sop and step else task.owner,
        consulted=tuple(dict.fromkeys(asked)),
        informed=step.informed if step else (),
    )


def _by_department(model: Model, listed: tuple[Task, ...]) -> list[tuple[str, list[Task], list[Task]]]:
    """The departments, in the order of data/people.yaml, with the tasks of their people and those that they help with."""
    found: list[tuple[str, list[Task], list[Task]]] = []
    for id_ in model.departments:
        own = [task for task in listed if task.owner in model.people and model.people[task.owner].department == id_]
        helped = [task for task in listed if id_ in task.with_]
        if own or helped:
            found.append((id_, own, helped))
    return found


def _weeks(write: Writer, listed: tuple[Task, ...]) -> tuple[list[date], list[str]]:
    """The Mondays of the weeks in which the owners of the tasks have something open, and these owners."""
    load, today = write.view.facts.load, write.view.as_of.date()
    owners = list(dict.fromkeys(task.owner for task in listed))
    schedule = write.view.facts.schedules[write.view.model.plan_of(listed[0])]
    spans = [each for each in schedule.tasks.values() if each.begins and each.ends]
    first = min((each.begins for each in spans if each.begins), default=today)
    last = max((each.ends for each in spans if each.ends), default=today)
    weeks = sorted({monday for owner, monday in load if owner in owners and first - WEEK < monday <= last})
    before = [monday for monday in weeks if monday <= today][-MOST_WEEKS:]
    return before + [monday for monday in weeks if monday > today][:MOST_WEEKS], owners


def handed_over(task: Task) -> Iterator[str]:
    """What a task names as files of its plan's folder: its deliverable, and its evidence where that is one."""
    if task.deliverable and task.deliverable.file:
        yield task.deliverable.file
    yield from task.evidence.versions.values() if task.evidence else ()
