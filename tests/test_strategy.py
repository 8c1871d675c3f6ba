"""Strategies: what channels are expected to bring, what products need, and the mistakes that people make in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgen.pages.page import Page
from sopgen.pipeline import Build
from tests.oracle import strategy as oracle
from tests.workspace import findings, run, without_traces

PATH = "plans/2024-06/strategy.yaml"
STRATEGY = """
owner: shop-manager
written: 2024-05-20
target: gmv
budget: 2万
products:
- {id: lamp, title: Lamp, sku: lamp, role: hot, list_price: 25元, promo_price: 20元, cost: 12元, available: 300, in_transit: 100,
   forecast: {visitors: 1万, conversion: 5%, per_buyer: 1.1, factor: 1.2},
   supply: {daily: 100, daily_sd: 20, lead_time: 7d, service: 95%}}
- {id: cup, title: Cup, sku: cup, role: profit, list_price: 40元, promo_price: 36元, cost: 18元}
channels:
- {id: ads, title: Ads, source: advertising, visitors: 5万, conversion: 4%, order_value: 30元, budget: 2万, owner: shop-manager}
- {id: search, title: Search, source: organic, visitors: 10万, conversion: 4.4%, order_value: 100元}
campaign:
  theme: One rule
  phases:
  - {id: opening, title: Opening, days: 2024-06-01..2024-06-03}
  - {id: peak, title: Peak, days: 2024-06-16..2024-06-18}
  mechanics: [{id: flash, kind: flash-sale, text: Every evening, products: [lamp]}, {id: three-off, kind: money-off, text: 3 off for 30}]
  publicity: [{id: groups, title: Groups}]
"""


def built(strategy: str = STRATEGY, changed: Mapping[str, str] | None = None) -> Build:
    return run({PATH: strategy, **(changed or {})})


def numbers(build: Build) -> dict[str, Fraction | None]:
    """The figures of the strategy, by what is behind its home."""
    home = "plans/2024-06/strategy/"
    return {id_.removeprefix(home): figure.value for id_, figure in build.view.figures.items() if id_.startswith(home)}


def said(found: Mapping[str, Fraction | None], *names: str) -> list[str]:
    """The exact numbers under these names; "nothing" where there is no such figure."""
    return [str(found.get(name, "nothing")) for name in names]


def rows(build: Build, start: str) -> list[str]:
    markdown = next(item.markdown for item in build.pages("en") if item.path == "plans/2024-06/strategy.md" and isinstance(item, Page))
    plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", without_traces(markdown))
    return [line for line in plain.split("\n") if line.startswith(f"| {start}")]


def test_a_sound_strategy_is_no_finding() -> None:
    assert findings(built()) == []


def test_channels_bring_visitors_times_conversion_times_order_value() -> None:
    """50,000 × 4% × 30 = 60,000 for 20,000 yuan, 100,000 × 4.4% × 100 = 440,000 for nothing: together the target of 500,000."""
    found = numbers(built())
    assert said(found, "channels/ads/sales", "channels/ads/roi", "channels/ads/share") == ["60000", "3", "3/25"]
    assert said(found, "channels/search/sales", "channels/search/roi") == ["440000", "nothing"]
    assert said(found, "sales", "coverage", "gap") == ["500000", "1", "0"]
    assert said(found, "budget", "paid-sales", "roi") == ["20000", "60000", "3"]


def test_stock_is_what_visitors_ask_for_less_what_is_there() -> None:
    """10,000 × 5% × 1.1 × 1.2 = 660 pieces, of which 300 are on hand and 100 on their way."""
    found = numbers(built())
    assert said(found, "products/lamp/need", "products/lamp/to-order") == ["660", "260"]
    plenty = numbers(built(STRATEGY.replace("available: 300", "available: 3000")))
    assert said(plenty, "products/lamp/to-order") == ["0"]


def test_safety_stock_and_reorder_point_are_those_of_the_textbook() -> None:
    """100 a day, give or take 20, in 7 days: 87.05 and 787.05; with a lead time of give or take 1.5 days 261.65 and 961.65."""
    found = numbers(built())
    assert [_rounded(found[f"products/lamp/{name}"]) for name in ("safety", "reorder-point")] == ["87.05", "787.05"]
    late = numbers(built(STRATEGY.replace("lead_time: 7d", "lead_time: 7d, lead_time_sd: 1.5d")))
    assert [_rounded(late[f"products/lamp/{name}"]) for name in ("safety", "reorder-point")] == ["261.65", "961.65"]


def _rounded(value: Fraction | None) -> str:
    assert value is not None
    return f"{float(value):.2f}"


def test_what_is_ordered_every_week_must_last_a_week_longer() -> None:
    weekly = numbers(built(STRATEGY.replace("lead_time: 7d", "lead_time: 7d, review: 7d")))
    assert _rounded(weekly["products/lamp/reorder-point"]) == "1523.10"  # 100 × 14 + 1.645 × 20 × √14


def test_margins_are_of_the_price() -> None:
    found = numbers(built())
    assert said(found, "products/lamp/margin", "products/lamp/promo-margin") == ["13/25", "2/5"]  # 52 % and 40 %


_shares = st.integers(0, 1000).map(lambda n: Fraction(n, 1000))
_amounts = st.integers(1, 99_999).map(lambda n: Fraction(n, 100))
_channels = st.builds(oracle.Channel, st.integers(0, 10**6), _shares, _amounts, st.none() | st.integers(0, 10**6))
_counts = st.integers(0, 10**5)
_products = st.builds(
    oracle.Product,
    *(_amounts, _amounts, _amounts, _counts, _shares, _amounts, _amounts, _counts, _counts, _amounts, _amounts),
    st.integers(1, 60),
    _amounts,
    st.sampled_from(sorted(oracle.Z)),
)


@given(st.lists(_channels, max_size=4), _products)
def test_every_number_is_that_of_the_second_opinion(channels: list[oracle.Channel], product: oracle.Product) -> None:
    found = numbers(built(_written(channels, product)))
    stock = {f"products/p/{name}": value for name, value in oracle.stocked(product).items()}
    theirs = oracle.expected(channels, Fraction(500_000)) | stock
    assert set(found) == set(theirs)
    differing = {name: (found[name], theirs[name]) for name in found if not _same(found[name], theirs[name])}
    assert differing == {}


def _same(ours: Fraction | None, theirs: Fraction | None) -> bool:
    """Exactly, but for roots: to forty digits."""
    if ours is None or theirs is None:
        return ours is theirs
    return abs(ours - theirs) * 10**40 <= max(abs(ours), abs(theirs))


def _written(channels: list[oracle.Channel], product: oracle.Product) -> str:
    lines = ["owner: shop-manager", "written: 2024-05-20", "target: gmv", "products:", f"- {_product(product)}", "channels:"]
    lines += [f"- {{id: c{number}, title: C, source: direct, {_channel(each)}}}" for number, each in enumerate(channels)]
    return "\n".join(lines if channels else lines[:-1]) + "\n"


def _channel(each: oracle.Channel) -> str:
    cost = f", budget: {each.budget}" if each.budget is not None else ""
    return f"visitors: {each.visitors}, conversion: {_percent(each.conversion)}, order_value: {_plain(each.order_value)}{cost}"


def _product(each: oracle.Product) -> str:
    return (
        f"{{id: p, title: P, sku: p, role: hot, list_price: {_plain(each.price)}, promo_price: {_plain(each.promo)}, "
        f"cost: {_plain(each.cost)}, available: {each.available}, in_transit: {each.in_transit}, "
        f"forecast: {{visitors: {each.visitors}, conversion: {_percent(each.conversion)}, per_buyer: {_plain(each.per_buyer)}, "
        f"factor: {_plain(each.factor)}}}, supply: {{daily: {_plain(each.daily)}, daily_sd: {_plain(each.daily_sd)}, "
        f"lead_time: {each.lead_time}d, lead_time_sd: {_plain(each.lead_time_sd)}d, service: {_percent(each.service)}}}}}"
    )


def _plain(value: Fraction) -> str:
    return f"{float(value):.2f}"


def _percent(value: Fraction) -> str:
    return f"{float(value * 100):.1f}%"


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ("target: gmv", "target: conversion", "4:9 sales-against-no-money"),
        ("target: gmv", "target: gmw", "4:9 unknown-reference"),
        ("products: [lamp]", "products: [lamps]", "19:77 unknown-reference"),
        ("id: peak", "id: lamp", "18:10 duplicate-id"),
        ("id: groups", "id: gmv", "20:20 duplicate-id"),
        ("conversion: 5%", "conversion: 5", "8:41 expectation-in-another-unit"),
        ("list_price: 25元", "list_price: 25件", "7:61 expectation-in-another-unit"),
        ("service: 95%", "service: 100%", "9:63 impossible-expectation"),
        ("daily: 100", "daily: -100", "9:20 impossible-expectation"),
        ("promo_price: 36元", "promo_price: 41元", "10:79 promo-above-list"),
        ("cost: 18元", "cost: 37元", "10:79 promo-below-cost"),
        ("budget: 2万\n", "budget: 1.9万\n", "5:9 channels-over-budget"),
        ("2024-06-16..2024-06-18", "2024-07-04..2024-07-06", "18:35 phase-outside-plan"),
        ("2024-06-16..2024-06-18", "2024-06-03..2024-06-05", "18:35 overlapping-phases"),
    ],
)
def test_one_mistake_is_one_finding(good: str, bad: str, finding: str) -> None:
    assert good in STRATEGY
    assert findings(built(STRATEGY.replace(good, bad, 1))) == [f"{PATH}:{finding}"]


def test_a_phase_within_another_is_found_whatever_stands_between() -> None:
    days = "  - {id: long, title: Long, days: 2024-06-01..2024-06-20}\n  - {id: short, title: Short, days: 2024-06-02..2024-06-03}\n"
    phases = re.sub(r"  - \{id: opening.*\n", days, STRATEGY)
    assert findings(built(phases)) == [f"{PATH}:18:37 overlapping-phases", f"{PATH}:19:35 overlapping-phases"]


def test_without_a_readable_target_there_is_nothing_to_hold_sales_against() -> None:
    build = built(changed={"plans/2024-06/targets.yaml": "gmv: {target: lots, department: operations, owner: shop-manager}\n"})
    assert [line for line in findings(build) if line.startswith(PATH)] == []
    assert numbers(build)["coverage"] is None
    assert rows(build, "Ads")[0].startswith("| Ads<br>advertising {#ads} | ¥20,000 | ¥60,000<br>12% | 1:3 | 50,000 | 4% | ¥30 |")


def test_rows_of_the_page() -> None:
    build = built()
    assert rows(build, "Expected sales |") == ["| Expected sales | ¥500,000<br>100% of the target (¥0) |"]
    assert rows(build, "All channels") == ["| All channels | ¥20,000 | ¥500,000 | 1:3 | 150,000 | | |"]
    assert rows(build, "Lamp |") == ["| Lamp | 660 pieces | 300 pieces | 100 pieces | 260 pieces | 87.05 pieces | 787 pieces | 7 days |"]
    assert rows(build, "flash-sale") == ["| flash-sale {#flash} | Every evening | Lamp |"]
    without = built(re.sub(r"- \{id: search.*\n", "", STRATEGY))
    assert rows(without, "Search") == []


def test_an_item_that_an_opportunity_feeds_leads_back_to_it() -> None:
    brief = """
owner: shop-manager
written: 2024-05-20
market: {size: {text: Big, sources: [p]}, growth: {text: 6%, sources: [p]}, preferences: [{text: One, sources: [p]}]}
competitors:
- {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [p]}
- {id: b, title: B, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [p]}
- {id: c, title: C, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [p]}
opportunities: [{id: one-rule, title: One rule for all, feeds: [three-off, 2024-06/lamp]}]
sources: {p: {title: Panel, date: 2024-04-30}}
"""
    build = built(changed={"plans/2024-06/research.yaml": brief})
    assert findings(build) == []
    assert rows(build, "One rule for all") == ["| One rule for all | Lamp, 3 off for 30 |"]
    unread = built("owner: [\n", {"plans/2024-06/research.yaml": brief})
    assert [line for line in findings(unread) if "research" in line] == []
