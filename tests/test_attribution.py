"""Four questions about a figure, kept apart, each answered to the last digit: share, contribution, drivers, rate and mix."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import permutations
from math import prod
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgen import pipeline
from sopgen.compute import Facts
from sopgen.compute.attribution.contribution import contributions, is_negligible
from sopgen.compute.attribution.drivers import Method, lmdi, shapley, split
from sopgen.compute.attribution.mix import Effect, Ratio, effects, total
from sopgen.compute.attribution.plans import MetricFacts
from sopgen.compute.attribution.products import Product, ProductFacts, product
from sopgen.compute.attribution.share import ranks, shares
from sopgen.compute.figures import Figure, figures
from sopgen.compute.later import Later
from sopgen.pages.page import Page
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import Message
from sopgen.words.messages import Translator
from tests.workspace import Files

# --- share -----------------------------------------------------------------------------------------------------------

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)
ABOVE_ZERO = st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000)
PARTS = st.dictionaries(st.sampled_from("abcdef"), NUMBERS, min_size=1)


def test_refunds_are_a_negative_share() -> None:
    """Sales of 150 and 50, refunds of 100 more than sold: the two have 150 % and 50 % of the 100 that stay."""
    assert shares({"tmall": Fraction(150), "jd": Fraction(50), "douyin": Fraction(-100)}) == {
        "tmall": Fraction("1.5"),
        "jd": Fraction("0.5"),
        "douyin": Fraction(-1),
    }


def test_of_nothing_there_is_no_share() -> None:
    assert shares({"tmall": Fraction(100), "jd": Fraction(-100)}) is None


def test_equals_have_one_place() -> None:
    assert ranks(map(Fraction, [30, 20, 20, 10])) == {30: 1, 20: 2, 10: 4}


@given(PARTS)
def test_shares_sum_to_one(parts: Mapping[str, Fraction]) -> None:
    found = shares(parts)
    assert found is None or sum(found.values()) == 1


# --- contribution to change ------------------------------------------------------------------------------------------


def test_a_part_may_contribute_more_than_the_change() -> None:
    """100 + 100 become 160 + 60 + 20: of +40, tmall is +60 (150 %, 30 points of the 20 % growth), jd -40; douyin enters with +20."""
    before = {"tmall": Fraction(100), "jd": Fraction(100)}
    found = contributions(before, {"tmall": Fraction(160), "jd": Fraction(60), "douyin": Fraction(20)})
    assert {name: [each.change, each.share, each.points] for name, each in found.items()} == {
        "tmall": [60, Fraction("1.5"), Fraction("0.3")],
        "jd": [-40, -1, Fraction("-0.2")],
        "douyin": [20, Fraction("0.5"), Fraction("0.1")],
    }


@pytest.mark.parametrize(
    ("change", "base", "negligible"),
    [("0", "0", True), ("4.99", "1000", True), ("5", "1000", False), ("-5", "1000", False), ("1", "0", False)],
)
def test_a_change_under_half_a_percent_is_not_shared_out(change: str, base: str, negligible: bool) -> None:
    assert is_negligible(Fraction(change), Fraction(base)) is negligible


def test_points_of_growth_are_told_even_of_a_small_change() -> None:
    found = contributions({"a": Fraction(500), "b": Fraction(500)}, {"a": Fraction(600), "b": Fraction(401)})
    assert [(each.share, each.points) for each in found.values()] == [(None, Fraction("0.1")), (None, Fraction("-0.099"))]


@given(PARTS, PARTS)
def test_contributions_sum_to_the_change(before: Mapping[str, Fraction], after: Mapping[str, Fraction]) -> None:
    found, back = contributions(before, after), contributions(after, before)
    assert sum(each.change for each in found.values()) == sum(after.values()) - sum(before.values())
    assert {name: each.change for name, each in found.items()} == {name: -each.change for name, each in back.items()}
    if None not in (told := [each.share for each in found.values()]):
        assert sum(filter(None, told)) == 1


# --- drivers ---------------------------------------------------------------------------------------------------------


def assert_near(numbers: Sequence[Fraction], written: Sequence[str]) -> None:
    """Each number is the written one to its last digit."""
    assert [
        abs(number - Fraction(text)) * 10 ** len(text.partition(".")[2]) <= Fraction(1, 2)
        for number, text in zip(numbers, written, strict=True)
    ] == [True] * len(written)


def test_lmdi_of_the_samples_gap() -> None:
    """60,000 at 4.5 % to 58,000 at 4.1 %: L = 2000 / ln(60/58) = 58,994.3498; the conversion's part is L * ln(4.1/4.5)."""
    before, after = [Fraction("0.045"), 60_000 / Fraction("0.045")], [Fraction("0.041"), 58_000 / Fraction("0.041")]
    found = split(before, after)
    assert found.method is Method.LMDI
    assert_near(found.effects, ["-5491.81", "3491.81"])
    assert sum(found.effects) == -2000


def test_shapley_of_two_factors_is_the_mean_of_both_orders() -> None:
    """2 * 10 to 0 * 30: the first falls by 2, worth 10 or 30 each; the second rises by 20, worth 2 or 0 each."""
    found = split([Fraction(2), Fraction(10)], [Fraction(0), Fraction(30)])
    assert found.method is Method.SHAPLEY
    assert list(found.effects) == [-40, 20]


def test_a_negative_factor_is_left_to_shapley() -> None:
    """-1 * 2 to 3 * 2: the first rises by 4, worth 2 each."""
    found = split([Fraction(-1), Fraction(2)], [Fraction(3), Fraction(2)])
    assert found.method is Method.SHAPLEY
    assert list(found.effects) == [8, 0]


def test_factors_that_cancel_contribute_what_cancels() -> None:
    """2 * 8 and 4 * 4 are both 16: L(16, 16) = 16, and 16 * ln 2 = 11.09 goes one way and back."""
    found = split([Fraction(2), Fraction(8)], [Fraction(4), Fraction(4)])
    assert_near(found.effects, ["11.0903548890", "-11.0903548890"])
    assert sum(found.effects) == 0


FACTORS = st.integers(1, 5).flatmap(lambda n: st.tuples(*[st.lists(each, min_size=n, max_size=n) for each in (ABOVE_ZERO, ABOVE_ZERO)]))
ANY_FACTORS = st.integers(1, 5).flatmap(lambda n: st.tuples(*[st.lists(each, min_size=n, max_size=n) for each in (NUMBERS, NUMBERS)]))
Pair = tuple[list[Fraction], list[Fraction]]


@given(FACTORS)
def test_lmdi_and_shapley_sum_to_the_same_change(pair: Pair) -> None:
    before, after = pair
    found = lmdi(before, after)
    change = prod(after, start=Fraction(1)) - prod(before, start=Fraction(1))
    assert sum(shapley(before, after)) == change
    assert sum(found) == change


@given(st.one_of(FACTORS, ANY_FACTORS))
def test_time_reversed_attribution_negates(pair: Pair) -> None:
    there, back = split(pair[0], pair[1]), split(pair[1], pair[0])
    assert there.method is back.method
    assert there.effects == tuple(-effect for effect in back.effects)


@given(st.one_of(FACTORS, ANY_FACTORS), st.randoms(use_true_random=False))
def test_the_order_of_the_factors_changes_nothing(pair: Pair, random: Random) -> None:
    before, after = pair
    order = list(range(len(before)))
    random.shuffle(order)
    found = split(before, after).effects
    assert split([before[n] for n in order], [after[n] for n in order]).effects == tuple(found[n] for n in order)


@given(ANY_FACTORS)
def test_shapley_is_the_mean_over_all_orders(pair: Pair) -> None:
    """The definition itself, for up to five factors: 120 orders."""
    before, after = pair
    sums = [Fraction(0)] * len(before)
    orders = list(permutations(range(len(before))))
    for order in orders:
        now = list(before)
        for place in order:
            old = prod(now, start=Fraction(1))
            now[place] = after[place]
            sums[place] += prod(now, start=Fraction(1)) - old
    assert shapley(before, after) == tuple(each / len(orders) for each in sums)


@given(FACTORS, ABOVE_ZERO)
def test_a_factor_that_stays_contributes_nothing(pair: Pair, constant: Fraction) -> None:
    before, after = [*pair[0], constant], [*pair[1], constant]
    effect = split(before, after).effects[-1]
    # Where the product itself stays, the logarithms' rounding is spread evenly.
    assert abs(effect) < Fraction(1, 10**25)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("visitors * conversion", Product(("visitors", "conversion"), frozenset(), Fraction(1))),
        ("gmv / roi", Product(("gmv", "roi"), frozenset(["roi"]), Fraction(1))),
        ("1000 * (clicks / (views * 2))", Product(("clicks", "views"), frozenset(["views"]), Fraction(500))),
        ("visitors + buyers", None),
        ("visitors * visitors", None),
        ("sum(store.paid) * roi", None),
        ("2 * 3", None),
        ("visitors *", None),
    ],
)
def test_what_is_a_product_of_metrics(text: str, found: Product | None) -> None:
    assert product(text) == found


# --- rate and mix ----------------------------------------------------------------------------------------------------

BEFORE = {"tmall": Ratio(Fraction(50), Fraction(1000)), "jd": Ratio(Fraction(40), Fraction(500))}
AFTER = {
    "tmall": Ratio(Fraction(90), Fraction(2000)),
    "jd": Ratio(Fraction(27), Fraction(300)),
    "douyin": Ratio(Fraction(2), Fraction(400)),
}
RATIO = st.builds(Ratio, NUMBERS, ABOVE_ZERO)
RATIOS = st.dictionaries(st.sampled_from("abcdef"), RATIO, min_size=1)


def test_rate_and_mix_with_one_that_enters() -> None:
    """90/1500 = 6 % to 119/2700 = 4.4074 %. By hand for jd: weights 1/3 and 1/9, rates 8 % and 9 %, mean of all 5.2037 %;
    rate 2/9 * 1pp = 0.2222pp, mix -2/9 * (8.5 - 5.2037)pp = -0.7325pp, together -0.5103pp of -1.5926pp: 32.041 %."""
    found = effects(BEFORE, AFTER)
    assert found is not None
    change = Fraction(119, 2700) - Fraction(90, 1500)
    assert_near([100 * found[name].whole / change for name in ("douyin", "jd", "tmall")], ["43.755", "32.041", "24.203"])
    assert sum(each.whole for each in found.values()) == change
    assert found["douyin"].rate == 0
    assert found["jd"].rate == Fraction(2, 9) * Fraction("0.01")


def test_who_leaves_has_no_rate_effect() -> None:
    found = effects(AFTER, BEFORE)
    assert found is not None
    assert found["douyin"].rate == 0


def test_simpsons_paradox() -> None:
    """Both rates rise, 10 % to 11 % and 50 % to 55 %, and the whole falls from 30 % to 19.8 %: all of it is mix."""
    before = {"cold": Ratio(Fraction(10), Fraction(100)), "warm": Ratio(Fraction(50), Fraction(100))}
    after = {"cold": Ratio(Fraction(88), Fraction(800)), "warm": Ratio(Fraction(110), Fraction(200))}
    found = effects(before, after)
    assert found is not None
    assert sum(each.rate for each in found.values()) > 0
    assert sum(each.whole for each in found.values()) == Fraction("0.198") - Fraction("0.3")


@pytest.mark.parametrize("part", [Ratio(Fraction(3), Fraction(0)), Ratio(Fraction(0), Fraction(-1500))])
def test_what_divides_by_nothing_is_not_split(part: Ratio) -> None:
    assert effects(BEFORE, {**BEFORE, "douyin": part}) is None


@given(RATIOS, RATIOS)
def test_rate_and_mix_sum_to_the_change(before: Mapping[str, Ratio], after: Mapping[str, Ratio]) -> None:
    found, back = effects(before, after), effects(after, before)
    old, new = total(before.values()).rate, total(after.values()).rate
    assert found is not None
    assert back is not None
    assert old is not None
    assert new is not None
    assert sum(each.whole for each in found.values()) == new - old
    assert found == {name: Effect(-each.rate, -each.mix) for name, each in back.items()}


# --- the facts of a workspace ----------------------------------------------------------------------------------------

# One day before, and a plan of one day: the vector above. Spend makes ten a visit, so cost = visits * price.
ROWS = {
    "2024-06-01": {"tmall": (1000, 50), "jd": (500, 40)},
    "2024-06-02": {"tmall": (2000, 90), "jd": (300, 27), "douyin": (400, 2)},
}
OWNED = "department: operations, owner: ops"
METRICS = """
visits: {title: Visits, formula: sum(store.visits), unit: times, better: up, parts: [channel], reports: [daily]}
orders: {title: Orders, formula: sum(store.orders), unit: order, better: up, drivers: visits * rate, parts: [channel], reports: [daily]}
rate: {title: Rate, formula: sum(store.orders) / sum(store.visits), unit: percent, better: up, parts: [channel], reports: [daily]}
"""
TABLE = """
title: Store
grain: day
fields:
- {name: date, id: date, type: date}
- {name: channel, id: channel, type: string}
- {name: visits, id: visits, type: integer, unit: times, time: sum, across: sum}
- {name: orders, id: orders, type: integer, unit: order, time: sum, across: sum}
primaryKey: [date, channel]
"""
JUNE = "data/tables/store/2024-06.csv"
TARGETS = "plans/june/targets.yaml"
SHOP: Mapping[str, str] = {
    "mkdocs.yml": "plugins: [{sopgen: {as_of: 2024-06-20 09:00}}]\n",
    "data/people.yaml": "departments: {operations: {title: Operations}}\npeople: {ops: {title: Operations, department: operations}}\n",
    "data/metrics.yaml": METRICS,
    "data/tables/store/table.yaml": TABLE,
    JUNE: "date,channel,visits,orders\n"
    + "".join(f"{day},{name},{a},{b}\n" for day, rows in ROWS.items() for name, (a, b) in rows.items()),
    "plans/june/plan.yaml": "id: june\nkind: daily\ntitle: June\nperiod: 2024-06-02..2024-06-02\nowner: ops\nbreakdown: [visits]\n",
    TARGETS: f"rate: {{target: 6%, {OWNED}}}\norders: {{target: 150, {OWNED}}}\n",
}


def facts(changes: Mapping[str, str] | None = None) -> Facts:
    """What follows from the shop, with some of its files exchanged or added."""
    build = pipeline.run(Files({**SHOP, **(changes or {})}), Instant.parse("2024-06-20"))
    assert not build.has_errors
    return build.view.facts


def of(metric: str, changes: Mapping[str, str] | None = None) -> MetricFacts:
    """A metric of the plan against the day before."""
    return facts(changes).attribution["june", metric]


def said(reason: Message | None) -> str:
    assert reason is not None
    return Translator().translate(reason)


def by_name(parts: Sequence[Any], what: str) -> dict[str | None, Fraction | None]:
    """One figure of each part."""
    return {part.name: getattr(part, what).value for part in parts}


def effects_of(tree: ProductFacts | None) -> dict[str, Fraction | None]:
    assert tree is not None
    return {each.name: each.effect.value for each in tree.drivers}


def test_a_ratio_by_channel() -> None:
    (by,) = of("rate").parts
    assert by.mix is not None
    assert (by.share, by.contribution, by.reason) == (None, None, None)
    assert by.mix.change.value == Fraction(119, 2700) - Fraction(90, 1500)
    assert [part.name for part in by.mix.parts] == ["douyin", "jd", "tmall"]
    assert_near([100 * (part.share.value or Fraction(0)) for part in by.mix.parts], ["43.755", "32.041", "24.203"])
    assert by.mix.residual.value == 0
    assert by.mix.residual.unit == by.mix.change.unit == "points"


def test_who_enters_had_no_rate() -> None:
    (by,) = of("rate").parts
    assert by.mix is not None
    douyin = by.mix.parts[0]
    assert (douyin.before.value, said(douyin.before.reason)) == (None, "it was not there")
    assert [each.value for each in (douyin.weight_before, douyin.weight_after, douyin.rate)] == [0, Fraction(4, 27), 0]


def test_a_sum_by_channel() -> None:
    """Visits 1500 to 2700. Shares of 2700: 20/27, 4/27, 3/27; of the +1200: +1000, +400 and -200."""
    (by,) = of("visits").parts
    assert by.share is not None
    assert by.contribution is not None
    assert by_name(by.share.parts, "share") == {"tmall": Fraction(20, 27), "douyin": Fraction(4, 27), "jd": Fraction(3, 27)}
    assert [part.rank for part in by.share.parts] == [1, 2, 3]
    assert by_name(by.contribution.parts, "change") == {"tmall": 1000, "douyin": 400, "jd": -200}
    assert by_name(by.contribution.parts, "share") == {"tmall": Fraction(5, 6), "douyin": Fraction(1, 3), "jd": Fraction(-1, 6)}
    assert by_name(by.contribution.parts, "points") == {"tmall": Fraction(2, 3), "douyin": Fraction(4, 15), "jd": Fraction(-2, 15)}
    assert by.contribution.growth.value == Fraction(4, 5)
    assert [each.residual.value for each in (by.share, by.contribution)] == [0, 0]


def test_a_change_that_is_too_small_has_points_and_no_shares() -> None:
    """1500 visits to 1505 are a third of a percent: +105 and -100 would be 2100 % and -2000 % of it."""
    rows = "date,channel,visits,orders\n2024-06-01,a,1000,1\n2024-06-01,b,500,1\n2024-06-02,a,1105,1\n2024-06-02,b,400,1\n"
    (by,) = of("visits", {JUNE: rows}).parts
    assert by.contribution is not None
    assert by_name(by.contribution.parts, "share") == {"a": None, "b": None}
    assert by_name(by.contribution.parts, "points") == {"a": Fraction(105, 1500), "b": Fraction(-100, 1500)}
    reason = said(by.contribution.parts[0].share.reason)
    assert reason == "the change is too small to be shared out (under 0.5% of what it started from)"


def test_the_parts_beyond_the_ten_largest_are_the_rest() -> None:
    """c12 had 12 visits and now has 24, down to c01 with 1 and 2: the two smallest are 3 before and 6 now."""
    rows = [f"2024-06-0{day},c{n:02},{n * day},1\n" for day in (1, 2) for n in range(1, 13)]
    (by,) = of("visits", {JUNE: "date,channel,visits,orders\n" + "".join(rows)}).parts
    assert by.share is not None
    assert by.contribution is not None
    assert [part.name for part in by.share.parts] == [*(f"c{n:02}" for n in range(12, 2, -1)), None]
    rest = by.contribution.parts[-1]
    assert [rest.before.value, rest.after.value] == [3, 6]
    assert by.share.parts[-1].rank is None
    assert rest.after.id == "plans/june/attribution/visits/by/channel-rest/after"
    assert sum(part.share.value or 0 for part in by.share.parts) == 1


def test_every_value_has_an_id_of_its_own() -> None:
    """Whatever an author calls a channel, even nothing at all."""
    rows = "date,channel,visits,orders\n2024-06-01,tmall,1,1\n2024-06-02,a/b,1,2\n2024-06-02,~,1,3\n2024-06-02,,1,4\n"
    table = TABLE.replace("primaryKey: [date, channel]", "primaryKey: [date, orders]")
    (by,) = of("visits", {JUNE: rows, "data/tables/store/table.yaml": table}).parts
    assert by.share is not None
    ids = [part.value.id.removeprefix("plans/june/attribution/visits/by/channel/") for part in by.share.parts]
    assert sorted(ids) == ["a~1b/after", "tmall/after", "~/after", "~0/after"]


def test_parts_that_do_not_add_up_are_refused() -> None:
    """One more than the visits of all is not one more of each channel."""
    metrics = METRICS.replace("formula: sum(store.visits)", "formula: sum(store.visits) + 1").replace("drivers: visits * rate, ", "")
    (by,) = of("visits", {"data/metrics.yaml": metrics}).parts
    assert (by.share, by.contribution, by.mix) == (None, None, None)
    assert said(by.reason) == "its parts do not add up to the whole"


def test_a_product_of_drivers() -> None:
    """Orders 90 to 119 = visits * rate; the effects are of L = 29 / ln(119/90): visits ln(2700/1500), the rate the rest."""
    drivers = of("orders").drivers
    assert drivers is not None
    assert drivers.method is Method.LMDI
    assert_near([each.effect.value or Fraction(0) for each in drivers.drivers], ["61.0275", "-32.0275"])
    assert drivers.residual.value == 0
    assert [each.effect.id for each in drivers.drivers] == [f"plans/june/attribution/orders/drivers/{name}" for name in ("visits", "rate")]


def test_a_driver_that_falls_to_zero_is_told_by_shapley() -> None:
    """90 orders of 1500 visits at 6 % to none of 300: visits -1200 * (6 % + 0) / 2 = -36, the rate -6 % * (1500 + 300) / 2 = -54."""
    rows = SHOP[JUNE].split("2024-06-02")[0] + "2024-06-02,jd,300,0\n"
    drivers = of("orders", {JUNE: rows}).drivers
    assert drivers is not None
    assert drivers.method is Method.SHAPLEY
    assert effects_of(drivers) == {"visits": -36, "rate": -54}
    assert set(drivers.drivers[0].effect.inputs) >= {each.after.id for each in drivers.drivers}


def test_drivers_that_do_not_make_the_metric_are_refused_with_both_numbers() -> None:
    drivers = of("orders", {"data/metrics.yaml": METRICS.replace("visits * rate", "2 * visits * rate")}).drivers
    assert drivers is not None
    assert drivers.method is None
    assert said(drivers.reason) == "the drivers multiply to 180, and the figure is 90 (order)"
    assert effects_of(drivers) == {"visits": None, "rate": None}
    assert drivers.residual.value is None


def test_a_driver_without_a_figure_is_named() -> None:
    rows = SHOP[JUNE].split("2024-06-02")[0] + "2024-06-02,jd,0,0\n"
    drivers = of("orders", {JUNE: rows}).drivers
    assert drivers is not None
    assert said(drivers.reason) == "rate has no figure: divided by zero"


def test_a_driver_that_has_drivers_makes_a_tree() -> None:
    """LMDI all the way down is LMDI of the leaves: the effects of `paying` and `base` sum to that of `rate`."""
    metrics = (
        METRICS.replace("unit: percent, better: up,", "unit: percent, better: up, drivers: paying / base,")
        + """
paying: {title: Paying, formula: sum(store.orders) / 2, unit: order}
base: {title: Base, formula: sum(store.visits) / 2, unit: times}
"""
    )
    drivers = of("orders", {"data/metrics.yaml": metrics}).drivers
    assert drivers is not None
    visits, rate = drivers.drivers
    flat = lmdi([Fraction(1500), Fraction(45), Fraction(1, 750)], [Fraction(2700), Fraction(119, 2), Fraction(1, 1350)])
    assert_near([each.effect.value or Fraction(0) for each in rate.drivers], [f"{float(effect):.9f}" for effect in flat[1:]])
    assert sum(each.effect.value or 0 for each in rate.drivers) == rate.effect.value
    assert visits.drivers == ()


def test_days_without_figures_are_not_compared_with_days_that_have_them() -> None:
    found = of("visits", {"plans/june/plan.yaml": SHOP["plans/june/plan.yaml"].replace("06-02..2024-06-02", "06-01..2024-06-02")})
    assert said(found.reason) == "2024-05-30..2024-05-31 has figures for 0 of 2 days"
    assert (found.drivers, found.parts) == (None, ())


def test_only_what_is_targeted_or_asked_for_is_broken_down() -> None:
    assert set(facts().attribution) == {("june", "rate"), ("june", "orders"), ("june", "visits")}
    assert set(facts({"plans/june/plan.yaml": SHOP["plans/june/plan.yaml"].split("breakdown")[0]}).attribution) == {
        ("june", "rate"),
        ("june", "orders"),
    }


def test_a_month_is_compared_with_the_month_before() -> None:
    """30 days of June with the 31 of May, as many months and not as many days."""
    found = of("visits", {"plans/june/plan.yaml": SHOP["plans/june/plan.yaml"].replace("2024-06-02..2024-06-02", "2024-06")})
    assert (str(found.previous), str(found.period)) == ("2024-05-01..2024-05-02", "2024-06-01..2024-06-02")


# --- days ------------------------------------------------------------------------------------------------------------


def test_the_drivers_of_a_day_against_the_day_before() -> None:
    found = facts()
    drivers = found.drivers[date(2024, 6, 2)]["orders"]
    assert drivers.change.value == 29
    assert effects_of(drivers) == effects_of(of("orders").drivers)
    assert [each.effect.id for each in drivers.drivers] == ["days/2024-06-02/orders/drivers/visits", "days/2024-06-02/orders/drivers/rate"]
    assert drivers.drivers[0].after is found.days[date(2024, 6, 2)]["visits"].actual
    assert date(2024, 6, 1) not in found.drivers


def test_a_gap_tells_the_drivers_with_a_target_from_the_others() -> None:
    """150 orders at 6 % are 2500 visits. Reached: 119 of 2700 at 4.4074 %. Visits 108 % of what the targets leave for them."""
    gap = facts().gaps[date(2024, 6, 2)]["orders"]
    rate, visits = gap.drivers
    assert gap.change.value == -31
    assert visits.name == "visits"
    assert [each.value for each in (visits.before, visits.after, visits.ratio)] == [2500, 2700, Fraction("1.08")]
    assert (visits.before.id, visits.effect.id) == ("days/2024-06-02/orders/gap/visits/target", "days/2024-06-02/orders/gap/visits")
    assert (rate.effect.value or 0) + (visits.effect.value or 0) == -31
    assert gap.residual.value == 0


def test_without_a_target_for_a_driver_there_is_nothing_to_tell_apart() -> None:
    assert facts({TARGETS: f"orders: {{target: 150, {OWNED}}}\n"}).gaps == {}


def test_targets_that_contradict_each_other_are_said_to() -> None:
    """2000 visits at 6 % are 120 orders, and 150 are wanted."""
    targets = SHOP[TARGETS] + f"visits: {{target: 2000, {OWNED}}}\n"
    gap = facts({TARGETS: targets}).gaps[date(2024, 6, 2)]["orders"]
    assert said(gap.reason) == "the drivers multiply to 120, and the figure is 150 (order)"


def test_days_are_taken_apart_when_somebody_looks() -> None:
    """Checking a workspace asks for facts, and for none of these."""
    asked: list[str] = []

    def make() -> Mapping[int, str]:
        asked.append("now")
        return {1: "one"}

    later = Later(make)
    assert asked == []
    assert (later[1], len(later), list(later), asked) == ("one", 1, [1], ["now"])


def test_no_figure_has_two_values() -> None:
    found: dict[str, Figure] = {}
    for figure in figures(facts()):
        assert found.setdefault(figure.id, figure) == figure


# --- what a retro supposes -------------------------------------------------------------------------------------------

RETRO = "plans/june/retro.yaml"
CLAIMED = """
period: 2024-06-02..2024-06-02
claims: {orders: 120, visits: 2700}
assumptions:
- {id: each, title: Orders a visit, if: everybody orders once, formula: orders / visits, unit: percent, explains: orders}
"""


def test_an_assumption_is_worked_out_from_targets_and_from_claims() -> None:
    """150 orders of 2500 visits are 6 %; 120 of 2700 are 4.4444 %. The data, 119 orders, has no say in it."""
    targets = SHOP[TARGETS] + f"visits: {{target: 2500, {OWNED}}}\n"
    found = facts({RETRO: CLAIMED, TARGETS: targets}).assumptions["june", "each"]
    assert [found.target.value, found.actual.value] == [Fraction("0.06"), Fraction(2, 45)]
    assert found.explained is not None
    assert [each.name for each in found.explained.drivers] == ["visits", "each"]
    assert found.explained.change.value == -30
    assert sum(each.effect.value or 0 for each in found.explained.drivers) == -30
    assert found.target.inputs == ("plans/june/targets/orders/target", "plans/june/targets/visits/target")
    assert found.actual.inputs == ("plans/june/retro/orders/claimed", "plans/june/retro/visits/claimed")


def test_an_assumption_without_a_target_has_one_side_and_explains_nothing() -> None:
    found = facts({RETRO: CLAIMED}).assumptions["june", "each"]
    assert said(found.target.reason) == "the plan has no target for it"
    assert found.actual.value == Fraction(2, 45)
    assert said(found.change.relative.reason) == "the plan has no target for it"
    assert found.explained is not None
    assert found.explained.method is None
    assert said(found.explained.reason) == "visits has no figure: the plan has no target for it"


# --- pages -----------------------------------------------------------------------------------------------------------


def shown(path: str, changes: Mapping[str, str] | None = None) -> str:
    """A page in English, without the links of its numbers."""
    build = pipeline.run(Files({**SHOP, **(changes or {})}), Instant.parse("2024-06-20"))
    markdown = next(page.markdown for page in build.pages("en") if isinstance(page, Page) and page.path == path)
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", markdown)


def test_a_plan_page_keeps_the_four_questions_apart() -> None:
    page = shown("plans/june.md").partition("{#attribution}")[2]
    assert [re.sub(r" \{.*", "", line) for line in page.splitlines() if line.startswith(("### ", "#### "))] == [
        "### Rate",
        "#### Rate and mix · channel",
        "### Orders",
        "#### By its drivers",
        "#### Share of the whole · channel",
        "#### Contribution to the change · channel",
        "### Visits",
        "#### Share of the whole · channel",
        "#### Contribution to the change · channel",
    ]
    assert "| `douyin` | 43.8% | 0pp | -0.697pp | — it was not there<br>→ 0.5% | 0%<br>→ 14.8% |" in page
    assert "| Visits | 1,500 times<br>→ 2,700 times<br>(180%) | +61.03 orders | 210.4% |" in page
    assert "| `jd` | 500 times<br>→ 300 times | -200 times | -16.7% | -13.33pp |" in page
    assert page.count("Residual: 0") == 6
    assert "cause" not in page.lower()


def test_a_plan_page_says_why_nothing_is_broken_down() -> None:
    plan = SHOP["plans/june/plan.yaml"].replace("06-02..2024-06-02", "06-01..2024-06-02")
    assert "Not broken down: 2024-05-30..2024-05-31 has figures for 0 of 2 days" in shown("plans/june.md", {"plans/june/plan.yaml": plan})


def test_where_there_is_a_retro_it_tells_what_moved_the_figures() -> None:
    retro = {RETRO: "period: 2024-06-02..2024-06-02\n"}
    assert "#### By its drivers" in shown("retros/june.md", retro)
    plan = shown("plans/june.md", retro)
    assert "#### By its drivers" not in plan
    assert "- What moved the figures" in plan


def test_a_day_that_missed_its_target_shows_the_drivers_of_the_gap() -> None:
    """Orders rose by 29 and still missed 150 by 31: their drivers against the target are shown, those against yesterday are not."""
    page = shown("reports/2024-06.md")
    assert "**Orders against its target: -31 orders**" in page
    assert "| Visits | 2,500 times<br>→ 2,700 times<br>(108%) | +10.31 orders | -33.2% |" in page
    assert "**Orders against yesterday" not in page


def test_a_day_that_fell_shows_the_drivers_of_the_fall() -> None:
    """Without targets: yesterday's rows today, and today's yesterday."""
    turned = SHOP[JUNE].replace("06-01", "06-03").replace("06-02", "06-01").replace("06-03", "06-02")
    page = shown("reports/2024-06.md", {JUNE: turned, TARGETS: f"visits: {{target: 1, {OWNED}}}\n"})
    assert "**Orders against yesterday: -29 orders**" in page
    assert "| Visits | 2,700 times<br>→ 1,500 times<br>(55.6%) | -61.03 orders | 210.4% |" in page


def test_drivers_that_do_not_make_the_metric_are_not_shown_as_if_they_did() -> None:
    page = shown("plans/june.md", {"data/metrics.yaml": METRICS.replace("visits * rate", "2 * visits * rate")})
    assert "What the drivers contribute cannot be told: the drivers multiply to 180, and the figure is 90 (order)" in page


def test_an_assumption_is_shown_with_what_it_supposes() -> None:
    page = shown("retros/june.md", {RETRO: CLAIMED})
    assert "| everybody orders once | Orders a visit<br>`orders / visits` | — the plan has no target for it | 4.44% |" in page
