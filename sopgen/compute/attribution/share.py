"""Share: what part of a whole each part is (domain B6.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: its `value`, its `share` of the whole, and its `rank` by value.

    Parts of equal value have the same rank, and as many ranks are left out after them: 1, 2, 2, 4. A part that is negative,
    such as more refunds than sales, has a negative share, and the others then have more than the whole.
    """

    value: Fraction
    share: Fraction
    rank: int


def shares(parts: Mapping[str, Fraction]) -> Mapping[str, Share] | None:
    """Every part over the sum of all, so that the shares sum to 1; None where the sum is zero or less."""
    whole = sum(parts.values(), Fraction(0))
    if whole <= 0:
        return None
    ordered = sorted(parts.values(), reverse=True)
    return {name: Share(value, value / whole, ordered.index(value) + 1) for name, value in parts.items()}
