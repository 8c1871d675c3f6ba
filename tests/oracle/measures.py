"""Metrics over days, by their definitions: sums first, then ratios, and only over days that all of a formula's sums have.

Of one aggregate on one day (domain B3):
- no row of the table on that day, or a counted row with an empty cell: nothing is known of the day;
- rows, and none of them counted: a sum of nothing is 0, and of a stock nothing is known;
- else the sum over the counted rows.
Over days: `sum` adds them up, `mean` divides that by the days that have figures, `last` takes the last of these days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.shop import Aggregate, Formula, Metric, Row, Shop, Span, Where

ZERO = Fraction(0)


@dataclass(frozen=True)
class Measured:
    """A value over some days, how many of them have figures, and whether it may be judged."""

    value: Fraction | None
    covered: int
    judged: bool = True


def measure(shop: Shop, metric: Metric, period: Span, where: Where = ()) -> Measured:
    """A metric over a period."""
    return over(shop, metric, period.days(), where)


def over(shop: Shop, metric: Metric, days: Sequence[date], where: Where = ()) -> Measured:
    """A metric over days in order."""
    parts = list(aggregates(metric.formula))
    known = [day for day in days if all(_on(shop, part, day, where) is not None for part in parts)]
    if not known:
        return Measured(None, 0)
    value = _worked_out(shop, metric.formula, known, where)
    return Measured(value, len(known), value is not None and _judged(shop, metric, value, known, where))


def is_flow(node: Formula) -> bool:
    """Whether a period's value is the sum of its days' values: sums, added, subtracted or multiplied by a number."""
    if isinstance(node, Aggregate):
        return node.function == "sum"
    if isinstance(node, Fraction):
        return False
    if node.sign in "+-":
        return is_flow(node.left) and is_flow(node.right)
    by_number = isinstance(node.right, Fraction) and is_flow(node.left)
    return by_number or (node.sign == "*" and isinstance(node.left, Fraction) and is_flow(node.right))


def _judged(shop: Shop, metric: Metric, value: Fraction, days: Sequence[date], where: Where) -> bool:
    """A rate outside 0 to 1, or of too few, is shown and not judged."""
    node = metric.formula
    if metric.min_denominator is not None and not isinstance(node, Aggregate | Fraction) and node.sign == "/":
        below = _worked_out(shop, node.right, days, where)
        if below is not None and below < metric.min_denominator:
            return False
    return metric.unit != "percent" or 0 <= value <= 1


def aggregates(node: Formula) -> Iterator[Aggregate]:
    """The aggregates that a formula is made of."""
    if isinstance(node, Aggregate):
        yield node
    elif not isinstance(node, Fraction):
        yield from aggregates(node.left)
        yield from aggregates(node.right)


def _worked_out(shop: Shop, node: Formula, days: Sequence[date], where: Where) -> Fraction | None:
    """A formula over days that all have figures; None where it divides by zero."""
    if isinstance(node, Fraction):
        return node
    if isinstance(node, Aggregate):
        each = [_on(shop, node, day, where) or ZERO for day in days]
        return each[-1] if node.function == "last" else sum(each, ZERO) / (len(each) if node.function == "mean" else 1)
    left, right = _worked_out(shop, node.left, days, where), _worked_out(shop, node.right, days, where)
    if left is None or right is None or (node.sign == "/" and right == 0):
        return None
    return {"+": left + right, "-": left - right, "*": left * right}[node.sign] if node.sign != "/" else left / right


def _on(shop: Shop, part: Aggregate, day: date, where: Where) -> Fraction | None:
    table = shop.tables[part.table]
    if any(name not in table.dimensions for name, _ in where):
        return None
    rows = [row for row in table.rows if row.day == day]
    counted = [row.cells[part.field] for row in rows if _counts(row, part, where)]
    if not rows or None in counted or (not counted and part.function != "sum"):
        return None
    return sum((cell for cell in counted if cell is not None), ZERO)


def _counts(row: Row, part: Aggregate, where: Where) -> bool:
    return all(each.holds(row.at[each.field]) for each in part.where) and all(row.at[name] == text for name, text in where)
