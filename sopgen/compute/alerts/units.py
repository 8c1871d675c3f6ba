"""Which units a condition compares: money with money, a rate with a percentage, points with points."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from sopgen.readers.formula import Aggregate, Binary, Comparison, MetricName, Negative, Node, Number, Place, walk
from sopgen.words.quantity import PERCENT, POINTS

BARE = ""
RATIO = "ratio"  # of two figures in one unit: 0.5 and 50% both say it
ANY = "any"  # zero is zero in every unit

Units = Callable[[str], str | None]
"""The unit of a named value, None where nothing has that name."""


class Clash(Struct, frozen=True):
    """Two parts of a condition that cannot stand on both sides of an operator, and their units."""

    left: str
    right: str
    operator: str
    place: Place


def compared(comparison: Comparison, units: Units) -> str | Clash | None:
    """The unit that both sides of a comparison have; None where a name in it is not known."""
    left, right = unit(comparison.left, units), unit(comparison.right, units)
    if not isinstance(left, str) or not isinstance(right, str):
        return left if isinstance(left, Clash) else right if isinstance(right, Clash) else None
    both = _common(left, right)
    return Clash(left, right, comparison.operator, place(comparison)) if both is None else both


def unit(node: Node, units: Units) -> str | Clash | None:
    """The unit of a value in a condition; None where a name in it is not known."""
    if isinstance(node, Number):
        return ANY if node.value == 0 and node.unit == BARE else node.unit
    if isinstance(node, MetricName):
        return units(node.id)
    if isinstance(node, Negative):
        return unit(node.operand, units)
    if not isinstance(node, Binary):
        return None
    left, right = unit(node.left, units), unit(node.right, units)
    if not isinstance(left, str) or not isinstance(right, str):
        return left if isinstance(left, Clash) else right if isinstance(right, Clash) else None
    found = _sum(left, right, node.operator) if node.operator in ("+", "-") else _product(left, right, node.operator)
    return Clash(left, right, node.operator, place(node)) if found is None else found


def place(node: Node | Comparison) -> Place:
    """Where a value or a comparison is written, from its first character to its last."""
    places = [part.place for part in walk(node) if isinstance(part, Number | MetricName | Negative | Aggregate)]
    return Place(min(each.start for each in places), max(each.end for each in places))


def _common(left: str, right: str) -> str | None:
    """The unit of two sides that can be compared. A bare number fits every unit but percent, where `5` could mean 5 or 500 %."""
    if left == right or right == ANY:
        return left
    if left == ANY:
        return right
    pair = {left, right}
    if RATIO in pair and pair <= {RATIO, PERCENT, BARE}:
        return PERCENT if PERCENT in pair else RATIO
    if BARE in pair and not pair & {PERCENT, POINTS, RATIO}:
        return left or right
    return None


def _sum(left: str, right: str, operator: str) -> str | None:
    """Two rates are some points apart; points can be added to a rate."""
    if {left, right} == {PERCENT, POINTS}:
        return PERCENT
    if operator == "-" and left == right == PERCENT:
        return POINTS
    return _common(left, right)


def _product(left: str, right: str, operator: str) -> str | None:
    """A number or a percentage of something keeps its unit; two figures in one unit are a ratio."""
    plain = {BARE, RATIO, PERCENT, ANY}
    if operator == "/":
        return RATIO if left == right and left != BARE else left if right in plain else None
    return right if left in plain - {PERCENT} else left if right in plain else right if left == PERCENT else None
