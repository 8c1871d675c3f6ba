"""Alerts, on a shop of two channels and a few days in June: what fires, from which day to which, and what the rules' tests say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sopgen import alerting, pipeline
from sopgen.cli.group import group
from sopgen.compute.alerts import AlertFacts
from sopgen.compute.alerts.baseline import middle_and_spread, root, safety_stock, service_factor
from sopgen.compute.alerts.facts import alert_id
from sopgen.compute.alerts.response import later, respond
from sopgen.pages.format import show
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from sopgen.words.dates import Instant
from sopgen.words.messages import Translator
from tests.workspace import Files, findings, run

OWNED = "severity: high, owner: ops"
SHOP: Mapping[str, str] = {
    "mkdocs.yml": "plugins: [{sopgen: {as_of: 2024-06-11 09:00}}]\n",
    "data/people.yaml": "departments: {operations: {title: Operations}}\npeople: {ops: {title: Operations, department: operations}}\n",
    "data/metrics.yaml": """
gmv: {title: GMV, formula: sum(store.paid), unit: CNY, better: up, drivers: visits * value, reports: [daily]}
visits: {title: Visits, formula: sum(store.visits), unit: times, better: up}
value: {title: Paid a visit, formula: sum(store.paid) / sum(store.visits), unit: CNY, better: up, min_denominator: 5}
stock: {title: Stock, formula: last(store.stock), unit: piece}
""",
    "data/tables/store/table.yaml": """
title: Store
grain: day
fields:
- {name: date, id: date, type: date}
- {name: channel, id: channel, type: string}
- {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
- {name: visits, id: visits, type: integer, unit: times, time: sum, across: sum}
- {name: stock, id: stock, type: integer, unit: piece, time: last, across: sum}
primaryKey: [date, channel]
""",
}


def days(figures: Mapping[str, Sequence[int | None]]) -> str:
    """The store's table from 1 June on: per channel what was paid on each day, None for a day without a row; ten visits each."""
    rows = [
        f"2024-06-{number + 1:02},{channel},{paid},10,{paid}"
        for channel, each in figures.items()
        for number, paid in enumerate(each)
        if paid is not None
    ]
    return "\n".join(["date,channel,paid,visits,stock", *rows, ""])


def shop(rules: str, tmall: Sequence[int | None], jd: Sequence[int | None] | None = None, more: Mapping[str, str] | None = None) -> Build:
    """The shop with rules and figures."""
    table = {"data/tables/store/2024-06.csv": days({"tmall": tmall, **({"jd": jd} if jd else {})})}
    return pipeline.run(Files({**SHOP, **table, "data/alerts.yaml": rules, **(more or {})}))


def fired(build: Build) -> dict[str, str]:
    """What fired, by id: the last day, and what was seen on the first."""
    assert [finding for finding in build.found if finding.severity == "error"] == []
    return {alert.id: f"{alert.last} {seen(alert)}" for alert in build.view.facts.alerts.values()}


def seen(alert: AlertFacts) -> str:
    first = alert.seen[alert.first]
    return f"{show(first.observed, 'en')} {first.sign} {show(first.limit, 'en')}"


def low(when: str, more: str = "") -> str:
    """A rule on the shop's GMV."""
    return f"low: {{title: Low, metric: gmv, when: {when}, {OWNED}{', ' if more else ''}{more}}}\n"


# --- a day's condition -----------------------------------------------------------------------------------------------


def test_a_limit_is_meant_as_it_is_written() -> None:
    assert fired(shop(low("value < 50"), [50, 49, 51])) == {"low/2024-06-02": "2024-06-02 ¥49 < ¥50"}
    assert list(fired(shop(low("value <= 50"), [50, 49, 51]))) == ["low/2024-06-01"]


@pytest.mark.parametrize(
    ("when", "figures", "first"),
    [
        ("change < -50%", [100, 49, 49], "2024-06-02: -51% < -50%"),
        ("change_week < -50%", [100, 100, 100, 100, 100, 100, 100, 49], "2024-06-08: -51% < -50%"),
        ("value - yesterday <= -51", [100, 49, 49], "2024-06-02: -¥51 <= -¥51"),
        ("value / last_week < 50%", [100, 9, 9, 9, 9, 9, 9, 49], "2024-06-08: 49% < 50%"),
        ("not value >= 50", [100, 49], "2024-06-02: ¥49 < ¥50"),
        ("value < 10 or yesterday > 90 and value < 50", [100, 49], "2024-06-02: ¥100 > ¥90"),
    ],
)
def test_conditions(when: str, figures: Sequence[int | None], first: str) -> None:
    (alert,) = shop(low(when), figures).view.facts.alerts.values()
    assert f"{alert.first}: {seen(alert)}" == first


def test_nothing_fires_where_the_base_is_missing_or_zero() -> None:
    assert fired(shop(low("change < -50%"), [0, 0, None, 5, None])) == {}


def test_days_in_a_row() -> None:
    """Three days from the 1st, two from the 5th; the day without figures between the 7th and the 9th breaks a row."""
    figures: Sequence[int | None] = [1, 1, 1, 9, 1, 1, 9, 1, None, 1]
    assert fired(shop(low("value < 5", "for: 2d"), figures)) == {
        "low/2024-06-02": "2024-06-03 ¥1 < ¥5",
        "low/2024-06-06": "2024-06-06 ¥1 < ¥5",
    }


@given(st.lists(st.sampled_from([0, 9, None]), min_size=1, max_size=9).filter(any), st.integers(1, 3))
def test_a_rule_fires_on_a_day_when_its_condition_held_on_so_many_days_up_to_it(figures: Sequence[int | None], needed: int) -> None:
    build = shop(low("value < 5", f"for: {needed}d"), figures)
    expected = [
        date(2024, 6, number + 1)
        for number in range(len(figures))
        if number + 1 >= needed and all(each == 0 for each in figures[number + 1 - needed : number + 1])
    ]
    assert [day for alert in build.view.facts.alerts.values() for day in alert.seen] == expected


def test_a_minimum_on_the_same_day() -> None:
    """Ten visits a day and channel: with 20 asked for, one channel alone is too few."""
    assert list(fired(shop(low("value < 5", "min: {visits: 20}"), [1, 1], [1, None]))) == ["low/2024-06-01"]
    assert list(fired(shop(low("value < 5", "min: {store.visits: 21}"), [1, 1], [1, None]))) == []


def test_a_rate_of_too_few_raises_no_alarm() -> None:
    rule = "low: {title: Low, metric: value, when: value < 5, severity: high, owner: ops}\n"
    assert list(fired(shop(rule, [10]))) == ["low/2024-06-01"]
    scarce = {"data/metrics.yaml": SHOP["data/metrics.yaml"].replace("min_denominator: 5", "min_denominator: 11")}
    assert fired(shop(rule, [10], more=scarce)) == {}


def test_each_part_by_itself() -> None:
    assert fired(shop(low("value < 5", "by: [channel]"), [9, 1, 1], [1, 9, 1])) == {
        "low/jd/2024-06-01": "2024-06-01 ¥1 < ¥5",
        "low/tmall/2024-06-02": "2024-06-03 ¥1 < ¥5",
        "low/jd/2024-06-03": "2024-06-03 ¥1 < ¥5",
    }
    assert list(fired(shop(low("value < 5", "where: {channel: jd}"), [1], [1]))) == ["low/2024-06-01"]


def test_an_id_is_made_of_the_rule_the_part_and_the_first_day() -> None:
    day = date(2024, 6, 1)
    assert alert_id("low", (), day) == "low/2024-06-01"
    assert alert_id("low", (("channel", "jd"), ("sku", "cup")), day) == "low/jd+cup/2024-06-01"
    assert alert_id("low", (("channel", ""),), day) == "low/-/2024-06-01"  # rows that do not say it


def test_days_that_were_not_over_are_not_looked_at() -> None:
    figures: Sequence[int | None] = [9] * 10 + [1]
    assert fired(shop(low("value < 5"), figures)) == {}
    late = {"mkdocs.yml": SHOP["mkdocs.yml"].replace("2024-06-11 09:00", "2024-06-11")}
    assert list(fired(shop(low("value < 5"), figures, more=late))) == ["low/2024-06-11"]


def test_more_days_make_no_second_alert() -> None:
    figures: Sequence[int | None] = [9, 1, 1, 1]
    assert list(fired(shop(low("value < 5"), figures[:3]))) == list(fired(shop(low("value < 5"), figures))) == ["low/2024-06-02"]


def test_the_target_of_the_day() -> None:
    plan = {
        "plans/june/plan.yaml": "{id: june, kind: daily, title: June, period: 2024-06-01..2024-06-04, owner: ops}\n",
        "plans/june/targets.yaml": "gmv: {target: 400, department: operations, owner: ops}\n",
    }
    build = shop(low("attainment < 90%"), [90, 89, 100, 100], more=plan)
    assert fired(build) == {"low/2024-06-02": "2024-06-02 89% < 90%"}
    (alert,) = build.view.facts.alerts.values()
    day = alert.seen[alert.first]
    assert {name: figure.id for name, figure in day.values.items()} == {
        "attainment": "days/2024-06-02/gmv/attainment",
        "target": "days/2024-06-02/gmv/target",
        "value": "days/2024-06-02/gmv/actual",
    }


def test_the_drivers_stand_beside_the_metric() -> None:
    """Paid 100 and then 49 at ten visits each: the visits stayed and what a visit pays fell by 51 %."""
    (alert,) = shop(low("change < -50%"), [100, 49]).view.facts.alerts.values()
    assert {name: show(figure, "en") for name, figure in alert.drivers.items()} == {"visits": "0%", "value": "-51%"}


# --- what a day is held against --------------------------------------------------------------------------------------

NUMBERS = st.lists(st.fractions(-1000, 1000, max_denominator=60), min_size=1, max_size=15)


@given(NUMBERS)
def test_the_median_and_the_mad_are_those_of_the_book(figures: list[Fraction]) -> None:
    middle = Fraction(median(figures))
    assert middle_and_spread(figures) == (middle, Fraction(median([abs(figure - middle) for figure in figures])))


def test_robust_z() -> None:
    """Of 8, 10, 12 the median is 10 and the MAD 2: 20 is 10 / (1.4826 × 2) = 3.37 from it, 21 is 3.71."""
    rule = low("z > 3.5", "window: 3d")
    assert fired(shop(rule, [8, 10, 12, 20])) == {}
    assert fired(shop(rule, [8, 10, 12, 21])) == {"low/2024-06-04": "2024-06-04 3.71σ > 3.5σ"}


def test_a_window_of_equal_days_gives_no_z() -> None:
    build = shop(low("z > 3.5 or value > 90", "window: 3d"), [10, 10, 10, 99])
    (alert,) = build.view.facts.alerts.values()
    z = alert.seen[alert.first].values["z"]
    assert z.value is None
    assert z.reason is not None
    assert Translator().translate(z.reason) == "most days of the window are the same, so there is no spread to measure by"


def test_a_window_needs_half_of_its_days_and_three() -> None:
    rule = low("value < 0.5 * mean", "window: 6d")
    assert fired(shop(rule, [10, 10, 1])) == {}
    assert fired(shop(rule, [10, 10, 10, 1])) == {"low/2024-06-04": "2024-06-04 ¥1 < ¥5"}
    assert fired(shop(rule, [10, None, None, 10, None, None, 1])) == {}


def test_days_of_a_promotion_are_held_against_such_days_only() -> None:
    calendar = {"data/calendar.yaml": "weights: {default: 1, spans: [{days: 2024-06-04..2024-06-07, weight: 9}]}\n"}
    figures: Sequence[int | None] = [10, 10, 10, 90, 90, 90, 90, 4, 10]
    together, apart = (low("value < 0.5 * mean", f"window: 7d{promo}") for promo in ("", ", promo: apart"))
    assert list(fired(shop(together, figures, more=calendar))) == ["low/2024-06-08"]
    assert fired(shop(apart, figures, more=calendar)) == {"low/2024-06-08": "2024-06-08 ¥4 < ¥5"}
    assert fired(shop(apart, [*figures[:7], 5, 10], more=calendar)) == {}


def test_a_day_is_held_against_its_weekday() -> None:
    """1 June is a Saturday; four Saturdays of 90 among days of 10, and a fifth of 40."""
    figures: Sequence[int | None] = [90 if number % 7 == 0 else 10 for number in range(28)] + [40]
    late = {"mkdocs.yml": SHOP["mkdocs.yml"].replace("2024-06-11", "2024-06-30")}
    rule = low("value < 0.5 * mean", "window: 28d, same_weekday: yes")
    assert fired(shop(rule, figures, more=late)) == {"low/2024-06-29": "2024-06-29 ¥40 < ¥45"}


# --- stock (domain B8) -----------------------------------------------------------------------------------------------


def test_the_stock_of_the_book() -> None:
    """d = 100 a day with a deviation of 20, seven days to wait: 1.645 × 20 × √7; and with a deviation of 1.5 days of those."""
    fixed, moving = (safety_stock(Fraction(100), Fraction(400), Fraction(7), Fraction(sd), Fraction("0.95")) for sd in ("0", "1.5"))
    assert [round(float(line), 2) for line in (fixed, 700 + fixed, moving, 700 + moving)] == [87.05, 787.05, 261.65, 961.65]
    assert [service_factor(Fraction(level)) for level in ("0.9", "0.95", "0.99")] == [Fraction(z) for z in ("1.282", "1.645", "2.326")]


@given(st.fractions(0, 10**9, max_denominator=100))
def test_a_root_is_exact_to_thirty_digits(number: Fraction) -> None:
    assert abs(root(number) ** 2 - number) <= number / 10**30


STOCK = "low: {title: Low, metric: stock, by: [channel], when: value < reorder_point, window: 3d, severity: high, owner: ops,\n"


def test_the_reorder_point_follows_the_demand() -> None:
    """Ten visits are sold each day without a deviation: two days of lead time take 20 pieces, and nothing is needed beyond."""
    rule = f"{STOCK}  stock: {{demand: visits, lead_time: 2d}}}}\n"
    assert fired(shop(rule, [90, 60, 30, 20, 19])) == {"low/tmall/2024-06-05": "2024-06-05 19 pieces < 20 pieces"}
    looked_at_weekly = rule.replace("lead_time: 2d", "lead_time: 2d, review: 7d")
    assert fired(shop(looked_at_weekly, [99, 99, 99, 90, 89])) == {"low/tmall/2024-06-05": "2024-06-05 89 pieces < 90 pieces"}
    declared = rule.replace("lead_time: 2d", "lead_time: 2d, safety: 5")
    assert fired(shop(declared, [90, 60, 30, 25, 24])) == {"low/tmall/2024-06-05": "2024-06-05 24 pieces < 25 pieces"}


def test_days_of_cover() -> None:
    rule = STOCK.replace("value < reorder_point", "days_of_cover < 3d") + "  stock: {demand: visits, lead_time: 2d}}\n"
    assert fired(shop(rule, [90, 60, 40, 30, 29])) == {"low/tmall/2024-06-05": "2024-06-05 2.9 days < 3 days"}


# --- how rows come in ------------------------------------------------------------------------------------------------


def test_late_and_missing_rows() -> None:
    """As of the 11th at 9:00 the rows of the 10th are due; a day's grace makes it the 9th. The 3rd and 4th are a hole."""
    rules = f"""
late: {{title: Late, data: late, table: store, within: 1d, {OWNED}}}
hole: {{title: Hole, data: missing, table: store, {OWNED}}}
"""
    figures: Sequence[int | None] = [1, 1, None, None, 1, 1, 1, 1]
    assert fired(shop(rules, figures)) == {"hole/2024-06-03": "2024-06-04 2 days > 0 days", "late/2024-06-09": "2024-06-09 1 day > 1 day"}
    assert list(fired(shop(rules, [*figures, 1]))) == ["hole/2024-06-03"]


def test_figures_that_change_after_their_time() -> None:
    """A day's grace: the figure of the 1st was changed on the 2nd in time, on the 4th late, and two of the 2nd as well."""
    rule = f"late: {{title: Changed, data: restated, table: store, within: 1d, {OWNED}}}\n"
    entry = "- {{day: 2024-06-0{day}, field: {field}, was: '1', now: '2', source: a.csv, recorded: 2024-06-0{at} 08:00, {key}}}\n"
    told = [(1, "paid", 2), (1, "paid", 4), (2, "paid", 4), (2, "visits", 5)]
    entries = "".join(entry.format(day=day, field=field, at=at, key="key: {channel: tmall}") for day, field, at in told)
    build = shop(rule, [2, 2, 2], more={"data/tables/store/restatements.yaml": entries})
    assert fired(build) == {"late/2024-06-04": "2024-06-04 2 times > 1 day", "late/2024-06-05": "2024-06-05 1 time > 1 day"}


# --- incidents and the 24-hour rule ----------------------------------------------------------------------------------


def stands(incident: str, figures: Sequence[int | None], rule: str = "") -> dict[str, tuple[str, bool | None]]:
    """How alerts stand with an incident: their state, and whether the 24-hour rule is met."""
    files = {"data/incidents/slow.yaml": f"{{id: slow, cause: Slow, {incident}}}\n"} if incident else {}
    build = shop(rule or low("value < 5"), figures, more=files)
    return {alert.id: (str(alert.state), alert.response.met) for alert in build.view.facts.alerts.values()}


def test_an_alert_stands_as_its_incident_does() -> None:
    gone: Sequence[int | None] = [9, 1, 9]
    there: Sequence[int | None] = [9] * 9 + [1]
    assert stands("", gone) == {"low/2024-06-02": ("passed", False)}
    assert stands("", there) == {"low/2024-06-10": ("open", None)}  # until the end of the 11th there is time
    named = "alert: low, detected: 2024-06-03 09:00"
    assert stands(f"{named}, planned: 2024-06-03 10:00", gone) == {"low/2024-06-02": ("planned", True)}
    assert stands(f"{named}, planned: 2024-06-04 10:00", gone) == {"low/2024-06-02": ("planned", False)}
    assert stands(f"{named}, planned: 2024-06-03 10:00, resolved: 2024-06-04 10:00", gone) == {"low/2024-06-02": ("closed", True)}


def test_a_resolved_incident_does_not_close_what_holds_on() -> None:
    figures: Sequence[int | None] = [9] * 7 + [1, 1, 1]
    closed_early = "alert: low, detected: 2024-06-08 09:00, resolved: 2024-06-09 10:00"
    assert stands(closed_early, figures) == {"low/2024-06-08": ("open", False)}


def test_an_incident_names_a_rule_a_part_or_a_day() -> None:
    rule = low("value < 5", "by: [channel]")
    for name, closed in {
        "low": {"low/jd/2024-06-02", "low/tmall/2024-06-02"},
        "low/jd": {"low/jd/2024-06-02"},
        "low/jd/2024-06-03": {"low/jd/2024-06-02"},
        "low/2024-06-02": {"low/jd/2024-06-02", "low/tmall/2024-06-02"},
    }.items():
        times = "detected: 2024-06-03 09:00, resolved: 2024-06-05 09:00, measure: {text: A second server}"
        incident = {"data/incidents/slow.yaml": f"{{id: slow, cause: Slow, alert: {name}, {times}}}\n"}
        build = shop(rule, [9, 1, 9, 9], [9, 1, 1, 9], more=incident)
        assert {alert.id for alert in build.view.facts.alerts.values() if alert.incidents} == closed
        assert findings(build) == []


def test_a_day_has_24_hours_by_the_clock_of_the_zone() -> None:
    """In Berlin the night to 31 March 2024 is an hour short: what was noticed at 12:00 is due at 13:00."""
    noticed = Instant.parse("2024-03-30 12:00")
    assert str(respond(noticed, None, noticed, "Asia/Shanghai").due) == "2024-03-31 12:00"
    assert str(respond(noticed, None, noticed, "Europe/Berlin").due) == "2024-03-31 13:00"
    assert later(noticed, timedelta(0), "Europe/Berlin") == noticed


def test_a_plan_on_the_minute_is_in_time() -> None:
    noticed, now = Instant.parse("2024-06-01 09:00"), Instant.parse("2024-06-09 09:00")
    assert respond(noticed, Instant.parse("2024-06-02 09:00"), now, "Asia/Shanghai").met is True
    assert respond(noticed, Instant.parse("2024-06-02 09:01"), now, "Asia/Shanghai").met is False
    assert respond(noticed, Instant.parse("2024-06-02 09:00"), Instant.parse("2024-06-01 10:00"), "Asia/Shanghai").met is None


# --- conditions that cannot be -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "finding"),
    [
        ("value < 5000", ""),
        ("value < ¥5000", ""),
        ("value = 0", ""),
        ("attainment < 0.9", "34 condition-units"),
        ("value < 90%", "34 condition-units"),
        ("value < 30s", "34 condition-units"),
        ("change < -0.5pp", "34 condition-units"),
        ("value * value > 5", "34 condition-units"),
        ("value < 0.8 * mean", "48 alert-without-base"),
        ("value < reorder_point", "42 alert-without-base"),
        ("value < sum(store.paid)", "42 unknown-in-condition"),
        ("value", "39 condition-syntax"),
        ("value < 5 <= 6", "44 condition-syntax"),
        ("value ≤ 5", "40 condition-syntax"),
        ("value < mein", "42 unknown-in-condition"),
    ],
)
def test_a_condition_that_cannot_be_is_found_where_it_is_wrong(when: str, finding: str) -> None:
    rule = f"x: {{metric: gmv, title: X, when: {when}, severity: high, owner: shop-manager}}\n"
    expected = [f"data/alerts.yaml:1:{finding}"] if finding else []
    assert findings(run({"data/alerts.yaml": rule})) == expected


@given(st.text(st.sampled_from("valueztar <>=!()*/+-.%0123456789andornot'\"元万：≤"), min_size=1, max_size=30))
def test_no_condition_ends_in_a_traceback(when: str) -> None:
    rule = f"x: {{metric: gmv, title: X, when: {json.dumps(when, ensure_ascii=False)}, window: 3d, severity: high, owner: ops}}\n"
    assert shop(rule, [1, 2, 3, 4]).view.facts.data_through


# --- rules that are tested, and days that are replayed ---------------------------------------------------------------

TESTED = """\
few: {title: Few buy, metric: conversion, when: value < 3%, for: 2d, severity: high, owner: shop-manager, tests: [
  {given: {value: [2.5%, 2.9%]}, fires: yes},
  {given: {value: [2.5%, 3%]}, fires: yes}]}
fell: {title: Fell, metric: gmv, when: change < -50%, severity: low, owner: shop-manager, tests: [
  {given: {value: [100, 49]}, fires: yes}, {given: {value: [100, 50]}, fires: no}, {given: {change: -51%}, fires: no}]}
bare: {title: Bare, metric: gmv, when: value < 1, severity: low, owner: shop-manager}
late: {title: Late, data: late, table: store, severity: low, owner: shop-manager}
"""


def test_alerts_test_says_which_fail_and_what_is_covered() -> None:
    rehearsal = alerting.rehearse(run({"data/alerts.yaml": TESTED}))
    assert not rehearsal.passed
    assert (
        rehearsal.text("en")
        == """\
✗ few, test 2: it should fire
  data/alerts.yaml:3:39
  value < 3%
    value = 3%

✗ fell, test 3: it fires, and should not
  data/alerts.yaml:5:115
  change < -50%
    change = -51%

✗ 3 of 5 tests pass
2 of 3 rules have tests, 1 one that fires and one that does not
  without tests: bare
  tested one way only: few
  on tables, which tests cannot give: late"""
    )
    assert "✗ few，测试 2：应触发而未触发" in rehearsal.text("zh")


def test_alerts_replay_says_when_a_rule_would_have_fired() -> None:
    rules = low("value < 5", "by: [channel]") + f"never: {{title: Never, metric: gmv, when: value < 0, {OWNED}}}\n"
    build = shop(rules, [9, 1, 1, 9], [1, 9, 9, 1])
    assert (
        alerting.replay(build, 90).text("en")
        == """\
90 days, 2024-03-13 to 2024-06-10

low · high · Low
  2024-06-01  1 day   jd     ¥1 < ¥5  passed
  2024-06-02  2 days  tmall  ¥1 < ¥5  passed
  2024-06-04  1 day   jd     ¥1 < ¥5  open

did not fire: never"""
    )
    # Of the last eight days the first is the 3rd: the second of the two days of tmall.
    assert "  2024-06-03  1 day  tmall  ¥1 < ¥5  passed" in alerting.replay(build, 8, "low").text("en")
    (last,) = json.loads(alerting.replay(build, 7).json())["alerts"]
    assert (last["id"], last["segment"], last["observed"]["exact"], last["sign"], last["limit"]["exact"]) == (
        "low/jd/2024-06-04",
        {"channel": "jd"},
        "1",
        "<",
        "5",
    )


def test_the_commands_answer_with_exit_codes() -> None:
    for words, code in {
        ("test",): 0,
        ("replay", "--days", "90"): 0,
        ("replay", "--alert", "gmv-fell"): 2,
        ("replay", "--days", "0"): 2,
    }.items():
        result = CliRunner().invoke(group, ["alerts", *words], standalone_mode=False)
        assert (2 if result.exception else result.return_value) == code, words


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_report_of_the_day_says_what_fired_and_the_front_page_what_is_open() -> None:
    build = shop(low("change < -50%", "description: Half of it is gone"), [100, 49, 9])
    pages = {page.path: page.markdown for page in build.pages("en") if isinstance(page, Page)}
    report, front = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", pages[path]) for path in ("reports/2024-06.md", "index.md"))
    second = report.split("## 2024-06-02")[1].split("\n## ")[0]
    assert "- ⚠ high · Low<br>-51% &lt; -50%<br>Its drivers against yesterday: Visits 0% · Paid a visit -51%\n" in second
    assert "- ⚠ high · Low · since 2024-06-02 · Operations\n" in front
    assert "### Low {#low}\n\nHalf of it is gone" in pages["alerts.md"]
    assert "✗ none" in pages["alerts.md"]
