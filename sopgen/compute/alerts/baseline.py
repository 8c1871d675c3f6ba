"""What a day is held against: the middle and the spread of the days before it, and what a stock has to last for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from math import lcm
from statistics import NormalDist

NORMAL = Fraction("1.4826")  # makes the MAD of normally distributed figures their standard deviation
ALWAYS = Fraction("0.95")
_EXACT = Context(prec=50)


def mean(figures: Sequence[Fraction]) -> Fraction:
    """The arithmetic mean of at least one figure."""
    counts, scale = _counts(figures)
    return Fraction(sum(counts), scale * len(counts))


def median(figures: Sequence[Fraction]) -> Fraction:
    """The middle one of at least one figure, of an even number the mean of the middle two."""
    return middle_and_spread(figures)[0]


def middle_and_spread(figures: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """The median of at least one figure, and the MAD: the median of the distances from it."""
    counts, scale = _counts(figures)
    counts.sort()
    middle = _middle(counts)
    return Fraction(middle, scale), Fraction(_middle(sorted(abs(count - middle) for count in counts)), scale)


def _middle(ordered: Sequence[int]) -> int:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) // 2


def robust_z(figure: Fraction, middle: Fraction, spread: Fraction) -> Fraction | None:
    """`(x - median) / (1.4826 MAD)`, which few outliers cannot move; None where the MAD is 0 (domain B9)."""
    return (figure - middle) / (NORMAL * spread) if spread else None


def variance(figures: Sequence[Fraction]) -> Fraction:
    """The sample variance (n - 1) of at least two figures."""
    counts, scale = _counts(figures)
    n, total = len(counts), sum(counts)
    return Fraction(n * sum(count * count for count in counts) - total * total, scale * scale * n * (n - 1))


def _counts(figures: Sequence[Fraction]) -> tuple[list[int], int]:
    """The figures over one denominator, since whole numbers are added and sorted many times faster; four times it leaves no halves."""
    scale = 4 * lcm(*(figure.denominator for figure in figures))
    return [figure.numerator * (scale // figure.denominator) for figure in figures], scale


def root(number: Fraction) -> Fraction:
    """The square root of a number that is not negative, to 50 digits."""
    return Fraction(_EXACT.sqrt(_EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))))


@cache
def service_factor(level: Fraction) -> Fraction:
    """Z of a service level between 0 and 1, to the three decimals that tables of it have: 1.645 at 95 % (domain B8)."""
    z = Decimal(NormalDist().inv_cdf(float(level)))
    return Fraction(z.quantize(Decimal("0.001"), ROUND_HALF_UP))


def safety_stock(demand: Fraction, demand_variance: Fraction, days: Fraction, days_sd: Fraction, level: Fraction) -> Fraction:
    """`Z sqrt(L var(d) + d^2 var(L))`: what a stock needs beyond the mean demand `d` a day over `L` days (domain B8)."""
    return service_factor(level) * root(days * demand_variance + demand**2 * days_sd**2)
