"""Rate and mix: why a ratio of sums changed, by the parts that it is made of (domain B6.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from msgspec import Struct

Key = TypeVar("Key")


class Ratio(Struct, frozen=True):
    """The two sums of a ratio, of one part or of all."""

    numerator: Fraction
    denominator: Fraction

    @property
    def rate(self) -> Fraction | None:
        """The ratio, None where it divides by zero."""
        return self.numerator / self.denominator if self.denominator else None


NOBODY = Ratio(Fraction(0), Fraction(0))


class Effect(Struct, frozen=True):
    """What one part contributes to the change of the ratio: by its own `rate`, and by its share of the denominator, the `mix`."""

    rate: Fraction
    mix: Fraction

    @property
    def whole(self) -> Fraction:
        """Both together."""
        return self.rate + self.mix


def total(parts: Iterable[Ratio]) -> Ratio:
    """The ratio of all parts together: sums first."""
    listed = list(parts)
    return Ratio(sum((part.numerator for part in listed), Fraction(0)), sum((part.denominator for part in listed), Fraction(0)))


def effects(before: Mapping[Key, Ratio], after: Mapping[Key, Ratio]) -> dict[Key, Effect] | None:
    """Rate effect `mean(w) * dr` and mix effect `dw * (mean(r) - mean(R))`, with means of both sides; they sum to `dR` exactly.

    `w` is a part's share of the denominator, `r` its ratio and `R` that of all. Who enters or leaves has no rate effect, and
    for the mix the only ratio there is. None where all denominators together are zero or less on a side, or a part has a
    numerator over nothing.
    """
    old, new = total(before.values()), total(after.values())
    if old.denominator <= 0 or new.denominator <= 0:
        return None
    mean = (old.numerator / old.denominator + new.numerator / new.denominator) / 2
    found = {}
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, NOBODY), after.get(name, NOBODY)
        if _is_over_nothing(was) or _is_over_nothing(now):
            return None
        found[name] = _effect(was, now, was.denominator / old.denominator, now.denominator / new.denominator, mean)
    return found


def _is_over_nothing(part: Ratio) -> bool:
    return part.denominator == 0 and part.numerator != 0


def _effect(was: Ratio, now: Ratio, old_weight: Fraction, new_weight: Fraction, mean: Fraction) -> Effect:
    rates = [rate for rate in (was.rate, now.rate) if rate is not None]
    if not rates:
        return Effect(Fraction(0), Fraction(0))
    mix = (new_weight - old_weight) * (sum(rates, Fraction(0)) / len(rates) - mean)
    return Effect((old_weight + new_weight) / 2 * (rates[-1] - rates[0]), mix)
