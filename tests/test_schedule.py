"""How tasks hang together: the longest chain, floats, and who holds up whom. Every number can be counted on the fingers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sopgen.compute.figures import Figure
from sopgen.compute.load import MOST_WEEKS, loads, week_name
from sopgen.compute.schedule import Network, Schedule, TaskSchedule
from sopgen.pipeline import Build
from sopgen.records import Task
from sopgen.words.diagnostics import Message
from sopgen.words.text import Text
from tests.workspace import findings, run

# Select takes 3 days, order 5 and write 2; test comes after order and write and takes 1. Select, order, test: 9 days.
TASKS = """
- {id: select, title: Select, start: 2024-06-03, due: 2024-06-05, owner: shop-manager%s}
- {id: order, title: Order, start: 2024-06-06, due: 2024-06-10, owner: shop-manager, after: [select]%s}
- {id: write, title: Write, start: 2024-06-06, due: 2024-06-07, owner: service-lead, after: [select]%s}
- {id: test, title: Test, start: 2024-06-12, due: 2024-06-12, owner: service-lead, after: [order, write]%s}
"""


def plan(as_of: str, select: str = "", order: str = "", write: str = "", test: str = "") -> Build:
    """The four tasks with what happened to them, on a morning in June."""
    dates = tuple(f", {each}" if each else "" for each in (select, order, write, test))
    settings = f'site_name: Shop\ndocs_dir: sop\nplugins: [search, {{sopgen: {{title: Shop, as_of: "2024-06-{as_of} 09:00"}}}}]\n'
    return run({"mkdocs.yml": settings, "plans/2024-06/tasks.yaml": TASKS % dates})


def schedule(build: Build) -> Schedule:
    """The schedule of the plan."""
    return build.view.facts.schedules["2024-06"]


def count(figure: Figure | None) -> int | None:
    """A figure as a whole number."""
    return None if figure is None or figure.value is None else int(figure.value)


def shown(found: TaskSchedule) -> tuple[str, str, int, int, int]:
    """When a task begins and ends, how late that is, and how long it was held up; the days in short, 0 for no delay."""
    start, finish, held = (count(each) or 0 for each in (found.start_slip, found.finish_slip, found.held_up))
    days = (f"{found.begins:%d}", f"{found.ends:%d}") if found.begins and found.ends else ("", "")
    return (*days, start, finish, held)


def test_the_longest_chain_is_critical_and_the_others_have_days_to_spare() -> None:
    found = schedule(plan("03"))
    assert (found.chain, count(found.days)) == (("select", "order", "test"), 9)
    assert {id_: count(each.float) for id_, each in found.tasks.items()} == {"select": 0, "order": 0, "write": 3, "test": 0}
    assert {id_: (count(each.earliest_finish), count(each.latest_finish)) for id_, each in found.tasks.items()} == {
        "select": (3, 3), "order": (8, 8), "write": (5, 8), "test": (9, 9),
    }  # fmt: skip


def test_what_happened_changes_the_chain_only_where_a_task_is_cancelled() -> None:
    late = schedule(plan("30", "started: 2024-06-10, done: 2024-06-20"))
    assert (late.chain, count(late.days)) == (("select", "order", "test"), 9)
    without = schedule(plan("10", order="cancelled: 2024-06-08"))
    assert (without.chain, count(without.days)) == (("select", "write", "test"), 6)
    assert without.tasks["order"].float.reason == Message("the task is cancelled")


def test_a_delay_is_passed_on_to_what_comes_after_as_far_as_no_gap_takes_it_up() -> None:
    """Select is done on the 9th. Order begins that day and ends on the 13th; so test has to wait for the 13th too, one day only."""
    found = schedule(plan("09", "started: 2024-06-03, done: 2024-06-09")).tasks
    assert {id_: shown(each) for id_, each in found.items()} == {
        "select": ("03", "09", 0, 4, 0),
        "order": ("09", "13", 3, 3, 3),
        "write": ("09", "10", 3, 3, 3),
        "test": ("13", "13", 1, 1, 1),
    }
    assert {id_: each.held_by for id_, each in found.items()} == {"select": None, "order": "select", "write": "select", "test": "order"}


@pytest.mark.parametrize(
    ("as_of", "dates", "expected"),
    [
        ("03", "", ("03", "05", 0, 0, 0)),
        ("04", "", ("04", "06", 1, 1, 0)),  # whoever has not begun begins today at the earliest
        ("04", "started: 2024-06-01", ("01", "05", -2, 0, 0)),  # begun early, and still not expected before it is due
        ("05", "started: 2024-06-05", ("05", "07", 2, 2, 0)),  # the planned 3 days, from the day it began
        ("20", "started: 2024-06-05", ("05", "20", 2, 15, 0)),  # it did not end yet, so it ends today at the earliest
        ("04", "started: 2024-06-03, done: 2024-06-04", ("03", "04", 0, -1, 0)),
        ("09", "done: 2024-06-08", ("03", "08", 0, 3, 0)),  # nobody wrote down when it began
        ("09", "started: 2024-06-03, paused: 2024-06-04", ("03", "10", 0, 5, 0)),  # one day worked, two are left from today on
        ("09", "paused: 2024-06-04", ("09", "11", 6, 6, 0)),
        ("09", "cancelled: 2024-06-04", ("", "", 0, 0, 0)),
    ],
)
def test_when_a_task_begins_and_ends(as_of: str, dates: str, expected: tuple[str, str, int, int, int]) -> None:
    assert shown(schedule(plan(as_of, dates)).tasks["select"]) == expected


def test_nobody_waits_for_a_cancelled_task_but_for_what_it_waited_for() -> None:
    found = schedule(plan("09", "started: 2024-06-03", "cancelled: 2024-06-09", "cancelled: 2024-06-09")).tasks["test"]
    assert (found.held_by, shown(found)) == (None, ("12", "12", 0, 0, 0))  # select is expected on the 9th
    found = schedule(plan("14", "started: 2024-06-03", "cancelled: 2024-06-09", "cancelled: 2024-06-09")).tasks["test"]
    assert (found.held_by, shown(found)) == ("select", ("14", "14", 2, 2, 2))


def test_who_began_before_the_end_of_what_comes_before_was_not_held_up() -> None:
    found = schedule(plan("12", "done: 2024-06-12", "started: 2024-06-07")).tasks["order"]
    assert (found.held_by, found.held_up, shown(found)) == (None, None, ("07", "12", 1, 2, 0))


def test_tasks_in_a_circle_have_no_float_and_the_rest_has() -> None:
    circle = """
- {id: a, title: A, start: 2024-06-03, due: 2024-06-03, owner: shop-manager, after: [b]}
- {id: b, title: B, start: 2024-06-03, due: 2024-06-03, owner: shop-manager, after: [a]}
- {id: c, title: C, start: 2024-06-03, due: 2024-06-04, owner: shop-manager, after: [b]}
- {id: d, title: D, start: 2024-06-03, due: 2024-06-05, owner: shop-manager, after: [nobody]}
"""
    build = run({"plans/2024-06/tasks.yaml": circle})
    assert findings(build) == ["plans/2024-06/tasks.yaml:2:86 task-cycle", "plans/2024-06/tasks.yaml:5:86 unknown-reference"]
    found = schedule(build)
    assert (found.chain, count(found.days)) == (("d",), 3)
    assert {id_: count(each.float) for id_, each in found.tasks.items()} == {"a": None, "b": None, "c": None, "d": 0}
    assert found.tasks["c"].float.reason == Message("it waits for tasks that wait for each other")
    assert all(each.ends for each in found.tasks.values())


def test_load_is_by_owner_and_week_from_monday() -> None:
    """3 June 2024 is a Monday. The manager selects for 3 days and orders on Thursday to Sunday, and on Monday of the week after."""
    load = plan("03").view.facts.load
    assert {(owner, week_name(monday)): (count(each.tasks), count(each.days)) for (owner, monday), each in load.items()} == {
        ("service-lead", "2024-W23"): (1, 2),
        ("service-lead", "2024-W24"): (1, 1),
        ("shop-manager", "2024-W23"): (2, 7),
        ("shop-manager", "2024-W24"): (1, 1),
    }


def test_a_task_without_end_in_sight_is_spread_over_ten_years() -> None:
    line = "- {id: t, title: T, start: 0001-01-01, due: 9999-12-31, owner: shop-manager}\n"
    build = run({"plans/2024-06/tasks.yaml": line})
    assert schedule(build).tasks["t"].ends == date.max
    assert len(loads(build.view.model, build.view.facts.schedules)) == MOST_WEEKS


def test_ten_thousand_tasks_in_one_chain_are_looked_at_once() -> None:
    """Not a timing: with a look at every pair of them it would be a hundred million looks."""
    first = date(2024, 1, 1)
    tasks = {}
    for number in range(10_000):
        day = first + timedelta(number)
        before = tuple(f"t{each}" for each in range(max(0, number - 3), number))
        tasks[f"t{number}"] = Task(id=f"t{number}", title=Text({"": "T"}), start=day, due=day, owner="ops", after=before)
    network = Network.of(tasks)
    assert network.length == len(network.chain()) == 10_000


def test_without_tasks_there_is_no_schedule() -> None:
    assert run({"plans/2024-06/tasks.yaml": "[]\n"}).view.facts.schedules == {}
