"""Days, instants, periods and durations as a workspace writes them. All are in the workspace's time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Self

from msgspec import Struct

DAY = timedelta(days=1)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"(\d{4})")
_DURATION = re.compile(r"(\d+)(s|min|h|d)")
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


class Instant(datetime):
    """A minute of a day, written `2024-04-20 14:10`."""

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read `YYYY-MM-DD HH:MM`; a bare day stands for its last minute. Raises ValueError."""
        words = str(text)
        return cls.strptime(words if " " in words else f"{words} 23:59", "%Y-%m-%d %H:%M")

    @property
    def last_whole_day(self) -> date:
        """The last day that is over by then: figures of a day that goes on are not complete (domain B7)."""
        return self.date() if (self.hour, self.minute) == (23, 59) else self.date() - DAY

    def __str__(self) -> str:
        return self.strftime("%Y-%m-%d %H:%M")


class Duration(timedelta):
    """A length of time, written `30s`, `15min`, `2h` or `90d`."""

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read a whole number and its unit. Raises ValueError."""
        match = _DURATION.fullmatch(str(text))
        if not match:
            raise ValueError(f"not a duration: {text}")
        return cls(seconds=int(match[1]) * _SECONDS[match[2]])

    def __str__(self) -> str:
        seconds = int(self.total_seconds())
        unit = next(unit for unit in ("d", "h", "min", "s") if seconds % _SECONDS[unit] == 0)
        return f"{seconds // _SECONDS[unit]}{unit}"


class Period(Struct, frozen=True, order=True):
    """Whole days from `start` to `end`, both included."""

    start: date
    end: date

    @classmethod
    def parse(cls, text: object) -> Period:
        """Read `2024-04-01..2024-06-30`, `2024-Q2`, `2024-04` or `2024`. Raises ValueError."""
        words = str(text)
        if ".." in words:
            start, end = (date.fromisoformat(day) for day in words.split("..", 1))
            if end < start:
                raise ValueError(f"ends before it starts: {text}")
            return cls(start, end)
        if match := _QUARTER.fullmatch(words):
            first = 3 * int(match[2]) - 2
            return cls(date(int(match[1]), first, 1), month(int(match[1]), first + 2).end)
        if match := _MONTH.fullmatch(words):
            return month(int(match[1]), int(match[2]))
        if match := _YEAR.fullmatch(words):
            return cls(date(int(match[1]), 1, 1), date(int(match[1]), 12, 31))
        raise ValueError(f"not a period: {text}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + DAY * n for n in range(len(self)))

    def __len__(self) -> int:
        return (self.end - self.start).days + 1

    def covers(self, other: Period) -> bool:
        """Whether every day of `other` is one of these."""
        return self.start <= other.start and other.end <= self.end

    def common(self, other: Period) -> Period | None:
        """The days that both have, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start <= end else None

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"


def month(year: int, number: int) -> Period:
    """The days of one month."""
    after = date(year + number // 12, number % 12 + 1, 1)
    return Period(date(year, number, 1), after - DAY)
