"""The page of incidents: what is open, how the 24-hour rule was kept, what led to each and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from sopgen import pipeline
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from sopgen.words.dates import Instant
from tests.test_compute import SHOP
from tests.workspace import Files, findings

LATE = """\
id: 2024-06-01-late
title: {en: Parcels left late, zh: 发货延迟}
process: {en: Dispatch, zh: 仓库发货}
owner: ops
risk: late-dispatch
detected: 2024-06-01 18:30
planned: 2024-06-02 09:30
resolved: 2024-06-03 18:30
cause: Twice the orders of a day
measure: {text: A second shift, owner: ops, due: 2024-06-02 20:00, cost: 1000}
"""
SLOW = "{id: 2024-06-02-slow, title: The pages were slow, process: OPS-1, detected: 2024-06-02 10:00, cause: Not known yet}\n"
MORE = {
    "data/incidents/2024-06-01-late.yaml": LATE,
    "data/incidents/2024-06-02-slow.yaml": SLOW,
    "data/logs/2024-06-01.yaml": "{by: ops, follows: OPS-1, found: {orders: {text: Behind, incident: 2024-06-01-late}}}\n",
    "data/risks.yaml": """\
late-dispatch: {title: Orders leave late, category: fulfilment, likelihood: 3, impact: 3, treatment: reduce, owner: ops,
  review: 2024-09-30, answers: [2024-06/warehouse]}
""",
    "plans/2024-06/plan.yaml": "{id: 2024-06, kind: campaign, title: June, period: 2024-06-01..2024-06-04, owner: ops}\n",
    "plans/2024-06/retro.yaml": """\
period: 2024-06-01..2024-06-04
problems:
- {id: warehouse, text: Nobody had asked the warehouse, incidents: [2024-06-01-late]}
""",
    "sop/OPS-1.md": """\
---
id: OPS-1
title: Daily round
version: 1.1.0
status: draft
owner: ops
phase: run
steps: [{id: orders, actor: ops, do: Look at the orders.}]
changes:
- {version: 1.0.0, date: 2024-01-01, by: ops, why: New}
- {version: 1.1.0, date: 2024-06-03, by: ops, why: Ask the warehouse, answers: [2024-06/warehouse]}
---
""",
}


def run(more: Mapping[str, str] = MORE, as_of: str = "2024-06-04 09:00") -> Build:
    """The shop with two incidents, of which one is open."""
    return pipeline.run(Files({**SHOP, **more}), Instant.parse(as_of))


def page(build: Build, path: str = "incidents.md", language: str = "en") -> str:
    """A page without the targets of its links."""
    found = next(each for each in build.pages(language) if isinstance(each, Page) and each.path == path)
    return re.sub(r"\]\([^)]*\)", "]", found.markdown)


def section(markdown: str, anchor: str) -> str:
    """What stands below a heading, down to the next one."""
    return re.split(r"\n(?:#+ |---\n)", markdown.split(f"{{#{anchor}}}\n\n")[1])[0].rstrip() + "\n"


def test_the_open_ones_stand_first_with_their_age() -> None:
    """The pages were slow from ten on 2 June; a plan was due a day later, and it is 4 June."""
    build = run()
    assert findings(build) == []
    open_ = """\
| Incident | Open for | State | Owner |
| --- | --- | --- | --- |
| [The pages were slow] | [2 days] | ⚠ no plan yet<br>✗ it was due 2024-06-03 10:00 |  |
"""
    assert section(page(build), "open") == open_
    groups = section(page(build), "groups")
    assert "| [Operations] | [100%] | [1] | [0] |\n| not named | [0%] | [1] | [1] |\n" in groups


def test_an_incident_leads_to_what_led_to_it_and_to_what_came_of_it() -> None:
    shown = """\
- Detected: [2024-06-01 18:30]
- Process: Dispatch
- Owner: [Operations]
- Found by the daily checks: [2024-06-01]
- Cause: Twice the orders of a day
- Measure: A second shift · [Operations] · due 2024-06-02 20:00
- Cost: ¥1,000
- Plan recorded: 2024-06-02 09:30 · [15 hours] · ✓ within 24 hours
- Resolved: 2024-06-03 18:30 · [48 hours]
- Risk: [Orders leave late]
- Learned: [Nobody had asked the warehouse] · [June]
- Changed: [OPS-1 Daily round] 1.0.0 → 1.1.0
- Answered by: [Orders leave late]
"""
    assert section(page(run()), "2024-06-01-late") == shown
    assert "### 2024-06-01：发货延迟 {#2024-06-01-late}" in page(run(), language="zh")
    assert "- 环节：仓库发货\n" in page(run(), language="zh")


def test_an_incident_names_an_sop_as_the_work_that_it_happened_in() -> None:
    assert "- Process: [OPS-1 Daily round]\n" in section(page(run()), "2024-06-02-slow")
    assert "- Process: [OPS-1 Daily round]\n" in section(page(run(), "reports/2024-06.md"), "2024-06-02-slow")


def test_what_is_not_known_yet_is_not_told() -> None:
    """On the evening of 1 June nobody had a plan, and the pages were quick."""
    then = page(run(as_of="2024-06-01 20:00"))
    assert "- Plan recorded: not yet · due 2024-06-02 18:30\n- Resolved: ⚠ not yet · [0 days]\n" in section(then, "2024-06-01-late")
    assert "Plan recorded" not in section(then, "2024-06-02-slow")


def test_an_incident_that_is_taken_away_leaves_the_page() -> None:
    without = run({path: text for path, text in MORE.items() if "slow" not in path})
    assert "The pages were slow" in page(run())
    assert "The pages were slow" not in page(without)
    assert section(page(without), "open") == "✓ No incident is open.\n"


def test_a_shop_without_incidents_has_a_page_that_says_so() -> None:
    assert "✓ No incident is open.\n" in page(run({}))
    assert "Timeline" not in page(run({}))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"measure: {text: A second shift, owner: ops, due: 2024-06-02 20:00, cost: 1000}": ""}, ["8:11 resolved-without-measure"]),
        ({"measure: {text: A second shift, owner: ops, due: 2024-06-02 20:00, cost: 1000}": "", "resolved: 2024-06-03 18:30": ""}, []),
        ({"process: {en: Dispatch, zh: 仓库发货}": ""}, ["1:1 incident-of-nothing"]),
        ({"{en: Dispatch, zh: 仓库发货}": "OPS-2"}, ["3:10 incident-of-unknown-sop"]),
        ({"{en: Dispatch, zh: 仓库发货}": "OPS"}, []),
    ],
)
def test_an_incident_says_what_it_touched_and_one_that_is_over_what_helped(changed: Mapping[str, str], found: list[str]) -> None:
    late = LATE
    for words, others in changed.items():
        assert words in late
        late = late.replace(words, others)
    path = "data/incidents/2024-06-01-late.yaml"
    assert findings(run({**MORE, path: late})) == [f"{path}:{each}" for each in found]
