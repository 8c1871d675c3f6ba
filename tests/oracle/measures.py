"""Metrics over days, by their definitions: sums first, then ratios, and only over days that all of a formula's sums have.

Of one aggregate on one day (domain B3):
- no row of the table on that day, a counted row with an empty cell, or several rows of a field that does not add across rows:
  nothing is known of the day;
- rows, and none of them counted: of what flows a sum of nothing is 0, and of a stock nothing is known;
- else the sum over the counted rows.
`count` is the number of counted rows with a filled cell, and a flow; an empty cell takes nothing from it.
Over days: `sum` and `count` add up, `mean` divides that by the days that have figures, `last` takes the last of these days, `min`
and `max` the smallest and largest, `top` adds up the parts that are largest over these days. What does not add over days has no
figure of several, but for its last day, its smallest and its largest; and a mean, if it is no rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.oracle.shop import Aggregate, Field, Formula, Metric, Row, Shop, Span, Where

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
    """A metric over days in order, one after the other."""
    asked = _Asked(shop, metric, where)
    known = [day for day in days if all(asked.on(part, day) is not None for part in asked.parts)]
    value = asked.value(metric.formula, known) if known and not asked.refuses(days, known) else None
    return Measured(value, len(known), value is not None and asked.judges(value, known))


def is_flow(shop: Shop, node: Formula) -> bool:
    """Whether a period's value is the sum of its days' values: sums, added, subtracted or multiplied by a number."""
    if isinstance(node, Aggregate):
        return node.function == "count" or (node.function == "sum" and _field(shop, node).time == "sum")
    if isinstance(node, Fraction):
        return False
    if node.sign in "+-":
        return is_flow(shop, node.left) and is_flow(shop, node.right)
    by_number = isinstance(node.right, Fraction) and is_flow(shop, node.left)
    return by_number or (node.sign == "*" and isinstance(node.left, Fraction) and is_flow(shop, node.right))


def adds_across(shop: Shop, node: Formula) -> bool:
    """Whether the parts by a dimension sum to the whole."""
    if isinstance(node, Aggregate):
        return node.function == "count" or (node.function in ("sum", "last", "mean") and _field(shop, node).across == "sum")
    if isinstance(node, Fraction):
        return False
    if node.sign in "+-":
        return adds_across(shop, node.left) and adds_across(shop, node.right)
    return isinstance(node.right, Fraction) and adds_across(shop, node.left)


def aggregates(node: Formula) -> Iterator[Aggregate]:
    """The aggregates that a formula is made of."""
    if isinstance(node, Aggregate):
        yield node
    elif not isinstance(node, Fraction):
        yield from aggregates(node.left)
        yield from aggregates(node.right)


@dataclass(frozen=True)
class _Asked:
    """A metric of the rows that `where` lets through."""

    shop: Shop
    metric: Metric
    where: Where

    @property
    def parts(self) -> list[Aggregate]:
        return list(aggregates(self.metric.formula))

    def refuses(self, days: Sequence[date], known: Sequence[date]) -> bool:
        """Whether there is no figure of these days together, though some have one."""
        lacking = self.metric.missing == "refuse" and len(known) < len(days)
        return lacking or any(self._crowded(part, day) for part in self.parts for day in days) or (len(days) > 1 and self._single())

    def _single(self) -> bool:
        """Whether one of the aggregates has no figure of several days."""
        lasting = [part for part in self.parts if part.function in ("sum", "mean", "top") and _field(self.shop, part).time != "sum"]
        return any(part.function != "mean" or _field(self.shop, part).unit in ("percent", "1:n") for part in lasting)

    def judges(self, value: Fraction, days: Sequence[date]) -> bool:
        """A rate outside 0 to 1, or of too few, is shown and not judged."""
        node, least = self.metric.formula, self.metric.min_denominator
        if least is not None and not isinstance(node, Aggregate | Fraction) and node.sign == "/":
            below = self.value(node.right, days)
            if below is not None and below < least:
                return False
        return self.metric.unit != "percent" or 0 <= value <= 1

    def value(self, node: Formula, days: Sequence[date]) -> Fraction | None:
        """A formula over days that all have figures; None where it divides by zero."""
        if isinstance(node, Fraction):
            return node
        if isinstance(node, Aggregate):
            return self._aggregated(node, days)
        left, right = self.value(node.left, days), self.value(node.right, days)
        if left is None or right is None or (node.sign == "/" and right == 0):
            return None
        return {"+": left + right, "-": left - right, "*": left * right}[node.sign] if node.sign != "/" else left / right

    def _aggregated(self, part: Aggregate, days: Sequence[date]) -> Fraction:
        each = [self.on(part, day) or ZERO for day in days]
        if part.function == "top":
            rows = [row for day in days for row in self.shop.tables[part.table].days.get(day, ()) if self._counts(row, part)]
            parts = {row.at[part.by]: ZERO for row in rows}
            for row in rows:
                parts[row.at[part.by]] += row.cells[part.field] or ZERO
            return _field(self.shop, part).scale * sum(sorted(parts.values())[-part.count :], ZERO)
        if part.function in ("last", "min", "max"):
            return {"last": each[-1], "min": min(each), "max": max(each)}[part.function]
        return sum(each, ZERO) / (len(each) if part.function == "mean" else 1)

    def on(self, part: Aggregate, day: date) -> Fraction | None:
        """What the counted rows of a day come to."""
        table, field = self.shop.tables[part.table], _field(self.shop, part)
        if any(name not in table.dimensions for name, _ in self.where):
            return None
        rows = table.days.get(day, ())
        within = bool(table.days) and min(table.days) <= day <= max(table.days)
        if not rows and not (self.metric.missing == "zero" and within):
            return None
        cells = [row.cells[part.field] for row in rows if self._counts(row, part)]
        if part.function == "count":
            return Fraction(len(cells) - cells.count(None))
        if None in cells or self._crowded(part, day) or (not cells and field.time != "sum"):
            return None
        return field.scale * sum((cell for cell in cells if cell is not None), ZERO)

    def _crowded(self, part: Aggregate, day: date) -> bool:
        adds = part.function == "count" or _field(self.shop, part).across == "sum"
        return not adds and sum(self._counts(row, part) for row in self.shop.tables[part.table].days.get(day, ())) > 1

    def _counts(self, row: Row, part: Aggregate) -> bool:
        return all(each.holds(row.at[each.field]) for each in part.where) and all(row.at.get(name) == text for name, text in self.where)


def _field(shop: Shop, part: Aggregate) -> Field:
    return shop.tables[part.table].fields[part.field]
