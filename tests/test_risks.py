"""The risk library: where a risk stands, the matrix, the pre-flight list, and `sopgen risks apply`."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from sopgen.cli import main
from sopgen.compute.risks import Band, Occurrence, Standing, State, Trend, band, standing
from sopgen.editing import listed
from sopgen.pages import site
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from sopgen.records import Level, Risk, Waiver
from sopgen.words.diagnostics import Message
from sopgen.words.text import Text
from tests.workspace import STARTER, findings, run, without_traces

RISK = """\
late:
  title: Late
  category: fulfilment
  likelihood: 2
  impact: 5
  treatment: reduce
  owner: service-lead
  review: 2024-12-31
"""
INCIDENT = "id: 2024-06-10-van\ndetected: 2024-06-10 10:00\ncause: The VAN broke down\nmetric: conversion\n"


def workspace(risk: str = "", incident: str = INCIDENT, **others: str) -> Build:
    """The starter, as of 2024-06-15, with a risk of which some fields are added, and an incident."""
    return run({"data/risks.yaml": RISK + risk, "data/incidents/2024-06-10-van.yaml": incident, **others})


def page(build: Build, path: str, language: str = "en") -> str:
    """A page as it is written, with its numbers bare."""
    made = site.render(build.view, language)
    return without_traces(next(each.markdown for each in made if isinstance(each, Page) and each.path == path))


# --- where a risk stands -----------------------------------------------------------------------------------------------

ON = date(2024, 6, 15)
SEEN = (Occurrence(date(2024, 6, 10), "2024-06-10-van"),)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def a_risk(mitigated: str = "", accepted: str = "", closed: str = "") -> Risk:
    waiver = Waiver(reason=Text({"": "Cheap"}), approver="ops", until=date.fromisoformat(accepted)) if accepted else None
    return Risk(
        id="late", title=Text({"": "Late"}), category="fulfilment", likelihood=2, impact=5, treatment="reduce", owner="ops", review=ON,
        accepted=waiver, mitigated=day(mitigated), closed=day(closed),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("risk", "expected"),
    [
        (a_risk(), Standing(State.OPEN)),
        (a_risk(mitigated="2024-06-11"), Standing(State.MITIGATED, date(2024, 6, 11))),
        (a_risk(mitigated="2024-06-10"), Standing(State.MITIGATED, date(2024, 6, 10))),  # what showed on the day itself was treated
        (a_risk(mitigated="2024-06-09"), Standing(State.REOPENED, date(2024, 6, 10), "2024-06-10-van")),
        (a_risk(mitigated="2024-06-20"), Standing(State.OPEN)),  # not yet
        (a_risk(closed="2024-06-12"), Standing(State.CLOSED, date(2024, 6, 12))),
        (a_risk(mitigated="2024-06-01", closed="2024-06-12"), Standing(State.CLOSED, date(2024, 6, 12))),
        (a_risk(closed="2024-06-01"), Standing(State.REOPENED, date(2024, 6, 10), "2024-06-10-van")),
        (a_risk(accepted="2024-06-15"), Standing(State.ACCEPTED)),  # its last day
        (a_risk(accepted="2024-06-14"), Standing(State.REOPENED, date(2024, 6, 15))),
        (a_risk(mitigated="2024-06-01", accepted="2024-12-31"), Standing(State.ACCEPTED)),  # it showed again, and that is borne
    ],
)
def test_a_decision_holds_until_the_risk_shows_again_or_the_acceptance_expires(risk: Risk, expected: Standing) -> None:
    assert standing(risk, SEEN, ON) == expected


@pytest.mark.parametrize(
    ("trigger", "state"),
    [
        ("{words: [van]}", State.REOPENED),  # in any case of letters
        ("{words: [lorry]}", State.MITIGATED),
        ("{metrics: [conversion]}", State.REOPENED),
        ("{metrics: [gmv]}", State.MITIGATED),
    ],
)
def test_an_incident_that_matches_the_trigger_opens_the_risk_again(trigger: str, state: State) -> None:
    facts = workspace(f"  mitigated: 2024-06-01\n  trigger: {trigger}\n").view.facts.risks["late"]
    assert facts.standing.state is state
    assert facts.times.value == (state is State.REOPENED)


ALERT = """\
few:
  title: Few orders
  severity: high
  owner: shop-manager
  follow: OPS-001
  metric: conversion
  when: value < 50%
"""


def test_an_alert_of_the_trigger_opens_the_risk_again_and_is_a_warning_not_an_occurrence() -> None:
    build = workspace("  mitigated: 2024-06-05\n  trigger: {alerts: [few]}\n", **{"data/alerts.yaml": ALERT})
    facts = build.view.facts.risks["late"]
    assert facts.standing == Standing(State.REOPENED, date(2024, 6, 6), "few/2024-06-01")
    assert facts.times.value == 0
    assert [each.told_by for each in facts.warnings] == ["few/2024-06-01"]
    assert findings(build) == ["data/risks.yaml:9:14 risk-open-again"]


def test_the_trend_sets_three_months_beside_the_three_before() -> None:
    facts = workspace("  trigger: {words: [van]}\n").view.facts.risks["late"]
    assert {f"{month:%Y-%m}": figure.value for month, figure in facts.months.items()} == {
        "2024-01": 0, "2024-02": 0, "2024-03": 0, "2024-04": 0, "2024-05": 0, "2024-06": 1,
    }  # fmt: skip
    assert facts.trend is Trend.RISING


# --- the matrix --------------------------------------------------------------------------------------------------------

MATRIX = """\
bands:
  - [low, low, low, low, critical]
  - [low, low, medium, medium, critical]
  - [low, medium, medium, high, critical]
  - [low, medium, high, critical, critical]
  - [medium, high, high, critical, critical]
"""


@pytest.mark.parametrize(
    ("likelihood", "impact", "name"),
    [(1, 1, "low"), (2, 2, "low"), (1, 5, "medium"), (3, 3, "medium"), (2, 5, "high"), (3, 5, "high"), (4, 4, "critical")],
)
def test_without_a_table_the_product_counts(likelihood: int, impact: int, name: str) -> None:
    assert band(run().view.model, Level(likelihood=likelihood, impact=impact)) == name


def test_the_table_of_the_workspace_counts_and_the_score_stays() -> None:
    facts = workspace(**{"data/risk-matrix.yaml": MATRIX}).view.facts.risks["late"]
    assert facts.band is Band.CRITICAL
    assert facts.score.value == 10


def test_every_risk_has_its_place_in_the_matrix_before_and_after() -> None:
    text = page(workspace("  residual: {likelihood: 1, impact: 4}\n"), "risks.md")
    before, after = text.partition("### Before treatment")[2].split("### After treatment")
    rows = [line for line in before.splitlines() if line.startswith("| 2 |")]
    assert rows == ["| 2 | ○ low | ○ low | ◐ medium | ◐ medium | ⚠ [Late](#late) |"]
    assert "| 1 | ○ low | ○ low | ○ low | ○ [Late](#late) | ◐ medium |" in after


def test_a_closed_risk_leaves_the_matrix_and_stays_in_the_register() -> None:
    text = page(workspace("  closed: 2024-06-12\n"), "risks.md")
    assert "[Late](#late)" not in text.partition("## Register")[0]
    assert "| [Late](#late) | ✓ closed<br>since 2024-06-12 |" in text


# --- the pre-flight list -----------------------------------------------------------------------------------------------

PLAN = "id: 2024-07\nkind: campaign\ntitle: July\nperiod: 2024-07\nwork: 2024-06-10..2024-07-31\nowner: shop-manager\n"
TASKS = "- {id: van, title: Hire a van, start: 2024-06-10, due: 2024-06-20, owner: service-lead, started: 2024-06-10}\n"
ASKED = "  applies_to: [campaign]\n"


def planned(preflight: str, risk: str = ASKED) -> Build:
    return workspace(risk, **{"plans/2024-07/plan.yaml": PLAN + preflight, "plans/2024-07/tasks.yaml": TASKS})


@pytest.mark.parametrize(
    ("preflight", "risk", "found"),
    [
        ("", ASKED, ["plans/2024-07/plan.yaml:2:7 risk-without-answer"]),
        ("", "  applies_to: [launch]\n", []),
        ("", f"{ASKED}  mitigated: 2024-06-12\n", []),
        ("preflight: [{risk: late, tasks: [van]}]\n", ASKED, []),
        ("preflight: [{risk: late, why_not: Nothing is sent}]\n", ASKED, []),
        ("preflight: [{risk: lat, tasks: [van]}]\n", ASKED, ["plans/2024-07/plan.yaml:7:20 unknown-reference"]),
        ("preflight: [{risk: late, tasks: [vans]}]\n", ASKED, ["plans/2024-07/plan.yaml:7:34 unknown-reference"]),
        ("preflight: [{risk: late}]\n", ASKED, ["plans/2024-07/plan.yaml:7:13 wrong-size"]),
    ],
)
def test_a_plan_answers_each_open_risk_of_its_kind(preflight: str, risk: str, found: list[str]) -> None:
    assert findings(planned(preflight, risk)) == found


def test_a_plan_that_is_over_is_not_asked() -> None:
    assert findings(workspace(ASKED, **{"plans/2024-05/plan.yaml": PLAN.replace("2024-07", "2024-05").replace("06-10", "05-01")})) == []


def test_the_list_stands_on_the_plan_and_the_plan_on_the_risk() -> None:
    build = planned("preflight: [{risk: late, tasks: [van]}]\n")
    task = "[Hire a van](2024-07/tasks.md#task-van) · [Customer service lead](../people.md#service-lead) · 2024-06-20"
    assert f"| [Late](../risks.md#late) | ⚠ high | {task} | ○ to do |  |" in page(build, "plans/2024-07.md")
    assert "- Pre-flight: [July](plans/2024-07.md#preflight)" in page(build, "risks.md")
    assert "⚠ open" in page(planned(""), "plans/2024-07.md")


# --- sopgen risks apply ------------------------------------------------------------------------------------------------

RETRO = """\
period: 2024-06-01..2024-06-10
closed: 2024-06-12
problems:
  - {id: van, text: {en: No van, zh: 没有车}, incidents: [2024-06-10-van], cause: Nobody hired one}
  - {id: tape, text: No tape}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The starter with a retro whose problems nothing answers; the incident of one of them names a risk."""
    folder = tmp_path / "shop"
    shutil.copytree(STARTER, folder)
    (folder / "data/risks.yaml").write_text("# ours\n" + RISK + "  # to be judged in July\n  applies_to: [campaign] # and no other\n")
    (folder / "data/incidents").mkdir()
    (folder / "data/incidents/2024-06-10-van.yaml").write_text(INCIDENT + "risk: late\n")
    (folder / "plans/2024-06/retro.yaml").write_text(RETRO, "utf-8")
    return folder


def test_the_proposals_join_the_library_once_and_comments_stay(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (shop / "data/risks.yaml").read_text("utf-8")
    assert main(["-C", str(shop), "risks", "apply"]) == 0
    assert capsys.readouterr() == ("Written: data/risks.yaml\n", "")  # the plan itself need not answer what its retro found
    after = (shop / "data/risks.yaml").read_text("utf-8")
    mine = before.replace("  # to be judged", "  answers: [2024-06/van]\n  # to be judged")
    assert after == mine + dedent("""\
        tape:
          title: No tape
          category: other
          likelihood: 3
          impact: 3
          treatment: reduce
          owner: shop-manager
          review: 2024-07-15
          answers: [2024-06/tape]
          applies_to: [daily]
    """)
    assert main(["-C", str(shop), "risks", "apply"]) == 0
    assert capsys.readouterr().out == "Every problem of the retros is answered: there is nothing to add.\n"
    assert (shop / "data/risks.yaml").read_text("utf-8") == after


def test_a_dry_run_shows_and_writes_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (shop / "data/risks.yaml").read_bytes()
    assert main(["-C", str(shop), "risks", "apply", "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("data/risks.yaml, added:\n  answers: [2024-06/van]\ntape:\n")
    assert (shop / "data/risks.yaml").read_bytes() == before


def test_a_workspace_with_errors_is_left_alone(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "data/risks.yaml").write_text("late: [\n")
    assert main(["-C", str(shop), "risks", "apply"]) == 1
    assert capsys.readouterr().out == ""
    assert (shop / "data/risks.yaml").read_text() == "late: [\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: {n: 1}\n", "a: {l: [x/y], n: 1}\n"),
        ("a: {l: [b], n: 1} # why\n", "a: {l: [b, x/y], n: 1} # why\n"),
        ("a: {l: []}\n", "a: {l: [x/y]}\n"),
        ("a:\n  l:\n    - b # first\n  n: 1\n", "a:\n  l:\n    - b # first\n    - x/y\n  n: 1\n"),
        ("a:\n  l: [\n    b,\n    c\n  ]\n", "a:\n  l: [\n    b,\n    c, x/y\n  ]\n"),
        ("a:\n  l: ['b c', \"d\"]", "a:\n  l: ['b c', \"d\", x/y]"),
        ("\ufeffa:\r\n  n: 1\r\nb: {}\r\n", "\ufeffa:\r\n  l: [x/y]\r\n  n: 1\r\nb: {}\r\n"),
    ],
)
def test_an_item_joins_a_list_the_way_it_is_written(before: str, after: str) -> None:
    made = listed("risks.yaml", before.encode(), "a", "l", "x/y")
    assert isinstance(made, bytes)
    assert made.decode() == after


@pytest.mark.parametrize("content", [b"a: {}\n", b"b: {n: 1}\n", b"- a\n", b"a: [\n", "a: {n: \u4e2d}\n".encode("gbk")])
def test_a_file_without_the_entry_is_refused(content: bytes) -> None:
    assert isinstance(listed("risks.yaml", content, "a", "l", "x/y"), Message)


def test_what_cannot_be_read_back_is_refused() -> None:
    made = listed("risks.yaml", b"a: &same {n: 1}\nb: *same\n", "b", "l", "x/y")
    assert isinstance(made, Message)


def test_the_loop_says_that_a_problem_has_no_answer(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(shop), "loop"]) == 0
    assert "dead end finding 2024-06/tape: nothing answers the problem\n  `sopgen risks apply`\n" in capsys.readouterr().out
