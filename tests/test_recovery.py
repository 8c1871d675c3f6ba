"""Whether a measure wins back what a day fell short by, on a shop that sold 58,000 of the 60,000 that it aimed for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sopgen import pipeline
from sopgen.compute.recovery import RecoveryFacts
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from tests.workspace import Files, findings, without_traces

INCIDENT = "data/incidents/2024-06-01-slow.yaml"
SHOP: Mapping[str, str] = {
    "mkdocs.yml": "plugins: [{sopgen: {as_of: 2024-06-20 09:00}}]\n",
    "data/people.yaml": "departments: {operations: {title: Operations}}\npeople: {ops: {title: Operations, department: operations}}\n",
    "data/metrics.yaml": """
gmv: {title: Sales, formula: sum(store.paid), unit: CNY, better: up, reports: [daily]}
roi: {title: ROI, formula: sum(store.won) / sum(store.spent), unit: "1:n", better: up}
""",
    "data/tables/store/table.yaml": """
title: Store
grain: day
fields:
- {name: date, id: date, type: date}
- {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
- {name: won, id: won, type: number, unit: CNY, time: sum, across: sum}
- {name: spent, id: spent, type: number, unit: CNY, time: sum, across: sum}
primaryKey: [date]
""",
    "data/tables/store/2024-06.csv": "date,paid,won,spent\n2024-06-01,58000,0,0\n2024-06-02,70000,3200,1000\n",
    "plans/june/plan.yaml": "{id: june, kind: campaign, title: June, period: 2024-06-01..2024-06-02, owner: ops}\n",
    # Without a calendar each of the two days aims for half: 60,000.
    "plans/june/targets.yaml": "gmv: {target: 12万, department: operations, owner: ops}\n",
    INCIDENT: """
id: 2024-06-01-slow
detected: 2024-06-01 10:00
cause: The servers were slow.
metric: gmv
measure: {text: More advertising, due: 2024-06-02 12:00, cost: 500, returns: {metric: roi, at: "1:3"}}
""",
}


def run(**changed: str) -> Build:
    """The shop with other words in its incident: each of `changed` for what it names in `WORDS`."""
    incident = SHOP[INCIDENT]
    for name, words in changed.items():
        assert WORDS[name] in incident
        incident = incident.replace(WORDS[name], words)
    return pipeline.run(Files({**SHOP, INCIDENT: incident}))


WORDS = {
    "cost": "cost: 500",
    "at": '"1:3"',
    "metric": "metric: gmv\n",
    "due": "due: 2024-06-02 12:00, ",
    "detected": "detected: 2024-06-01",
}


def facts(build: Build) -> RecoveryFacts:
    return build.view.facts.recoveries["2024-06-01-slow"]


def lines(build: Build, language: str = "en") -> list[str]:
    """What the report of the month says of cost and recovery."""
    page = next(page.markdown for page in build.pages(language) if isinstance(page, Page) and page.path == "reports/2024-06.md")
    started = ("- Cost", "- Wins back", "- [ROI]", "- 费用", "- 可挽回")
    return [line for line in without_traces(page).split("\n") if line.startswith(started)]


def test_the_page_says_how_much_is_won_back_and_what_would_be_needed() -> None:
    """On 2 June 1,000 yuan won 3,200, so the 500 brought 1,600."""
    assert lines(run()) == [
        "- Cost: ¥500",
        "- Wins back: ✗ ¥1,500 of ¥2,000 at 1:3: not enough, 1:4 is needed",
        "- [ROI](../metrics.md#roi) on 2024-06-02 was 1:3.2: that wins back ¥1,600",
    ]


def test_in_chinese() -> None:
    assert lines(run(), "zh")[:2] == ["- 费用：500元", "- 可挽回：✗ 按 1:3 可挽回 1,500元，缺口 2,000元：不足，需达到 1:4"]


@pytest.mark.parametrize(("at", "enough"), [("1:3.99", False), ("1:4", True), ("1:5", True)])
def test_enough_is_decided_on_exact_amounts(at: str, enough: bool) -> None:
    assert facts(run(at=f'"{at}"')).enough is enough


def test_every_number_of_it_leads_to_the_lines_it_comes_from() -> None:
    home, day = "incidents/2024-06-01-slow/measure", "days/2024-06-01/gmv"
    chain = {step.figure.id: step for step in run().view.provenance.chain(f"{home}/needed")}
    assert list(chain) == [
        *(f"{home}/{name}" for name in ("needed", "shortfall")),
        *(f"{day}/target", "plans/june/targets/gmv/target", f"{day}/actual"),
        f"{home}/cost",
    ]
    assert [(each.span.line, each.text) for each in chain[f"{home}/cost"].written] == [(6, "500")]
    assert [each.lines[0].numbers for each in chain[f"{day}/actual"].counted] == [(2,)]


def test_without_a_day_of_its_own_a_measure_is_of_the_day_of_the_incident() -> None:
    """On 1 June nothing was spent, so there is no return of that day."""
    found = facts(run(due=""))
    assert (f"{found.day}", found.measured.value) == ("2024-06-01", None)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"metric": ""}, "- Wins back: ¥1,500 at 1:3; the day fell short by — the incident's metric is not an amount of money"),
        (
            {"detected": "detected: 2024-06-02"},
            "- Wins back: ¥1,500 at 1:3; the day fell short by — the day did not fall short of its target",
        ),
        ({"detected": "detected: 2024-06-05"}, "- Wins back: ¥1,500 at 1:3; the day fell short by — the day has no report on it"),
        ({"cost": "cost: 3d"}, "- Wins back: — it is in another unit at 1:3; the day fell short by ¥2,000"),
    ],
)
def test_what_cannot_be_said_has_its_reason(changed: Mapping[str, str], line: str) -> None:
    assert line in lines(run(**changed))


def test_what_costs_nothing_needs_no_return() -> None:
    found = facts(run(cost="cost: 0"))
    assert found.recovers.value == 0
    assert found.needed.value is None
    assert found.enough is False


def test_a_measure_without_a_return_and_an_incident_of_later_are_not_judged() -> None:
    assert run(at='"1:3"').view.facts.recoveries
    assert not run(detected="detected: 2024-07-01").view.facts.recoveries
    assert not pipeline.run(
        Files({**SHOP, INCIDENT: SHOP[INCIDENT].replace(', returns: {metric: roi, at: "1:3"}', "")})
    ).view.facts.recoveries


def test_a_return_in_another_unit_is_a_finding() -> None:
    assert findings(run(at="35%")) == [f"{INCIDENT}:6:96 unit-mismatch"]
