"""A metric by day: its aggregates as whole numbers, and the formula over them for any of the days."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from sopgen.compute import arithmetic
from sopgen.readers.formula import Aggregate, Binary, MetricName, Node
from sopgen.words.dates import Period
from sopgen.words.diagnostics import Message


class Daily(Struct, frozen=True):
    """One aggregate by day: whole numbers in units of 10 to the minus `digits`, for the days that have figures.

    `crowded` are the days that have figures of several rows and no sum of them, because the field does not add over rows.
    """

    values: Mapping[date, int]
    digits: int
    crowded: frozenset[date] = frozenset()

    def over(self, function: str, days: Sequence[date]) -> Fraction:
        """The aggregate over days in order, at least one, that all have figures."""
        return Fraction(self._over(function, [self.values[day] for day in days]), 10**self.digits)

    def _over(self, function: str, values: Sequence[int]) -> Fraction | int:
        if function == "last":
            return values[-1]
        if function in ("min", "max"):
            return min(values) if function == "min" else max(values)
        return Fraction(sum(values), len(values)) if function == "mean" else sum(values)


class Ranked(Daily, frozen=True):
    """A `top(n, …)` by day; `segments` are the sums apart for each text of the dimension, a day without rows of it left out."""

    segments: Mapping[str, Mapping[date, int]] = {}
    count: int = 1

    def over(self, function: str, days: Sequence[date]) -> Fraction:
        """The sum over the `count` segments that are largest over these days.

        Where several tie for the last place their sums are the same, so it does not matter which of them is taken.
        """
        return Fraction(largest(self.segments, self.count, days), 10**self.digits)


class Series(Struct, frozen=True, dict=True):
    """A metric by day: its formula down to aggregates, the aggregates by day, and the days in order that all of them have.

    A day that lacks one of them counts for none: a numerator of 30 days is never divided by a denominator of 29.
    `crowding` says why the days `crowded` have no figure, and `single` why several days together have none.
    """

    node: Node
    parts: Mapping[Aggregate, Daily]
    days: Sequence[date]
    crowded: Sequence[date] = ()
    crowding: Message | None = None
    single: Message | None = None

    def within(self, period: Period) -> Sequence[date]:
        """The days of the period that have figures."""
        return _within(self.days, period)

    def crowded_in(self, period: Period) -> Message | None:
        """Why a day of the period has no figure though it has rows, where there is such a day."""
        return self.crowding if _within(self.crowded, period) else None

    def value(self, days: Sequence[date]) -> Fraction | None:
        """The formula over the aggregates of these days, None where it divides by zero."""
        return self._worked_out(self.node, days)

    def denominator(self, days: Sequence[date]) -> Fraction | None:
        """What a ratio divides by on these days, None where the formula is no ratio."""
        return self._worked_out(self._ratio.right, days) if self._ratio else None

    @cached_property
    def _ratio(self) -> Binary | None:
        return arithmetic.ratio(self.node)

    def sides(self, days: Sequence[date]) -> tuple[Fraction, Fraction] | None:
        """What a ratio divides by what on these days, None where the formula is no ratio or one of the two cannot be worked out.

        Whatever scales the ratio scales what is divided, so that the one over the other is the value.
        """
        divided = arithmetic.ratio(self.node)
        above = self._worked_out(divided.left, days) if divided else None
        below = self._worked_out(divided.right, days) if divided else None
        if above is None or below is None:
            return None
        value = self.value(days)
        return (above if value is None else value * below, below)

    def _worked_out(self, node: Node, days: Sequence[date]) -> Fraction | None:
        def given(part: MetricName | Aggregate) -> Fraction | None:
            return self.parts[part].over(part.function, days) if isinstance(part, Aggregate) else None

        return arithmetic.value(node, given)


def largest(segments: Mapping[str, Mapping[date, int]], count: int, days: Sequence[date]) -> int:
    """The sum over the `count` segments that are largest over these days, over all of them where there are fewer.

    A segment without a row on these days is none of them: its nothing would be more than another's refunds.
    """
    present = [found for segment in segments.values() if (found := [segment[day] for day in days if day in segment])]
    sums = sorted(map(sum, present), reverse=True)
    return sum(sums[:count])


def _within(days: Sequence[date], period: Period) -> Sequence[date]:
    return days[bisect_left(days, period.start) : bisect_right(days, period.end)]
