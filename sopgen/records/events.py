"""What went wrong, and what might."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sopgen.records.base import AlertId, FindingId, MetricId, PersonId, PlanKind, Record, RiskId, Waiver
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


class Trigger(Record):
    """What shows that a risk is coming true: an alert rule that fires, or an incident about a metric or with one of the words."""

    alerts: tuple[AlertId, ...] = ()
    metrics: tuple[MetricId, ...] = ()
    words: tuple[str, ...] = ()


class Risk(Record):
    """An entry of the risk library. Its state on any day is derived from what was done about it and from what happened since."""

    id: str
    title: Text
    category: Literal["fulfilment", "stock", "traffic", "rules", "payment", "system", "content", "service", "partner", "other"]
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
    trigger: Trigger | None = None
    mitigated: date | None = None
    accepted: Waiver | None = None
    closed: date | None = None


Band = Literal["low", "medium", "high", "critical"]


class Matrix(Record):
    """`data/risk-matrix.yaml`: how the team reads a likelihood and an impact, each a row or a column from 1 to 5."""

    bands: tuple[tuple[Band, ...], ...]
    likelihood: tuple[Text, ...] = ()
    impact: tuple[Text, ...] = ()
