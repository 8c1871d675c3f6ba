"""Formulas: what they are read as, and what is said, and where, about those that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen.readers import formula
from sopgen.readers.formula import Aggregate, Binary, MetricName, Node, Number, Problem
from sopgen.words.messages import Translator


def said(node: Node | Problem) -> str:
    """A formula with every bracket written out, or what is wrong with it."""
    if isinstance(node, Problem):
        return Translator().translate(node.message)
    if isinstance(node, Number):
        return str(node.value)
    if isinstance(node, MetricName):
        return node.id
    if isinstance(node, Aggregate):
        conditions = " and ".join(f"{each.field} {each.operator} {each.value}" for each in node.where)
        return f"{node.function}({node.table}.{node.field}{' where ' if conditions else ''}{conditions})"
    return f"({said(node.left)} {node.operator} {said(node.right)})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(store.paid)", "sum(store.paid)"),
        ("sum(store.buyers) / sum(store.visitors)", "(sum(store.buyers) / sum(store.visitors))"),
        ("visitors * conversion * order-value", "((visitors * conversion) * order-value)"),
        ("a - b - c", "((a - b) - c)"),
        ("a + b * c", "(a + (b * c))"),
        ("(a + b) / 2.5", "((a + b) / 5/2)"),
        # A hyphen inside a name belongs to it; a minus has spaces around it.
        ("order-value - refunds", "(order-value - refunds)"),
        ("sum(sales.paid where sku in hot)", "sum(sales.paid where sku in hot)"),
        ("last(stock.pieces where channel = tmall and sku != 'A 1')", "last(stock.pieces where channel = tmall and sku != A 1)"),
        ('mean(销售.金额 where 渠道 = "天猫")', "mean(销售.金额 where 渠道 = 天猫)"),
    ],
)
def test_a_formula_is_read(text: str, expected: str) -> None:
    assert said(formula.parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "under", "problem"),
    [
        ("sum(store.paid", "              ^", "`)` is expected at the end"),
        ("sum(store paid)", "          ^^^^", "`.` and a field of the table is expected, not `paid`"),
        ("sum(.paid)", "    ^", "a table is expected, not `.`"),
        ("sum(store.)", "          ^", "a field of the table is expected, not `)`"),
        ("total(store.paid)", "^^^^^", "there is no function `total`; there are sum, last, mean"),
        ("a b", "  ^", "an operator is expected, not `b`"),
        ("a + ", "    ^", "a metric, a number or an aggregate such as `sum(table.field)` is expected at the end"),
        ("a * / b", "    ^", "a metric, a number or an aggregate such as `sum(table.field)` is expected, not `/`"),
        ("-a", "^", "a metric, a number or an aggregate such as `sum(table.field)` is expected, not `-`"),
        ("a % b", "  ^", "an operator is expected, not `%`"),
        ("(a + b", "      ^", "`)` is expected at the end"),
        ("sum(t.f where sku)", "                 ^", "`=`, `!=` or `in` is expected, not `)`"),
        ("sum(t.f where sku = )", "                    ^", "a value is expected, not `)`"),
        ("__import__('os')", "^^^^^^^^^^", "there is no function `__import__`; there are sum, last, mean"),
    ],
)
def test_a_formula_that_cannot_be_read_is_pointed_into(text: str, under: str, problem: str) -> None:
    parsed = formula.parse(text)
    assert isinstance(parsed, Problem)
    assert (said(parsed), " " * parsed.place.start + "^" * (parsed.place.end - parsed.place.start)) == (problem, under)


def test_the_parts_of_an_aggregate_have_places() -> None:
    text = "sum(sales.paid where sku in hot)"
    node = formula.parse(text)
    assert isinstance(node, Aggregate)
    places = (node.table_place, node.field_place, node.where[0].field_place, node.where[0].value_place)
    assert [text[place.start : place.end] for place in places] == ["sales", "paid", "sku", "hot"]


def test_all_aggregates_of_a_formula() -> None:
    node = formula.parse("sum(a.x) / (sum(b.y) - 2 * last(c.z))")
    assert isinstance(node, Binary)
    assert [part.table for part in formula.aggregates(node)] == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["(" * 200 + "a" + ")" * 200, " + ".join("a" * 300), "9" * 5000])
def test_what_is_too_long_or_too_deep_is_said_and_not_computed(text: str) -> None:
    assert isinstance(formula.parse(text), Problem)


WORDS = ["sum", "(", ")", ".", "a-b", "store", "paid", "where", "and", "in", "=", "!=", "1", "2.5", "+", "-", "*", "/", "'x'", '"']


@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(st.text(max_size=60) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_read_or_pointed_into(text: str) -> None:
    parsed = formula.parse(text)
    if isinstance(parsed, Problem):
        assert 0 <= parsed.place.start < parsed.place.end <= len(text) + 1
    else:
        assert all(isinstance(node, Number | MetricName | Aggregate | Binary) for node in formula.walk(parsed))
