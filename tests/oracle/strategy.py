"""What a strategy expects, by its definitions (domain B5 and B8): sales, returns, margins and the stock that is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, getcontext
from fractions import Fraction
from typing import NamedTuple

getcontext().prec = 60

Z = {Fraction(90, 100): Fraction(1282, 1000), Fraction(95, 100): Fraction(1645, 1000), Fraction(99, 100): Fraction(2326, 1000)}
Numbers = dict[str, Fraction | None]


class Channel(NamedTuple):
    """Visitors, how many of them buy, what each spends, and what it costs."""

    visitors: int
    conversion: Fraction
    order_value: Fraction
    budget: int | None


class Product(NamedTuple):
    """Prices, what the visitors ask for, what is there, and how fast it sells on ordinary days."""

    price: Fraction
    promo: Fraction
    cost: Fraction
    visitors: int
    conversion: Fraction
    per_buyer: Fraction
    factor: Fraction
    available: int
    in_transit: int
    daily: Fraction
    daily_sd: Fraction
    lead_time: int
    lead_time_sd: Fraction
    service: Fraction


def expected(channels: Sequence[Channel], target: Fraction) -> Numbers:
    """The figures of the channels by number, and of all of them against the target."""
    sales = [each.visitors * each.conversion * each.order_value for each in channels]
    costly = [(each.budget, won) for each, won in zip(channels, sales, strict=True) if each.budget is not None]
    spent, won = Fraction(sum(cost for cost, _ in costly)), sum((won for _, won in costly), Fraction(0))
    total = sum(sales, Fraction(0))
    found: Numbers = {
        "visitors": Fraction(sum(each.visitors for each in channels)),
        "buyers": sum((each.visitors * each.conversion for each in channels), Fraction(0)),
        "sales": total,
        "paid-sales": won,
        "budget": spent,
        "roi": won / spent if spent else None,
        "coverage": total / target if target else None,
        "gap": total - target,
    }
    for number, (each, brought) in enumerate(zip(channels, sales, strict=True)):
        home = f"channels/c{number}"
        found |= {f"{home}/visitors": Fraction(each.visitors), f"{home}/conversion": each.conversion}
        found |= {f"{home}/order-value": each.order_value, f"{home}/buyers": each.visitors * each.conversion, f"{home}/sales": brought}
        found[f"{home}/share"] = brought / total if total else None
        if each.budget is not None:
            found |= {f"{home}/budget": Fraction(each.budget), f"{home}/roi": brought / each.budget if each.budget else None}
    return found


def stocked(product: Product) -> Mapping[str, Fraction | None]:
    """The figures of a product."""
    need = product.visitors * product.conversion * product.per_buyer * product.factor
    lacking = need - product.available - product.in_transit
    variance = product.lead_time * product.daily_sd**2 + product.daily**2 * product.lead_time_sd**2
    safety = Z[product.service] * Fraction((Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt())
    return {
        "list-price": product.price,
        "promo-price": product.promo,
        "margin": 1 - product.cost / product.price,
        "promo-margin": 1 - product.cost / product.promo,
        "need": need,
        "available": Fraction(product.available),
        "in-transit": Fraction(product.in_transit),
        "to-order": lacking if lacking > 0 else Fraction(0),
        "safety": safety,
        "reorder-point": product.daily * product.lead_time + safety,
    }
