"""A workspace described in plain values, so that figures can be worked out from it without reading a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Literal

Cell = Fraction | None
Better = Literal["up", "down", "band"]
Function = Literal["sum", "last", "mean", "min", "max", "count", "top"]
Missing = Literal["skip", "zero", "refuse"]
Sign = Literal["+", "-", "*", "/"]
Where = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """What one row of a table says: its day, its text in each dimension, its numbers (None for an empty cell)."""

    day: date
    at: Mapping[str, str]
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Field:
    """A column of numbers, and how it is declared to add: over days, and over the rows of a day."""

    unit: str
    time: Literal["sum", "last", "none"] = "sum"
    across: Literal["sum", "none"] = "sum"

    @property
    def scale(self) -> Fraction:
        """What one of a cell stands for: a hundredth where the cells are in percent."""
        return Fraction(1, 100) if self.unit == "percent" else Fraction(1)


@dataclass(frozen=True)
class Table:
    """A table by day and dimensions; `fields` are its numbers."""

    dimensions: tuple[str, ...]
    fields: Mapping[str, Field]
    rows: tuple[Row, ...]

    @cached_property
    def days(self) -> Mapping[date, tuple[Row, ...]]:
        """The rows of each day."""
        return {day: tuple(row for row in self.rows if row.day == day) for day in {row.day for row in self.rows}}


@dataclass(frozen=True)
class Condition:
    """`field = value`, `field != value`, `field in` a list or `field not in` it, which is a tuple of values here."""

    field: str
    sign: Literal["=", "!=", "in", "not in"]
    value: str | tuple[str, ...]

    def holds(self, text: str) -> bool:
        """Whether a row with this text is let through."""
        named = text in self.value if isinstance(self.value, tuple) else text == self.value
        return named == (self.sign in ("=", "in"))


@dataclass(frozen=True)
class Aggregate:
    """One number from a field of a table; `top` takes the `count` largest values of the dimension `by`."""

    function: Function
    table: str
    field: str
    where: tuple[Condition, ...] = ()
    count: int = 1
    by: str = ""


@dataclass(frozen=True)
class Operation:
    """`left sign right`."""

    sign: Sign
    left: Formula
    right: Formula


Formula = Aggregate | Operation | Fraction


@dataclass(frozen=True)
class Metric:
    """What is measured. A metric that another one is made of is written out in that one's formula."""

    formula: Formula
    unit: str
    better: Better = "up"
    min_denominator: int | None = None
    daily: bool = True
    missing: Missing = "skip"
    inverse: bool = False
    """Whether attainment is target over actual, where less is better."""
    drivers: tuple[str, ...] = ()
    """The metrics whose product it is."""
    parts: tuple[str, ...] = ()
    """The dimensions that it is broken down by."""


@dataclass(frozen=True)
class Span:
    """Days in a row, both ends included."""

    start: date
    end: date

    def days(self) -> list[date]:
        """The days in order."""
        return [self.start + timedelta(n) for n in range((self.end - self.start).days + 1)]

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"


@dataclass(frozen=True)
class Rise:
    """A goal over a base: `by` percent of it or in the metric's own unit, from a value or from an earlier period."""

    by: Fraction
    percent: bool
    base: Fraction | Span


@dataclass(frozen=True)
class Band:
    """A goal to stay between two levels, both included."""

    lower: Fraction
    upper: Fraction


@dataclass(frozen=True)
class Target:
    """What a plan wants of a metric, or of the part of it that `where` lets through."""

    metric: str
    goal: Fraction | Rise | Band
    where: Where = ()


@dataclass(frozen=True)
class Plan:
    """A stretch of days with targets, perhaps within another plan."""

    period: Span
    targets: Mapping[str, Target]
    parent: str | None = None


@dataclass(frozen=True)
class Weights:
    """How much each day of a period weighs: the first span it is in, else its weekday (Monday is 0), else the default."""

    default: Fraction = Fraction(1)
    weekdays: Mapping[int, Fraction] = field(default_factory=dict)
    spans: tuple[tuple[Span, Fraction], ...] = ()


@dataclass(frozen=True, repr=False)
class Shop:
    """All of it, as of a morning. Its files say what it is more readably than a `repr` would."""

    tables: Mapping[str, Table]
    metrics: Mapping[str, Metric]
    plans: Mapping[str, Plan]
    weights: Weights
    through: date
    """The last day that is over, as of the morning of the next."""
