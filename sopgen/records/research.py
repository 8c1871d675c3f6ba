"""What a plan's people know of the market: competitors, own strengths, opportunities and where all of it is from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from sopgen.records.base import AimId, MetricId, PersonId, Record, SourceId
from sopgen.words.dates import Period
from sopgen.words.quantity import Quantity
from sopgen.words.text import Text


class ResearchSource(Record):
    """Where something was read; its id is its key."""

    title: Text
    date: date
    publisher: Text | None = None
    url: str | None = None


class Observation(Record):
    """Something that holds of the market."""

    text: Text
    sources: tuple[SourceId, ...]


class Market(Record):
    """How large the market is, how it grows and what its buyers look for."""

    size: Observation
    growth: Observation
    preferences: tuple[Observation, ...]


class Competitor(Record):
    """A shop to watch; its `figures` are what is known of them, by our metric that counts the same."""

    id: str
    title: Text
    products: Text
    promotion: Text
    reviews: Text
    traffic: Text
    sources: tuple[SourceId, ...]
    figures: Mapping[MetricId, Quantity] = {}


class Strength(Record):
    """What we have and others lack."""

    area: Literal["supply", "brand", "users", "products", "service"]
    text: Text


class Opportunity(Record):
    """What we could do with all this, and the targets and strategy items that take it up."""

    id: str
    title: Text
    text: Text | None = None
    feeds: tuple[AimId, ...] = ()
    sources: tuple[SourceId, ...] = ()


class Research(Record):
    """`research.yaml`: the market and competitor brief; its id is the plan's. Our own figures are those of `period`."""

    id: str
    owner: PersonId
    written: date
    market: Market
    competitors: tuple[Competitor, ...]
    opportunities: tuple[Opportunity, ...]
    sources: Mapping[str, ResearchSource]
    period: Period | None = None
    review: date | None = None
    strengths: tuple[Strength, ...] = ()
