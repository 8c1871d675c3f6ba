"""The calendar: how heavy each day is beside the others, and which days of the year before a day is to be compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, Self

from msgspec import Struct

from sopgen.records import Calendar, Event, Weights
from sopgen.words.dates import Period

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEAR = timedelta(days=364)
"""52 weeks: the year before, on the same weekday."""

_FLAT = Weights(default=Fraction(1))


class Curve(Struct, frozen=True):
    """How heavy each day is: the weight of the first of the `spans` that it is in, else its weekday's, else the default (domain B7)."""

    default: Fraction
    weekdays: Mapping[Weekday, Fraction]
    spans: tuple[tuple[Period, Fraction], ...]

    @classmethod
    def of(cls, calendar: Calendar | None) -> Self:
        """The curve of a calendar, the spans of events on the days of each of their occurrences; flat without one."""
        weights = (calendar.weights if calendar else None) or _FLAT
        spans = ((days, span.weight) for span in weights.spans for days in span_days(calendar, span.days, span.event))
        return cls(weights.default, weights.weekdays, tuple(spans))

    def weight(self, day: date) -> Fraction:
        """How heavy a day is."""
        for days, weight in self.spans:
            if day in days:
                return weight
        return self.weekdays.get(WEEKDAYS[day.weekday()], self.default)

    def shares(self, period: Period, without: tuple[Period, ...] = ()) -> dict[date, Fraction]:
        """The part of a period's target that falls on each day: its weight over the weights of all (domain B7).

        The days of the periods `without` have no share; {} where nothing weighs.
        """
        each = {day: self.weight(day) for day in period if not any(day in other for other in without)}
        whole = sum(each.values(), Fraction(0))
        return {day: part / whole for day, part in each.items()} if whole else {}


def span_days(calendar: Calendar | None, days: Period | None, event: str | None) -> tuple[Period, ...]:
    """The days of a span: as written, or those of its event in every year; () where the event is unknown."""
    if days is not None:
        return (days,)
    known = calendar.events.get(event or "") if calendar else None
    return known.days if known else ()


class YearBefore(Struct, frozen=True):
    """The days of the year before that some days are compared with, None where there are none, and the `event` they follow, if any."""

    days: Period | None
    event: str = ""


def year_before(calendar: Calendar | None, days: Period) -> YearBefore:
    """The same days of the year before.

    Within an event they are the days with the same offset in the event's occurrence of the year before; around an event they move
    with it; all others are the same weekdays, 364 days earlier (domain B2).
    """
    for id_, event, now in _touching(calendar, days):
        before = _occurrence_before(event, now)
        if before is None:
            return YearBefore(None, id_)
        back = now.start - before.start
        moved = Period(days.start - back, days.end - back)
        return YearBefore(moved if before.covers(moved) or not now.covers(days) else None, id_)
    return YearBefore(Period(days.start - YEAR, days.end - YEAR))


def _touching(calendar: Calendar | None, days: Period) -> Iterator[tuple[str, Event, Period]]:
    """The occurrences that the days lie within, the first in the file first; then those that lie within the days, the longest first."""
    every = [(id_, event, now) for id_, event in (calendar.events if calendar else {}).items() for now in event.days]
    yield from (each for each in every if each[2].covers(days))
    yield from sorted((each for each in every if days.covers(each[2])), key=lambda each: -len(each[2]))


def _occurrence_before(event: Event, now: Period) -> Period | None:
    """The occurrence that starts nearest to a year earlier, none where that is off by half a year or more."""
    near = [(abs(now.start - YEAR - each.start), each) for each in event.days if abs(now.start - YEAR - each.start) < YEAR / 2]
    return min(near, default=(None, None))[1]
