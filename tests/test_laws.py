"""Laws that hold of every workspace: what may change without any number changing, and what must change together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sopgen import exports, pipeline
from sopgen.tables import reading
from tests.oracle.measures import is_flow
from tests.oracle.shop import Cell, Plan, Row, Shop, Span, Table, Target
from tests.oracle.strategies import TEXTS, moving_shops, shops
from tests.oracle.writing import Cut, written
from tests.test_oracle import build_of, numbers

# Each law takes a fifth of the examples that a comparison takes.
few = settings(max_examples=settings().max_examples // 5)
# A file a month, a file a weekday of each month, and files by channel or SKU, so that a day is in several.
CUTS: st.SearchStrategy[Cut] = st.sampled_from(
    [lambda row: f"{row.day:%Y-%m}", lambda row: f"{row.day:%m%w}", lambda row: next(iter(row.at.values()), "all")]
)
TAME = shops(wild=False)
FACTORS = st.sampled_from([Fraction(3), Fraction(10), Fraction(100)])


def with_rows(shop: Shop, table: str, rows: tuple[Row, ...]) -> Shop:
    """The workspace with other rows in a table."""
    return replace(shop, tables={**shop.tables, table: replace(shop.tables[table], rows=rows)})


def with_cells(table: Table, change: Callable[[str, Cell], Cell]) -> Table:
    """The table with other numbers in its cells, told the field and the number."""
    rows = (replace(row, cells={name: change(name, cell) for name, cell in row.cells.items()}) for row in table.rows)
    return replace(table, rows=tuple(rows))


def with_plans(shop: Shop, plans: Mapping[str, Plan]) -> Shop:
    """The workspace with these plans alone, looked at when all is over."""
    return replace(shop, plans=plans, through=max([plan.period.end for plan in plans.values()]))


def one_plan(shop: Shop, period: Span, *targets: tuple[str, str]) -> Shop:
    """The workspace with one plan, `p`: pairs of a metric and a channel, "" for all of them; the targets are called `metric.channel`."""
    wanted = {
        f"{metric}.{channel}" if channel else metric: Target(metric, Fraction(1), (("channel", channel),) if channel else ())
        for metric, channel in targets
    }
    return with_plans(shop, {"p": Plan(period, wanted)})


def span_of(shop: Shop) -> Span:
    """The days from the first row to the last; at least the day that is over."""
    days = [row.day for table in shop.tables.values() for row in table.rows] or [shop.through]
    return Span(min(days), max(days))


@few
@given(shops(), st.randoms(use_true_random=False), CUTS)
def test_neither_the_order_of_rows_nor_the_files_they_are_in_change_a_number(shop: Shop, random: Random, cut: Cut) -> None:
    shuffled = replace(
        shop, tables={id_: replace(each, rows=tuple(random.sample(each.rows, len(each.rows)))) for id_, each in shop.tables.items()}
    )
    apart = pipeline.run(written(shuffled, cut))
    assert exports.facts_json(apart) == exports.facts_json(build_of(shop))


@few
@given(shops(), CUTS)
def test_tables_read_by_columns_give_the_numbers_of_tables_read_cell_by_cell(shop: Shop, cut: Cut) -> None:
    """As large ones are; these are small."""
    files = written(shop, cut)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "LARGE", 0)
        by_columns = exports.facts_json(pipeline.run(files))
    assert by_columns == exports.facts_json(build_of(shop))


@few
@given(TAME)
def test_parts_sum_to_the_whole(shop: Shop) -> None:
    asked = [(metric, channel) for metric in ("gmv", "paying-rows") for channel in ("", *TEXTS["channel"])]
    found = numbers(build_of(one_plan(shop, span_of(shop), *asked)))
    for metric in ("gmv", "paying-rows"):
        parts = [found[f"plans/p/targets/{metric}.{channel}/actual"] or Fraction(0) for channel in TEXTS["channel"]]
        assert sum(parts, Fraction(0)) == (found[f"plans/p/targets/{metric}/actual"] or 0)


@few
@given(shops(), st.integers(0, 11))
def test_what_adds_over_days_adds_over_periods(shop: Shop, cut: int) -> None:
    metrics = [id_ for id_, metric in shop.metrics.items() if is_flow(shop, metric.formula) and metric.missing != "refuse"]
    whole, targets = span_of(shop), {id_: Target(id_, Fraction(1)) for id_ in metrics if shop.metrics[id_].better != "band"}
    days = whole.days()
    assume(cut < len(days) - 1)
    halves = {"first": Span(days[0], days[cut]), "second": Span(days[cut + 1], days[-1]), "whole": whole}
    found = numbers(build_of(with_plans(shop, {id_: Plan(period, targets) for id_, period in halves.items()})))
    for id_ in targets:
        first, second, both = (found[f"plans/{plan}/targets/{id_}/actual"] or Fraction(0) for plan in ("first", "second", "whole"))
        assert first + second == both


@few
@given(TAME, FACTORS)
def test_scaling_targets_and_actuals_together_leaves_attainment_alone(shop: Shop, by: Fraction) -> None:
    def aims(plan: Plan, factor: Fraction) -> Plan:
        wanted = {
            id_: replace(each, goal=(each.goal if isinstance(each.goal, Fraction) else Fraction(7)) * factor)
            for id_, each in plan.targets.items()
            if money(each)
        }
        return replace(plan, targets=wanted)

    def money(target: Target) -> bool:
        return target.metric in ("gmv", "jd", "cost") and shop.metrics[target.metric].better != "band"

    plain = replace(shop, plans={id_: aims(plan, Fraction(1)) for id_, plan in shop.plans.items()})
    larger = replace(
        shop,
        plans={id_: aims(plan, by) for id_, plan in shop.plans.items()},
        tables={
            id_: with_cells(each, lambda name, cell: cell and (cell * by if name in ("paid", "cost") else cell))
            for id_, each in shop.tables.items()
        },
    )
    before, after = numbers(build_of(plain)), numbers(pipeline.run(written(larger)))
    kept = [id_ for id_ in before if id_.endswith(("/attainment", "/pace", "/share", "/previous", "/last-year", "-on-day", "-on-week"))]
    assert {id_: after[id_] for id_ in kept} == {id_: before[id_] for id_ in kept}


@few
@given(TAME, FACTORS)
def test_a_ratio_does_not_change_with_the_scale_of_its_sums(shop: Shop, by: Fraction) -> None:
    asked = one_plan(shop, span_of(shop), ("conversion", ""), ("conversion", "jd"), ("cost-rate", ""))
    larger = replace(asked, tables={id_: with_cells(each, lambda _, cell: cell and cell * by) for id_, each in asked.tables.items()})
    before, after = numbers(build_of(asked)), numbers(pipeline.run(written(larger)))
    for id_ in ("conversion", "conversion.jd", "cost-rate"):
        assert after[f"plans/p/targets/{id_}/actual"] == before[f"plans/p/targets/{id_}/actual"]


@few
@given(TAME)
def test_the_targets_of_the_days_sum_to_the_target_of_the_plan(shop: Shop) -> None:
    """Where all days weigh something and each plan has a day of its own, also with plans within plans."""
    assume(all(weight > 0 for weight in (shop.weights.default, *shop.weights.weekdays.values(), *(each for _, each in shop.weights.spans))))
    wanted = {"part0": Fraction(100), "part1": Fraction(100), "core": Fraction(10)}
    plans = {id_: replace(plan, targets={"gmv": Target("gmv", wanted.get(id_, Fraction(1000)))}) for id_, plan in shop.plans.items()}
    outer = next(plan for plan in plans.values() if plan.parent is None)
    assume(not any(plan.parent and plan.period.days() == plans[plan.parent].period.days() for plan in plans.values()))
    taken = {day for plan in plans.values() if plan.parent for day in plan.period.days()}
    assume(taken < set(outer.period.days()))
    every = tuple(
        Row(day, {"channel": "tmall", "sku": "a", "region": "n"}, dict.fromkeys(("paid", "visitors", "buyers")))
        for day in (outer.period.start, outer.period.end)
    )
    known = {(row.day, *row.at.values()) for row in shop.tables["sales"].rows}
    added = tuple(
        row for row in dict(zip([row.day for row in every], every, strict=True)).values() if (row.day, *row.at.values()) not in known
    )
    found = numbers(build_of(with_rows(replace(shop, plans=plans), "sales", shop.tables["sales"].rows + added)))
    of_days = [found[f"days/{day}/gmv/target"] or Fraction(0) for day in outer.period.days()]
    assert sum(of_days, Fraction(0)) == outer.targets["gmv"].goal


@few
@given(shops(), st.integers(1, 5))
def test_days_without_figures_change_no_value_and_show_in_the_coverage(shop: Shop, more: int) -> None:
    metrics = [id_ for id_, metric in shop.metrics.items() if metric.missing != "refuse"]
    asked = [(id_, "") for id_ in metrics if id_ not in ("any", "any-ratio", "returning")]
    whole = span_of(shop)
    longer = Span(whole.start, whole.end + timedelta(more))
    before, after = (numbers(build_of(one_plan(shop, period, *asked))) for period in (whole, longer))
    for id_, _ in asked:
        home = f"plans/p/targets/{id_}"
        assert [after[f"{home}/{name}"] for name in ("actual", "attainment", "covered")] == [
            before[f"{home}/{name}"] for name in ("actual", "attainment", "covered")
        ]
        assert after[f"{home}/days"] == (before[f"{home}/days"] or 0) + more


def exchanged(shop: Shop) -> Shop:
    """The workspace with what happened in its plan's days and in the days before the other way round."""
    plan = shop.plans["now"].period
    length = len(plan.days())
    table = shop.tables["sales"]
    moved = (replace(row, day=row.day + timedelta(-length if row.day >= plan.start else length)) for row in table.rows)
    return with_rows(shop, "sales", tuple(moved))


@few
@given(moving_shops())
def test_exchanging_the_two_periods_negates_every_contribution(shop: Shop) -> None:
    shop = replace(shop, through=shop.plans["now"].period.end)
    assume(len({row.day for row in shop.tables["sales"].rows}) == 2 * len(shop.plans["now"].period.days()))
    there, back = numbers(build_of(shop)), numbers(pipeline.run(written(exchanged(shop))))
    names = "/drivers(/(visitors|conversion|order-value))?|/change|/by/[a-z]+-(rate|mix)|/(rate-|mix-|)effect"
    effects = [id_ for id_ in there if re.fullmatch(f"plans/now/attribution/.*({names})", id_)]
    for id_ in effects:
        ours, theirs = there[id_], back[id_]
        assert (ours is None and theirs is None) or (ours is not None and theirs is not None and ours + theirs == 0)


@few
@given(moving_shops())
def test_contributions_sum_to_what_they_explain(shop: Shop) -> None:
    found = numbers(build_of(shop))
    assert {id_: value for id_, value in found.items() if id_.endswith("-residual") and value} == {}
    for home in (id_.removesuffix("/growth") for id_ in found if id_.endswith("/growth")):
        by = [id_ for id_ in found if id_.startswith(f"{home}/by/channel")]
        points, shares, of_change = ([found[id_] for id_ in by if id_.endswith(name)] for name in ("/points", "/share", "/of-change"))
        assert total(points) == found[f"{home}/growth"]
        assert total(shares) in (None, 1)
        assert total(of_change) in (None, 1)


def total(values: list[Fraction | None]) -> Fraction | None:
    """The sum, None where one is missing."""
    return None if None in values else sum((value for value in values if value is not None), Fraction(0))
