"""Formulas over tables and metrics, read into a small typed tree. Nothing is ever evaluated as code.

    sum(sales.paid where sku in hot) / sum(sales.paid)
    visitors * conversion * order-value

A hyphen belongs to a name where it stands inside one; a minus has spaces around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

from sopgen.words.diagnostics import N_, Message

AGGREGATES = ("sum", "last", "mean")
MAX_LENGTH = 500
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?![\w-])|(?P<name>[^\W]\w*(?:-\w+)*)|(?P<text>'[^']*'|\"[^\"]*\")|(?P<mark>!=|[-+*/().,=])|(?P<bad>\S))"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of the formula, from 0, `end` excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class MetricName:
    """Another metric."""

    id: str
    place: Place


@dataclass(frozen=True, slots=True)
class Condition:
    """`field = value`, `field != value` or `field in list`."""

    field: str
    operator: Literal["=", "!=", "in"]
    value: str
    field_place: Place
    value_place: Place


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One number from a field of a table over the days and rows asked for."""

    function: Literal["sum", "last", "mean"]
    table: str
    field: str
    where: tuple[Condition, ...]
    table_place: Place
    field_place: Place


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


Node = Number | MetricName | Aggregate | Binary


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a formula, and where."""

    message: Message
    place: Place


@cache
def parse(text: str) -> Node | Problem:
    """Read a formula; the first thing wrong with it is returned in its stead."""
    if len(text) > MAX_LENGTH:
        return Problem(Message(N_("it is longer than {length} characters"), {"length": MAX_LENGTH}), Place(0, len(text)))
    parser = _Parser(text)
    node = parser.sum()
    if parser.problem is None and parser.token.kind != "end":
        parser.expected(N_("an operator"))
    return parser.problem or node


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    if isinstance(node, Binary):
        yield from walk(node.left)
        yield from walk(node.right)


def aggregates(node: Node) -> tuple[Aggregate, ...]:
    """The sums and other aggregates that the formula is made of."""
    return tuple(part for part in walk(node) if isinstance(part, Aggregate))


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    place: Place


class _Parser:
    """Recursive descent. After the first problem everything reads as the end, so the parse runs out by itself."""

    def __init__(self, text: str) -> None:
        self.tokens = [_Token(str(m.lastgroup), str(m[str(m.lastgroup)]), Place(*m.span(str(m.lastgroup)))) for m in _TOKEN.finditer(text)]
        self.end = _Token("end", "", Place(len(text), len(text) + 1))
        self.problem: Problem | None = None
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[0] if self.tokens else self.end

    def take(self) -> _Token:
        return self.tokens.pop(0) if self.tokens else self.end

    def fail(self, message: Message, place: Place) -> None:
        self.problem = self.problem or Problem(message, place)
        self.tokens = []

    def expected(self, what: str) -> None:
        if self.token.kind == "end":
            self.fail(Message(N_("{what} is expected at the end"), {"what": Message(what)}), self.token.place)
        else:
            self.fail(Message(N_("{what} is expected, not `{found}`"), {"what": Message(what), "found": self.token.text}), self.token.place)

    def mark(self, text: str, what: str) -> None:
        if self.token.text == text:
            self.take()
        else:
            self.expected(what)

    def name(self, what: str) -> _Token:
        if self.token.kind != "name":
            self.expected(what)
        return self.take()

    def sum(self) -> Node:
        node = self.product()
        while self.token.text in ("+", "-"):
            operator: Literal["+", "-"] = "+" if self.take().text == "+" else "-"
            node = Binary(operator, node, self.product())
        return node

    def product(self) -> Node:
        node = self.value()
        while self.token.text in ("*", "/"):
            operator: Literal["*", "/"] = "*" if self.take().text == "*" else "/"
            node = Binary(operator, node, self.value())
        return node

    def value(self) -> Node:
        token = self.token
        if token.kind == "number":
            return Number(Fraction(self.take().text))
        if token.text == "(" and self.depth < 50:
            self.take()
            self.depth += 1
            node = self.sum()
            self.depth -= 1
            self.mark(")", N_("`)`"))
            return node
        if token.kind != "name":
            self.expected(N_("a metric, a number or an aggregate such as `sum(table.field)`"))
            return Number(Fraction(0))
        self.take()
        return self.aggregate(token) if self.token.text == "(" else MetricName(token.text, token.place)

    def aggregate(self, function: _Token) -> Node:
        if function.text not in AGGREGATES:
            names = ", ".join(AGGREGATES)
            self.fail(
                Message(N_("there is no function `{name}`; there are {names}"), {"name": function.text, "names": names}), function.place
            )
        self.take()
        table = self.name(N_("a table"))
        self.mark(".", N_("`.` and a field of the table"))
        field = self.name(N_("a field of the table"))
        where = self.conditions()
        self.mark(")", N_("`)`"))
        kind: Literal["sum", "last", "mean"] = "last" if function.text == "last" else "mean" if function.text == "mean" else "sum"
        return Aggregate(kind, table.text, field.text, where, table.place, field.place)

    def conditions(self) -> tuple[Condition, ...]:
        found: list[Condition] = []
        while self.token.text == ("and" if found else "where"):
            self.take()
            field = self.name(N_("a field of the table"))
            if self.token.text not in ("=", "!=", "in"):
                self.expected(N_("`=`, `!=` or `in`"))
            sign = self.take().text
            operator: Literal["=", "!=", "in"] = "in" if sign == "in" else "!=" if sign == "!=" else "="
            if self.token.kind not in ("name", "text", "number"):
                self.expected(N_("a value"))
            value = self.take()
            found.append(Condition(field.text, operator, value.text.strip("'\""), field.place, value.place))
        return tuple(found)
