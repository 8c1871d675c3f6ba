"""What formulas and conditions are made of. Two nodes are equal where they mean the same, wherever they stand in their texts."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from sopgen.words.diagnostics import Message

Function = Literal["sum", "last", "mean", "min", "max", "count", "top"]
AGGREGATES: tuple[Function, ...] = ("sum", "last", "mean", "min", "max", "count", "top")


class Place(Struct, frozen=True, eq=False):
    """Characters of the text, from 0, `end` excluded. All places are equal, so that none tells two nodes apart."""

    start: int
    end: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place)

    def __hash__(self) -> int:
        return 0


NOWHERE = Place(0, 0)


class Number(Struct, frozen=True):
    """A constant in base units (`5%` is 5/100); `unit` is what its suffix names, "" for a bare number."""

    value: Fraction
    unit: str = ""
    place: Place = NOWHERE


class MetricName(Struct, frozen=True):
    """Another metric; in a condition any value that has a name."""

    id: str
    place: Place = NOWHERE


class RowFilter(Struct, frozen=True):
    """`field = value`, `field != value`, `field in list` or `field not in list`."""

    field: str
    operator: Literal["=", "!=", "in", "not in"]
    value: str
    field_place: Place = NOWHERE
    value_place: Place = NOWHERE

    @property
    def listed(self) -> bool:
        """Whether `value` is the id of a list, not a value."""
        return self.operator in ("in", "not in")

    @property
    def inside(self) -> bool:
        """Whether rows with the value are let through, not those without it."""
        return self.operator in ("=", "in")


class Top(Struct, frozen=True):
    """The `count` values of the field `by` that are largest over the days asked for."""

    count: int
    by: str
    by_place: Place = NOWHERE


class Aggregate(Struct, frozen=True):
    """One number from a table over the days and rows asked for.

    Rows of a day are summed first, then the days: `sum` adds them, `last` is the last day that has figures, `mean` their mean
    a day, `min` and `max` the smallest and the largest day, `count` the rows (of those that fill the field, where one is named)
    and `top` the sum over the largest values of a dimension. `place` is the function's name; `field` is "" in `count(table)`.
    """

    function: Function
    table: str
    field: str
    where: tuple[RowFilter, ...] = ()
    top: Top | None = None
    place: Place = NOWHERE
    table_place: Place = NOWHERE
    field_place: Place = NOWHERE


class Negative(Struct, frozen=True):
    """`-operand`; `place` is the sign's."""

    operand: Node
    place: Place = NOWHERE


class Binary(Struct, frozen=True):
    """`left operator right`; `place` is the operator's."""

    operator: Literal["+", "-", "*", "/"]
    left: Node
    right: Node
    place: Place = NOWHERE


Node = Number | MetricName | Aggregate | Negative | Binary


class Comparison(Struct, frozen=True):
    """`left operator right`; `place` is the operator's."""

    operator: Literal["<", "<=", ">", ">=", "=", "!="]
    left: Node
    right: Node
    place: Place = NOWHERE


class Junction(Struct, frozen=True):
    """`left and right` or `left or right`; `place` is the word's."""

    operator: Literal["and", "or"]
    left: Condition
    right: Condition
    place: Place = NOWHERE


class Negation(Struct, frozen=True):
    """`not operand`; `place` is the word's."""

    operand: Condition
    place: Place = NOWHERE


Condition = Comparison | Junction | Negation


class Problem(Struct, frozen=True):
    """What is wrong with a formula or a condition, and where."""

    message: Message
    place: Place


def walk(tree: Node | Condition) -> Iterator[Node | Condition]:
    """The tree and all below it, from left to right."""
    left_to_do = [tree]
    while left_to_do:
        node = left_to_do.pop()
        yield node
        if isinstance(node, Binary | Comparison | Junction):
            left_to_do += [node.right, node.left]
        elif isinstance(node, Negative | Negation):
            left_to_do.append(node.operand)


def aggregates(tree: Node | Condition) -> tuple[Aggregate, ...]:
    """The sums and other aggregates that a tree is made of."""
    return tuple(node for node in walk(tree) if isinstance(node, Aggregate))


def names(tree: Node | Condition) -> tuple[MetricName, ...]:
    """The metrics, and in a condition the values, that a tree names."""
    return tuple(node for node in walk(tree) if isinstance(node, MetricName))
