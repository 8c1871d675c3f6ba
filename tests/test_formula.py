"""Formulas: what they are read as, and what is said, and where, about those that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen.compute.sources import Source
from sopgen.readers import formula
from sopgen.readers.formula import (
    Aggregate,
    Binary,
    Comparison,
    Condition,
    Junction,
    MetricName,
    Negation,
    Negative,
    Node,
    Number,
    Problem,
)
from sopgen.words.messages import Translator


def said(node: Node | Condition | Problem) -> str:
    """A formula or a condition with every bracket written out, or what is wrong with it."""
    if isinstance(node, Problem):
        return Translator().translate(node.message)
    if isinstance(node, Number):
        return f"{node.value}{' ' * bool(node.unit)}{node.unit}"
    if isinstance(node, MetricName):
        return node.id
    if isinstance(node, Aggregate):
        return aggregate(node)
    if isinstance(node, Negative | Negation):
        return f"{'-' if isinstance(node, Negative) else 'not '}{said(node.operand)}"
    return f"({said(node.left)} {node.operator} {said(node.right)})"


def aggregate(node: Aggregate) -> str:
    """An aggregate as one would write it."""
    conditions = " and ".join(f"{each.field} {each.operator} {each.value}" for each in node.where)
    what = f"{node.table}.{node.field}" if node.field else node.table
    what = f"{node.top.count}, {what} by {node.top.by}" if node.top else what
    return f"{node.function}({what}{' where ' if conditions else ''}{conditions})"


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
        ("sum(sales.paid where sku not in hot and channel = 3c)", "sum(sales.paid where sku not in hot and channel = 3c)"),
        ("max(store.paid) - min(store.paid)", "(max(store.paid) - min(store.paid))"),
        ("count(orders) / count(orders.coupon where state = paid)", "(count(orders) / count(orders.coupon where state = paid))"),
        ("count(orders where state = paid)", "count(orders where state = paid)"),
        ("top(3, sales.paid by sku where sku != other)", "top(3, sales.paid by sku where sku != other)"),
        ("-a - -(b + 1)", "(-a - -(b + 1))"),
        # Numbers as people write them everywhere.
        ("5% * a - 1.2万", "((1/20 percent * a) - 12000)"),
        ("500元 + ¥3.5 + 30s + 1:3.2", "(((500 CNY + 7/2 CNY) + 30 seconds) + 16/5 1:n)"),
        ("7d-buyers / 618-gmv", "(7d-buyers / 618-gmv)"),
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
        ("total(store.paid)", "^^^^^", "there is no function `total`; there are sum, last, mean, min, max, count, top"),
        ("a b", "  ^", "an operator is expected, not `b`"),
        ("a + ", "    ^", "a metric, a number or an aggregate such as `sum(table.field)` is expected at the end"),
        ("a * / b", "    ^", "a metric, a number or an aggregate such as `sum(table.field)` is expected, not `/`"),
        ("a * -", "     ^", "a metric, a number or an aggregate such as `sum(table.field)` is expected at the end"),
        ("a % b", "  ^", "an operator is expected, not `%`"),
        ("(a + b", "      ^", "`)` is expected at the end"),
        ("sum(t.f where sku)", "                 ^", "`=`, `!=`, `in` or `not in` is expected, not `)`"),
        ("sum(t.f where sku = )", "                    ^", "a value is expected, not `)`"),
        ("sum(t.f where sku not hot)", "                      ^^^", "`in` is expected, not `hot`"),
        ("top(sales.paid by sku)", "    ^^^^^", "a whole number from 1 to 100 is expected, not `sales`"),
        ("top(0, t.f by sku)", "    ^", "a whole number from 1 to 100 is expected, not `0`"),
        ("top(3, t.f)", "          ^", "`by` and a field of the table is expected, not `)`"),
        ("sum(store)", "         ^", "`.` and a field of the table is expected, not `)`"),
        ("sum（t.f）", "   ^", "write `(` in place of `（`"),
        ("a × b", "  ^", "write `*` in place of `×`"),
        ("a < b", "  ^", "an operator is expected, not `<`"),
        ("1.5x * a", "^^^^", "`1.5x` is no number; write it like `0.8`, `35%` or `500万`"),
        ("__import__('os')", "^^^^^^^^^^", "there is no function `__import__`; there are sum, last, mean, min, max, count, top"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("value < 0.8 * benchmark", "(value < (4/5 * benchmark))"),
        ("days_of_cover<7", "(days_of_cover < 7)"),
        ("value >= 500万 or value <= -35%", "((value >= 5000000) or (value <= -7/20 percent))"),
        ("a < 1 or b < 2 and not c != 3", "((a < 1) or ((b < 2) and not (c != 3)))"),
        ("(a < 1 or b < 2) and (c + 1) * 2 > 30s", "(((a < 1) or (b < 2)) and (((c + 1) * 2) > 30 seconds))"),
        ("not not (a = 1)", "not not (a = 1)"),
        ("roi < 1:3", "(roi < 3 1:n)"),
        (
            "sum(ads.clicks where channel = tmall and source = paid) > 100",
            "(sum(ads.clicks where channel = tmall and source = paid) > 100)",
        ),
    ],
)
def test_a_condition_is_read(text: str, expected: str) -> None:
    assert said(formula.parse_condition(text)) == expected


@pytest.mark.parametrize(
    ("text", "under", "problem"),
    [
        ("value", "     ^", "a comparison such as `<` is expected at the end"),
        ("value < ", "        ^", "a metric, a number or an aggregate such as `sum(table.field)` is expected at the end"),
        ("value 5", "      ^", "a comparison such as `<` is expected, not `5`"),
        ("value == 5", "      ^^", "write `=` in place of `==`"),
        ("value ≤ 5", "      ^", "write `<=` in place of `≤`"),
        ("1 < value < 5", "          ^", "two values are compared at a time; join two comparisons with `and`"),
        ("(a < 1) + 2 > 3", "   ^", "a value is expected here, not a condition"),
        ("a < 1 and b", "           ^", "a comparison such as `<` is expected at the end"),
        ("a < 1 b < 2", "      ^", "`and` or `or` is expected, not `b`"),
        ("a < and", "    ^^^", "a metric, a number or an aggregate such as `sum(table.field)` is expected, not `and`"),
        ("value < 5 %%", "           ^", "`and` or `or` is expected, not `%`"),
    ],
)
def test_a_condition_that_cannot_be_read_is_pointed_into(text: str, under: str, problem: str) -> None:
    parsed = formula.parse_condition(text)
    assert isinstance(parsed, Problem)
    assert (said(parsed), " " * parsed.place.start + "^" * (parsed.place.end - parsed.place.start)) == (problem, under)


def test_operators_and_names_have_places() -> None:
    text = "not value < 0.8 * benchmark"
    node = formula.parse_condition(text)
    assert isinstance(node, Negation)
    assert isinstance(node.operand, Comparison)
    product = node.operand.right
    assert isinstance(product, Binary)
    places = (node.place, node.operand.place, product.place, *(name.place for name in formula.names(node)))
    assert [text[place.start : place.end] for place in places] == ["not", "<", "*", "value", "benchmark"]


def test_what_means_the_same_is_equal_wherever_it_stands() -> None:
    assert formula.parse("sum(a.x) / sum(b.y)") == formula.parse("sum( a.x )/ sum( b.y )")
    assert formula.parse("a + b") != formula.parse("a - b")


LONG = [
    *("(" * 200 + "a" + ")" * 200, "-" * 400 + "a", "not " * 120 + "a < 1"),
    *(
        " + ".join("a" * 300),
        "+".join("a" * 200),
        " and ".join(["a<1"] * 62),
        "9" * 5000,
        "sum(t.f where " + " and ".join(["a=1"] * 70) + ")",
    ),
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_what_is_too_long_or_too_deep_is_said_and_not_computed(text: str) -> None:
    assert isinstance(formula.parse(text), Problem)
    assert isinstance(formula.parse_condition(text), Problem)


WORDS = ["sum", "top", "count", "(", "(", ")", ".", "a-b", "store", "paid", "where", "and", "or", "not", "in", "by", "=", "!=", "<", ">="]
WORDS += ["1", "2.5", "35%", "30s", "500万", "1:3", "+", "-", "*", "/", ",", "'x'", '"', "（", "≤"]
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from(WORDS), max_size=100).map(" ".join)


@settings(derandomize=True, deadline=None, database=None, max_examples=300)
@given(TEXTS)
def test_any_text_is_read_or_pointed_into(text: str) -> None:
    for parsed in (formula.parse(text), formula.parse_condition(text)):
        if isinstance(parsed, Problem):
            assert 0 <= parsed.place.start < parsed.place.end <= len(text) + 1
            assert "{" not in Translator().translate(parsed.message) or "{" in text
        else:
            kinds = Number | MetricName | Aggregate | Negative | Binary | Comparison | Junction | Negation
            assert all(isinstance(node, kinds) for node in formula.walk(parsed))
            assert all(text[name.place.start : name.place.end] == name.id for name in formula.names(parsed))


NODES = st.recursive(
    st.sampled_from(["a", "order-value", "sum(t.f)", "last(t.f where x in y)", "2", "35%"]),
    lambda below: st.tuples(below, st.sampled_from(["+", "-", "*", "/"]), below).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
    max_leaves=12,
)


@settings(derandomize=True, deadline=None, database=None)
@given(NODES)
def test_brackets_around_everything_change_nothing(text: str) -> None:
    node = formula.parse(text)
    assert not isinstance(node, Problem)
    assert formula.parse(f"({text})") == node


@pytest.mark.parametrize(
    "text",
    [
        "sum(store.paid)",
        "count(orders)",
        "count(orders where state = 'paid in part')",
        "last(stock.pieces where sku not in hot and channel != 3c)",
        "top(3, sales.paid by sku where sku != other)",
    ],
)
def test_the_name_that_an_aggregate_goes_by_leads_back_to_it(text: str) -> None:
    node = formula.parse(text)
    assert isinstance(node, Aggregate)
    assert Source.parse(Source(node).name()) == Source(node)
