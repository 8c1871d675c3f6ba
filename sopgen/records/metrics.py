"""What is measured, the lists it is filtered by, and how a target falls on the days."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal

from sopgen.records.base import EventId, MetricId, Record
from sopgen.words.dates import Duration, Period
from sopgen.words.quantity import Quantity
from sopgen.words.text import Text


class Metric(Record):
    """What is measured: a formula over the fields of tables."""

    id: str
    title: Text
    formula: str
    unit: str
    better: Literal["up", "down", "band"] | None = None
    description: Text | None = None
    basis: Literal["placed", "paid", "net"] | None = None
    window: Duration | None = None
    min_denominator: int | None = None
    drivers: str | None = None
    missing: Literal["skip", "zero", "refuse"] = "skip"
    attainment: Literal["signed", "inverse"] = "signed"
    parts: tuple[str, ...] = ()
    reports: tuple[Literal["daily"], ...] = ()


class FixedList(Record):
    """Values fixed in advance, for filters: the best sellers of a season."""

    id: str
    title: Text
    values: tuple[str, ...]


class Span(Record):
    """Days that weigh more or less than the rest: `days`, or those of an `event`."""

    weight: Fraction
    days: Period | None = None
    event: EventId | None = None
    label: Text | None = None


class Weights(Record):
    """How much of a period's target falls on a day: a span's weight, else the weekday's, else the default."""

    default: Fraction
    weekdays: Mapping[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Fraction] = {}
    spans: tuple[Span, ...] = ()


class Event(Record):
    """A holiday or a promotion that moves from year to year: its days of each."""

    title: Text
    days: tuple[Period, ...]


class Calendar(Record):
    """`data/calendar.yaml`."""

    weights: Weights | None = None
    events: Mapping[str, Event] = {}


class Expectation(Record):
    """A change that somebody expects or claims: relative (`5%`) or in points (`0.4pp`)."""

    metric: MetricId
    change: Quantity
    base: Quantity | None = None
