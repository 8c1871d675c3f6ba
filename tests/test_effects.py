"""What a retro says that its successes moved, checked against four days of a shop's visitors and conversion."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from sopgen import pipeline
from sopgen.compute.effects import EffectFacts
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from tests.workspace import Files, without_traces

# 200 visitors on the first two days, 260 on the last two: 30 % more. 10 of 200 bought, then 26 of 260: 5 % became 10 %.
SHOP: Mapping[str, str] = {
    "mkdocs.yml": "plugins: [{sopgen: {as_of: 2024-06-20 09:00}}]\n",
    "data/people.yaml": "departments: {operations: {title: Operations}}\npeople: {ops: {title: Operations, department: operations}}\n",
    "data/metrics.yaml": """
visitors: {title: Visitors, formula: sum(store.visitors), unit: person-days, better: up}
conversion: {title: Conversion, formula: sum(store.buyers) / sum(store.visitors), unit: percent, better: up}
""",
    "data/tables/store/table.yaml": """
title: Store
grain: day
fields:
- {name: date, id: date, type: date}
- {name: visitors, id: visitors, type: integer, unit: person-days, time: sum, across: sum}
- {name: buyers, id: buyers, type: integer, unit: person-days, time: sum, across: sum}
primaryKey: [date]
""",
    "data/tables/store/2024-06.csv": "date,visitors,buyers\n2024-06-01,100,5\n2024-06-02,100,5\n2024-06-03,120,12\n2024-06-04,140,14\n",
    "plans/june/plan.yaml": "{id: june, kind: campaign, title: June, period: 2024-06-03..2024-06-04, owner: ops}\n",
}


def run(effect: str) -> Build:
    retro = f"period: 2024-06-03..2024-06-04\nsuccesses: [{{id: preheat, text: Pre-heated, effect: {{{effect}}}}}]\n"
    return pipeline.run(Files({**SHOP, "plans/june/retro.yaml": retro}))


def facts(effect: str) -> EffectFacts:
    return run(effect).view.facts.effects["june", "preheat"]


def line(effect: str, language: str = "en") -> str:
    """What the retro's page says of the effect."""
    page = next(page.markdown for page in run(effect).pages(language) if isinstance(page, Page) and page.path == "retros/june.md")
    return without_traces(page).partition("### Pre-heated {#preheat}\n\n- ")[2].partition("\n")[0]


def test_the_page_shows_the_data_beside_the_claim() -> None:
    visitors = "[Visitors](../metrics.md#visitors)"
    assert line("metric: visitors, change: +30%") == f"{visitors} +30% as claimed · +30% from the data · ✓ agree"
    assert line("metric: visitors, change: +50%") == f"{visitors} +50% as claimed · +30% from the data · ✗ differ"


@pytest.mark.parametrize(
    ("effect", "agrees"),
    [
        ("metric: visitors, change: +30.5%", False),
        ("metric: conversion, change: 5pp", True),
        ("metric: conversion, change: +100%", True),
        ("metric: conversion, change: 4pp", False),
        ("metric: visitors, change: +40%, period: 2024-06-04..2024-06-04, against: 2024-06-01..2024-06-01", True),  # 140 to 100
        ("metric: visitors, change: 17%, period: 2024-06-04..2024-06-04", True),  # 140 to the 120 of the day before: 16.7 %
        ("metric: visitors, change: 5pp", None),  # visitors have no percentage points
        ("metric: visitors, change: +30%, period: 2024-06-10..2024-06-11", None),
    ],
)
def test_they_agree_where_the_data_rounds_to_the_claim(effect: str, agrees: bool | None) -> None:
    assert facts(effect).agrees is agrees


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        ("metric: visitors, change: +30%, against: 2024-06-02..2024-06-02", "it is a sum over days, and the two periods have not as many"),
        ("metric: visitors, change: +30%, period: 2024-06-04..2024-06-05", "there are figures for {covered} of {days} days"),
        ("metric: visitors, change: +30%, against: 2024-05-01..2024-05-02", "the days it is compared with have no figures"),
    ],
)
def test_without_a_change_there_is_a_reason(effect: str, reason: str) -> None:
    found = facts(effect)
    assert found.agrees is None
    assert found.moved.relative.reason is not None
    assert found.moved.relative.reason.template == reason


def test_the_claim_and_the_change_lead_to_their_lines() -> None:
    build = run("metric: visitors, change: +30%")
    home = "plans/june/retro/successes/preheat"
    chain = {step.figure.id: step for step in build.view.provenance.chain(f"{home}/change")}
    assert {id_: [lines.numbers for each in step.counted for lines in each.lines] for id_, step in chain.items()} == {
        f"{home}/change": [],
        f"{home}/now": [(4, 5)],
        f"{home}/before": [(2, 3)],
    }
    (claimed,) = build.view.provenance.chain(f"{home}/claimed")
    assert [each.text for each in claimed.written] == ["+30%"]
