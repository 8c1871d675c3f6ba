"""Contribution to change: what each part adds to the change of a whole that is the sum of its parts (domain B6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from msgspec import Struct

Key = TypeVar("Key")

NEGLIGIBLE = Fraction(1, 200)
"""A change of less than this part of its base is too small to be shared out: noise of a few orders would be hundreds of percent."""


class Contribution(Struct, frozen=True):
    """What one part contributes.

    `change` is in the unit of the whole. `share` is its part of the whole's change, which may exceed 1 or be negative; None
    where that change is negligible. `points` are points of growth: they add up to the growth of the whole; None without a base.
    """

    change: Fraction
    share: Fraction | None
    points: Fraction | None


def contributions(before: Mapping[Key, Fraction], after: Mapping[Key, Fraction]) -> dict[Key, Contribution]:
    """Every part that was there before or is there now; who enters was 0, and who leaves is 0."""
    base = sum(before.values(), Fraction(0))
    whole = sum(after.values(), Fraction(0)) - base
    found = {}
    for name in dict.fromkeys((*before, *after)):
        change = after.get(name, Fraction(0)) - before.get(name, Fraction(0))
        found[name] = Contribution(change, share_of(change, whole, base), change / base if base > 0 else None)
    return found


def share_of(change: Fraction, whole: Fraction, base: Fraction) -> Fraction | None:
    """A part of a change over the whole change from `base`; None where the whole change is negligible."""
    return None if is_negligible(whole, base) else change / whole


def is_negligible(change: Fraction, base: Fraction) -> bool:
    """Whether a change is none, or less than `NEGLIGIBLE` of what it started from."""
    return change == 0 or abs(change) < NEGLIGIBLE * abs(base)
