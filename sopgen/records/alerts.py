"""What the team wants to be told of: rules over the figures of a day, each with tests of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from sopgen.records.base import FindingId, MetricId, PersonId, Record, SopId, TableId, YesNo
from sopgen.words.dates import Duration
from sopgen.words.quantity import Quantity
from sopgen.words.text import Text

MISSING = "missing"


class Readings(Struct, frozen=True):
    """What a figure was on consecutive days, the oldest first; None on a day without figures."""

    days: tuple[Quantity | None, ...]

    @classmethod
    def parse(cls, value: object) -> Readings:
        """Read `2.5%`, `[2.5%, missing, 2.6%]`; the schema has seen to the shape. Raises ValueError."""
        each = value if isinstance(value, list | tuple) else [value]
        return cls(tuple(cls.parse_day(item) for item in each))

    @classmethod
    def parse_day(cls, value: object) -> Quantity | None:
        """Read one day's figure: a quantity, or the word `missing`. Raises ValueError."""
        return None if value == MISSING else Quantity.parse(value)


class Benchmark(Record):
    """What others reach, and where that is from."""

    value: Quantity
    source: Text
    date: date


class Stock(Record):
    """What the stock is for: how fast it sells, and how long new goods take (domain B8)."""

    demand: MetricId
    lead_time: Duration
    review: Duration | None = None
    lead_time_sd: Quantity | None = None
    service: Quantity | None = None
    safety: Quantity | None = None
    in_transit: MetricId | None = None


class AlertTest(Record):
    """An example that a rule is held against: figures of consecutive days, and whether the rule fires on the last of them."""

    given: Mapping[str, Readings]
    fires: YesNo


class Alert(Record):
    """A rule of `data/alerts.yaml`: either a condition on a metric's day, or a look at how a table's rows come in."""

    id: str
    severity: Literal["low", "medium", "high", "critical"]
    owner: PersonId
    title: Text | None = None
    description: Text | None = None
    follow: SopId | None = None
    metric: MetricId | None = None
    when: str | None = None
    by: tuple[str, ...] = ()
    where: Mapping[str, str] = {}
    for_: Duration | None = None
    min: Mapping[str, Quantity] = {}
    benchmark: Benchmark | None = None
    window: Duration | None = None
    same_weekday: YesNo | None = None
    promo: Literal["apart"] | None = None
    stock: Stock | None = None
    data: Literal["late", "missing", "duplicate", "restated"] | None = None
    table: TableId | None = None
    within: Duration | None = None
    answers: tuple[FindingId, ...] = ()
    tests: tuple[AlertTest, ...] = ()
