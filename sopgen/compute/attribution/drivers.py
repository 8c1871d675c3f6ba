"""Driver tree: what each factor of a product contributes to its change (domain B6.3).

LMDI where every factor is above zero on both sides, Shapley elsewhere. Both are exact, take the factors in no order, and give
the negative when the two sides are exchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from math import factorial, prod

from msgspec import Struct

_DIGITS = Context(prec=40)
_GUARDED = Context(prec=50)
_NEAR = Fraction(1, 10**20)


class Method(StrEnum):
    """How a change was split; the values are what readers know the methods by."""

    LMDI = "LMDI"
    SHAPLEY = "Shapley"


class Split(Struct, frozen=True):
    """The `effects` of the factors, in their order and in the unit of the product; their sum is the product's change, exactly."""

    method: Method
    effects: tuple[Fraction, ...]


def split(before: Sequence[Fraction], after: Sequence[Fraction]) -> Split:
    """What each factor contributes to `prod(after) - prod(before)`."""
    if all(value > 0 for value in (*before, *after)):
        return Split(Method.LMDI, lmdi(before, after))
    return Split(Method.SHAPLEY, shapley(before, after))


def lmdi(before: Sequence[Fraction], after: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Logarithmic mean Divisia index, additive: `L(V1, V0) * ln(x1 / x0)` with `L(a, b) = (a - b) / ln(a / b)`, `L(a, a) = a`.

    All factors are above zero. A logarithm has 40 digits and `ln(V1 / V0)` is the sum of the factors' own, so that the effects
    sum to the change exactly. Of two products too near each other for that, L is the mean: it differs in the fortieth digit.
    """
    old, new = prod(before, start=Fraction(1)), prod(after, start=Fraction(1))
    logs = [_ln(end) - _ln(start) for start, end in zip(before, after, strict=True)]
    whole = sum(logs, Fraction(0))
    mean = (new - old) / whole if abs(whole) > _NEAR else (old + new) / 2
    left = (new - old - mean * whole) / len(logs)
    return tuple(mean * log + left for log in logs)


def shapley(before: Sequence[Fraction], after: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """The mean, over all orders in which the factors can change, of what each changes when its turn comes.

    A factor's turn comes after k of the n - 1 others in `k! (n - 1 - k)!` of the `n!` orders. The products of those k new and
    n - 1 - k old values, summed over all choices of k, are the coefficients of the polynomial `prod(old + new * z)`.
    """
    pairs = list(zip(before, after, strict=True))
    n = len(pairs)
    weights = [Fraction(factorial(k) * factorial(n - 1 - k), factorial(n)) for k in range(n)]
    effects = []
    for place, (old, new) in enumerate(pairs):
        others = _coefficients([*pairs[:place], *pairs[place + 1 :]])
        effects.append((new - old) * sum((weight * other for weight, other in zip(weights, others, strict=True)), Fraction(0)))
    return tuple(effects)


def _coefficients(pairs: Sequence[tuple[Fraction, Fraction]]) -> list[Fraction]:
    """Of `prod(old + new * z)`, the constant first."""
    found = [Fraction(1)]
    for old, new in pairs:
        found = [low * old + high * new for low, high in zip([*found, Fraction(0)], [Fraction(0), *found], strict=True)]
    return found


@lru_cache(maxsize=4096)
def _ln(value: Fraction) -> Fraction:
    """The natural logarithm to 40 digits; of the same value always the same, so that exchanging the two sides negates."""
    return Fraction(_GUARDED.divide(Decimal(value.numerator), Decimal(value.denominator)).ln(_DIGITS))
