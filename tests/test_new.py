"""`sopgen new`: what each command writes, what it refuses, and that whatever it writes is sound."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import click
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen import drafts, pipeline, schema
from sopgen.cli import main
from sopgen.cli.group import group
from sopgen.cli.new import CATEGORIES, DIMENSIONS, PHASES, PLAN_KINDS, SCENES, SIDES, TREATMENTS, new
from sopgen.drafts.draft import Draft
from sopgen.pipeline import Build
from sopgen.words.diagnostics import Message
from sopgen.words.messages import Translator
from tests.workspace import STARTER, Contents, Files, run, starter

SOP = """\
---
id: OPS-009
title: {en: Open a sale, zh: 大促开场}
version: 1.2.0
status: draft
owner: shop-manager
phase: run
steps:
  - {id: list, actor: shop-manager, do: "List what sells, with 28 days of figures.", within: 3d, offset: T-9, output: The 《Product list》.}
  - {id: pack, actor: service-lead, do: Pack, within: 30min, offset: T-9}
  - {id: test, actor: shop-manager, do: Test the payment. Every way to pay., offset: T-2, optional: yes}
  - {id: look, actor: shop-manager, do: Look every day}
  - {id: thank, actor: service-lead, do: Thank everybody, within: 2d, offset: T+4}
changes: [{version: 1.2.0, date: 2024-06-01, by: shop-manager, why: More}]
---
"""
ZH = """\
---
translates: 1.2.0
steps: [{id: list, do: 开始前，列出畅销品，附 28 天数据。, output: 《选品清单》}, {id: pack, do: 打包}]
---
"""
SOPS = {"sop/run/OPS-009.md": SOP, "sop/run/OPS-009.zh.md": ZH}
SALE = ["plan", "sale", "--kind", "growth", "--title", "Sale", "--start", "2024-07-20", "--follow", "OPS-009"]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The starter with an SOP whose steps have offsets."""
    shutil.copytree(STARTER, tmp_path / "shop")
    for path, text in SOPS.items():
        (tmp_path / "shop" / path).write_text(text, "utf-8")
    return tmp_path / "shop"


@pytest.fixture
def say(shop: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run `sopgen new`, and tell the exit code and what was printed."""

    def run_(*words: str, lang: str = "en") -> tuple[int, str, str]:
        code = main(["-C", str(shop), "new", *words, "--lang", lang])
        return code, *capsys.readouterr()

    return run_


Say = Callable[..., tuple[int, str, str]]


def test_an_sop_named_twice_is_followed_once(shop: Path, say: Say) -> None:
    assert say(*SALE, "--follow", "OPS-009")[0] == 0
    assert "follows: [OPS-009@1.2.0]" in (shop / "plans/sale/plan.yaml").read_text()


def test_a_first_day_whose_steps_no_calendar_has_is_refused(shop: Path, say: Say) -> None:
    words = ["0001-01-01" if word == "2024-07-20" else word for word in SALE]
    why = "the calendar ends before all steps have a day: 0001-01-01 is no first day for them"
    assert say(*words) == (1, "", f"Nothing was written: {why}\n")
    assert not (shop / "plans/sale").exists()


def test_the_steps_of_an_sop_become_tasks_of_a_plan(shop: Path, say: Say) -> None:
    """T is 20 July. Listing may take three days and is due on T-9, the 11th, so it begins on the 9th; looking is routine."""
    assert say(*SALE, "--title-zh", "大促") == (0, "Written: plans/sale/plan.yaml\nWritten: plans/sale/tasks.yaml\n", "")
    assert (shop / "plans/sale/plan.yaml").read_text("utf-8") == dedent("""\
        id: sale
        kind: growth
        title: {en: Sale, zh: 大促}
        period: 2024-07-20..2024-07-24
        work: 2024-07-09..2024-07-24
        owner: shop-manager
        follows: [OPS-009@1.2.0]
    """)
    assert (shop / "plans/sale/tasks.yaml").read_text("utf-8") == dedent("""\
        - id: list
          title: {en: List what sells, zh: 开始前，列出畅销品}
          description: {en: "List what sells, with 28 days of figures.", zh: 开始前，列出畅销品，附 28 天数据。}
          start: 2024-07-09
          due: 2024-07-11
          owner: shop-manager
          deliverable: {title: {en: Product list, zh: 选品清单}}
          step: OPS-009/list
        - id: pack
          title: {en: Pack, zh: 打包}
          start: 2024-07-11
          due: 2024-07-11
          owner: service-lead
          step: OPS-009/pack
        - id: test
          title: Test the payment
          description: Every way to pay.
          start: 2024-07-18
          due: 2024-07-18
          owner: shop-manager
          step: OPS-009/test
          after: [list, pack]
        - id: thank
          title: Thank everybody
          start: 2024-07-23
          due: 2024-07-24
          owner: service-lead
          step: OPS-009/thank
          after: [test]
    """)


def test_a_dry_run_prints_the_files_and_writes_none(shop: Path, say: Say) -> None:
    code, out, err = say(
        "plan", "sale", "--kind", "growth", "--title", "Sale", "--start", "2024-07-20", "--owner", "shop-manager", "--dry-run"
    )
    assert (code, err) == (0, "")
    assert out == dedent("""\
        plans/sale/plan.yaml, new:
        id: sale
        kind: growth
        title: Sale
        period: 2024-07-20..2024-07-20
        owner: shop-manager
    """)
    assert not (shop / "plans/sale").exists()


def test_a_plan_that_is_there_is_not_written_over(shop: Path, say: Say) -> None:
    say(*SALE)
    before = (shop / "plans/sale/tasks.yaml").read_bytes()
    assert say(*SALE) == (1, "", "Nothing was written: there is a plan `sale` already\n")
    assert say(*SALE, lang="zh") == (1, "", "未写入任何内容：已有计划 `sale`\n")
    assert (shop / "plans/sale/tasks.yaml").read_bytes() == before


def test_what_is_near_is_named(say: Say) -> None:
    plan = ["plan", "sale", "--kind", "growth", "--title", "Sale", "--start", "2024-07-20"]
    assert say(*plan, "--follow", "OPS-010") == (1, "", "Nothing was written: there is no SOP `OPS-010`; did you mean `OPS-009`?\n")
    assert say(*plan) == (1, "", "Nothing was written: nobody owns the plan: name its --owner, its --parent or an SOP to --follow\n")
    assert say("retro", "2024-07") == (1, "", "Nothing was written: there is no plan `2024-07`; did you mean `2024-06`?\n")
    assert say("retro", "x") == (1, "", "Nothing was written: there is no plan `x`; there are: 2024-06\n")
    code, out, err = say(*plan, "--owner", "shop-managr")
    assert (code, out) == (1, "")
    assert err == dedent("""\
        error[unknown-reference]: there is no person `shop-managr`
         --> plans/sale/plan.yaml:5:8
          |
        5 | owner: shop-managr
          |        ^^^^^^^^^^^
          |
          = help: did you mean `shop-manager`?

        1 error in 16 files
        Nothing was written: correct this first.
    """)


def test_two_steps_of_one_name_are_told_apart() -> None:
    other = SOP.replace("OPS-009", "OPS-008")
    draft = drafts.plan(
        run({**SOPS, "sop/run/OPS-008.md": other}),
        "sale",
        date(2024, 7, 20),
        None,
        ["OPS-009", "OPS-008"],
        {"kind": "growth", "title": "Sale"},
    )
    tasks = written(draft)["plans/sale/tasks.yaml"].split("\n")
    assert [line for line in tasks if line.startswith("- id")] == [
        f"- id: ops-00{number}-{name}" for number in (9, 8) for name in ("list", "pack", "test", "thank")
    ]
    assert [line for line in tasks if "after" in line][-1] == "  after: [ops-008-test]"


def written(draft: Draft) -> Mapping[str, str]:
    assert not isinstance(draft, Message), Translator().translate(draft)
    return {edit.path: edit.content.decode() for edit in draft}


def test_a_target_belongs_to_the_department_of_its_owner(shop: Path, say: Say) -> None:
    before = "# by hand\r\ngmv: {target: 50万, department: operations, owner: shop-manager}"
    (shop / "plans/2024-06/targets.yaml").write_text(before, "utf-8", newline="")
    assert say("target", "2024-06", "visitors", "--target", "13万", "--owner", "service-lead", "--logic", "4,000 a day")[0] == 0
    assert (shop / "plans/2024-06/targets.yaml").read_bytes().decode() == (
        f"{before}\r\nvisitors:\r\n  target: 13万\r\n  logic: 4,000 a day\r\n  department: service\r\n  owner: service-lead\r\n"
    )


def test_a_task_goes_into_the_list_that_the_plan_has(shop: Path, say: Say) -> None:
    words = ["task", "2024-06", "thanks", "--title", "Say thanks", "--title-zh", "致谢", "--due", "2024-06-28", "--owner", "service-lead"]
    before = (shop / "plans/2024-06/tasks.yaml").read_text("utf-8")
    assert say(*words, "--after", "sale-watch", "--start", "2024-06-19") == (0, "Written: plans/2024-06/tasks.yaml\n", "")
    assert (shop / "plans/2024-06/tasks.yaml").read_text("utf-8") == before + dedent("""\
        - id: thanks
          title: {en: Say thanks, zh: 致谢}
          start: 2024-06-19
          due: 2024-06-28
          owner: service-lead
          after: [sale-watch]
    """)
    (shop / "plans/2024-06/tasks.yaml").unlink()
    sheet = shop / "plans/2024-06/tasks.csv"
    sheet.write_text("id,title.en,title.zh,start,due,owner\n", "utf-8")
    assert say(*words) == (0, "Written: plans/2024-06/tasks.csv\n", "")
    assert sheet.read_text("utf-8").split("\n")[1:] == ["thanks,Say thanks,致谢,2024-06-15,2024-06-28,service-lead", ""]
    missing = "plans/2024-06/tasks.csv has no column `note`; add it to the header first"
    assert say(*words, "--note", "x") == (1, "", f"Nothing was written: {missing}\n")


def test_an_incident_is_called_by_the_day_it_was_noticed(shop: Path, say: Say) -> None:
    words = ["incident", "page-down", "--title", "Page down", "--cause", "Not known yet", "--detected", "2024-06-14 10:05"]
    more = ["--process", "Pages", "--process-zh", "页面", "--measure", "Call the host"]
    assert say(*words, *more)[:2] == (
        0,
        "Written: data/incidents/2024-06-14-page-down.yaml\n",
    )
    assert (shop / "data/incidents/2024-06-14-page-down.yaml").read_text("utf-8") == dedent("""\
        id: 2024-06-14-page-down
        title: Page down
        process: {en: Pages, zh: 页面}
        detected: 2024-06-14 10:05
        cause: Not known yet
        measure: {text: Call the host}
    """)
    assert say(*words)[2] == "Nothing was written: data/incidents/2024-06-14-page-down.yaml is there already\n"


def test_a_log_is_written_with_the_checks_that_were_made(shop: Path, say: Say) -> None:
    """What is due every day is the look; the other steps have a day of a plan. Who keeps the log is asked for the first time only."""
    words = ["log", "2024-06-14", "--all", "--found", "pack=Wet", "--done", "product=Dried", "--heard", "user=Why?"]
    assert say(*words)[2] == "Nothing was written: there is no log of a day before to say who keeps it; use --by PERSON\n"
    assert say(*words, "--by", "shop-manager", "--follows", "OPS-009")[:2] == (0, "Written: data/logs/2024-06-14.yaml\n")
    assert (shop / "data/logs/2024-06-14.yaml").read_text("utf-8") == dedent("""\
        by: shop-manager
        follows: OPS-009
        checked: [look]
        found: {pack: {text: Wet}}
        product: {done: [Dried]}
        user: {heard: [Why?]}
        """)
    assert say("log", "2024-06-15", "--checked", "look")[:2] == (0, "Written: data/logs/2024-06-15.yaml\n")
    assert (shop / "data/logs/2024-06-15.yaml").read_text("utf-8") == "by: shop-manager\nfollows: OPS-009\nchecked: [look]\n"
    assert say("log", "2024-06-15")[2] == "Nothing was written: data/logs/2024-06-15.yaml is there already\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--checked", "lock"], "error[unknown-check]: `lock` is no step of OPS-009"),
        (["--found", "pack"], "'pack' has no `=` between a name and a text."),
        (["--found", "pack=Wet", "--found", "pack=Torn"], "--found names a step twice; say in one text what it found."),
        (["--done", "shop=Swept"], "'shop' is no side of a day's work; it is one of product, traffic, campaign, user."),
        (["--heard", "user= "], "it is empty, or has characters that are no text."),
    ],
)
def test_a_log_that_says_nothing_sound_is_not_written(shop: Path, say: Say, words: list[str], said: str) -> None:
    code, _, error = say("log", "2024-06-14", "--by", "shop-manager", "--follows", "OPS-009", *words)
    assert code in (1, 2)
    assert said in error
    assert not (shop / "data/logs").exists()


def test_a_retro_begins_with_the_incidents_of_its_days(shop: Path, say: Say) -> None:
    for name, day in (("late", "2024-06-10"), ("early", "2024-05-10")):
        say("incident", name, "--title", "Late", "--title-zh", "晚了", "--cause", "Rain", "--detected", f"{day} 10:00")
    assert say("retro", "2024-06")[0] == 0
    assert (shop / "plans/2024-06/retro.yaml").read_text("utf-8") == dedent("""\
        period: 2024-06-01..2024-06-30
        claims: {}
        successes: []
        problems:
          - id: late
            text: {en: Late, zh: 晚了}
            incidents: [2024-06-10-late]
            cause: Rain
        improvements: []
    """)


def test_a_risk_joins_the_library(shop: Path, say: Say) -> None:
    before = (shop / "data/risks.yaml").read_text("utf-8")
    words = ["risk", "rain", "--title", "Rain", "--category", "fulfilment", "--likelihood", "3", "--impact", "2", "--treatment", "accept"]
    words += ["--reason", "It dries", "--approver", "shop-manager", "--until", "2024-12-31"]
    assert say(*words, "--owner", "service-lead", "--applies-to", "campaign", "--applies-to", "daily")[0] == 0
    assert (shop / "data/risks.yaml").read_text("utf-8") == before + dedent("""\
        rain:
          title: Rain
          category: fulfilment
          likelihood: 3
          impact: 2
          treatment: accept
          owner: service-lead
          review: 2024-09-13
          applies_to: [campaign, daily]
          accepted: {reason: It dries, approver: shop-manager, until: 2024-12-31}
    """)


def test_an_sop_begins_with_its_headings_and_a_file_for_its_translation(shop: Path, say: Say) -> None:
    words = ["sop", "OPS-010", "--title", "Close a sale", "--title-zh", "大促收尾", "--owner", "shop-manager", "--phase", "run"]
    assert say(*words, "--scene", "campaign") == (0, "Written: sop/run/OPS-010.md\nWritten: sop/run/OPS-010.zh.md\n", "")
    text = (shop / "sop/run/OPS-010.md").read_text("utf-8")
    assert text.startswith(
        "---\nid: OPS-010\ntitle: {en: Close a sale, zh: 大促收尾}\nversion: 0.1.0\nstatus: draft\nowner: shop-manager\n"
    )
    assert "\n## Purpose\n\n## Scope\n" in text
    assert (shop / "sop/run/OPS-010.zh.md").read_text("utf-8").startswith("---\ntranslates: 0.1.0\n---\n\n## 目的\n\n## 适用范围\n")
    assert say(*words)[2] == "Nothing was written: there is an SOP `OPS-010` already\n"


def test_a_broken_file_is_left_alone_and_named(shop: Path, say: Say) -> None:
    (shop / "data/risks.yaml").write_text("rain: *x\n", "utf-8")
    words = ["risk", "wind", "--title", "Wind", "--category", "stock", "--likelihood", "3", "--impact", "2", "--treatment", "avoid"]
    code, out, err = say(*words, "--owner", "service-lead")
    assert (code, out) == (1, "")
    assert err == "Nothing was written: data/risks.yaml cannot be read as it stands; `sopgen validate` says what to mend first\n"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["plan", "../sale", *SALE[2:]], "Invalid value for 'ID': '../sale' is not one; it is lower-case letters, digits and hyphens."),
        ([*SALE, "--end", "2024-07-01"], "Invalid value for --end: 2024-07-01 is before 2024-07-20, the first day."),
        ([*SALE[:-3], "2024-7-1"], "Invalid value for '--start': '2024-7-1' is not a day; write 2024-07-01."),
        ([*SALE, "--title-zh", " "], "Invalid value for '--title-zh': it is empty, or has characters that are no text."),
        (["plan", "sale", "--title", "Sale", "--start", "2024-07-20"], "Missing option '--kind'. Choose from:"),
    ],
)
def test_a_wrong_call_is_told_before_anything_is_read(say: Say, words: Sequence[str], problem: str) -> None:
    code, out, err = say(*words)
    assert (code, out) == (2, "")
    assert problem in err


def test_on_a_terminal_what_is_missing_is_asked_for(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sopgen.cli.new.is_terminal", lambda: True)
    words = ["-C", str(shop), "new", "plan", "sale", "--owner", "shop-manager", "--lang", "en"]
    told = CliRunner().invoke(group, words, input="sell\ngrowth\nSale\n2024-07-20\n")
    assert told.output == dedent("""\
        Kind (quarter, campaign, launch, optimisation, growth, daily): sell
        Error: 'sell' is not one of 'quarter', 'campaign', 'launch', 'optimisation', 'growth', 'daily'.
        Kind (quarter, campaign, launch, optimisation, growth, daily): growth
        Title: Sale
        Start: 2024-07-20
        Written: plans/sale/plan.yaml
    """)


@pytest.mark.parametrize("command", new.commands.values(), ids=str)
def test_help_fits_a_terminal(command: click.Command) -> None:
    context = click.Context(command, info_name=f"sopgen new {command.name}", terminal_width=80)
    assert max(map(len, command.get_help(context).split("\n"))) <= 80


def test_the_choices_are_those_of_the_schemas() -> None:
    common, risks, sop = schema.contents("common")["$defs"], schema.contents("risks")["$defs"]["risk"], schema.contents("sop")
    choices = {
        PLAN_KINDS: common["plan-kind"],
        DIMENSIONS: schema.contents("targets")["$defs"]["target"]["properties"]["dimension"],
        CATEGORIES: common["risk-category"],
        TREATMENTS: risks["properties"]["treatment"],
        PHASES: sop["properties"]["phase"],
        SCENES: sop["properties"]["scenes"]["items"],
    }
    assert [list(ours) for ours in choices] == [theirs["enum"] for theirs in choices.values()]
    sides = {name for name, field in schema.contents("log")["properties"].items() if field.get("$ref") == "#/$defs/side"}
    assert set(SIDES) == sides


IDS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
TITLES = TEXTS | st.fixed_dictionaries({"en": TEXTS, "zh": TEXTS})
SIDE = st.dictionaries(st.sampled_from(["done", "heard"]), st.lists(TEXTS, max_size=2).map(tuple))
LOGS = st.dictionaries(st.sampled_from(SIDES), SIDE)
DAYS = st.dates(date(2024, 5, 25), date(2024, 7, 5)).map(str)
PEOPLE = st.sampled_from(["shop-manager", "traffic-specialist", "service-lead"])
TASKS = st.fixed_dictionaries(
    {"title": TITLES, "due": st.just("2024-07-05"), "start": DAYS, "owner": PEOPLE},
    optional={"note": TITLES, "with": st.just(("operations",)), "description": TITLES, "deliverable": st.builds(dict, title=TITLES)},
)
RISKS = st.fixed_dictionaries(
    {
        "title": TITLES,
        "category": st.sampled_from(CATEGORIES),
        "likelihood": st.integers(1, 5),
        "impact": st.integers(1, 5),
        "treatment": st.sampled_from([each for each in TREATMENTS if each != "accept"]),
        "owner": PEOPLE,
    },
    optional={"contingency": TITLES, "applies_to": st.lists(st.sampled_from(PLAN_KINDS), unique=True, min_size=1).map(tuple)},
)
INCIDENTS = st.fixed_dictionaries(
    {"title": TITLES, "cause": TITLES, "detected": DAYS.map(lambda day: f"{day} 09:30")},
    optional={"owner": PEOPLE, "metric": st.just("gmv")},
)
PLANS = st.fixed_dictionaries({"title": TITLES, "kind": st.sampled_from(PLAN_KINDS)}, optional={"description": TITLES, "owner": PEOPLE})


def steps(offsets: Sequence[tuple[int, int]]) -> str:
    """An SOP with steps of these offsets and days."""
    listed = [
        f"  - {{id: s{number}, actor: shop-manager, do: Do it, offset: T{offset:+}, within: {days}d}}"
        for number, (offset, days) in enumerate(offsets)
    ]
    head, _, rest = SOP.partition("steps:\n")
    return head + "steps:\n" + "\n".join(listed) + "\nchanges:" + rest.partition("\nchanges:")[2]


def sound(changed: Contents, make: Callable[[Build], Draft]) -> None:
    """Making it is sound, and making it again changes nothing."""
    build = run(changed)
    files = {**starter(), **changed, **written(make(build))}
    again = pipeline.run(Files(files))
    assert [found for found in again.found if found.severity == "error"] == []
    assert isinstance(make(again), Message)


@settings(max_examples=25)
@given(IDS, TASKS)
def test_any_task_is_sound(id_: str, values: dict[str, Any]) -> None:
    sound({}, lambda build: drafts.task(build, "2024-06", f"x-{id_}", values))


@settings(max_examples=25)
@given(IDS, RISKS)
def test_any_risk_is_sound(id_: str, values: dict[str, Any]) -> None:
    sound({}, lambda build: drafts.risk(build, f"x-{id_}", values))


@settings(max_examples=25)
@given(IDS, INCIDENTS)
def test_any_incident_is_sound(id_: str, values: dict[str, Any]) -> None:
    sound({}, lambda build: drafts.incident(build, id_, values))


@settings(max_examples=25)
@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.booleans(), st.dictionaries(st.sampled_from(["look", "pack"]), TEXTS), LOGS)
def test_any_log_is_sound(day: date, everything: bool, found: dict[str, str], values: dict[str, Any]) -> None:
    words = {"by": "shop-manager", "follows": "OPS-009", **values}
    sound({"sop/run/OPS-009.md": SOP}, lambda build: drafts.log(build, day, ["list"], found, everything, words))


@settings(max_examples=40)
@given(IDS, PLANS, st.lists(st.tuples(st.integers(-60, 30), st.integers(1, 9)), max_size=6), st.integers(0, 400))
def test_any_plan_is_sound(id_: str, values: dict[str, Any], offsets: list[tuple[int, int]], later: int) -> None:
    """Beyond June, so that it shares no day with the plan that is there."""
    first = date(2024, 7, 1) + timedelta(later)
    sound(
        {"sop/run/OPS-009.md": steps(offsets or [(0, 1)])},
        lambda build: drafts.plan(build, f"x-{id_}", first, None, ["OPS-009"], values),
    )


def test_all_checks_of_no_sop_are_no_log(shop: Path, say: Say) -> None:
    why = "no log before names an SOP whose checks could be due: name it with --follows"
    assert say("log", "2024-06-14", "--by", "shop-manager", "--all") == (1, "", f"Nothing was written: {why}\n")
    assert not (shop / "data/logs").exists()
