"""Plans that follow SOPs: the tasks of steps, adherence, versions that moved on, and what becomes of findings."""

from __future__ import annotations

from fractions import Fraction

from sopgen.compute.following import Followed
from sopgen.compute.updates import State
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from tests.workspace import findings, run, without_traces

SOP = """\
---
{id: OPS-009, title: Count, version: 1.1.0, status: draft, owner: shop-manager, phase: run,
 steps: [{id: list, actor: shop-manager, do: List, offset: T-5}, {id: count, actor: shop-manager, do: Count, offset: T-3},
         {id: check, actor: shop-manager, do: Check, offset: T+0}, {id: tidy, actor: shop-manager, do: Tidy, offset: T+1, optional: yes},
         {id: look, actor: shop-manager, do: Look}],
 changes: [{version: 1.1.0, date: 2024-06-01, by: shop-manager, why: More},
           {version: 1.0.0, date: 2024-05-01, by: shop-manager, why: First}]}
---
"""
PLAN = """\
{id: sale, kind: campaign, title: Sale, parent: 2024-06, period: 2024-06-10..2024-06-12, work: 2024-06-01..2024-06-30,
 owner: shop-manager, follows: [OPS-009@1.1.0]}
"""
TASKS = """\
- {id: list, title: List, start: 2024-06-03, due: 2024-06-05, done: 2024-06-05, owner: shop-manager, step: OPS-009/list}
- {id: count, title: Count, start: 2024-06-05, due: 2024-06-07, done: 2024-06-08, owner: shop-manager, step: OPS-009/count}
"""
RETRO = """\
period: 2024-06-01..2024-06-10
closed: 2024-06-12
successes: [{id: early, text: We started early}, {id: sunny, text: The sun shone, repeat: no}]
problems: [{id: late-van, text: The van was late}]
improvements: [{id: faster, text: Load faster, owner: shop-manager, check: 2024-06-13}]
"""
FILES = {"sop/run/OPS-009.md": SOP, "plans/sale/plan.yaml": PLAN, "plans/sale/tasks.yaml": TASKS}


def followed(build: Build) -> Followed:
    return build.view.facts.followed["sale", "OPS-009"]


def test_adherence_is_steps_done_on_time_over_steps_due() -> None:
    """On 15 June three steps are due: one was done on its day, one a day late, and one has no task at all."""
    build = run(FILES)
    assert str(build.view.as_of) == "2024-06-15 09:00"
    each = followed(build)
    assert [figure.value for figure in (each.on_time, each.due, each.adherence)] == [1, 3, Fraction(1, 3)]
    assert each.missing == ("check",)
    assert each.steps == {"list": ("list",), "count": ("count",), "check": (), "tidy": ()}


def test_before_the_first_step_is_due_there_is_no_adherence() -> None:
    build = run(
        {**FILES, "plans/sale/plan.yaml": PLAN.replace("2024-06-10..2024-06-12", "2024-06-28..2024-06-30"), "plans/sale/tasks.yaml": "[]\n"}
    )
    assert followed(build).adherence.value is None


def test_a_step_that_may_not_be_left_out_wants_a_task() -> None:
    assert findings(run(FILES)) == ["plans/sale/plan.yaml:2:33 step-without-task"]


def test_a_task_that_names_a_step_that_is_not_there_is_the_only_finding() -> None:
    tasks = TASKS.replace("OPS-009/count", "OPS-009/cuont")
    assert findings(run({**FILES, "plans/sale/tasks.yaml": tasks})) == ["plans/sale/tasks.yaml:2:110 unknown-reference"]


def test_a_sop_that_moved_on_makes_its_followers_suspect_until_they_follow_the_new_version() -> None:
    files = {**FILES, "plans/sale/plan.yaml": PLAN.replace("1.1.0", "1.0.0")}
    assert findings(run(files)) == ["plans/sale/plan.yaml:2:33 step-without-task", "plans/sale/plan.yaml:2:33 suspect-follower"]
    closed = {**files, "plans/sale/retro.yaml": "{period: 2024-06-10..2024-06-12, closed: 2024-06-14}\n"}
    assert findings(run(closed)) == []


def test_every_finding_of_a_retro_is_on_the_list_of_sop_updates() -> None:
    sop = SOP.replace("why: More", "why: More, answers: [2024-06/early]")
    build = run({**FILES, "sop/run/OPS-009.md": sop, "plans/2024-06/retro.yaml": RETRO})
    states = {id_: each.state for id_, each in build.view.facts.updates.items()}
    assert states == {
        "2024-06/early": State.LANDED,
        "2024-06/sunny": State.SET_ASIDE,
        "2024-06/late-van": State.OPEN,
        "2024-06/faster": State.OVERDUE,
    }
    page = next(page for page in build.pages("en") if isinstance(page, Page) and page.path == "sops/updates.md")
    assert "[We started early](../retros/2024-06.md#early) |" in page.markdown
    assert "[OPS-009 Count](../run/OPS-009.md)<br>1.0.0 → 1.1.0 | [Shop manager](../people.md#shop-manager) |" in page.markdown


def test_the_page_of_an_sop_says_who_does_what_and_how_it_is_followed() -> None:
    sop = SOP.replace("do: Count,", "do: Count, accountable: traffic-specialist, informed: [operations],")
    page = next(page for page in run({**FILES, "sop/run/OPS-009.md": sop}).pages("en") if page.path == "run/OPS-009.md")
    assert isinstance(page, Page)
    lines = without_traces(page.markdown).split("\n")
    assert "| [Sale](../plans/sale.md) | 1.1.0 | 1 / 3 | 33.3% |" in lines
    row = next(line for line in lines if line.startswith("| 2. "))
    manager, specialist = "[Shop manager](../people.md#shop-manager)", "[Traffic specialist](../people.md#traffic-specialist)"
    assert row == f"| 2. [count](#count) | {manager} | {specialist} |  | [Operations](../people.md#department-operations) |"
    assert "- ☐ 2. Count" in lines


def test_a_retired_sop_leaves_the_navigation_and_names_its_successor() -> None:
    old = SOP.replace("OPS-009", "OPS-008").replace("status: draft", "status: retired")
    new = SOP.replace("phase: run,", "phase: run, supersedes: OPS-008,")
    build = run({"sop/run/OPS-008.md": old, "sop/run/OPS-009.md": new})
    page = next(page for page in build.pages("en") if page.path == "run/OPS-008.md")
    assert isinstance(page, Page)
    assert not page.in_nav
    assert "this SOP is not in force. In its place: [OPS-009 Count](OPS-009.md)" in page.markdown
