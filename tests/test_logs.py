"""Daily logs: the days that have one, and the checks that were made of those that the SOP asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from sopgen import pipeline
from sopgen.compute import Facts
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from sopgen.words.dates import Instant
from tests.test_compute import SHOP
from tests.workspace import Files, findings

# Three checks are due every day; the test of the way to pay is for days of a campaign, and the pre-heating for one day of a plan.
SOP = """\
---
id: OPS-1
title: Daily round
version: 1.0.0
status: draft
owner: ops
phase: run
steps:
- {id: listing, actor: ops, do: Open the pages.}
- {id: stock, actor: ops, do: Count.}
- {id: ads, actor: ops, do: Look at the ads.}
- {id: payment, actor: ops, do: Pay once., optional: yes}
- {id: preheat, actor: ops, do: Pre-heat., offset: T-15}
---
"""
ROUND = "{by: ops, follows: OPS-1, checked: [listing, stock, ads]}\n"
ROUND_WITH_WORDS = """\
by: ops
follows: OPS-1
checked: [listing, payment]
found:
  ads: {text: Two ads were turned down, incident: 2024-06-01-slow}
product: {done: [Swapped a picture, Raised a price]}
traffic: {}
user: {heard: [Where is the night light?]}
note: The second shift begins tomorrow.
"""
LOGS = {
    "2024-05-30": ROUND,
    "2024-06-01": "{by: ops, follows: OPS-1, checked: [listing, payment], found: {ads: {text: Two ads were turned down}}}\n",
    "2024-06-02": "{by: ops, user: {heard: [Where is the night light?]}}\n",
}


def run(logs: Mapping[str, str] = LOGS, as_of: str = "2024-06-04 09:00", more: Mapping[str, str] = {}) -> Build:
    """The shop with a daily round and these logs."""
    files = {f"data/logs/{name}.yaml": text for name, text in logs.items()}
    return pipeline.run(Files({**SHOP, "sop/OPS-1.md": SOP, **files, **more}), Instant.parse(as_of))


def facts(logs: Mapping[str, str] = LOGS, as_of: str = "2024-06-04 09:00") -> Facts:
    return run(logs, as_of).view.facts


def test_the_days_since_the_first_log_that_are_over_are_due_one() -> None:
    """31 May and 3 June have none; 4 June goes on at nine in the morning."""
    assert findings(run()) == []
    months = facts().log_months
    assert {f"{start:%Y-%m}": f"{each.covered.value} of {each.days.value}" for start, each in months.items()} == {
        "2024-05": "1 of 2",
        "2024-06": "2 of 3",
    }
    assert [day for each in months.values() for day in each.missing] == [date(2024, 5, 31), date(2024, 6, 3)]


def test_the_settings_may_say_from_when_on_logs_are_due() -> None:
    """A log of before is a log still; it is only that nobody waited for it."""
    settings = {"mkdocs.yml": "plugins: [{sopgen: {logs_since: 2024-06-02}}]\n"}
    since = run(more=settings).view.facts
    assert date(2024, 5, 30) in since.logs
    assert {f"{start:%Y-%m}": f"{each.covered.value} of {each.days.value}" for start, each in since.log_months.items()} == {
        "2024-06": "1 of 2",
    }


def test_a_log_of_a_later_day_is_not_known_yet() -> None:
    assert list(facts(as_of="2024-06-01 09:00").logs) == [date(2024, 5, 30), date(2024, 6, 1)]
    assert not facts(as_of="2024-05-29").logs
    assert not facts(as_of="2024-05-30 09:00").log_months
    assert facts(as_of="2024-05-30").log_months[date(2024, 5, 1)].days.value == 1


@pytest.mark.parametrize(
    ("day", "made", "left"),
    [
        (date(2024, 5, 30), "3 of 3", ()),
        (date(2024, 6, 1), "2 of 3", ("stock",)),  # what is found was checked; what is optional counts for nothing
        (date(2024, 6, 2), "0 of 0", ()),  # no SOP, no checks
    ],
)
def test_the_checks_of_a_day_are_the_steps_that_belong_to_no_plan(day: date, made: str, left: tuple[str, ...]) -> None:
    log = facts().logs[day]
    assert (f"{log.made.value} of {log.due.value}", log.left) == (made, left)


def test_the_checks_of_a_month_are_those_of_its_logs() -> None:
    """Two of three on 1 June, none were due on 2 June; of 3 June nobody knows."""
    assert facts().log_months[date(2024, 6, 1)].checks.value == Fraction(2, 3)


def test_every_count_leads_to_the_lines_it_comes_from() -> None:
    chain = {step.figure.id: step for step in run().view.provenance.chain("logs/2024-06/checks")}
    made = chain["days/2024-06-01/log/made"].written
    assert [f"{each.span.path}:{each.span.line}:{each.span.column}" for each in made] == [
        "data/logs/2024-06-01.yaml:1:36",
        "data/logs/2024-06-01.yaml:1:63",
        "sop/OPS-1.md:9:1",
    ]


@pytest.mark.parametrize("name", ["2024-06-31", "june-1", "20240601", "2024-6-1", "0001-01-01", "2024-06-01.zh"])
def test_a_file_that_is_called_after_no_day_is_a_finding(name: str) -> None:
    build = run({name: ROUND})
    assert findings(build) == [f"data/logs/{name}.yaml:1:1 log-of-no-day"]
    assert "2024-06-01" in name or not build.view.facts.logs


def page(build: Build, path: str, language: str = "en") -> str:
    """A page without the targets of its links."""
    found = next(each for each in build.pages(language) if isinstance(each, Page) and each.path == path)
    return re.sub(r"\]\([^)]*\)", "]", found.markdown)


def test_a_day_shows_what_was_checked_done_and_heard() -> None:
    """Of the three checks that were due one was not made; what is optional is shown where it was made."""
    incident = {"data/incidents/2024-06-01-slow.yaml": "{id: 2024-06-01-slow, detected: 2024-06-01 10:00, cause: Turned down}"}
    build = run({**LOGS, "2024-06-01": ROUND_WITH_WORDS}, more=incident)
    shown = """\
Daily log: [Operations] · [OPS-1 Daily round]

- Checks: [2] of [3 checks]
- ⚠ [`ads`] · Two ads were turned down → [2024-06-01-slow]
- ✗ Not checked: [`stock`]
- ✓ In order: [`listing`] · [`payment`]
- Product: Swapped a picture<br>Raised a price
- User, heard: Where is the night light?
- Note: The second shift begins tomorrow.
"""
    assert shown in page(build, "reports/2024-06.md")
    chinese = """\
每日运营日志：[Operations] · [OPS-1 Daily round]

- 检查：[2] / [3项]
- ⚠ [`ads`] · Two ads were turned down → [2024-06-01-slow]
- ✗ 未检查：[`stock`]
- ✓ 正常：[`listing`] · [`payment`]
- 商品端：Swapped a picture<br>Raised a price
- 用户端 · 听到：Where is the night light?
- 备注：The second shift begins tomorrow.
"""
    assert chinese in page(build, "reports/2024-06.md", "zh")


def test_a_month_lists_the_days_without_a_log() -> None:
    coverage = """\
- Daily logs: [2] of [3] days · [66.7%] of their checks made
- ✗ Days without a log: 06-03
"""
    assert coverage in page(run(), "reports/2024-06.md")
    assert coverage in page(run(), "reports/index.md")
    chinese = "- 每日日志：[3] 天中有 [2] 天写了日志 · 应做检查完成 [66.7%]\n- ✗ 缺日志的日期：06-03\n"
    assert chinese in page(run(), "reports/index.md", "zh")


def test_a_log_that_is_taken_away_leaves_the_page() -> None:
    without = {day: text for day, text in LOGS.items() if day != "2024-06-02"}
    assert "Where is the night light?" in page(run(), "reports/2024-06.md")
    assert "Where is the night light?" not in page(run(without), "reports/2024-06.md")
    assert "- ✗ Days without a log: 06-02 · 06-03\n" in page(run(without), "reports/2024-06.md")
