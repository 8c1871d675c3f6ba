"""Whether a condition holds on a day. Where a figure is missing it is not known, unless the other figures settle it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub

from sopgen.readers.formula import Binary, Comparison, Condition, MetricName, Negation, Negative, Node, Number

Values = Callable[[str], Fraction | None]
"""The figure of a name on the day, None where there is none."""

_COMPARE = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne}
_TURNED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_APPLY = {"+": add, "-": sub, "*": mul}


def holds(condition: Condition, values: Values) -> bool | None:
    """Whether a condition holds; None where that hangs on a figure that is missing."""
    if isinstance(condition, Comparison):
        left, right = value(condition.left, values), value(condition.right, values)
        return None if left is None or right is None else bool(_COMPARE[condition.operator](left, right))
    if isinstance(condition, Negation):
        held = holds(condition.operand, values)
        return None if held is None else not held
    settles = condition.operator == "or"
    first = holds(condition.left, values)
    if first is settles:
        return settles
    second = holds(condition.right, values)
    return settles if second is settles else None if first is None else second


def value(node: Node, values: Values) -> Fraction | None:
    """A value of a condition; None where a figure in it is missing or it divides by zero."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, MetricName):
        return values(node.id)
    if isinstance(node, Negative):
        operand = value(node.operand, values)
        return None if operand is None else -operand
    if not isinstance(node, Binary):
        return None
    left, right = value(node.left, values), value(node.right, values)
    if left is None or right is None:
        return None
    if node.operator == "/":
        return left / right if right else None
    return Fraction(_APPLY[node.operator](left, right))


def telling(condition: Condition, values: Values) -> tuple[Comparison, str]:
    """The comparison that a reader is told of, and how its sides stand to each other.

    It is the first that holds; where what fires is that none does (`not value > 5`), the first, with the sign turned round.
    """
    every = comparisons(condition)
    told = next((part for part in every if holds(part, values)), None)
    return (told, told.operator) if told else (every[0], _TURNED[every[0].operator])


def comparisons(condition: Condition) -> list[Comparison]:
    """The comparisons that a condition is made of, from left to right."""
    if isinstance(condition, Comparison):
        return [condition]
    parts = [condition.operand] if isinstance(condition, Negation) else [condition.left, condition.right]
    return [comparison for part in parts for comparison in comparisons(part)]
