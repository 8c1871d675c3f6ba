"""Formulas and conditions worked out, in exact fractions. What is missing, or divided by zero, gives None and no number."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

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
)

Given = Callable[[MetricName | Aggregate], Fraction | None]
"""What the names and aggregates of a formula come to."""


def value(node: Node, given: Given) -> Fraction | None:
    """A formula over what is `given`; None where part of it is missing or it divides by zero."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative):
        operand = value(node.operand, given)
        return None if operand is None else -operand
    if isinstance(node, Binary):
        return _applied(node, value(node.left, given), value(node.right, given))
    return given(node)


def holds(condition: Condition, given: Given) -> bool | None:
    """Whether a condition is true of what is `given`; None where that hangs on something missing."""
    if isinstance(condition, Negation):
        operand = holds(condition.operand, given)
        return None if operand is None else not operand
    if isinstance(condition, Junction):
        both = (holds(condition.left, given), holds(condition.right, given))
        decisive = condition.operator == "or"
        return decisive if decisive in both else None if None in both else not decisive
    left, right = value(condition.left, given), value(condition.right, given)
    return None if left is None or right is None else _compared(condition, left, right)


def is_constant(node: Node) -> bool:
    """Whether a formula is made of numbers alone."""
    if isinstance(node, Binary):
        return is_constant(node.left) and is_constant(node.right)
    return is_constant(node.operand) if isinstance(node, Negative) else isinstance(node, Number)


def is_linear(node: Node, adds: Callable[[Aggregate], bool]) -> bool:
    """Whether a formula adds where its aggregates do: it adds, subtracts and scales them, and nothing else."""
    if isinstance(node, Negative):
        return is_linear(node.operand, adds)
    if not isinstance(node, Binary):
        return isinstance(node, Aggregate) and adds(node)
    if node.operator in ("+", "-"):
        return is_linear(node.left, adds) and is_linear(node.right, adds)
    if is_constant(node.right):
        return is_linear(node.left, adds)
    return node.operator == "*" and is_constant(node.left) and is_linear(node.right, adds)


def ratio(node: Node) -> Binary | None:
    """The division that a formula is, perhaps scaled or with its sign turned; None where it is no ratio."""
    while not (isinstance(node, Binary) and node.operator == "/" and not is_constant(node.right)):
        if isinstance(node, Negative):
            node = node.operand
        elif isinstance(node, Binary) and node.operator in ("*", "/") and is_constant(node.right):
            node = node.left
        elif isinstance(node, Binary) and node.operator == "*" and is_constant(node.left):
            node = node.right
        else:
            return None
    return node


def _applied(node: Binary, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None or (node.operator == "/" and right == 0):
        return None
    if node.operator == "+":
        return left + right
    if node.operator == "-":
        return left - right
    return left * right if node.operator == "*" else left / right


def _compared(condition: Comparison, left: Fraction, right: Fraction) -> bool:
    if condition.operator in ("=", "!="):
        return (left == right) == (condition.operator == "=")
    if condition.operator in ("<", "<="):
        return left < right or (left == right and condition.operator == "<=")
    return left > right or (left == right and condition.operator == ">=")
