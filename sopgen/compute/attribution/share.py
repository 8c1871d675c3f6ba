"""Share: what part of a whole each part is (domain B6.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key")


def shares(parts: Mapping[Key, Fraction]) -> dict[Key, Fraction] | None:
    """Every part over the sum of all, so that the shares sum to 1; None where the sum is zero or less.

    A part that is negative, such as more refunds than sales, has a negative share, and the others have more than the whole.
    """
    whole = sum(parts.values(), Fraction(0))
    return {key: value / whole for key, value in parts.items()} if whole > 0 else None


def ranks(values: Iterable[Fraction]) -> dict[Fraction, int]:
    """The place of each value, the largest first. Equal values have one place, and as many are left out after it: 1, 2, 2, 4."""
    ordered = sorted(values, reverse=True)
    return {value: ordered.index(value) + 1 for value in ordered}
