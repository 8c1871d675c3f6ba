"""What went wrong, and what might."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sopgen.records.base import AlertId, FindingId, MetricId, PersonId, PlanKind, Record, RiskId
from sopgen.records.metrics import Expectation
from sopgen.words.dates import Instant
from sopgen.words.quantity import Quantity
from sopgen.words.text import Text


class Return(Record):
    """What every yuan of a cost is expected to bring in."""

    metric: MetricId
    at: Quantity


class Measure(Record):
    """What is done about an incident."""

    text: Text
    owner: PersonId | None = None
    due: Instant | None = None
    cost: Quantity | None = None
    returns: Return | None = None
    expects: Expectation | None = None


class Incident(Record):
    """`data/incidents/<id>.yaml`: something that went wrong on a day."""

    id: str
    detected: Instant
    cause: Text
    title: Text | None = None
    metric: MetricId | None = None
    process: Text | None = None
    owner: PersonId | None = None
    risk: RiskId | None = None
    alert: AlertId | None = None
    planned: Instant | None = None
    resolved: Instant | None = None
    measure: Measure | None = None


class Level(Record):
    """Where a risk stands in the matrix, 1 to 5 each."""

    likelihood: int
    impact: int


class Risk(Record):
    """An entry of the risk library."""

    id: str
    title: Text
    category: Literal["fulfilment", "stock", "traffic", "rules", "payment", "system", "content", "service", "partner"]
    likelihood: int
    impact: int
    treatment: Literal["avoid", "reduce", "transfer", "accept"]
    owner: PersonId
    review: date
    description: Text | None = None
    contingency: Text | None = None
    answers: tuple[FindingId, ...] = ()
    applies_to: tuple[PlanKind, ...] = ()
    residual: Level | None = None
