"""Units and what becomes of them in a formula: money over people is money per person, a rate times anything keeps its unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from sopgen.words.quantity import DAYS, PERCENT, POINTS, RATIO, SECONDS, is_money

PERSON, PERSON_DAYS, TIMES = "person", "person-days", "times"

# Counts that are told apart; any other word (`rows`, `parcels`) may stand for any count.
_COUNTS = (PERSON, PERSON_DAYS, "order", "piece", TIMES)
_UNCHECKED = "score"


class Unit(Struct, frozen=True):
    """A product of units over a product of units: `CNY/person` is ("CNY",) over ("person",), a ratio is () over ()."""

    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str | None) -> Unit | None:
        """Read `CNY`, `percent`, `CNY/person`. None where nothing follows from the unit: there is none, or it is a score."""
        up, _, down = (text or _UNCHECKED).partition("/")
        if up == _UNCHECKED:
            return None
        return cls(() if up in (PERCENT, RATIO, POINTS) else (up,), (down,) if down else ())

    def __mul__(self, other: Unit) -> Unit:
        return _cancelled(self.up + other.up, self.down + other.down)

    def __truediv__(self, other: Unit) -> Unit:
        return _cancelled(self.up + other.down, self.down + other.up)

    def __str__(self) -> str:
        return "×".join(self.up or ("1",)) + "".join(f"/{word}" for word in self.down)

    @property
    def is_ratio(self) -> bool:
        """Whether everything has cancelled out."""
        return not self.up and not self.down

    @property
    def counts(self) -> int:
        """How many counts stand above the line, less those below."""
        return sum(map(_is_count, self.up)) - sum(map(_is_count, self.down))

    @property
    def rest(self) -> Counter[str]:
        """The power of each money and time. What is a day's figure, so much per day, counts as so much."""
        powers = Counter(word for word in self.up if not _is_count(word))
        powers.subtract(word for word in self.down if not _is_count(word))
        powers[DAYS] = max(powers[DAYS], 0)
        return Counter({word: power for word, power in powers.items() if power})


def adds_to(left: Unit, right: Unit) -> bool:
    """Whether two units can be added: money to money, people to people, and neither to the other."""
    return left.rest == right.rest and left.counts == right.counts and _alike(left.up, right.up) and _alike(left.down, right.down)


def is_said_as(found: Unit, declared: str) -> bool:
    """Whether what a formula gives may be called by the unit that is declared for it.

    Money or seconds per something may be declared as money or seconds, or as what they are, `CNY/person`; a count over a count
    as a ratio or, in another count (pieces per order), as the upper one; a stock over a day's sales as days.
    """
    unit = Unit.parse(declared)
    if unit is None:
        return True
    if unit.down:
        return adds_to(found, unit)
    if unit.is_ratio:
        return not found.rest and found.counts == 0
    if unit.rest:
        return found.rest == unit.rest and (declared != DAYS or found.counts == 0)
    return not found.rest and _is_counted_as(found, declared)


def _is_counted_as(found: Unit, declared: str) -> bool:
    upper = [word for word in found.up if _is_count(word)]
    if found.counts == 0 and upper and declared == TIMES:
        return True
    if declared == PERSON and PERSON_DAYS in upper:
        return found.counts == 0
    return found.counts in (0, 1) and any(_same_count(word, declared) for word in upper)


def _cancelled(up: Iterable[str], down: Iterable[str]) -> Unit:
    """Take away what stands on both sides of the line, people of a day and people alike."""
    left, below = list(up), []
    for word in down:
        same = next((each for each in left if each == word), None) or next((each for each in left if _family(each) == _family(word)), None)
        if same is None:
            below.append(word)
        else:
            left.remove(same)
    return Unit(tuple(left), tuple(below))


def _is_count(word: str) -> bool:
    return not is_money(word) and word not in (SECONDS, DAYS)


def _family(word: str) -> str:
    return PERSON if word == PERSON_DAYS else word


def _same_count(one: str, other: str) -> bool:
    return _family(one) == _family(other) or one not in _COUNTS or other not in _COUNTS


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether the counts on one side of two lines are of the same kinds."""
    counts = [sorted(filter(_is_count, words), key=_family) for words in (one, other)]
    return len(counts[0]) == len(counts[1]) and all(map(_same_count, *counts))
