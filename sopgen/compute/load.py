"""Who has how much to do, week by week (ISO, from Monday): the tasks of all plans that are open in the week."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.schedule import Schedule
from sopgen.model import Model
from sopgen.words.dates import DAY, Period
from sopgen.words.quantity import DAYS

WEEK = timedelta(weeks=1)
TASKS = "task"
MOST_WEEKS = 520
"""A task that is open for more than ten years counts in the first ten."""


class Load(Struct, frozen=True):
    """What somebody has open in a week: how many tasks, and on how many days each, added up."""

    tasks: Figure
    days: Figure


def week_of(day: date) -> Period:
    """Monday to Sunday around a day; the last week that there is ends earlier."""
    monday = day - DAY * day.weekday()
    return Period(monday, monday + min(DAY * 6, date.max - monday))


def week_name(monday: date) -> str:
    """`2024-W17`, as ISO 8601 writes it."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def loads(model: Model, schedules: Mapping[str, Schedule]) -> dict[tuple[str, date], Load]:
    """By owner and Monday, what is open: from the day a task began, or is expected to, until the day that it ends."""
    found: dict[tuple[str, date], list[tuple[int, str]]] = {}
    for plan, tasks in model.tasks.items():
        for task in {task.id: task for task in tasks}.values():
            each = schedules[plan].tasks[task.id]
            written = model.address(task)
            for monday, days in _weeks(each.begins, each.ends):
                found.setdefault((task.owner, monday), []).append((days, written))
    return {key: _load(*key, found[key]) for key in sorted(found)}


def _weeks(begins: date | None, ends: date | None) -> Iterator[tuple[date, int]]:
    """Each week from the first day to the last, with how many of its days are among them."""
    if begins is None or ends is None or ends < begins:
        return
    span, monday = Period(begins, ends), begins - DAY * begins.weekday()
    for _ in range(MOST_WEEKS):
        common = week_of(monday).common(span)
        if common is None:
            return
        yield monday, len(common)
        if date.max - monday < WEEK:
            return
        monday += WEEK


def _load(owner: str, monday: date, open_: list[tuple[int, str]]) -> Load:
    home = f"load/{owner}/{week_name(monday)}"
    inputs = tuple(written for _, written in open_)
    return Load(
        tasks=Figure(f"{home}/tasks", Fraction(len(open_)), TASKS, "tasks open in the week", inputs),
        days=Figure(f"{home}/days", Fraction(sum(days for days, _ in open_)), DAYS, "days of the week on which each is open", inputs),
    )
