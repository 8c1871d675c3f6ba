"""How a plan is to be won: its products, where its visitors come from, and what goes on when."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sopgen.records.base import ItemId, PersonId, Record, TargetId
from sopgen.words.dates import Duration, Period
from sopgen.words.quantity import Quantity
from sopgen.words.text import Text


class Forecast(Record):
    """What a product's visitors will ask for: so many of them buy, so many pieces each, times a `factor` for safety."""

    visitors: Quantity
    conversion: Quantity
    per_buyer: Quantity | None = None
    factor: Quantity | None = None


class Supply(Record):
    """How fast a product sells on an ordinary day and how long new pieces take; without a service level, 95 %."""

    daily: Quantity
    daily_sd: Quantity
    lead_time: Duration
    lead_time_sd: Quantity | None = None
    review: Duration | None = None
    service: Quantity | None = None


class Product(Record):
    """A product that the plan pushes. `available` and `in_transit` are the pieces of the day that the strategy was written on."""

    id: str
    title: Text
    sku: str
    role: Literal["hot", "traffic-builder", "profit", "new"]
    list_price: Quantity
    promo_price: Quantity
    cost: Quantity
    competitiveness: Text | None = None
    forecast: Forecast | None = None
    available: Quantity | None = None
    in_transit: Quantity | None = None
    supply: Supply | None = None


class Channel(Record):
    """A source of visitors: what it costs and what it is expected to bring."""

    id: str
    title: Text
    source: Literal["organic", "advertising", "content", "community", "direct"]
    visitors: Quantity
    conversion: Quantity
    order_value: Quantity
    budget: Quantity | None = None
    target: TargetId | None = None
    owner: PersonId | None = None
    text: Text | None = None


class Phase(Record):
    """Some days of the campaign that have a purpose of their own."""

    id: str
    title: Text
    days: Period
    text: Text | None = None


class Mechanic(Record):
    """A rule of the campaign that buyers see, for all products or for some."""

    id: str
    kind: Literal["money-off", "flash-sale", "gift", "coupon", "pre-sale", "live-room"]
    text: Text
    products: tuple[ItemId, ...] = ()


class Publicity(Record):
    """Where the campaign is made known."""

    id: str
    title: Text
    days: Period | None = None
    owner: PersonId | None = None


class Campaign(Record):
    """What buyers see of the plan: its theme, when, by which rules and where they hear of it."""

    theme: Text
    phases: tuple[Phase, ...] = ()
    mechanics: tuple[Mechanic, ...] = ()
    publicity: tuple[Publicity, ...] = ()


Item = Product | Channel | Phase | Mechanic | Publicity


class Strategy(Record):
    """`strategy.yaml`: its id is the plan's. The sales that its channels bring are held against the plan's `target`."""

    id: str
    owner: PersonId
    written: date
    target: TargetId
    budget: Quantity | None = None
    products: tuple[Product, ...] = ()
    channels: tuple[Channel, ...] = ()
    campaign: Campaign | None = None

    @property
    def items(self) -> tuple[tuple[tuple[str | int, ...], Item], ...]:
        """All that opportunities can feed, each with the pointer to it. Their ids are unique in the plan."""
        campaign = self.campaign or Campaign(theme=Text({}))
        lists: tuple[tuple[tuple[str, ...], tuple[Item, ...]], ...] = (
            (("products",), self.products),
            (("channels",), self.channels),
            (("campaign", "phases"), campaign.phases),
            (("campaign", "mechanics"), campaign.mechanics),
            (("campaign", "publicity"), campaign.publicity),
        )
        return tuple(((*place, number), item) for place, items in lists for number, item in enumerate(items))
