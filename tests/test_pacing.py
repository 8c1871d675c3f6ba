"""How a plan goes: pace, forecasts and what is still needed; wholes and parts; changes against earlier periods; the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgen.compute.attainment import attainment, in_band, inverse
from sopgen.compute.calendar import Curve, year_before
from sopgen.compute.changes import previous_days
from sopgen.compute.pacing import PaceFacts, RunFacts, Stage
from sopgen.records import Calendar, Event, Span, Weights
from sopgen.words.dates import Instant, Period
from sopgen.words.text import Text
from tests.test_compute import HEADER, JUNE, METRICS, OWNED, SHOP, TARGETS, facts, reason

PLAN, CALENDAR = "plans/june/plan.yaml", "data/calendar.yaml"
TEN_DAYS = SHOP[PLAN].replace("2024-06-04", "2024-06-10")


def rows(*paid: int, start: date = date(2024, 6, 1)) -> str:
    """A table of one channel with these amounts, a day each; -1 for a day without a row."""
    days = ((start + timedelta(days=number), amount) for number, amount in enumerate(paid))
    return HEADER + "".join(f"{day},tmall,100,5,{amount},10\n" for day, amount in days if amount >= 0)


def over_months(table: str) -> Mapping[str, str]:
    """The shop with a table of more than June in its place."""
    return {JUNE: HEADER, "data/tables/store/all.csv": table}


def paced(changes: Mapping[str, str], as_of: str, target: str = "gmv") -> PaceFacts:
    """The pace of a target of ten days in June that asks for 1,000."""
    return facts({PLAN: TEN_DAYS, TARGETS: f"gmv: {{target: 1000, {OWNED}}}\n", **changes}, as_of).pace["june", target]


def run(found: PaceFacts) -> RunFacts:
    assert found.run is not None
    return found.run


# --- attainment ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "actual", "signed", "inverted"),
    [
        ("30", "25", Fraction(7, 6), Fraction(6, 5)),  # 116.7 % and 120 %
        ("30", "30", Fraction(1), Fraction(1)),
        ("30", "45", Fraction(1, 2), Fraction(2, 3)),
        ("30", "60", Fraction(0), Fraction(1, 2)),
        ("30", "75", Fraction(-1, 2), Fraction(2, 5)),
        ("0.05", "0.04", Fraction(6, 5), Fraction(5, 4)),  # a refund rate of 4 % where 5 % was the target
    ],
)
def test_two_formulas_are_in_use_where_less_is_better(target: str, actual: str, signed: Fraction, inverted: Fraction) -> None:
    assert attainment(Fraction(actual), Fraction(target), "down") == signed
    assert inverse(Fraction(actual), Fraction(target)) == inverted


INVERSE = f"{SHOP[METRICS]}visits: {{title: V, formula: sum(store.visitors), unit: person-days, better: down, attainment: inverse}}\n"


@pytest.mark.parametrize(
    ("visitors", "goal", "value", "met", "why"),
    [
        (500, 400, Fraction(4, 5), False, None),
        (320, 400, Fraction(5, 4), True, None),
        (0, 400, None, True, "target / actual says nothing of figures that are not above zero"),
        (5, 0, None, False, "the target is zero: met or missed, no percentage"),
        (0, 0, None, True, "the target is zero: met or missed, no percentage"),
    ],
)
def test_a_metric_may_ask_for_the_inverse_formula(visitors: int, goal: int, value: Fraction | None, met: bool, why: str | None) -> None:
    files = {METRICS: INVERSE, JUNE: f"{HEADER}2024-06-01,tmall,{visitors},1,1,1\n", TARGETS: f"visits: {{target: {goal}, {OWNED}}}\n"}
    found = facts(files).targets["june", "visits"]
    assert [found.attainment.value, found.attainment.formula, found.met] == [value, "target / actual", met]
    assert why is None or reason(found.attainment) == why


@pytest.mark.parametrize(
    ("actual", "reached"),
    [("30", "1"), ("37", "1"), ("45", "1"), ("24", "0.8"), ("54", "0.8"), ("0", "0"), ("90", "0"), ("135", "-1")],
)
def test_a_band_of_30_to_45_days(actual: str, reached: str) -> None:
    """24 is 6 below the lower bound of 30, a fifth of it; 54 is 9 above the upper bound of 45, a fifth of that."""
    assert in_band(Fraction(actual), Fraction(30), Fraction(45)) == Fraction(reached)


def test_a_bound_of_zero_gives_no_percentage_of_it() -> None:
    assert in_band(Fraction(-1), Fraction(0), Fraction(5)) is None
    assert in_band(Fraction(0), Fraction(0), Fraction(5)) == 1


NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS.map(abs).filter(bool))
def test_the_unit_changes_nothing_of_a_band(actual: Fraction, one: Fraction, other: Fraction, scale: Fraction) -> None:
    lower, upper = sorted((one, other))
    assert in_band(actual * scale, lower * scale, upper * scale) == in_band(actual, lower, upper)


BAND = SHOP[METRICS].replace("unit: piece", "unit: piece, better: band, reports: [daily]")


@pytest.mark.parametrize(
    ("goal", "value", "gap", "met"),
    [
        ("{from: 28, to: 40}", 1, 0, True),  # the stock of both channels on the last day is 28: the bound is inside
        ("{from: 35, to: 40}", Fraction(4, 5), -7, False),
        ("{from: 10, to: 20}", Fraction(3, 5), 8, False),
    ],
)
def test_a_target_may_be_a_band(goal: str, value: Fraction, gap: int, met: bool) -> None:
    files = facts({METRICS: BAND, TARGETS: f"stock: {{target: {goal}, {OWNED}}}\n"})
    found, day = files.targets["june", "stock"], files.days[date(2024, 6, 4)]["stock"]
    assert [found.attainment.value, found.gap.value, found.met] == [value, gap, met]
    assert found.upper is not None
    assert found.attainment.inputs == (found.actual.id, found.target.id, found.upper.id)
    assert (day.attainment.value, day.met) == (value, met)  # a band of a level holds on each day


def test_a_band_of_a_sum_is_not_shared_out_among_the_days() -> None:
    metrics = SHOP[METRICS].replace("unit: CNY, better: up", "unit: CNY, better: band")
    found = facts({METRICS: metrics, TARGETS: f"gmv: {{target: {{from: 200, to: 400}}, {OWNED}}}\n"})
    assert found.targets["june", "gmv"].met is True
    assert reason(found.days[date(2024, 6, 1)]["gmv"].target) == "a band of what adds up over days is not shared out among them"
    assert found.pace["june", "gmv"].run is None


# --- pace ------------------------------------------------------------------------------------------------------------


def test_flat_days() -> None:
    """240 in three days of ten: 300 were expected, 800 lie ahead at that rate, and 760 over seven days are needed."""
    found = paced({JUNE: rows(80, 80, 80)}, "2024-06-03")
    assert [found.elapsed.value, found.total.value, found.time.value] == [3, 10, Fraction(3, 10)]
    assert [run(found).expected.value, found.pace.value] == [300, Fraction(4, 5)]
    assert [run(found).forecast.value, run(found).linear.value] == [800, 800]
    assert run(found).needed.value == Fraction(760, 7)
    assert [run(found).next_day, run(found).next_target.value] == [date(2024, 6, 4), 100]


def test_the_calendar_says_what_is_expected() -> None:
    """Nine days weigh 1 and the last 11, so three days are to bring 3/20: 150. 240 is 160 % of it and leads to 1,600."""
    calendar = "weights: {default: 1, spans: [{days: 2024-06-10..2024-06-10, weight: 11}]}\n"
    found = paced({JUNE: rows(80, 80, 80), CALENDAR: calendar}, "2024-06-03")
    assert [run(found).expected.value, found.pace.value] == [150, Fraction(8, 5)]
    assert [run(found).forecast.value, run(found).linear.value] == [1600, 800]


@pytest.mark.parametrize(
    ("as_of", "elapsed"), [("2024-06-03", 3), ("2024-06-03 09:00", 2), ("2024-06-03 23:58", 2), ("2024-06-04 00:00", 3)]
)
def test_a_day_counts_when_it_is_over(as_of: str, elapsed: int) -> None:
    found = paced({JUNE: rows(80, 80, 80)}, as_of)
    assert [found.elapsed.value, found.covered.value] == [elapsed, elapsed]
    assert Instant.parse(as_of).last_whole_day == date(2024, 6, elapsed)


def test_figures_of_later_days_do_not_show() -> None:
    early, all_there = (paced({JUNE: rows(*paid)}, "2024-06-03") for paid in ((80, 80, 80), (80, 80, 80, 999, 999)))
    assert early == all_there


def test_days_that_the_data_does_not_reach_have_not_passed() -> None:
    found = paced({JUNE: rows(80, 80, 80)}, "2024-06-08")
    assert [found.elapsed.value, found.to_date] == [3, Period.parse("2024-06-01..2024-06-03")]
    assert found.pace.value == Fraction(4, 5)


def test_a_day_without_figures_is_no_lag() -> None:
    """160 in two of three days are 80 % of the 200 that those two were to bring; the third is neither reached nor expected."""
    found = paced({JUNE: rows(80, -1, 80)}, "2024-06-03")
    assert [found.elapsed.value, found.covered.value] == [3, 2]
    assert [run(found).expected.value, found.pace.value, run(found).forecast.value] == [200, Fraction(4, 5), 800]
    assert run(found).linear.value == 800
    assert run(found).needed.value == Fraction(840, 7)  # nothing is known of that day, so nothing is taken off


def test_less_is_better_below_what_is_expected() -> None:
    metrics = SHOP[METRICS].replace("unit: CNY, better: up", "unit: CNY, better: down")
    assert paced({METRICS: metrics, JUNE: rows(80, 80, 80)}, "2024-06-03").pace.value == Fraction(6, 5)


def test_a_level_is_held_and_not_added_up() -> None:
    targets = f"conversion: {{target: 4%, {OWNED}}}\n"
    found = paced({TARGETS: targets, JUNE: rows(80, 80, 80)}, "2024-06-03", "conversion")
    assert [found.time.value, found.pace.value, found.run] == [Fraction(3, 10), Fraction(5, 4), None]


@pytest.mark.parametrize(
    ("as_of", "paid", "stage", "pace", "needed"),
    [
        ("2024-05-20", (80,), Stage.AHEAD, "it has not started", "it has not started"),
        ("2024-06-01 09:00", (80,), Stage.RUNNING, "it has not started", "it has not started"),
        ("2024-06-03", (-1, -1, -1, 80), Stage.RUNNING, "no figures", "no figures"),
        ("2024-06-11", (100,) * 10, Stage.OVER, None, "the period is over"),
    ],
)
def test_what_cannot_be_said_has_a_reason(as_of: str, paid: tuple[int, ...], stage: Stage, pace: str | None, needed: str) -> None:
    found = paced({JUNE: rows(*paid)}, as_of)
    assert found.stage is stage
    assert reason(run(found).needed) == needed
    if pace is None:
        assert [found.pace.value, run(found).forecast.value] == [1, 1000]
    else:
        assert reason(found.pace) == reason(run(found).forecast) == reason(run(found).linear) == pace


def test_days_without_weight_lead_nowhere() -> None:
    calendar = "weights: {default: 0, spans: [{days: 2024-06-10..2024-06-10, weight: 1}]}\n"
    found = paced({JUNE: rows(80, 80, 80), CALENDAR: calendar}, "2024-06-03")
    assert reason(found.pace) == "the target is zero: met or missed, no percentage"
    assert reason(run(found).forecast) == "nothing is expected of the days so far"
    assert run(found).linear.value == 800


SALE = {
    "plans/sale/plan.yaml": "id: sale\nkind: campaign\ntitle: Sale\nparent: june\nperiod: 2024-06-02..2024-06-03\nowner: ops\n",
    "plans/sale/targets.yaml": f"gmv: {{target: 600, {OWNED}}}\n",
}


def test_a_plan_expects_what_the_plans_within_it_expect() -> None:
    """June wants 1,000 and its sale of two days 600 of them, so each of the other eight days wants 50: 50 + 300 + 300 + 50."""
    found = facts({PLAN: TEN_DAYS, TARGETS: f"gmv: {{target: 1000, {OWNED}}}\n", **SALE, JUNE: rows(50, 300, 300, 50)}, "2024-06-04")
    june, sale = found.pace["june", "gmv"], found.pace["sale", "gmv"]
    assert [run(june).expected.value, june.pace.value, run(june).forecast.value] == [700, 1, 1000]
    assert [run(sale).expected.value, sale.pace.value] == [600, 1]
    assert run(june).expected.inputs[:2] == ("plans/june/targets/gmv/target", "plans/sale/targets/gmv/target")


AMOUNTS = st.integers(0, 1000)


@given(
    st.lists(st.fractions(0, 9, max_denominator=5).filter(bool), min_size=10, max_size=10), AMOUNTS, st.integers(1, 9), st.integers(0, 9)
)
def test_the_days_of_a_plan_add_up_to_its_target(weights: list[Fraction], target: int, start: int, more: int) -> None:
    """Whatever the calendar and wherever a plan within it lies, as long as that asks for no more than the whole."""
    end = min(start + more, 9)
    days = [f"2024-06-{number:02}" for number in range(1, 11)]
    spans = ", ".join(f"{{days: {day}..{day}, weight: {float(weight)}}}" for day, weight in zip(days, weights, strict=True))
    sale = {**SALE, "plans/sale/plan.yaml": SALE["plans/sale/plan.yaml"].replace("06-02..2024-06-03", f"06-{start:02}..2024-06-{end:02}")}
    files = {
        PLAN: TEN_DAYS,
        CALENDAR: f"weights: {{default: 1, spans: [{spans}]}}\n",
        TARGETS: f"gmv: {{target: {600 + target}, {OWNED}}}\n",
        **sale,
        JUNE: rows(*[1] * 10),
    }
    found = facts(files, "2024-06-10")
    assert sum((found.days[date.fromisoformat(day)]["gmv"].target.value or Fraction(0) for day in days), Fraction(0)) == 600 + target
    assert run(found.pace["june", "gmv"]).expected.value == 600 + target


# --- wholes and parts ------------------------------------------------------------------------------------------------

PARTS = f"""
gmv: {{target: 400, {OWNED}}}
gmv.tmall: {{metric: gmv, where: {{channel: tmall}}, target: 250, {OWNED}}}
gmv.jd: {{metric: gmv, where: {{channel: jd}}, target: 100, {OWNED}}}
"""


def test_parts_of_a_target() -> None:
    found = facts({TARGETS: PARTS}).trees["june", "gmv"]
    (branch,) = found
    assert [branch.branch.fields, branch.branch.targets] == [("channel",), ("gmv.tmall", "gmv.jd")]
    assert branch.sum is not None
    assert branch.unassigned is not None
    assert [branch.sum.value, branch.unassigned.value] == [350, 50]
    assert {id_: share.value for id_, share in branch.shares.items()} == {"gmv.tmall": Fraction(5, 8), "gmv.jd": Fraction(1, 4)}


def test_the_whole_is_worked_out_anew_and_no_mean_of_its_parts() -> None:
    """Tmall reached 240.6 of 250 and JD 59.4 of 100; the mean of 96.24 % and 59.4 % would be 77.82 %."""
    found = facts({TARGETS: PARTS}).targets
    assert [found["june", id_].attainment.value for id_ in ("gmv", "gmv.tmall", "gmv.jd")] == [
        Fraction(300, 400),
        Fraction("240.6") / 250,
        Fraction("59.4") / 100,
    ]


def test_a_part_belongs_to_the_nearest_whole() -> None:
    header = HEADER.replace("channel", "channel,shop")
    table = SHOP["data/tables/store/table.yaml"].replace("- {name: visitors", "- {name: shop, id: shop, type: string}\n- {name: visitors")
    files = {
        "data/tables/store/table.yaml": table,
        JUNE: f"{header}2024-06-01,tmall,a,1,1,10,1\n",
        TARGETS: f"{PARTS}gmv.a: {{metric: gmv, where: {{channel: tmall, shop: a}}, target: 90, {OWNED}}}\n",
    }
    trees = facts(files).trees
    assert {whole: [each.branch.targets for each in branches] for (_, whole), branches in trees.items()} == {
        "gmv": [("gmv.tmall", "gmv.jd")],
        "gmv.tmall": [("gmv.a",)],
    }


def test_rates_stand_side_by_side_without_a_sum() -> None:
    targets = f"conversion: {{target: 5%, {OWNED}}}\nconversion.jd: {{metric: conversion, where: {{channel: jd}}, target: 4%, {OWNED}}}\n"
    (branch,) = facts({TARGETS: targets}).trees["june", "conversion"]
    assert [branch.branch.targets, branch.sum, branch.unassigned, branch.shares] == [("conversion.jd",), None, None, {}]


# --- the calendar ----------------------------------------------------------------------------------------------------

FESTIVAL = Event(title=Text({"en": "Festival"}), days=(Period.parse("2023-01-21..2023-01-27"), Period.parse("2024-02-10..2024-02-17")))
YEARS = Calendar(events={"festival": FESTIVAL})


@pytest.mark.parametrize(
    ("day", "before", "event"),
    [
        ("2024-02-10", "2023-01-21", "festival"),
        ("2024-02-16", "2023-01-27", "festival"),
        ("2024-02-17", None, "festival"),  # the eighth day had no like the year before
        ("2024-02-18", "2023-02-19", ""),  # the same weekday, 364 days earlier
        ("2023-01-21", None, "festival"),  # the calendar knows nothing earlier
        ("2024-02-29", "2023-03-02", ""),
    ],
)
def test_a_day_of_an_event_is_compared_with_the_same_day_of_it(day: str, before: str | None, event: str) -> None:
    one = date.fromisoformat(day)
    found = year_before(YEARS, Period(one, one))
    assert [found.days and str(found.days.start), found.event] == [before, event]


def test_days_around_an_event_move_with_it() -> None:
    around, apart = Period.parse("2024-02-01..2024-02-20"), Period.parse("2024-03-01..2024-03-10")
    assert year_before(YEARS, around).days == Period.parse("2023-01-12..2023-01-31")
    assert year_before(YEARS, apart).days == Period.parse("2023-03-03..2023-03-12")
    assert year_before(None, apart).days == Period.parse("2023-03-03..2023-03-12")


def test_an_event_that_comes_every_month_is_compared_with_that_of_a_year_ago() -> None:
    days = tuple(Period.parse(f"{year}-{month:02}-08..{year}-{month:02}-08") for year in (2023, 2024) for month in range(1, 13))
    calendar = Calendar(events={"members": Event(title=Text({"en": "Members"}), days=days)})
    assert year_before(calendar, Period.parse("2024-05-08..2024-05-08")).days == Period.parse("2023-05-08..2023-05-08")


def test_a_span_may_name_an_event() -> None:
    spans = (Span(event="festival", weight=Fraction(3)), Span(days=Period.parse("2024-02-17..2024-02-18"), weight=Fraction(2)))
    curve = Curve.of(Calendar(events=YEARS.events, weights=Weights(default=Fraction(1), spans=spans)))
    # Of two spans around a day the first one counts.
    assert [curve.weight(date(2024, 2, day)) for day in (9, 10, 17, 18)] == [1, 3, 3, 2]
    assert curve.weight(date(2023, 1, 25)) == 3


# --- changes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "days", "before"),
    [
        ("2024-03", "2024-03", "2024-02"),  # whole against whole, though one has 31 days and the other 29
        ("2024-03", "2024-03-01..2024-03-10", "2024-02-01..2024-02-10"),
        ("2024-03", "2024-03-01..2024-03-30", "2024-02"),
        ("2024-Q1", "2024-Q1", "2023-Q4"),
        ("2024", "2024-01-01..2024-02-01", "2023-01-01..2023-02-01"),
        ("2024-06-01..2024-06-18", "2024-06-01..2024-06-18", "2024-05-14..2024-05-31"),
        ("2024-06-01..2024-06-18", "2024-06-01..2024-06-05", "2024-05-14..2024-05-18"),
    ],
)
def test_the_period_before(period: str, days: str, before: str) -> None:
    assert previous_days(Period.parse(period), Period.parse(days)) == Period.parse(before)


def test_an_amount_against_as_many_days_before() -> None:
    """Ten days from 1 June, two of them over: against 22 and 23 May."""
    table = rows(*[10] * 10, 30, 30, start=date(2024, 5, 22))
    found = facts({PLAN: TEN_DAYS, **over_months(table)}, "2024-06-02").changes["june", "gmv"]
    assert [found.before.value, found.previous.relative.value] == [20, 2]
    assert found.previous.base.days == Period.parse("2024-05-22..2024-05-23")
    assert found.previous.relative.inputs == ("plans/june/targets/gmv/actual", "plans/june/targets/gmv/previous/base")
    assert reason(found.last_year.relative) == "the days it is compared with have no figures"


def test_months_of_unequal_length_are_compared_by_the_day_too() -> None:
    """10 a day in both: March's 31 days bring 310 and February's 29 bring 290, so 6.9 % more, and no more a day."""
    march = {PLAN: SHOP[PLAN].replace("2024-06-01..2024-06-04", "2024-03"), **over_months(rows(*[10] * 60, start=date(2024, 2, 1)))}
    found = facts(march, "2024-04-05").changes["june", "gmv"].previous
    assert found.relative.value == Fraction(20, 290)
    assert found.per_day is not None
    assert found.per_day.value == 0


def test_a_sum_of_some_of_the_days_is_not_compared_with_one_of_all() -> None:
    lacking_then = {PLAN: TEN_DAYS, **over_months(rows(10, -1, *[10] * 8, 30, 30, start=date(2024, 5, 22)))}
    assert reason(facts(lacking_then, "2024-06-02").changes["june", "gmv"].previous.relative) == (
        "the days it is compared with have figures for 1 of 2"
    )
    lacking_now = {PLAN: TEN_DAYS, **over_months(rows(*[10] * 10, 30, -1, 30, start=date(2024, 5, 22)))}
    assert reason(facts(lacking_now, "2024-06-03").changes["june", "gmv"].previous.relative) == "there are figures for 2 of 3 days"


@pytest.mark.parametrize("paid", [0, -20])
def test_a_base_of_zero_or_less_leaves_the_difference(paid: int) -> None:
    """After refunds of 20 a sale of 30 is 50 more, and no percentage of anything."""
    table = f"{HEADER}2024-06-01,tmall,1,1,{paid},1\n2024-06-02,tmall,1,1,30,1\n"
    moved = facts({JUNE: table}).days[date(2024, 6, 2)]["gmv"].day_on_day
    assert moved.difference is not None
    assert moved.difference.value == 30 - paid
    assert reason(moved.relative) == "the day it is compared with was zero or less"


def test_a_rate_moves_in_points_with_the_percentage_beside() -> None:
    table = f"{HEADER}2024-06-01,tmall,100,4,1,1\n2024-06-02,tmall,100,5,1,1\n"
    moved = facts({JUNE: table}).days[date(2024, 6, 2)]["conversion"].day_on_day
    assert moved.points is not None
    assert [moved.points.value, moved.relative.value, moved.difference] == [Fraction(1, 100), Fraction(1, 4), None]


def test_a_day_against_the_same_day_of_the_event_a_year_before() -> None:
    calendar = "events: {fair: {title: Fair, days: [2023-06-10..2023-06-12, 2024-06-01..2024-06-04]}}\n"
    table = f"{rows(30, 60, 90, 120)}{rows(10, 20, 30, start=date(2023, 6, 10)).removeprefix(HEADER)}"
    found = facts({CALENDAR: calendar, **over_months(table)}).days
    moved = [found[date(2024, 6, day)]["gmv"].year_on_year for day in (1, 2, 3, 4)]
    assert [each.relative.value for each in moved] == [2, 2, 2, None]
    assert [moved[1].base.days, moved[1].base.event] == [Period.parse("2023-06-11..2023-06-11"), "fair"]
    assert reason(moved[3].relative) == "the calendar has no such days of `fair` the year before"
