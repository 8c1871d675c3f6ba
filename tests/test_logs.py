"""Daily logs: the days that have one, and the checks that were made of those that the SOP asks for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from sopgen import pipeline
from sopgen.compute import Facts
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
LOGS = {
    "2024-05-30": ROUND,
    "2024-06-01": "{by: ops, follows: OPS-1, checked: [listing, payment], found: {ads: {text: Two ads were turned down}}}\n",
    "2024-06-02": "{by: ops, user: {heard: [Where is the night light?]}}\n",
}


def run(logs: Mapping[str, str] = LOGS, as_of: str = "2024-06-04 09:00") -> Build:
    """The shop with a daily round and these logs."""
    files = {f"data/logs/{name}.yaml": text for name, text in logs.items()}
    return pipeline.run(Files({**SHOP, "sop/OPS-1.md": SOP, **files}), Instant.parse(as_of))


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
