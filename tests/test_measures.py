"""What the data cannot give is refused with its reason, at every level and slice; and how a metric adds is derived, not guessed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen.compute.additivity import Additivity
from sopgen.compute.measures import Measured, Measures
from sopgen.pages.metrics import reading
from sopgen.records import Metric
from sopgen.words.dates import Period
from sopgen.words.messages import Translator
from tests.workspace import findings, run, starter

# Two channels on three days; on the 3rd there is only one of them, and the 4th and the 6th have no row. Figures of 5 are missing.
ROWS = """
date,channel,members,bounce,stock,paid,coupon
2024-06-01,tmall,100,50,50,10,spring
2024-06-01,jd,40,40,5,20,-
2024-06-02,tmall,110,60,40,30,spring
2024-06-02,jd,50,30,6,-,-
2024-06-03,tmall,120,70,30,50,-
2024-06-05,tmall,130,80,20,70,summer
2024-06-07,tmall,140,90,10,90,-
""".lstrip()
TABLE = """
title: Channels
grain: day
primaryKey: [date, channel]
missingValues: ["-"]
fields:
- {name: date, id: date, type: date}
- {name: channel, id: channel, type: string}
- {name: members, id: members, type: integer, unit: person, time: none, across: none}
- {name: bounce, id: bounce, type: number, unit: percent, time: none, across: none}
- {name: stock, id: stock, type: integer, unit: piece, time: last, across: sum}
- {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
- {name: coupon, id: coupon, type: string}
"""


@dataclass(frozen=True)
class Asked:
    """A metric of the starter with the table above."""

    measures: Measures
    metric: Metric

    def over(self, period: str, **where: str) -> Measured:
        """The metric over days of June, `1..7`."""
        first, _, last = period.partition("..")
        return self.measures.measure(self.metric, Period.parse(f"2024-06-0{first}..2024-06-0{last or first}"), tuple(where.items()))

    def said(self, period: str, **where: str) -> str | Fraction:
        """Its value, or why there is none."""
        found = self.over(period, **where)
        return found.value if found.value is not None else Translator().translate(found.reason) if found.reason else ""


def ask(formula: str, unit: str = "CNY", more: str = "") -> Asked:
    """A metric over the table above. Its formula and fields are good: nothing is found wrong with them."""
    metrics = f"{starter()['data/metrics.yaml']}x: {{title: X, formula: '{formula}', unit: {unit}{more}}}\n"
    build = run({"data/metrics.yaml": metrics, "data/tables/t/table.yaml": TABLE, "data/tables/t/2024-06.csv": ROWS})
    assert findings(build) == []
    return Asked(Measures(build.view.model), build.view.model.metrics["x"])


# --- what does not add -----------------------------------------------------------------------------------------------


def test_distinct_people_have_figures_of_single_days_and_single_rows() -> None:
    asked = ask("sum(t.members)", "person")
    assert [asked.said("1", channel="jd"), asked.said("3")] == [40, 120]
    assert asked.said("1") == "distinct people of several rows cannot be added: `t.members`"
    assert asked.said("1..3", channel="tmall") == "distinct people of several days cannot be added: `t.members`"
    # On the 3rd of three days alone there is one row: the figure of one day is not that of three.
    assert asked.said("3..5") == "distinct people of several days cannot be added: `t.members`"


def test_of_a_supplied_rate_only_single_ones_are_known() -> None:
    several_days = "rates of several days cannot be put together without what they divide: `t.bounce`"
    several_rows = "rates of several rows cannot be put together without what they divide: `t.bounce`"
    # The cells are in percent: 30 is 30 %, three tenths.
    rate, mean = ask("sum(t.bounce)", "percent"), ask("mean(t.bounce)", "percent")
    assert [each.said("2", channel="jd") for each in (rate, mean)] == [Fraction("0.3")] * 2
    assert [each.said("1..2", channel="jd") for each in (rate, mean)] == [several_days] * 2
    assert [each.said("2") for each in (rate, mean)] == [several_rows] * 2
    # The last and the worst day of a rate are days, and no mean.
    assert ask("last(t.bounce)", "percent").said("1..3", channel="tmall") == Fraction("0.7")
    assert ask("min(t.bounce)", "percent").said("1..3", channel="tmall") == Fraction("0.5")


def test_a_ratio_of_what_does_not_add_is_refused_as_well() -> None:
    asked = ask("sum(t.paid) / sum(t.members)")
    assert asked.said("1", channel="jd") == Fraction(20, 40)
    assert asked.said("1") == "distinct people of several rows cannot be added: `t.members`"
    assert asked.said("1..3", channel="tmall") == "distinct people of several days cannot be added: `t.members`"


def test_stock_adds_over_channels_and_not_over_days() -> None:
    asked = ask("last(t.stock)", "piece")
    assert [asked.said(days) for days in ("1", "1..2", "1..7")] == [55, 46, 10]


def test_people_of_the_largest_day_are_people() -> None:
    asked = ask("max(t.members)", "person")
    assert asked.said("1..7", channel="tmall") == 140
    assert asked.said("1..7") == "distinct people of several rows cannot be added: `t.members`"


# --- days without figures --------------------------------------------------------------------------------------------


def test_days_without_figures_are_left_out_and_coverage_says_so() -> None:
    """The 2nd lacks a figure, the 4th and the 6th have no row: 30 + 50 + 70 + 90 on four of seven days."""
    assert ask("sum(t.paid)").over("1..7") == Measured(Fraction(240), 4, 7)
    assert ask("mean(t.paid)").said("1..7") == 60


def test_in_a_table_of_events_a_day_without_rows_is_zero() -> None:
    """Up to the last row, and not after it; and a cell without its figure is still not known."""
    asked = ask("sum(t.paid)", more=", missing: zero")
    assert asked.over("1..7") == Measured(Fraction(240), 6, 7)
    assert asked.over("4") == Measured(Fraction(0), 1, 1)
    assert asked.said("8..9") == "no figures"
    assert ask("mean(t.paid)", more=", missing: zero").said("3..6") == 30
    assert ask("min(t.paid)", more=", missing: zero").said("3..6") == 0
    assert ask("count(t)", "order", ", missing: zero").over("3..6") == Measured(Fraction(2), 4, 4)


def test_of_stock_a_day_without_rows_is_never_zero() -> None:
    assert ask("last(t.stock)", "piece", ", missing: zero").over("3..4") == Measured(Fraction(30), 1, 2)


def test_a_metric_may_want_all_of_its_days() -> None:
    asked = ask("sum(t.paid)", more=", missing: refuse")
    assert [asked.said("3"), asked.over("3..4").covered] == [50, 1]
    assert asked.said("3..4") == "there are figures for 1 of 2 days, and the metric wants all of them"
    assert asked.said("4") == "no figures"


# --- slices ----------------------------------------------------------------------------------------------------------


def test_a_channel_without_rows_sold_nothing_and_has_a_stock_that_nobody_knows() -> None:
    """jd has no row on the 3rd."""
    assert ask("sum(t.paid)").said("3", channel="jd") == 0
    assert ask("min(t.paid)").said("1..3", channel="jd") == 0
    assert ask("last(t.stock)", "piece").said("3", channel="jd") == "no figures"


def test_rows_are_counted_with_and_without_a_text() -> None:
    assert [ask(each, "order").said("1..7") for each in ("count(t)", "count(t.coupon)", "count(t.paid)")] == [7, 3, 6]
    assert ask("count(t.coupon where channel = tmall)", "order").said("1..2") == 2


# --- how it adds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "adds"),
    [
        ("sum(t.paid)", Additivity("sum", "sum", False)),
        ("-sum(t.paid) * 2 + sum(t.paid) / 4", Additivity("sum", "sum", False)),
        ("count(t)", Additivity("sum", "sum", False)),
        ("sum(t.members)", Additivity("none", "none", False)),
        ("last(t.stock)", Additivity("last", "sum", False)),
        ("last(t.members)", Additivity("last", "none", False)),
        ("mean(t.stock)", Additivity("none", "sum", False)),
        ("max(t.paid)", Additivity("none", "none", False)),
        ("top(1, t.paid by channel)", Additivity("none", "none", False)),
        ("sum(t.paid) / sum(t.members)", Additivity("none", "none", True)),
        ("100 * (sum(t.paid) / count(t))", Additivity("none", "none", True)),
        ("sum(t.paid) + 1", Additivity("none", "none", False)),
        ("gmv - sum(t.paid)", Additivity("sum", "sum", False)),
    ],
)
def test_how_a_metric_adds(formula: str, adds: Additivity) -> None:
    asked = ask(formula, "score")
    assert asked.measures.additivity(asked.metric) == adds


# --- fields that do not say how they add -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ways", "said"),
    [
        ("", "over days"),
        (", across: none", "over days"),
        (", time: last, across: sum", "over days"),
        (", time: sum", "over the rows of a day"),
        (", time: none, across: none", None),
    ],
)
def test_whoever_sums_a_field_says_how_it_adds(ways: str, said: str | None) -> None:
    metrics = f"{starter()['data/metrics.yaml']}x: {{title: X, formula: sum(t.members), unit: person}}\n"
    table = TABLE.replace("unit: person, time: none, across: none", f"unit: person{ways}")
    build = run({"data/metrics.yaml": metrics, "data/tables/t/table.yaml": table, "data/tables/t/2024-06.csv": ROWS})
    expected = [("sum-of-what-does-not-add", f"`members` does not add {said}")] if said else []
    assert [(found.rule.name, Translator().translate(found.message)) for found in build.found] == expected


# --- whatever is written ---------------------------------------------------------------------------------------------

WORDS = ["sum", "last", "mean", "min", "max", "count", "top", "(", ")", "(", ")", "t", "t.paid", "t.members", "t.stock", "t.nothing"]
WORDS += [
    "t.channel",
    "t.date",
    "where",
    "and",
    "in",
    "not in",
    "channel",
    "coupon",
    "=",
    "!=",
    "tmall",
    "by",
    "3",
    ",",
    "+",
    "-",
    "*",
    "/",
]
WORDS += ["gmv", "x", "conversion", "5%", "500万", "30s", "0", "coupon", "/"]
SENSIBLE = st.recursive(
    st.sampled_from(
        ["sum(t.paid)", "top(1, t.paid by channel)", "count(t.coupon where channel = jd)", "last(t.stock)", "gmv", "5%", "0", "x"]
    ),
    lambda below: st.tuples(below, st.sampled_from("+-*/"), below).map(lambda each: f"(-{each[0]} {each[1]} {each[2]})"),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, database=None, max_examples=150)
@given(SENSIBLE | st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), st.sampled_from(["CNY", "percent", "person/order"]))
def test_any_formula_gives_figures_or_reasons_and_findings_within_it(text: str, unit: str) -> None:
    quoted = json.dumps(text or "x", ensure_ascii=False)
    metrics = f"{starter()['data/metrics.yaml']}x: {{title: X, formula: {quoted}, unit: {unit}, drivers: {quoted}, reports: [daily]}}\n"
    build = run({"data/metrics.yaml": metrics, "data/tables/t/table.yaml": TABLE, "data/tables/t/2024-06.csv": ROWS})
    metric = build.view.model.metrics["x"]
    assert all(found.span.path == "data/metrics.yaml" and found.span.line == 30 for found in build.found)
    found = build.view.measures.measure(metric, Period.parse("2024-06-01..2024-06-07"))
    assert (found.value is None) == (found.reason is not None)
    assert reading(build.view.measures, metric).period.template
    assert build.view.facts.days


@settings(derandomize=True, deadline=None, database=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from("abcd"), st.integers(-50, 50)), min_size=1, max_size=20), st.integers(1, 5))
def test_the_largest_are_found_however_the_rows_lie(rows: list[tuple[int, str, int]], count: int) -> None:
    """Beside a slow reckoning: sum every channel over the days, sort, add up the first."""
    cells = {(day, channel): amount for day, channel, amount in rows}
    header = "date,channel,members,bounce,stock,paid,coupon\n"
    table = header + "".join(f"2024-06-0{day},{channel},1,1,1,{amount},-\n" for (day, channel), amount in cells.items())
    metrics = f"{starter()['data/metrics.yaml']}x: {{title: X, formula: 'top({count}, t.paid by channel)', unit: CNY}}\n"
    build = run({"data/metrics.yaml": metrics, "data/tables/t/table.yaml": TABLE, "data/tables/t/2024-06.csv": table})
    sums = sorted(
        (sum(amount for (_, each), amount in cells.items() if each == channel) for channel in {c for _, c in cells}), reverse=True
    )
    found = build.view.measures.measure(build.view.model.metrics["x"], Period.parse("2024-06"))
    assert found.value == sum(sums[:count])
