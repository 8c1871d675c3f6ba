"""The grammar, by recursive descent. Nothing is raised: the first thing wrong is returned in the tree's stead."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Literal

from sopgen.readers.formula.tokens import MEANT, NAME, Token, tokens
from sopgen.readers.formula.tree import (
    AGGREGATES,
    Aggregate,
    Binary,
    Comparison,
    Condition,
    Function,
    Junction,
    MetricName,
    Negation,
    Negative,
    Node,
    Number,
    Place,
    Problem,
    RowFilter,
    Top,
)
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import Quantity

# Deep trees would end in a RecursionError somewhere above; nobody writes such formulas.
MAX_LENGTH, MAX_DEPTH, MAX_OPERATORS, MAX_TOP = 500, 30, 60, 100

_COMPARISONS: dict[str, Literal["<", "<=", ">", ">=", "=", "!="]] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "=": "=",
    "!=": "!=",
}
_FUNCTIONS: dict[str, Function] = {name: name for name in AGGREGATES}
_ZERO = Fraction(0)
_VALUE = N_("a metric, a number or an aggregate such as `sum(table.field)`")


@cache
def parse(text: str) -> Node | Problem:
    """Read a formula; the first thing wrong with it is returned in its stead."""
    parser = _Parser(text, conditions=False)
    node = parser.value(parser.sum())
    parser.finish(N_("an operator"))
    return parser.problem or node


@cache
def parse_condition(text: str) -> Condition | Problem:
    """Read a condition, `value < 0.8 * benchmark and not promo = 1`; the first thing wrong with it is returned in its stead."""
    parser = _Parser(text, conditions=True)
    condition = parser.condition(parser.either())
    parser.finish(N_("`and` or `or`"))
    return parser.problem or condition


class _Parser:
    """After the first problem everything reads as the end, so that the parse runs out by itself."""

    def __init__(self, text: str, conditions: bool) -> None:
        self.end = Token("end", "", Place(len(text), len(text) + 1))
        self.problem: Problem | None = None
        self.conditions = conditions
        self.depth = self.operators = 0
        self.tokens = tokens(text) if len(text) <= MAX_LENGTH else []
        if len(text) > MAX_LENGTH:
            self.fail(Message(N_("it is longer than {length} characters"), {"length": MAX_LENGTH}), Place(0, len(text)))

    # --- words -------------------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        return self.tokens[0] if self.tokens else self.end

    def take(self) -> Token:
        return self.tokens.pop(0) if self.tokens else self.end

    def fail(self, message: Message, place: Place) -> None:
        self.problem = self.problem or Problem(message, place)
        self.tokens = []

    def expected(self, what: str) -> None:
        token = self.token
        if token.kind == "end":
            self.fail(Message(N_("{what} is expected at the end"), {"what": Message(what)}), token.place)
        elif token.kind == "strange":
            self.strange(token)
        else:
            self.fail(Message(N_("{what} is expected, not `{found}`"), {"what": Message(what), "found": token.text}), token.place)

    def strange(self, token: Token) -> None:
        self.fail(Message(N_("write `{sign}` in place of `{found}`"), {"sign": MEANT[token.text], "found": token.text}), token.place)

    def mark(self, text: str, what: str) -> None:
        if self.token.text == text:
            self.take()
        else:
            self.expected(what)

    def name(self, what: str) -> Token:
        if not NAME.fullmatch(self.token.text) or self.token.kind == "text":
            self.expected(what)
        return self.take()

    def operator(self) -> Token:
        self.operators += 1
        if self.operators > MAX_OPERATORS:
            self.fail(Message(N_("it has more than {count} operators"), {"count": MAX_OPERATORS}), self.token.place)
        return self.take()

    def deeper(self) -> Token:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(Message(N_("it is nested more than {depth} deep"), {"depth": MAX_DEPTH}), self.token.place)
        return self.take()

    def finish(self, what: str) -> None:
        if self.token.kind != "end":
            self.expected(what)

    def value(self, part: Node | Condition) -> Node:
        if isinstance(part, Comparison | Junction | Negation):
            self.fail(Message(N_("a value is expected here, not a condition")), part.place)
            return Number(_ZERO)
        return part

    def condition(self, part: Node | Condition) -> Condition:
        if isinstance(part, Comparison | Junction | Negation):
            return part
        self.expected(N_("a comparison such as `<`"))
        return Comparison("=", part, part)

    # --- conditions --------------------------------------------------------------------------------------------------

    def either(self) -> Node | Condition:
        part = self.both()
        while self.token.text == "or":
            left = self.condition(part)
            place = self.operator().place
            part = Junction("or", left, self.condition(self.both()), place)
        return part

    def both(self) -> Node | Condition:
        part = self.negation()
        while self.token.text == "and":
            left = self.condition(part)
            place = self.operator().place
            part = Junction("and", left, self.condition(self.negation()), place)
        return part

    def negation(self) -> Node | Condition:
        if self.token.text != "not":
            return self.comparison()
        place = self.deeper().place
        operand = self.condition(self.negation())
        self.depth -= 1
        return Negation(operand, place)

    def comparison(self) -> Node | Condition:
        part = self.sum()
        if self.token.text not in _COMPARISONS or self.token.kind != "mark":
            return part
        left, token = self.value(part), self.operator()
        compared = Comparison(_COMPARISONS.get(token.text, "="), left, self.value(self.sum()), token.place)
        if self.token.kind == "mark" and self.token.text in _COMPARISONS:
            self.fail(Message(N_("two values are compared at a time; join two comparisons with `and`")), self.token.place)
        return compared

    # --- values ------------------------------------------------------------------------------------------------------

    def sum(self) -> Node | Condition:
        part = self.product()
        while self.token.text in ("+", "-"):
            left, token = self.value(part), self.operator()
            part = Binary("+" if token.text == "+" else "-", left, self.value(self.product()), token.place)
        return part

    def product(self) -> Node | Condition:
        part = self.single()
        while self.token.text in ("*", "/"):
            left, token = self.value(part), self.operator()
            part = Binary("*" if token.text == "*" else "/", left, self.value(self.single()), token.place)
        return part

    def single(self) -> Node | Condition:
        token = self.token
        if token.text in ("(", "-") and token.kind == "mark":
            self.deeper()
            part = self.bracket() if token.text == "(" else Negative(self.value(self.single()), token.place)
            self.depth -= 1
            return part
        if token.kind == "number" and (number := _number(token)):
            self.take()
            return number
        if token.kind not in ("name", "number") or (self.conditions and token.text in ("and", "or", "not")):
            self.expected(_VALUE)
            return Number(_ZERO)
        if not NAME.fullmatch(token.text):
            self.fail(Message(N_("`{found}` is no number; write it like `0.8`, `35%` or `500万`"), {"found": token.text}), token.place)
        self.take()
        return self.aggregate(token) if self.token.text == "(" else MetricName(token.text, token.place)

    def bracket(self) -> Node | Condition:
        part = self.either() if self.conditions else self.sum()
        self.mark(")", N_("`)`"))
        return part

    # --- aggregates --------------------------------------------------------------------------------------------------

    def aggregate(self, function: Token) -> Node:
        if function.text not in AGGREGATES:
            names = ", ".join(AGGREGATES)
            self.fail(
                Message(N_("there is no function `{name}`; there are {names}"), {"name": function.text, "names": names}), function.place
            )
        self.take()
        count = self.count() if function.text == "top" else 0
        table = self.name(N_("a table"))
        field = Token("name", "", table.place)
        if function.text != "count" or self.token.text != ")":
            field = self.field(function.text)
        top = self.by(count) if function.text == "top" else None
        where = self.where()
        self.mark(")", N_("`)`"))
        kind = _FUNCTIONS.get(function.text, "sum")
        return Aggregate(kind, table.text, field.text, where, top, function.place, table.place, field.place)

    def field(self, function: str) -> Token:
        if function == "count" and self.token.text == "where":
            return Token("name", "", self.token.place)
        self.mark(".", N_("`.` and a field of the table"))
        return self.name(N_("a field of the table"))

    def count(self) -> int:
        text = self.token.text
        if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= MAX_TOP):
            self.expected(N_("a whole number from 1 to 100"))
            return 0
        self.take()
        self.mark(",", N_("`,`"))
        return int(text)

    def by(self, count: int) -> Top:
        self.mark("by", N_("`by` and a field of the table"))
        field = self.name(N_("a field of the table"))
        return Top(count, field.text, field.place)

    def where(self) -> tuple[RowFilter, ...]:
        found: list[RowFilter] = []
        while self.token.text == ("and" if found else "where"):
            self.operator()
            field = self.name(N_("a field of the table"))
            operator = self.filter_operator()
            if self.token.kind not in ("name", "text", "number"):
                self.expected(N_("a value"))
            value = self.take()
            text = value.text[1:-1] if value.kind == "text" else value.text
            found.append(RowFilter(field.text, operator, text, field.place, value.place))
        return tuple(found)

    def filter_operator(self) -> Literal["=", "!=", "in", "not in"]:
        token = self.token
        if token.text not in ("=", "!=", "in", "not"):
            self.expected(N_("`=`, `!=`, `in` or `not in`"))
            return "="
        self.take()
        if token.text == "not":
            self.mark("in", N_("`in`"))
            return "not in"
        return "in" if token.text == "in" else "!=" if token.text == "!=" else "="


def _number(token: Token) -> Number | None:
    """A quantity such as `35%`; None where the word is none, as a metric's id that starts with a digit."""
    try:
        quantity = Quantity.parse(token.text)
    except ValueError:
        return None
    return Number(quantity.number, quantity.unit, token.place)
