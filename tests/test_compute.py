"""The laws of the figures, on a shop of two channels and four days in June."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen import pipeline
from sopgen.compute import Facts
from sopgen.compute.attainment import attainment, is_met
from sopgen.compute.calendar import Curve
from sopgen.compute.figures import Figure, figures
from sopgen.compute.measures import Measured, Measures
from sopgen.compute.risks import Band, Proposal
from sopgen.compute.tasks import State, TaskFacts
from sopgen.records import Calendar, Metric, Span, Weights
from sopgen.words.dates import Instant, Period
from sopgen.words.messages import Translator
from sopgen.words.text import Text
from tests.workspace import Files

HEADER = "date,channel,visitors,buyers,paid,stock\n"
ROWS = (
    "2024-06-01,tmall,100,10,0.10,50\n",
    "2024-06-01,jd,100,2,0.20,5\n",
    "2024-06-02,tmall,200,10,90.50,40\n",
    "2024-06-02,jd,100,4,9.20,6\n",
    "2024-06-03,tmall,300,15,150,30\n",
    "2024-06-03,jd,200,9,50,7\n",
    "2024-06-04,tmall,0,0,0,20\n",
    "2024-06-04,jd,0,0,0,8\n",
)
JUNE = "data/tables/store/2024-06.csv"
METRICS = "data/metrics.yaml"
TARGETS = "plans/june/targets.yaml"
OWNED = "department: operations, owner: ops"
SHOP: Mapping[str, str] = {
    "mkdocs.yml": "plugins: [{sopgen: {as_of: 2024-06-20 09:00}}]\n",
    "data/people.yaml": "departments: {operations: {title: Operations}}\npeople: {ops: {title: Operations, department: operations}}\n",
    "data/lists.yaml": "big: {title: Big channels, values: [tmall, douyin]}\n",
    METRICS: """
gmv: {title: GMV, formula: sum(store.paid), unit: CNY, better: up, reports: [daily]}
conversion: {title: Conversion, formula: sum(store.buyers) / sum(store.visitors), unit: percent, better: up, reports: [daily]}
order-value: {title: Order value, formula: sum(store.paid) / sum(store.buyers), unit: CNY, better: up}
stock: {title: Stock, formula: last(store.stock), unit: piece}
""",
    "data/tables/store/table.yaml": """
title: Store
grain: day
fields:
- {name: date, id: date, type: date}
- {name: channel, id: channel, type: string}
- {name: visitors, id: visitors, type: integer, unit: person-days, time: sum, across: sum}
- {name: buyers, id: buyers, type: integer, unit: person-days, time: sum, across: sum}
- {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
- {name: stock, id: stock, type: integer, unit: piece, time: last, across: sum}
primaryKey: [date, channel]
""",
    JUNE: HEADER + "".join(ROWS),
    "plans/june/plan.yaml": "id: june\nkind: daily\ntitle: June\nperiod: 2024-06-01..2024-06-04\nowner: ops\n",
    TARGETS: f"gmv: {{target: 400, {OWNED}}}\n",
}


def facts(changes: Mapping[str, str] | None = None, as_of: str = "2024-06-20") -> Facts:
    """What follows from the shop, with some of its files exchanged or added."""
    return pipeline.run(Files({**SHOP, **(changes or {})}), Instant.parse(as_of)).view.facts


def measure(formula: str, period: str = "2024-06-01..2024-06-04", table: str = SHOP[JUNE]) -> Measured:
    """A formula over days of the shop."""
    metrics = f'{SHOP[METRICS]}x: {{title: X, formula: "{formula}", unit: CNY}}\n'
    model = pipeline.run(Files({**SHOP, METRICS: metrics, JUNE: table})).view.model
    return Measures(model).measure(model.metrics["x"], Period.parse(period))


def reason(figure: Figure | Measured) -> str:
    """Why there is no number."""
    assert figure.value is None
    assert figure.reason is not None
    return Translator().translate(figure.reason)


# --- attainment ------------------------------------------------------------------------------------------------------

NUMBERS = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)
BETTER = st.sampled_from(["up", "down"])


@given(NUMBERS, NUMBERS.filter(bool), BETTER, NUMBERS.map(abs).filter(bool))
def test_attainment_does_not_depend_on_the_unit(actual: Fraction, target: Fraction, better: str, scale: Fraction) -> None:
    assert attainment(actual * scale, target * scale, better) == attainment(actual, target, better)


@given(NUMBERS, NUMBERS.filter(bool), BETTER)
def test_met_is_an_attainment_of_one_or_more(actual: Fraction, target: Fraction, better: str) -> None:
    reached = attainment(actual, target, better)
    assert reached is not None
    assert is_met(actual, target, better) == (reached >= 1)


@pytest.mark.parametrize(
    ("target", "actual", "reached"),
    [
        ("30", "25", Fraction(7, 6)),  # 116.7 %
        ("30", "30", Fraction(1)),
        ("30", "45", Fraction(1, 2)),
        ("30", "60", Fraction(0)),
        ("30", "75", Fraction(-1, 2)),
        ("0.05", "0.04", Fraction(6, 5)),
    ],
)
def test_where_less_is_better_twice_the_target_is_nothing_reached(target: str, actual: str, reached: Fraction) -> None:
    assert attainment(Fraction(actual), Fraction(target), "down") == reached


def test_a_smaller_loss_than_planned_is_more_than_reached() -> None:
    assert attainment(Fraction(-60), Fraction(-100), "up") == Fraction(7, 5)


def test_a_target_of_zero_is_met_or_missed_without_a_percentage() -> None:
    found = facts({TARGETS: f"gmv: {{target: 0, {OWNED}}}\n"}).targets["june", "gmv"]
    assert found.met is True
    assert reason(found.attainment) == "the target is zero: met or missed, no percentage"


def test_a_missing_actual_is_neither_met_nor_missed() -> None:
    found = facts({"plans/june/plan.yaml": SHOP["plans/june/plan.yaml"].replace("06-0", "07-0")}, "2024-07-20").targets["june", "gmv"]
    assert found.met is None
    assert (found.covered.value, found.days.value) == (Fraction(0), Fraction(4))
    assert reason(found.actual) == reason(found.gap) == reason(found.attainment) == "no figures"


def test_the_gap_of_a_rate_is_in_points() -> None:
    found = facts({TARGETS: f"conversion: {{target: 4.5%, {OWNED}}}\n"}).targets["june", "conversion"]
    assert (found.gap.value, found.gap.unit) == (Fraction("0.005"), "points")


# --- measures --------------------------------------------------------------------------------------------------------


def test_money_is_exact() -> None:
    assert measure("sum(store.paid)", "2024-06-01..2024-06-01").value == Fraction("0.3")


def test_sums_are_exact_however_large() -> None:
    """A hundred of the largest amounts that a cell may hold are more fen than a machine integer counts."""
    rows = "".join(f"2024-06-01,c{n},1,1,999999999999999.99,1\n" for n in range(100))
    assert measure("sum(store.paid)", table=HEADER + rows).value == 99_999_999_999_999_999


def test_sums_first_then_the_ratio() -> None:
    """50 buyers of 1,000 visitors: the mean of the daily rates would be 5.1 %."""
    assert measure("sum(store.buyers) / sum(store.visitors)").value == Fraction(5, 100)


def test_a_metric_may_be_made_of_metrics() -> None:
    assert measure("conversion * order-value").value == Fraction(300, 1000)


@pytest.mark.parametrize("formula", ["sum(", "nobody * 2", "x + gmv"])
def test_a_formula_that_cannot_be_worked_out_gives_no_figure(formula: str) -> None:
    assert reason(measure(formula)) == "the formula cannot be read"


@pytest.mark.parametrize(
    "formula", ["sum(store.nothing)", "sum(nowhere.paid)", "sum(store.paid where shop = a)", "sum(store.paid where channel in nowhere)"]
)
def test_a_formula_over_what_is_not_there_gives_no_figure(formula: str) -> None:
    assert reason(measure(formula)) == "no figures"


def test_division_by_zero_gives_no_figure() -> None:
    found = measure("sum(store.buyers) / sum(store.visitors)", "2024-06-04..2024-06-04")
    assert (reason(found), found.covered) == ("divided by zero", 1)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("sum(store.paid where channel = jd)", "59.4"),
        ("sum(store.paid where channel != jd)", "240.6"),
        ("sum(store.paid where channel in big)", "240.6"),
        ("sum(store.paid where channel in big and channel != tmall)", "0"),
        ("last(store.stock)", "28"),  # on the last day, over both channels
        ("last(store.stock where channel = jd)", "8"),
        ("mean(store.stock where channel = tmall)", "35"),
        ("sum(store.paid where channel not in big)", "59.4"),
        ("-sum(store.paid) + 500", "200"),
        # A day's rows are summed first: the days come to 0.30, 99.70, 200 and 0.
        ("max(store.paid)", "200"),
        ("min(store.paid)", "0"),
        ("max(store.paid) - min(store.paid where channel = tmall)", "200"),
        ("count(store)", "8"),
        ("count(store.paid where channel = jd)", "4"),
        ("count(store.channel)", "8"),
        # tmall 240.60, jd 59.40: the largest over the period, not of each day.
        ("top(1, store.paid by channel)", "240.6"),
        ("top(1, store.paid by channel) / sum(store.paid)", "0.802"),
        ("top(5, store.paid by channel where channel != tmall)", "59.4"),
    ],
)
def test_filters_and_stock(formula: str, value: str) -> None:
    found = measure(formula)
    assert (found.value, found.covered) == (Fraction(value), 4)


def test_a_day_without_sales_is_zero_and_a_day_without_stock_is_unknown() -> None:
    only = HEADER + ROWS[0] + ROWS[1] + ROWS[2]  # jd has no row on the second day
    assert measure("sum(store.paid where channel = jd)", table=only) == Measured(Fraction("0.2"), 2, 4)
    assert measure("last(store.stock where channel = jd)", table=only) == Measured(Fraction(5), 1, 4)


def test_a_missing_cell_makes_its_day_missing_and_not_smaller() -> None:
    table = SHOP[JUNE].replace("2024-06-02,jd,100,4,9.20", "2024-06-02,jd,100,4,")
    assert measure("sum(store.paid)", table=table) == Measured(Fraction("200.3"), 3, 4)
    assert measure("sum(store.buyers)", table=table) == Measured(Fraction(50), 4, 4)


def test_a_ratio_is_over_the_days_that_both_its_sums_have() -> None:
    table = SHOP[JUNE].replace("2024-06-02,jd,100,4,9.20", "2024-06-02,jd,100,4,")
    assert measure("sum(store.paid) / sum(store.buyers)", table=table) == Measured(Fraction("200.3") / 36, 3, 4)


def test_coverage_stands_beside_the_figure_of_a_period() -> None:
    found = measure("sum(store.paid)", "2024-06-03..2024-06-30")
    assert found == Measured(Fraction(200), 2, 28)


def test_the_largest_are_those_of_the_days_asked_for() -> None:
    """On the first day jd paid most, on the second tmall; over both it is tmall, of whom 0.10 fell on the first."""
    days = ("2024-06-01..2024-06-01", "2024-06-02..2024-06-02", "2024-06-01..2024-06-02")
    assert [measure("top(1, store.paid by channel)", each).value for each in days] == [Fraction(text) for text in ("0.2", "90.5", "90.6")]


def test_a_channel_without_rows_is_not_larger_than_one_with_refunds() -> None:
    rows = "2024-06-01,tmall,1,1,-98.64,1\n2024-06-02,jd,1,1,5,1\n"
    assert measure("top(1, store.paid by channel)", "2024-06-01..2024-06-01", table=HEADER + rows).value == Fraction("-98.64")


def test_who_ties_for_the_last_place_does_not_matter_to_the_sum() -> None:
    rows = "2024-06-01,a,1,1,5,1\n2024-06-01,b,1,1,3,1\n2024-06-01,c,1,1,3,1\n2024-06-01,d,1,1,-1,1\n"
    found = [measure(f"top({n}, store.paid by channel)", table=HEADER + rows).value for n in (1, 2, 3, 4, 5)]
    assert found == [5, 8, 11, 10, 10]  # a refund beyond what was paid is negative, and counts where it is among the n


def test_empty_cells_are_not_counted() -> None:
    table = SHOP[JUNE].replace("2024-06-02,jd,100,4,9.20", "2024-06-02,jd,100,4,")
    assert [measure(each, table=table).value for each in ("count(store.paid)", "count(store)")] == [7, 8]


def test_metrics_made_of_metrics_without_end_give_no_figure() -> None:
    """Each of thirty metrics is the sum of two of the one before: a thousand million aggregates."""
    tower = "".join(f"m{n}: {{title: M, formula: m{n - 1} + m{n - 1}, unit: CNY}}\n" for n in range(1, 30))
    model = pipeline.run(Files({**SHOP, METRICS: f"m0: {{title: M, formula: sum(store.paid), unit: CNY}}\n{tower}"})).view.model
    found = [Measures(model).measure(model.metrics[name], Period.parse("2024-06-01..2024-06-04")) for name in ("m7", "m29")]
    assert found[0].value == 128 * 300
    assert reason(found[1]) == "the formula is made of too many others"


def test_a_long_chain_of_metrics_gives_no_figure() -> None:
    chain = "".join(f"m{n}: {{title: M, formula: m{n - 1}, unit: CNY}}\n" for n in range(1, 400))
    model = pipeline.run(Files({**SHOP, METRICS: f"m0: {{title: M, formula: sum(store.paid), unit: CNY}}\n{chain}"})).view.model
    assert reason(Measures(model).measure(model.metrics["m399"], Period.parse("2024-06"))) == "the formula is made of too many others"


def splits(formula: str, field: str = "channel", period: str = "2024-06-01..2024-06-04", table: str = SHOP[JUNE]) -> tuple[object, ...]:
    """The parts of a formula by a field, whether they are said to add, and what they come to."""
    metrics = f"x: {{title: X, formula: {formula}, unit: CNY}}\n"
    model = pipeline.run(Files({**SHOP, METRICS: metrics, JUNE: table})).view.model
    measures, metric, days = Measures(model), model.metrics["x"], Period.parse(period)
    segments = measures.segments(metric, field, days)
    values = [measures.measure(metric, days, ((field, segment),)).value for segment in segments]
    return segments, measures.adds_across(metric), values


@pytest.mark.parametrize(
    ("formula", "adds", "values"),
    [
        ("sum(store.paid)", True, ["59.4", "240.6"]),
        ("sum(store.paid) - 2 * sum(store.buyers) / 4", True, ["51.9", "223.1"]),
        ("last(store.stock)", True, ["8", "20"]),
        ("mean(store.stock)", True, ["6.5", "35"]),
        ("sum(store.paid) / sum(store.buyers)", False, ["3.96", str(Fraction("240.6") / 35)]),
        ("sum(store.paid where channel = jd)", True, ["59.4"]),
    ],
)
def test_a_metric_by_the_parts_of_a_dimension(formula: str, adds: bool, values: list[str]) -> None:
    segments = ("jd", "tmall")[: len(values)]
    assert splits(formula) == (segments, adds, [Fraction(value) for value in values])


def test_parts_are_of_the_period_and_rows_without_the_text_are_a_part_as_well() -> None:
    table = HEADER + "2024-06-01,tmall,1,1,2,1\n2024-06-01,-,1,1,3,1\n2024-06-02,jd,1,1,5,1\n"
    model = SHOP["data/tables/store/table.yaml"].replace("[date, channel]", "[date, visitors, paid]") + "missingValues: ['-']\n"
    build = pipeline.run(Files({**SHOP, "data/tables/store/table.yaml": model, JUNE: table}))
    measures, gmv, first = Measures(build.view.model), build.view.model.metrics["gmv"], Period.parse("2024-06-01..2024-06-01")
    assert measures.segments(gmv, "channel", first) == ("", "tmall")
    assert [measures.measure(gmv, first, (("channel", text),)).value for text in ("", "tmall")] == [3, 2]


@pytest.mark.parametrize("field", ["visitors", "nothing", "date"])
def test_there_are_no_parts_by_what_is_no_field_of_texts(field: str) -> None:
    assert splits("sum(store.paid)", field)[0] == ()


def test_what_does_not_add_over_rows_has_parts_and_no_sum_of_them() -> None:
    alone = SHOP["data/tables/store/table.yaml"].replace("unit: person-days, time: sum, across: sum", "unit: person-days, time: sum")
    model = pipeline.run(Files({**SHOP, "data/tables/store/table.yaml": alone})).view.model
    metric = Metric(id="x", title=Text({"": "X"}), formula="sum(store.visitors)", unit="person-days")
    assert Measures(model).segments(metric, "channel", Period.parse("2024-06")) == ("jd", "tmall")
    assert not Measures(model).adds_across(metric)


@settings(max_examples=25, deadline=None)
@given(st.permutations(ROWS), st.integers(0, len(ROWS)))
def test_order_and_partitions_of_rows_change_nothing(rows: list[str], cut: int) -> None:
    parts = {JUNE: HEADER + "".join(rows[:cut]), "data/tables/store/late.csv": HEADER + "".join(rows[cut:])}
    assert list(figures(facts(parts))) == list(figures(facts()))


@pytest.mark.parametrize(("as_of", "met"), [("2024-06-03", None), ("2024-06-04", False), ("2024-06-20", False)])
def test_whether_a_target_is_met_is_said_when_its_period_is_over(as_of: str, met: bool | None) -> None:
    found = facts({TARGETS: f"gmv: {{target: 400, {OWNED}}}\n"}, as_of).targets["june", "gmv"]
    assert (found.attainment.value, found.met) == (Fraction(3, 4), met)


@pytest.mark.parametrize(("least", "met", "why"), [(100, False, None), (101, None, "it is of fewer than 101")])
def test_a_rate_of_too_few_is_shown_and_not_judged(least: int, met: bool | None, why: str | None) -> None:
    metrics = SHOP[METRICS].replace("unit: percent", f"unit: percent, min_denominator: {least}")
    rows = "2024-06-01,tmall,100,4,10,50\n"
    found = facts({METRICS: metrics, JUNE: HEADER + rows, TARGETS: f"conversion: {{target: 5%, {OWNED}}}\n"})
    day, period = found.days[date(2024, 6, 1)]["conversion"], found.targets["june", "conversion"]
    assert (day.actual.value, period.actual.value) == (Fraction(4, 100), Fraction(4, 100))
    assert (day.met, period.met) == (met, met)
    assert [reason(each.attainment) if why else None for each in (day, period)] == [why, why]


# --- targets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "goal", "value"),
    [
        ("gmv", "3万", "30000"),
        ("gmv", "{raise_to: 500}", "500"),
        ("gmv", "{raise_by: 20%, from: {value: 300}}", "360"),
        ("gmv", "{raise_by: 60, from: {value: 300}}", "360"),
        ("gmv", "{raise_by: 20%, from: {period: 2024-06-01..2024-06-02}}", "120"),
        ("conversion", "{raise_by: 20%, from: {value: 4.0%}}", "0.048"),
        ("conversion", "{raise_by: 0.5pp, from: {value: 4.0%}}", "0.045"),
        ("conversion", "{raise_by: 1pp, from: {period: 2024-06-01..2024-06-04}}", "0.06"),
    ],
)
def test_what_a_goal_asks_for(metric: str, goal: str, value: str) -> None:
    found = facts({TARGETS: f"{metric}: {{target: {goal}, {OWNED}}}\n"})
    assert found.targets["june", metric].target.value == Fraction(value)


@pytest.mark.parametrize(
    ("goal", "why"),
    [
        ("{raise_by: 20%}", "the base is missing"),
        ("{raise_by: 20%, from: {period: 2024-05}}", "the base has figures for 0 of 31 days"),
        ("{raise_by: 20%, from: {period: 2024-06}}", "the base has figures for 4 of 30 days"),
        ("35%", "it is in another unit"),
    ],
)
def test_a_goal_without_a_number_has_a_reason(goal: str, why: str) -> None:
    found = facts({TARGETS: f"gmv: {{target: {goal}, {OWNED}}}\n"}).targets["june", "gmv"]
    assert reason(found.target) == reason(found.gap) == reason(found.attainment) == why


def test_a_target_for_a_part_counts_only_its_rows() -> None:
    goal = "{raise_by: 100%, from: {period: 2024-06-02..2024-06-02}}"
    found = facts({TARGETS: f"gmv.jd: {{metric: gmv, where: {{channel: jd}}, target: {goal}, {OWNED}}}\n"})
    line = found.targets["june", "gmv.jd"]
    assert (line.target.value, line.actual.value, line.met) == (Fraction("18.4"), Fraction("59.4"), True)
    assert found.days[date(2024, 6, 1)]["gmv"].plan == ""  # a part's target is not the day's


# --- the daily report ------------------------------------------------------------------------------------------------


def test_changes_against_the_day_before() -> None:
    days = facts().days
    second, third, fourth = (days[date(2024, 6, day)] for day in (2, 3, 4))
    assert second["gmv"].day_on_day.relative.value == Fraction("99.7") / Fraction("0.3") - 1
    assert second["gmv"].day_on_day.points is None
    assert third["conversion"].day_on_day.points is not None
    assert third["conversion"].day_on_day.points.value == Fraction(24, 500) - Fraction(14, 300)
    assert fourth["gmv"].day_on_day.relative.value == -1


def test_a_change_without_a_base_has_a_reason() -> None:
    rows = [*ROWS, "2024-06-05,tmall,10,1,5,20\n", "2024-06-07,tmall,10,1,5,20\n"]
    days = facts({JUNE: HEADER + "".join(rows)}).days
    assert reason(days[date(2024, 6, 1)]["gmv"].day_on_day.relative) == "the day it is compared with has no figures"
    assert reason(days[date(2024, 6, 5)]["gmv"].day_on_day.relative) == "the day it is compared with was zero or less"
    assert reason(days[date(2024, 6, 6)]["gmv"].actual) == reason(days[date(2024, 6, 6)]["gmv"].day_on_day.relative) == "no figures"
    assert reason(days[date(2024, 6, 7)]["gmv"].day_on_day.relative) == "the day it is compared with has no figures"


def test_the_same_weekday_is_seven_days_back() -> None:
    days = facts({JUNE: SHOP[JUNE] + "2024-06-09,tmall,10,1,199.4,20\n"}).days
    assert days[date(2024, 6, 9)]["gmv"].week_on_week.relative.value == 1


WEEKENDS = "weights: {default: 1, weekdays: {sat: 2, sun: 5}, spans: [{days: 2024-06-02..2024-06-03, weight: 3}]}\n"


def test_a_span_goes_before_the_weekday_and_the_weekday_before_the_default() -> None:
    days = facts({"data/calendar.yaml": WEEKENDS}).days  # 1 June 2024 is a Saturday
    assert [days[date(2024, 6, day)]["gmv"].target.value for day in (1, 2, 3, 4)] == [Fraction(400 * weight, 9) for weight in (2, 3, 3, 1)]


def test_an_amount_is_shared_out_and_a_level_holds_every_day() -> None:
    days = facts({TARGETS: f"gmv: {{target: 400, {OWNED}}}\nconversion: {{target: 5%, {OWNED}}}\n"}).days
    first = days[date(2024, 6, 1)]
    assert (first["gmv"].target.value, first["conversion"].target.value) == (Fraction(100), Fraction("0.05"))
    assert (first["gmv"].met, first["conversion"].met) == (False, True)


def test_what_adds_over_days_is_shared_out_however_it_is_written() -> None:
    net = "gmv: {title: Net, formula: sum(store.paid) - 2 * sum(store.buyers) / 4, unit: CNY, better: up, reports: [daily]}\n"
    assert facts({METRICS: net}).days[date(2024, 6, 1)]["gmv"].target.value == 100


def test_the_target_of_the_day_is_the_innermost_plans() -> None:
    sale = {
        "plans/sale/plan.yaml": "id: sale\nkind: campaign\ntitle: Sale\nparent: june\nperiod: 2024-06-02..2024-06-03\nowner: ops\n",
        "plans/sale/targets.yaml": f"gmv: {{target: 300, {OWNED}}}\n",
    }
    days = facts(sale).days
    assert [days[date(2024, 6, day)]["gmv"].plan for day in (1, 2, 3, 4)] == ["june", "sale", "sale", "june"]
    of_the_days = [days[date(2024, 6, day)]["gmv"].target for day in (1, 2, 3, 4)]
    # June wants 400 and its sale 300 of them: the other two days share the 100 that are left, and the days add up to June's 400.
    assert [target.value for target in of_the_days] == [50, 150, 150, 50]
    assert of_the_days[0].inputs == ("plans/june/targets/gmv/target", "plans/sale/targets/gmv/target")


def within(id_: str, parent: str, period: str, target: str | None) -> dict[str, str]:
    """The files of a plan within a plan, with a target for GMV or none."""
    about = f"id: {id_}\nkind: campaign\ntitle: {id_}\nparent: {parent}\nperiod: {period}\nowner: ops\n"
    return {f"plans/{id_}/plan.yaml": about} | ({f"plans/{id_}/targets.yaml": f"gmv: {{target: {target}, {OWNED}}}\n"} if target else {})


@pytest.mark.parametrize(
    ("whole", "inner", "of_the_days"),
    [
        ("400", within("sale", "june", "2024-06-02..2024-06-03", None) | within("z", "sale", "2024-06-03..2024-06-03", "100"), [100] * 4),
        ("400", within("z", "june", "2024-06-01..2024-06-04", "200"), [50] * 4),  # the inner of two plans with the same days
        ("-100", within("sale", "june", "2024-06-02..2024-06-03", "-60"), [-20, -30, -30, -20]),  # a loss is shared out like a gain
        ("100", within("sale", "june", "2024-06-02..2024-06-03", "160"), [0, 80, 80, 0]),  # nothing is left
        ("-100", within("sale", "june", "2024-06-02..2024-06-03", "-160"), [0, -80, -80, 0]),
    ],
)
def test_days_share_what_the_plans_within_leave(whole: str, inner: dict[str, str], of_the_days: list[int]) -> None:
    days = facts({TARGETS: f"gmv: {{target: {whole}, {OWNED}}}\n", **inner}).days
    assert [days[date(2024, 6, day)]["gmv"].target.value for day in (1, 2, 3, 4)] == of_the_days


WEIGHTS = st.fractions(min_value=0, max_value=100, max_denominator=20)
STARTS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(WEIGHTS.filter(bool), WEIGHTS, WEIGHTS, STARTS, st.integers(0, 100))
def test_the_shares_of_a_period_sum_to_one(default: Fraction, saturday: Fraction, peak: Fraction, start: date, more: int) -> None:
    period = Period(start, start + timedelta(days=7 + more))
    weights = Weights(default=default, weekdays={"sat": saturday}, spans=(Span(days=Period(start, start), weight=peak),))
    found = Curve.of(Calendar(weights=weights)).shares(period)
    assert sum(found.values()) == 1
    assert list(found) == list(period)


def test_days_without_weight_have_no_target() -> None:
    days = facts({"data/calendar.yaml": "weights: {default: 0}\n"}).days
    assert reason(days[date(2024, 6, 1)]["gmv"].target) == "the days of the plan have no weight"


# --- tasks -----------------------------------------------------------------------------------------------------------


def task(dates: str, day: str) -> TaskFacts:
    """A task planned for 3 to 12 June, on a day of June."""
    line = f"- {{id: t, title: T, start: 2024-06-03, due: 2024-06-12, owner: ops{dates}}}\n"
    return facts({"plans/june/tasks.yaml": line}, f"2024-06-{day}").tasks["june", "t"]


@pytest.mark.parametrize(
    ("dates", "day", "state"),
    [
        ("", "20", State.WAITING),
        (", started: 2024-06-05", "04", State.WAITING),
        (", started: 2024-06-05", "05", State.RUNNING),
        (", started: 2024-06-05, done: 2024-06-10", "09", State.RUNNING),
        (", started: 2024-06-05, done: 2024-06-10", "10", State.DONE),
        (", done: 2024-06-10", "10", State.DONE),  # whoever forgets the start is done all the same
        (", started: 2024-06-05, done: 2024-06-05", "05", State.DONE),
        (", started: 2024-06-05, paused: 2024-06-07", "06", State.RUNNING),
        (", started: 2024-06-05, paused: 2024-06-07", "07", State.PAUSED),
        (", started: 2024-06-07, paused: 2024-06-05", "06", State.PAUSED),
        (", started: 2024-06-07, paused: 2024-06-05", "07", State.RUNNING),
        (", started: 2024-06-05, paused: 2024-06-07, done: 2024-06-09", "09", State.DONE),
        (", cancelled: 2024-06-04", "03", State.WAITING),
        (", cancelled: 2024-06-04", "04", State.CANCELLED),
        (", started: 2024-06-05, paused: 2024-06-07, cancelled: 2024-06-08", "08", State.CANCELLED),
    ],
)
def test_the_state_is_the_latest_thing_that_happened(dates: str, day: str, state: State) -> None:
    assert task(dates, day).state is state


def late(found: TaskFacts) -> dict[str, Fraction | None]:
    """How late it is, by what."""
    ways = {"overdue": found.overdue, "start": found.late_start, "done": found.done_late}
    return {name: figure.value for name, figure in ways.items() if figure is not None}


@pytest.mark.parametrize(
    ("dates", "day", "days_late"),
    [
        ("", "03", {}),
        ("", "04", {"start": 1}),
        (", started: 2024-06-03", "12", {}),  # the due day itself is not overdue
        (", started: 2024-06-03", "13", {"overdue": 1}),
        ("", "15", {"overdue": 3, "start": 12}),
        (", started: 2024-06-03, done: 2024-06-14", "13", {"overdue": 1}),
        (", started: 2024-06-03, done: 2024-06-14", "20", {"done": 2}),
        (", started: 2024-06-03, done: 2024-06-12", "20", {}),
        (", started: 2024-06-03, paused: 2024-06-05", "20", {}),
        (", cancelled: 2024-06-05", "20", {}),
    ],
)
def test_how_late_a_task_is(dates: str, day: str, days_late: dict[str, int]) -> None:
    assert late(task(dates, day)) == days_late


@pytest.mark.parametrize(("day", "progress"), [("01", 0), ("03", Fraction(1, 10)), ("12", 1), ("20", 1)])
def test_time_progress_counts_both_ends(day: str, progress: Fraction) -> None:
    assert task("", day).time_progress.value == progress


# --- retros and risks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "paid", "agrees"),
    [
        ("330万", "3295000", True),
        ("330万", "3305000", True),
        ("330万", "3294999.99", False),
        ("330万", "3305000.01", False),
        ("330.0万", "3295000", False),
        ("3300000", "3300000.50", True),
        ("3300000", "3300001", False),
    ],
)
def test_a_claim_agrees_within_half_of_its_last_digit(claim: str, paid: str, agrees: bool) -> None:
    retro = f"period: 2024-06-01..2024-06-04\nclaims: {{gmv: {claim}}}\n"
    found = facts({"plans/june/retro.yaml": retro, JUNE: f"{HEADER}2024-06-01,tmall,1,1,{paid},1\n"})
    assert found.claims["june", "gmv"].agrees is agrees
    assert found.claims["june", "gmv"].target is found.targets["june", "gmv"].target


def test_a_target_for_other_days_than_the_retro_looks_at_is_none_for_its_claims() -> None:
    files = {
        TARGETS: f"gmv: {{target: 400, {OWNED}}}\nconversion: {{target: 5%, {OWNED}}}\n",
        "plans/june/retro.yaml": "period: 2024-06-01..2024-06-02\nclaims: {gmv: 100, conversion: 5%}\n",
    }
    found = facts(files).claims
    assert reason(found["june", "gmv"].attainment) == "the plan's target is for other days than the retro looks at"
    assert found["june", "conversion"].target.value == Fraction(5, 100)


def test_a_claim_beside_no_target_and_no_figures() -> None:
    found = facts({"plans/june/retro.yaml": "period: 2024-05-01..2024-05-04\nclaims: {conversion: 5%}\n"}).claims["june", "conversion"]
    assert (found.agrees, found.claimed.value) == (None, Fraction("0.05"))
    assert (reason(found.target), reason(found.computed)) == ("the plan has no target for it", "no figures")


RETRO = "period: 2024-06-01..2024-06-04\nproblems:\n- {id: late, text: Late}\n- {id: sold-out, text: Sold out, incidents: [empty]}\n"
RISK = "category: stock, treatment: reduce, owner: ops, review: 2024-06-15"
LOOP: Mapping[str, str] = {
    "plans/june/retro.yaml": RETRO,
    "data/incidents/empty.yaml": "id: empty\ndetected: 2024-06-02 10:00\ncause: Empty\nrisk: stock-out\n",
    "data/incidents/again.yaml": "id: again\ndetected: 2024-06-03 10:00\ncause: Empty again\nrisk: stock-out\n",
    "data/risks.yaml": f"stock-out: {{title: Out of stock, likelihood: 4, impact: 3, {RISK}, answers: [june/sold-out]}}\n",
}


def proposed(changes: Mapping[str, str], as_of: str = "2024-06-20") -> list[str]:
    proposals: tuple[Proposal, ...] = facts({**LOOP, **changes}, as_of).proposals
    return [each.problem.id for each in proposals]


def test_a_risk_knows_when_it_came_true() -> None:
    """An incident that names the risk and stands behind a problem that the risk answers is one occurrence."""
    found = facts(LOOP).risks["stock-out"]
    assert [each.told_by for each in found.occurrences] == ["empty", "again"]
    assert (found.times.value, found.score.value) == (Fraction(2), Fraction(12))
    assert (found.last_seen, found.band) == (date(2024, 6, 3), Band.HIGH)
    assert found.review_overdue is not None
    assert found.review_overdue.value == 5
    assert facts(LOOP, "2024-06-15").risks["stock-out"].review_overdue is None


def test_a_problem_without_incidents_counts_on_the_last_day_of_its_retro() -> None:
    found = facts({**LOOP, "data/risks.yaml": LOOP["data/risks.yaml"].replace("sold-out]", "late]")}).risks["stock-out"]
    assert [(each.told_by, each.day) for each in found.occurrences][-1] == ("june/late", date(2024, 6, 4))


def test_what_nothing_answers_is_proposed() -> None:
    assert proposed({}) == ["late"]
    assert proposed({"data/risks.yaml": ""}) == ["late", "sold-out"]


def test_a_task_and_an_sop_answer_too() -> None:
    line = "- {id: t, title: T, start: 2024-06-03, due: 2024-06-12, owner: ops, answers: [june/late]}\n"
    change = "- {version: 1.0.0, date: 2024-06-10, by: ops, why: Late, answers: [june/late]}"
    sop = f"---\nid: OPS-001\ntitle: S\nversion: 1.0.0\nstatus: draft\nowner: ops\nphase: run\nchanges:\n{change}\n---\nText\n"
    assert proposed({"plans/june/tasks.yaml": line}) == []
    assert proposed({"sop/OPS-001.md": sop}) == []


def test_a_waiver_holds_until_its_last_day() -> None:
    waived = RETRO.replace("text: Late}", "text: Late, waived: {reason: Rare, approver: ops, until: 2024-06-20}}")
    assert proposed({"plans/june/retro.yaml": waived}, "2024-06-20") == []
    assert proposed({"plans/june/retro.yaml": waived}, "2024-06-21") == ["late"]
