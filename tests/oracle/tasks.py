"""The tasks of a plan by their definitions: every chain is walked from end to end, and every day is counted (domain B12)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from tests.workspace import Files

Numbers = dict[str, Fraction | None]
LIFE = ("started", "paused", "done", "cancelled")
FIRST = date(2024, 2, 26)
HOME = "plans/june/tasks"


@dataclass(frozen=True)
class Task:
    """A task: its planned days, what it comes after, and what happened on which day."""

    start: date
    due: date
    owner: str
    after: tuple[str, ...]
    happened: Mapping[str, date]

    def event(self, day: date) -> str:
        """The latest thing that happened by then; of one day the later one in a task's life."""
        known = [(when, LIFE.index(name), name) for name, when in self.happened.items() if when <= day]
        return max(known)[2] if known else ""


Tasks = Mapping[str, Task]


@st.composite
def plans(draw: st.DrawFn) -> tuple[Tasks, date]:
    """A few tasks in any order of the file, each after some of those before it in time, and the day they are looked at."""
    days = st.integers(0, 20).map(lambda each: FIRST + timedelta(each))
    found: dict[str, Task] = {}
    for number in range(draw(st.integers(1, 6))):
        start = draw(days)
        due = start + timedelta(draw(st.integers(0, 9)))
        after = draw(st.lists(st.sampled_from(sorted(found)), max_size=3, unique=True)) if found else []
        happened = draw(st.dictionaries(st.sampled_from(LIFE), days, max_size=3))
        if "done" in happened and "started" in happened:
            happened["started"] = min(happened["started"], happened["done"])
        found[f"t{number}"] = Task(start, due, draw(st.sampled_from(["ops", "lead"])), tuple(after), happened)
    order = draw(st.permutations(sorted(found)))
    return {id_: found[id_] for id_ in order}, draw(days)


def written(tasks: Tasks, day: date) -> Files:
    """The files of a workspace with the plan and its tasks, as of the morning of a day."""
    listed = [
        {"id": id_, "title": id_, "start": str(task.start), "due": str(task.due), "owner": task.owner, "after": list(task.after)}
        | {name: str(when) for name, when in task.happened.items()}
        for id_, task in tasks.items()
    ]
    return Files(
        {
            "mkdocs.yml": f'site_name: Shop\ndocs_dir: sop\nplugins:\n  - search\n  - sopgen: {{title: Shop, as_of: "{day} 09:00"}}\n',
            "data/people.yaml": "departments: {o: {title: O}}\npeople: {ops: {title: O, department: o}, lead: {title: L, department: o}}\n",
            "plans/june/plan.yaml": "{id: june, kind: daily, title: June, period: 2024-02-01..2024-06-30, owner: ops}\n",
            "plans/june/tasks.yaml": json.dumps(listed),
        }
    )


def numbers(tasks: Tasks, day: date) -> Numbers:
    """Every figure about tasks."""
    found: Numbers = {"plans/june/schedule/days": Fraction(longest(tasks, day))}
    for id_ in tasks:
        found |= {f"{HOME}/{id_}/{name}": None if value is None else Fraction(value) for name, value in about(tasks, id_, day).items()}
    return found | load(tasks, day)


def about(tasks: Tasks, id_: str, day: date) -> dict[str, Fraction | int | None]:
    """The figures of one task."""
    task = tasks[id_]
    days = (task.due - task.start).days + 1
    over = sum(task.start + timedelta(each) <= day for each in range(days))
    found: dict[str, Fraction | int | None] = {"days": days, "time-progress": Fraction(over, days)}
    return found | lateness(task, day) | in_chains(tasks, id_, day) | outlook(tasks, id_, day)


def lateness(task: Task, day: date) -> dict[str, int]:
    """How late a task is, where it is."""
    event, found = task.event(day), dict[str, int]()
    if event in ("", "started"):
        found["overdue"] = (day - task.due).days
    if event == "":
        found["late-start"] = (day - task.start).days
    if event == "done":
        found["done-late"] = (task.happened["done"] - task.due).days
    return {name: days for name, days in found.items() if days > 0}


def chains(tasks: Tasks) -> Iterator[tuple[str, ...]]:
    """Every way along `after` from any task to any other, and each task alone."""

    def ending(id_: str) -> Iterator[tuple[str, ...]]:
        yield (id_,)
        for other in tasks[id_].after:
            yield from ((*way, id_) for way in ending(other))

    for id_ in tasks:
        yield from ending(id_)


def weight(tasks: Tasks, way: tuple[str, ...], day: date) -> int:
    """The planned days of the tasks on a way; a cancelled one takes none."""
    return sum((tasks[id_].due - tasks[id_].start).days + 1 for id_ in way if tasks[id_].event(day) != "cancelled")


def longest(tasks: Tasks, day: date) -> int:
    """The days of the longest chain."""
    return max(weight(tasks, way, day) for way in chains(tasks))


def in_chains(tasks: Tasks, id_: str, day: date) -> dict[str, int | None]:
    """Where a task stands in the longest chains: it may take longer by what the longest one through it lacks."""
    if tasks[id_].event(day) == "cancelled":
        return dict.fromkeys(("earliest-finish", "latest-finish", "float"))
    into = max(weight(tasks, way, day) for way in chains(tasks) if way[-1] == id_)
    through = max(weight(tasks, way, day) for way in chains(tasks) if id_ in way)
    spare = longest(tasks, day) - through
    return {"earliest-finish": into, "latest-finish": into + spare, "float": spare}


def span(tasks: Tasks, id_: str, day: date) -> tuple[date, date] | None:
    """The first and last day of a task, as they happened or are expected on a day; None where it is cancelled."""
    task, event = tasks[id_], tasks[id_].event(day)
    length = task.due - task.start
    began = task.happened.get("started", date.max)
    if event == "cancelled":
        return None
    if event == "done":
        done = task.happened["done"]
        return min(task.happened.get("started", task.start), done), done
    if began > day:
        start = max(task.start, day, free(tasks, id_, day) or task.start)
        return start, start + length
    if event == "started":
        return began, max(task.due, began + length, day)
    worked = max(task.happened["paused"] - began, timedelta(0))
    return began, max(task.due, day + max(length - worked, timedelta(0)))


def free(tasks: Tasks, id_: str, day: date) -> date | None:
    """The last day of all that comes before a task; what a cancelled one waited for counts in its stead."""
    ends = []
    for other in tasks[id_].after:
        days = span(tasks, other, day)
        ends += [days[1]] if days else [each for each in [free(tasks, other, day)] if each]
    return max(ends, default=None)


def outlook(tasks: Tasks, id_: str, day: date) -> dict[str, int]:
    """The slips of a task, and how long what comes before it holds it up."""
    days, task = span(tasks, id_, day), tasks[id_]
    if days is None:
        return {}
    found = {"start-slip": (days[0] - task.start).days, "finish-slip": (days[1] - task.due).days}
    ready = free(tasks, id_, day)
    if ready and task.start < ready <= days[0]:
        found["held-up"] = (ready - task.start).days
    return found


def load(tasks: Tasks, day: date) -> Numbers:
    """Day after day, what each owner has open, in the week that the day is in."""
    open_: dict[str, list[str]] = {}
    for id_, task in tasks.items():
        first, last = span(tasks, id_, day) or (date.max, date.min)
        for number in range((last - first).days + 1 if first <= last else 0):
            open_.setdefault(f"load/{task.owner}/{first + timedelta(number):%G-W%V}", []).append(id_)
    days: Numbers = {f"{home}/days": Fraction(len(ids)) for home, ids in open_.items()}
    return days | {f"{home}/tasks": Fraction(len(set(ids))) for home, ids in open_.items()}
