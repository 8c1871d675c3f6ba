"""What formulas and conditions are made of. Two nodes are equal where they mean the same, wherever they stand in their texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as attribute
from fractions import Fraction
from typing import Literal

from sopgen.words.diagnostics import Message

Function = Literal["sum", "last", "mean", "min", "max", "count", "top"]
AGGREGATES: tuple[Function, ...] = ("sum", "last", "mean", "min", "max", "count", "top")


@dataclass(frozen=True, slots=True)
class Place:
    """Characters of the text, from 0, `end` excluded."""

    start: int
    end: int


NOWHERE = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A constant in base units (`5%` is 5/100); `unit` is what its suffix names, "" for a bare number."""

    value: Fraction
    unit: str = ""
    place: Place = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class MetricName:
    """Another metric; in a condition any value that has a name."""

    id: str
    place: Place = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """`field = value`, `field != value`, `field in list` or `field not in list`."""

    field: str
    operator: Literal["=", "!=", "in", "not in"]
    value: str
    field_place: Place = attribute(default=NOWHERE, compare=False)
    value_place: Place = attribute(default=NOWHERE, compare=False)

    @property
    def listed(self) -> bool:
        """Whether `value` is the id of a list, not a value."""
        return self.operator in ("in", "not in")

    @property
    def inside(self) -> bool:
        """Whether rows with the value are let through, not those without it."""
        return self.operator in ("=", "in")


@dataclass(frozen=True, slots=True)
class Top:
    """The `count` values of the field `by` that are largest over the days asked for."""

    count: int
    by: str
    by_place: Place = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
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
    place: Place = attribute(default=NOWHERE, compare=False)
    table_place: Place = attribute(default=NOWHERE, compare=False)
    field_place: Place = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """`-operand`; `place` is the sign's."""

    operand: Node
    place: Place = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`; `place` is the operator's."""

    operator: Literal["+", "-", "*", "/"]
    left: Node
    right: Node
    place: Place = attribute(default=NOWHERE, compare=False)


Node = Number | MetricName | Aggregate | Negative | Binary


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left operator right`; `place` is the operator's."""

    operator: Literal["<", "<=", ">", ">=", "=", "!="]
    left: Node
    right: Node
    place: Place = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Junction:
    """`left and right` or `left or right`; `place` is the word's."""

    operator: Literal["and", "or"]
    left: Condition
    right: Condition
    place: Place = attribute(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Negation:
    """`not operand`; `place` is the word's."""

    operand: Condition
    place: Place = attribute(default=NOWHERE, compare=False)


Condition = Comparison | Junction | Negation


@dataclass(frozen=True, slots=True)
class Problem:
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
