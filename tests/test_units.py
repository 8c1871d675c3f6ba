"""Units: what comes out of a formula, and what it may be called."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen.pipeline import Build
from sopgen.words.diagnostics import Span
from sopgen.words.messages import Translator
from sopgen.words.units import Unit, adds_to, is_said_as
from tests.workspace import findings, run, starter

# A table with a field of every sort; each of its days has one row.
TABLE = """
title: Everything
grain: day
primaryKey: [date]
fields:
- {name: date, id: date, type: date}
- {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
- {name: usd, id: usd, type: number, unit: USD, time: sum, across: sum}
- {name: visitors, id: visitors, type: integer, unit: person-days, time: sum, across: none}
- {name: buyers, id: buyers, type: integer, unit: person-days, time: sum, across: none}
- {name: members, id: members, type: integer, unit: person, time: last, across: sum}
- {name: orders, id: orders, type: integer, unit: order, time: sum, across: sum}
- {name: pieces, id: pieces, type: integer, unit: piece, time: sum, across: sum}
- {name: stock, id: stock, type: integer, unit: piece, time: last, across: sum}
- {name: clicks, id: clicks, type: integer, unit: times, time: sum, across: sum}
- {name: views, id: views, type: integer, unit: times, time: sum, across: sum}
- {name: wait, id: wait, type: integer, unit: seconds, time: sum, across: sum}
- {name: lead, id: lead, type: integer, unit: days, time: last, across: none}
- {name: stars, id: stars, type: number, unit: score, time: last, across: none}
- {name: parcels, id: parcels, type: integer, unit: parcel, time: sum, across: sum}
- {name: bare, id: bare, type: integer, time: sum, across: sum}
"""


def checked(formula: str, unit: str, more: str = "") -> list[str]:
    """What is said about a metric: the text that is pointed at, and the problem."""
    metrics = f"{starter()['data/metrics.yaml']}x: {{title: X, formula: '{formula}', unit: \"{unit}\"{more}}}\n"
    build = run({"data/metrics.yaml": metrics, "data/tables/t/table.yaml": TABLE})
    assert {found.rule.name for found in build.found} <= {"formula-unit-mismatch"}
    return [f"{_under(build, found.span)}: {Translator().translate(found.message).partition('fit: ')[2]}" for found in build.found]


def _under(build: Build, span: Span) -> str:
    line = build.read_line(span.path, span.line) or ""
    return line[span.column - 1 : span.end_column - 1].strip('"')


@pytest.mark.parametrize(
    ("formula", "units"),
    [
        ("sum(t.paid) / sum(t.buyers)", ["CNY", "CNY/person", "CNY/person-days"]),
        ("sum(t.paid) / sum(t.orders)", ["CNY", "CNY/order"]),
        ("sum(t.buyers) / sum(t.visitors)", ["percent", "1:n"]),
        ("sum(t.orders) / sum(t.visitors)", ["percent", "1:n", "order", "order/person", "times"]),
        ("sum(t.pieces) / sum(t.orders)", ["piece", "piece/order", "times", "1:n"]),
        ("sum(t.views) / sum(t.visitors)", ["times", "times/person"]),
        ("sum(t.clicks) / sum(t.views)", ["percent"]),
        ("sum(t.wait) / sum(t.orders)", ["seconds", "seconds/order"]),
        ("sum(t.visitors) * 1.2", ["person-days"]),
        ("sum(t.visitors) * 35%", ["person-days"]),
        ("last(t.members)", ["person", "person-days"]),
        ("max(t.visitors)", ["person", "person-days"]),
        ("mean(t.paid)", ["CNY", "CNY/days"]),
        ("max(t.paid) / sum(t.paid)", ["percent"]),
        ("mean(t.stock) / mean(t.pieces)", ["days"]),
        ("last(t.stock) / (sum(t.pieces) / 30d)", ["days"]),
        ("last(t.lead)", ["days"]),
        ("count(t)", ["order", "times", "piece"]),
        ("sum(t.paid) - 500", ["CNY"]),
        ("1 - sum(t.buyers) / sum(t.visitors)", ["percent"]),
        ("sum(t.paid) + 500元", ["CNY"]),
        ("sum(t.orders) * 3.5元", ["CNY"]),
        ("sum(t.parcels)", ["parcel", "order", "piece"]),
        ("sum(t.parcels) + sum(t.orders)", ["order"]),
        ("last(t.stars)", ["score"]),
        ("sum(t.bare) / sum(t.paid)", ["percent", "CNY", "person"]),  # a field without a unit: nothing can be told
        ("visitors * conversion * order-value", ["CNY"]),
        ("order-value - gmv / sum(store.buyers)", ["CNY"]),
    ],
)
def test_what_may_be_declared(formula: str, units: list[str]) -> None:
    assert {unit: checked(formula, unit) for unit in units} == {unit: [] for unit in units}


@pytest.mark.parametrize(
    ("formula", "unit", "said"),
    [
        ("sum(t.buyers) / sum(t.visitors)", "CNY", "the formula gives a ratio (`percent` or `1:n`)"),
        ("sum(t.buyers) / sum(t.visitors)", "person", "the formula gives a ratio (`percent` or `1:n`)"),
        ("sum(t.paid)", "percent", "the formula gives `CNY`"),
        ("sum(t.paid)", "USD", "the formula gives `CNY`"),
        ("sum(t.paid) / sum(t.buyers)", "percent", "the formula gives `CNY/person-days`"),
        ("sum(t.paid) / sum(t.buyers)", "CNY/order", "the formula gives `CNY/person-days`"),
        ("sum(t.wait)", "days", "the formula gives `seconds`"),
        ("last(t.lead)", "seconds", "the formula gives `days`"),
        ("sum(t.visitors)", "order", "the formula gives `person-days`"),
        ("sum(t.visitors)", "person", "the formula gives `person-days`"),
        ("sum(t.clicks) / sum(t.views)", "times", "the formula gives a ratio (`percent` or `1:n`)"),
        ("mean(t.stock) / mean(t.pieces)", "percent", "the formula gives `days`"),
        ("1 / sum(t.visitors)", "percent", "the formula gives `1/person-days`"),
        ("sum(t.paid) * sum(t.usd)", "CNY", "the formula gives `CNY×USD`"),
        ("sum(t.paid) + sum(t.visitors)", "CNY", "`CNY` and `person-days` do not add"),
        ("sum(t.paid) - sum(t.usd)", "CNY", "`CNY` and `USD` do not add"),
        ("sum(t.paid) + 5%", "CNY", "`CNY` and a ratio (`percent` or `1:n`) do not add"),
        ("sum(t.wait) + last(t.lead)", "seconds", "`seconds` and `days` do not add"),
        ("2 * (sum(t.orders) - sum(t.visitors))", "order", "`order` and `person-days` do not add"),
        ("gmv + order-value", "CNY", "`CNY` and `CNY/person-days` do not add"),
    ],
)
def test_what_does_not_fit_is_pointed_at(formula: str, unit: str, said: str) -> None:
    where = next((sign for sign in "+-" if "add" in said and sign in formula), unit)
    assert checked(formula, unit) == [f"{where}: {said}"]


def test_drivers_are_held_against_the_unit_of_the_metric() -> None:
    assert checked("sum(store.paid)", "CNY", ", drivers: visitors * order-value") == []
    said = checked("sum(store.paid)", "CNY", ", drivers: visitors * conversion")
    assert said == ["visitors * conversion: the drivers give `person-days`, and the metric is in CNY"]


def test_one_mistake_is_one_finding_however_many_metrics_are_made_of_it() -> None:
    metrics = "a: {title: A, formula: sum(store.paid) + sum(store.visitors), unit: CNY}\nb: {title: B, formula: a * 2, unit: CNY}\n"
    build = run({"data/metrics.yaml": starter()["data/metrics.yaml"] + metrics})
    assert findings(build) == ["data/metrics.yaml:30:40 formula-unit-mismatch"]


def test_a_number_about_money_per_person_is_written_as_money() -> None:
    metrics = starter()["data/metrics.yaml"].replace("unit: CNY\n  basis: paid\n  better: up\n  reports", "unit: CNY/person\n  reports")
    goal = "order-value: {target: 60元, department: operations, owner: shop-manager}\n"
    targets = starter()["plans/2024-06/targets.yaml"] + goal
    build = run({"data/metrics.yaml": metrics.replace("CNY/person\n", "CNY/person\n  better: up\n"), "plans/2024-06/targets.yaml": targets})
    assert findings(build) == []
    assert build.view.facts.targets["2024-06", "order-value"].target.value == 60


WORDS = st.lists(st.sampled_from(["CNY", "person", "person-days", "order", "seconds", "days"]), max_size=3)
UNITS = st.builds(lambda up, down: Unit(tuple(up)) / Unit(tuple(down)), WORDS, WORDS)


@settings(derandomize=True, deadline=None, database=None)
@given(UNITS, UNITS)
def test_a_unit_over_itself_is_a_ratio_and_times_itself_comes_back(one: Unit, other: Unit) -> None:
    assert (one / one).is_ratio
    assert adds_to(one * other / other, one)
    assert adds_to(one * other, other * one)
    assert is_said_as(Unit() * one, str(one)) or len(one.up) != 1 or len(one.down) > 1
