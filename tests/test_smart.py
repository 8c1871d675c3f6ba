"""The five signs of a target, on the starter's plan of June: where each holds, and what it says where it does not."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from sopgen.pages.page import Page
from sopgen.pipeline import Build
from tests.workspace import findings, run, without_traces

TARGETS = "plans/2024-06/targets.yaml"
STORE = "data/tables/store/2024-05.csv"
HEAD = "date,visitors,buyers,paid\n"
MAY = {STORE: HEAD + "".join(f"2024-05-{n:02},4000,150,10000.00\n" for n in range(1, 32))}
OWNED = "department: operations, owner: shop-manager"


def built(targets: str, changed: Mapping[str, str] | None = None) -> Build:
    return run({TARGETS: targets, **MAY, **(changed or {})})


def missing(build: Build) -> list[str]:
    """What is said of the signs that do not hold."""
    return [
        f"{id_} {name}: {why.template.format(**why.args)}"
        for (_, id_), each in build.view.facts.smart.items()
        for name in ("specific", "measurable", "attainable", "relevant", "time_bound")
        if (why := getattr(each, name))
    ]


def rows(build: Build, language: str = "en") -> list[str]:
    """The rows below the heading, and what is said after them."""
    path = "plans/2024-06.md"
    text = without_traces(next(item.markdown for item in build.pages(language) if item.path == path and isinstance(item, Page)))
    section = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).split("{#smart}")[1].split("\n## ")[0]
    return [line for line in section.split("\n") if line][2:]


def test_a_target_with_all_five_signs() -> None:
    """In May 31 times 10,000 yuan came in: 372,000 is a fifth more. Of 124,000 visitors 4,650 bought, 3.75 %; 4 % is 0.25 points more."""
    build = built(f"""
gmv: {{target: 37.2万, dimension: overall, {OWNED}, logic: 12400 a day}}
conversion: {{target: {{raise_by: 5%, from: {{value: 4%}}}}, dimension: user, {OWNED}, logic: buyers by visitors}}
""")
    assert findings(build) == []
    assert missing(build) == []
    assert rows(build) == [
        "| Sales | ✓ overall | ✓ CNY | ✓ +20%<br>from ¥310,000<br>2024-05-01 – 2024-05-31 | ✓ logic written | ✓ 2024-06-30 |",
        "| Conversion | ✓ user | ✓ % | ✓ +0.2pp (+5%)<br>from 4% | ✓ logic written | ✓ 2024-06-30 |",
        "✓ Every target is SMART.",
    ]


def test_the_period_before_lacks_days_and_nothing_says_what_a_target_is_for() -> None:
    build = built(f"gmv: {{target: 37.2万, {OWNED}}}\n", {STORE: HEAD + "2024-05-31,9,1,30.00\n"})
    assert missing(build) == [
        "gmv attainable: the base has figures for 1 of 31 days",
        "gmv relevant: it serves no target above it, and says no `logic`",
    ]
    assert rows(build)[-1] == "- ✗ Sales · attainable, relevant"


def test_a_rate_is_compared_with_the_days_that_there_are_and_says_how_many() -> None:
    build = built(
        f"conversion: {{target: 4%, {OWNED}, logic: x}}\n",
        {STORE: HEAD + "2024-05-31,400,15,30.00\n"},
    )
    assert rows(build)[0].split(" | ")[3] == "✓ +0.25pp (+6.7%)<br>from 3.75%<br>2024-05-01 – 2024-05-31<br>1 of 31 days"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("target: 35%, logic: x", ["measurable: it is in another unit", "attainable: it is in another unit"]),
        ("metric: gmw, target: 37万, logic: x", [f"{sign}: there is no metric `gmw`" for sign in ("specific", "measurable", "attainable")]),
        ("target: {raise_by: 20%}, logic: x", ["measurable: the base is missing", "attainable: the base is missing"]),
    ],
)
def test_what_cannot_be_read_is_not_measurable(target: str, said: list[str]) -> None:
    assert missing(built(f"gmv: {{{target}, {OWNED}}}\n")) == [f"gmv {each}" for each in said]


def test_a_target_serves_the_same_one_of_the_plan_above_or_its_whole() -> None:
    sale = "{id: sale, kind: campaign, title: Sale, parent: 2024-06, period: 2024-06-16..2024-06-18, owner: shop-manager}\n"
    targets = f"gmv: {{target: 10万, {OWNED}}}\nvisitors: {{target: 9000, {OWNED}}}\n"
    build = built(f"gmv: {{target: 37.2万, {OWNED}, logic: x}}\n", {"plans/sale/plan.yaml": sale, "plans/sale/targets.yaml": targets})
    smart = build.view.facts.smart
    assert smart["sale", "gmv"].serves == "2024-06/gmv"
    # The figures end on the 14th: of the three days before the sale there are two.
    assert smart["sale", "visitors"].missing == ("attainable", "relevant")


def test_a_band_is_as_far_as_its_nearer_bound_and_no_way_from_within() -> None:
    metrics = "tickets: {formula: sum(store.visitors), unit: person-days, better: band, title: Visitors in a band}\n"
    starter = run().view.source.read("data/metrics.yaml").decode()
    for band, change in (("{from: 15.5万, to: 16万}", "+25%"), ("{from: 10万, to: 12.4万}", "0%"), ("{from: 10万, to: 11.78万}", "-5%")):
        build = built(f"tickets: {{target: {band}, {OWNED}, logic: x}}\n", {"data/metrics.yaml": starter + metrics})
        assert rows(build)[0].split(" | ")[3].split("<br>")[0] == f"✓ {change}"


def test_a_row_leaves_the_table_with_its_target() -> None:
    both = built(f"gmv: {{target: 37.2万, {OWNED}, logic: x}}\nvisitors: {{target: 13万, {OWNED}, logic: x}}\n")
    one = built(f"gmv: {{target: 37.2万, {OWNED}, logic: x}}\n")
    assert [line.split(" | ")[0] for line in rows(both)] == ["| Sales", "| Visitors", "✓ Every target is SMART."]
    assert [line.split(" | ")[0] for line in rows(one)] == ["| Sales", "✓ Every target is SMART."]


def test_in_chinese() -> None:
    build = built(f"gmv: {{target: 37.2万, {OWNED}}}\n")
    assert rows(build, "zh")[-1] == "- ✗ 成交金额 · 相关"
