"""What a day is held against: the middle and the spread of the days before it, and what a stock has to last for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache
from statistics import NormalDist

NORMAL = Fraction("1.4826")  # makes the MAD of normally distributed figures their standard deviation
ALWAYS = Fraction("0.95")
_EXACT = Context(prec=50)


def mean(figures: Sequence[Fraction]) -> Fraction:
    """The arithmetic mean of at least one figure."""
    return sum(figures, Fraction(0)) / len(figures)


def median(figures: Sequence[Fraction]) -> Fraction:
    """The middle one of at least one figure, of an even number the mean of the middle two."""
    ordered, half = sorted(figures), len(figures) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def mad(figures: Sequence[Fraction]) -> Fraction:
    """The median of the distances from the median."""
    middle = median(figures)
    return median([abs(figure - middle) for figure in figures])


def robust_z(figure: Fraction, middle: Fraction, spread: Fraction) -> Fraction | None:
    """`(x - median) / (1.4826 MAD)`, which few outliers cannot move; None where the MAD is 0 (domain B9)."""
    return (figure - middle) / (NORMAL * spread) if spread else None


def variance(figures: Sequence[Fraction]) -> Fraction:
    """The sample variance (n - 1) of at least two figures."""
    middle = mean(figures)
    return sum(((figure - middle) ** 2 for figure in figures), Fraction(0)) / (len(figures) - 1)


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
