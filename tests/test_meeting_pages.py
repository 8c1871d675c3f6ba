"""Stand-up, weekly meeting and calendar: pages that the facts of the day fill by themselves."""

from __future__ import annotations

import pytest

from sopgen import pipeline
from sopgen.pages.calendar import window
from sopgen.pipeline import Build
from sopgen.words.dates import Instant
from tests.test_task_pages import TASKS, page, section
from tests.workspace import Files, run, starter

SETTINGS = 'site_name: Shop\ndocs_dir: sop\nplugins: [search, {{sopgen: {{title: Shop, as_of: "{} 09:00"}}}}]\n'


def on(day: str, changed: dict[str, str] | None = None) -> Build:
    """The starter as of nine in the morning of a day."""
    return run({"mkdocs.yml": SETTINGS.format(day), **(changed or {})})


def bullets(build: Build, path: str, anchor: str, language: str = "en") -> list[str]:
    """The lines of a list under a heading."""
    text = page(build, path, language).partition(f"{{#{anchor}}}")[2].partition("\n## ")[0]
    return [line.removeprefix("- ") for line in text.split("\n") if line.startswith("- ")]


# --- stand-up ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "change", "rows"),
    [
        ("2024-06-14", {}, ["| Customer service lead | Plan the customer service shifts<br>June 2024 | ○ due today<br>NOTE |"]),
        (
            "2024-06-15",
            {},
            ["| Customer service lead | Plan the customer service shifts<br>June 2024 | ⚠ overdue<br>late by 1 day<br>NOTE |"],
        ),
        (
            "2024-06-16",
            {},
            [
                "| Shop manager | Watch the figures of the sale<br>June 2024 "
                "| ○ starts today<br>waits for Plan the customer service shifts, Customer service lead |",
                "| Customer service lead | Plan the customer service shifts<br>June 2024 | ⚠ overdue<br>late by 2 days<br>NOTE |",
            ],
        ),
        (
            "2024-06-17",
            {"started: 2024-06-11": "started: 2024-06-11\n  done: 2024-06-14"},
            ["| Shop manager | Watch the figures of the sale<br>June 2024 | ⚠ should have started<br>late by 1 day |"],
        ),
        (
            "2024-06-13",
            {"started: 2024-06-11": "started: 2024-06-11\n  paused: 2024-06-12"},
            ["| Customer service lead | Plan the customer service shifts<br>June 2024 | ⏸ paused<br>since 2024-06-12<br>NOTE |"],
        ),
        ("2024-06-13", {}, []),
    ],
)
def test_the_stand_up_speaks_of_what_is_due_late_starting_or_stuck(day: str, change: dict[str, str], rows: list[str]) -> None:
    tasks = starter()[TASKS]
    for old, new in change.items():
        tasks = tasks.replace(old, new)
    note = "One more person is needed on the evening of the 18th."
    build = on(day, {TASKS: tasks})
    assert section(page(build, "standup.md"), "tasks") == [row.replace("NOTE", note) for row in rows]
    assert ("No task is due, late, starting or stuck today." in page(build, "standup.md")) is not bool(rows)


def test_a_task_that_is_deleted_is_spoken_of_no_more() -> None:
    tasks = starter()[TASKS]
    rest = tasks[: tasks.index("- id: service-shifts")]
    assert "Plan the customer service shifts" in page(on("2024-06-15"), "standup.md")
    assert "Plan the customer service shifts" not in page(on("2024-06-15", {TASKS: rest}), "standup.md")


def test_incidents_are_on_the_agenda_until_they_are_resolved() -> None:
    path = "data/incidents/2024-06-12-slow.yaml"
    incident = (
        "id: 2024-06-12-slow\ndetected: 2024-06-12 10:00\ncause: The page is slow\nowner: traffic-specialist\n"
        "measure: {text: Smaller pictures, owner: traffic-specialist, due: 2024-06-13 18:00}\n"
    )
    row = (
        "| 2024-06-12-slow<br>Traffic specialist | 3 days "
        "| Smaller pictures · Traffic specialist · ⚠ due 2024-06-13 18:00<br>⚠ plan due 2024-06-13 10:00 |"
    )
    assert section(page(on("2024-06-15", {path: incident}), "standup.md"), "incidents") == [row]
    done = incident + "planned: 2024-06-12 12:00\nresolved: 2024-06-14 09:00\n"
    assert "2024-06-12-slow" not in page(on("2024-06-15", {path: done}), "standup.md")
    assert bullets(on("2024-06-15", {path: done}), "weekly.md", "incidents") == ["✓ 2024-06-12-slow · resolved · Traffic specialist"]
    assert bullets(on("2024-06-25", {path: done}), "weekly.md", "incidents") == []


def test_yesterday_is_told_in_both_languages() -> None:
    assert bullets(on("2024-06-15"), "standup.md", "yesterday") == ["✗ Missed on 2024-06-14 Fri: Conversion 98.3%"]
    assert bullets(on("2024-06-15"), "standup.md", "yesterday", "zh") == ["✗ 2024-06-14 周五未达成：转化率 98.3%"]


def test_missing_logs_are_asked_for_where_logs_are_kept() -> None:
    log = {f"data/logs/2024-06-{day}.yaml": "by: shop-manager\nnote: A quiet day.\n" for day in ("10", "11", "13")}
    assert bullets(on("2024-06-15", log), "standup.md", "yesterday")[-1] == "✗ Days without a log: 06-12 · 06-14"
    whole = log | {f"data/logs/2024-06-{day}.yaml": log["data/logs/2024-06-10.yaml"] for day in ("12", "14")}
    assert bullets(on("2024-06-15", whole), "standup.md", "yesterday")[-1] == "✓ The daily logs of the last seven days are there."


# --- weekly meeting ---------------------------------------------------------------------------------------------------


def test_the_weekly_meeting_looks_at_the_week_of_the_last_day_that_is_over() -> None:
    """On a Monday morning that is the week before, and the week ahead has just begun."""
    assert page(on("2024-06-17"), "weekly.md").startswith("# Weekly meeting 2024-W24\n\n2024-06-10 – 2024-06-16 · The week ahead: 2024-W25")
    assert page(on("2024-06-18"), "weekly.md").startswith("# Weekly meeting 2024-W25\n")


def test_the_weekly_meeting_has_what_was_done_what_slipped_and_what_comes() -> None:
    build = on("2024-06-15")
    assert bullets(build, "weekly.md", "done") == ["✓ Prepare the page of the sale · Traffic specialist · 2024-06-12"]
    assert bullets(build, "weekly.md", "slipped") == [
        "⚠ Plan the customer service shifts · Customer service lead · due 2024-06-14 · expected 1 day later"
    ]
    assert section(page(build, "weekly.md"), "next") == ["| Watch the figures of the sale<br>June 2024 | Shop manager | 2024-06-18 |  |"]
    assert section(page(build, "weekly.md"), "load") == [
        "| Shop manager | 1 task · 1 day | 1 task · 2 days |",
        "| Traffic specialist | 1 task · 3 days |  |",
        "| Customer service lead | 1 task · 5 days |  |",
    ]


def test_every_metric_that_is_on_a_target_of_a_running_plan_is_on_the_weekly_page() -> None:
    """So no target's metric can be on no report: a target of each metric there is, as a level, a rise, a band or of a part."""
    metrics = run().view.model.metrics
    goals = ("{target: 5", "{target: {raise_to: 5}", "{target: {raise_by: 5%, from: {value: 4}}", "{target: {from: 3, to: 5}")
    lines = [
        f"{metric}-{number}: {goal}, metric: {metric}, department: operations, owner: shop-manager}}\n"
        for metric in metrics
        for number, goal in enumerate(goals)
    ]
    build = on("2024-06-15", {"plans/2024-06/targets.yaml": "".join(lines)})
    targets = build.view.model.targets["2024-06"]
    assert {target.metric_id for target in targets.values()} == set(metrics)
    assert len(section(page(build, "weekly.md"), "targets")) == len(targets)
    for day, shown in (("2024-05-20", False), ("2024-05-26", True), ("2024-07-04", True), ("2024-07-20", False)):  # work: 05-25..07-05
        assert ("| Sales |" in page(on(day), "weekly.md")) is shown


# --- calendar ---------------------------------------------------------------------------------------------------------


def test_the_calendar_has_plans_events_and_reviews_by_month() -> None:
    build = on("2024-06-15")
    assert bullets(build, "calendar.md", "m2024-06") == [
        "June 2024 · daily · 2024-06-01 – 2024-06-30 · Work period: 2024-05-25 – 2024-07-05 · Shop manager",
        "☆ Mid-year sale · 2024-06-16 – 2024-06-18",
    ]
    assert bullets(build, "calendar.md", "m2024-09") == ["○ Review due 2024-09-30: Orders leave the warehouse late · Customer service lead"]
    late = on("2024-10-02")
    assert bullets(late, "calendar.md", "m2024-09") == [
        "⚠ Review due 2024-09-30: Orders leave the warehouse late · late by 2 days · Customer service lead"
    ]
    assert "{#m2024-08}" not in page(build, "calendar.md")


def test_a_plan_leaves_the_calendar_with_its_record() -> None:
    """In the chart and in the list; its name is a link that the site turns into one to its page."""
    calendar = page(run(), "calendar.md")
    assert '<a href="plans/2024-06.md">June 2024</a>' in calendar
    gone = {path: text for path, text in starter().items() if not path.startswith("plans/")}
    rest = page(pipeline.run(Files(gone)), "calendar.md")
    assert "June 2024" not in rest
    assert "sop-gantt" not in rest
    assert "Mid-year sale" in rest


def test_the_calendar_shows_half_a_year_back_and_a_year_ahead() -> None:
    months = window(Instant(2024, 6, 15, 9).date())
    assert (str(months[0]), str(months[-1]), len(months)) == ("2023-12-01..2023-12-31", "2025-06-01..2025-06-30", 19)


@pytest.mark.parametrize("day", ["0001-01-02", "9999-12-30"])
def test_the_ends_of_the_calendar_are_no_trouble(day: str) -> None:
    for path in ("standup.md", "weekly.md", "calendar.md"):
        assert page(on(day), path)
