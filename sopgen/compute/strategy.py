"""What a strategy expects: sales and return of each channel against the plan's target, margins, and the stock that is needed.

It is worked out from what its authors expect. What came of it are the actual figures of the plan's targets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.alerts.baseline import ALWAYS, safety_stock
from sopgen.compute.attainment import TargetFacts
from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.records import Channel, Product, Strategy
from sopgen.words.dates import Duration
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS, PERCENT, RATIO, Quantity, is_money

# What the quantities of a strategy are in, by their names; money is in the currency of the plan's target.
UNITS = {
    "visitors": "person-days",
    "conversion": PERCENT,
    "per_buyer": "piece",
    "factor": "times",
    "available": "piece",
    "in_transit": "piece",
    "daily": "piece",
    "daily_sd": "piece",
    "lead_time_sd": DAYS,
    "service": PERCENT,
}

_UNIT = Message(N_("it is in another unit"))
_ZERO = Message(N_("divided by zero"))
_FREE = Message(N_("it costs nothing"))


class ProductFacts(Struct, frozen=True):
    """A product: its prices and what is left of them, and the pieces that it needs (None where nothing is forecast or supplied).

    `need` is what its visitors will ask for, and `to_order` what of it is still to be bought. `safety` and `reorder_point` are
    for ordinary days.
    """

    list_price: Figure
    promo_price: Figure
    margin: Figure
    promo_margin: Figure
    need: Figure | None
    available: Figure | None
    in_transit: Figure | None
    to_order: Figure | None
    safety: Figure | None
    reorder_point: Figure | None


class ChannelFacts(Struct, frozen=True):
    """A channel: what it may cost (None where that is nothing), what it brings, and how much of its own target that is."""

    visitors: Figure
    conversion: Figure
    order_value: Figure
    buyers: Figure
    sales: Figure
    budget: Figure | None
    roi: Figure | None
    coverage: Figure | None


class StrategyFacts(Struct, frozen=True):
    """A strategy: its parts by id, and all channels against the plan's target.

    `shares` are those of the channels in the sales, and `roi` is that of the channels that cost money.
    """

    products: Mapping[str, ProductFacts]
    channels: Mapping[str, ChannelFacts]
    shares: Mapping[str, Figure]
    visitors: Figure
    buyers: Figure
    sales: Figure
    paid_sales: Figure
    budget: Figure
    roi: Figure
    coverage: Figure
    gap: Figure


def strategies(model: Model, targets: Mapping[tuple[str, str], TargetFacts]) -> dict[str, StrategyFacts]:
    """Every strategy, by the id of its plan."""
    return {plan: _facts(_Sheet(model, strategy), targets) for plan, strategy in model.strategies.items()}


def money(model: Model, strategy: Strategy) -> str:
    """The currency of a strategy: that of its target, yuan where the target is not in money."""
    target = model.targets.get(strategy.id, {}).get(strategy.target)
    metric = model.metrics.get(target.metric_id) if target else None
    return metric.unit if metric and is_money(metric.unit) else "CNY"


class _Sheet(Struct, frozen=True):
    """A strategy as figures: what its authors wrote, each with its place."""

    model: Model
    strategy: Strategy

    @property
    def home(self) -> str:
        return f"plans/{self.strategy.id}/strategy"

    def given(self, id_: str, quantity: Quantity | None, *pointer: str | int, default: int = 0) -> Figure:
        """What is written at a place, in the unit of its name; without it, the default."""
        name = str(pointer[-1])
        unit = UNITS.get(name) or money(self.model, self.strategy)
        if quantity is None:
            return Figure(id_, Fraction(default), unit, "not given", ())
        value = quantity.value_in(unit)
        address = self.model.address(self.strategy, *pointer)
        return Figure(id_, value, unit, "as written", (address,), None if value is not None else _UNIT)

    def hidden(self, quantity: Quantity | None, *pointer: str | int, default: int = 0) -> Figure:
        """The same where only other figures show it: its id is the place itself."""
        there = self.model.address(self.strategy, *pointer) if quantity else ""
        return self.given(there, quantity, *pointer, default=default)


def _facts(sheet: _Sheet, targets: Mapping[tuple[str, str], TargetFacts]) -> StrategyFacts:
    home, strategy, currency = sheet.home, sheet.strategy, money(sheet.model, sheet.strategy)
    aims = {id_: each.target for (plan, id_), each in targets.items() if plan == strategy.id}
    channels = {each.id: _channel(sheet, n, each, aims) for n, each in enumerate(strategy.channels)}
    costly = [each for each in channels.values() if each.budget]
    sales = _total(f"{home}/sales", "sum of the channels", currency, (each.sales for each in channels.values()))
    paid = _total(f"{home}/paid-sales", "sum of the channels that cost money", currency, (each.sales for each in costly))
    budget = _total(f"{home}/budget", "sum of the channels", currency, (each.budget for each in costly if each.budget))
    return StrategyFacts(
        products={each.id: _product(sheet, n, each) for n, each in enumerate(strategy.products)},
        channels=channels,
        shares={
            id_: _over(f"{home}/channels/{id_}/share", "sales / sales of all channels", PERCENT, each.sales, sales)
            for id_, each in channels.items()
        },
        visitors=_total(f"{home}/visitors", "sum of the channels", UNITS["visitors"], (each.visitors for each in channels.values())),
        buyers=_total(f"{home}/buyers", "sum of the channels", UNITS["visitors"], (each.buyers for each in channels.values())),
        sales=sales,
        paid_sales=paid,
        budget=budget,
        roi=_over(f"{home}/roi", "sales of the channels that cost money / budget", RATIO, paid, budget, _FREE),
        coverage=_over(f"{home}/coverage", "sales / target", PERCENT, sales, aims.get(strategy.target)),
        gap=_less(f"{home}/gap", "sales - target", sales, aims.get(strategy.target)),
    )


def _channel(sheet: _Sheet, number: int, channel: Channel, aims: Mapping[str, Figure]) -> ChannelFacts:
    home, place = f"{sheet.home}/channels/{channel.id}", ("channels", number)
    visitors = sheet.given(f"{home}/visitors", channel.visitors, *place, "visitors")
    conversion = sheet.given(f"{home}/conversion", channel.conversion, *place, "conversion")
    value = sheet.given(f"{home}/order-value", channel.order_value, *place, "order_value")
    buyers = _times(f"{home}/buyers", "visitors * conversion", UNITS["visitors"], visitors, conversion)
    sales = _times(f"{home}/sales", "buyers * order value", value.unit, buyers, value)
    budget = sheet.given(f"{home}/budget", channel.budget, *place, "budget") if channel.budget else None
    target = aims.get(channel.target) if channel.target else None
    return ChannelFacts(
        visitors=visitors,
        conversion=conversion,
        order_value=value,
        buyers=buyers,
        sales=sales,
        budget=budget,
        roi=_over(f"{home}/roi", "sales / budget", RATIO, sales, budget, _FREE) if budget else None,
        coverage=_over(f"{home}/coverage", "sales / target of the channel", PERCENT, sales, target) if target else None,
    )


def _product(sheet: _Sheet, number: int, product: Product) -> ProductFacts:
    home, place = f"{sheet.home}/products/{product.id}", ("products", number)
    list_price = sheet.given(f"{home}/list-price", product.list_price, *place, "list_price")
    promo_price = sheet.given(f"{home}/promo-price", product.promo_price, *place, "promo_price")
    cost = sheet.hidden(product.cost, *place, "cost")
    need = _need(sheet, f"{home}/need", number, product)
    available = sheet.given(f"{home}/available", product.available, *place, "available") if need else None
    in_transit = sheet.given(f"{home}/in-transit", product.in_transit, *place, "in_transit") if need else None
    safety, reorder_point = _safety(sheet, home, number, product)
    return ProductFacts(
        list_price=list_price,
        promo_price=promo_price,
        margin=_margin(f"{home}/margin", list_price, cost),
        promo_margin=_margin(f"{home}/promo-margin", promo_price, cost),
        need=need,
        available=available,
        in_transit=in_transit,
        to_order=_to_order(f"{home}/to-order", need, available, in_transit) if need and available and in_transit else None,
        safety=safety,
        reorder_point=reorder_point,
    )


def _need(sheet: _Sheet, id_: str, number: int, product: Product) -> Figure | None:
    """The pieces that the visitors of the whole plan ask for (domain B8)."""
    forecast, place = product.forecast, ("products", number, "forecast")
    if forecast is None:
        return None
    given = (
        sheet.hidden(forecast.visitors, *place, "visitors"),
        sheet.hidden(forecast.conversion, *place, "conversion"),
        sheet.hidden(forecast.per_buyer, *place, "per_buyer", default=1),
        sheet.hidden(forecast.factor, *place, "factor", default=1),
    )
    return _times(id_, "visitors * conversion * pieces per buyer * factor", "piece", *given)


def _to_order(id_: str, need: Figure, available: Figure, in_transit: Figure) -> Figure:
    there = (available.value, in_transit.value)
    value = None
    if need.value is not None and there[0] is not None and there[1] is not None:
        value = max(Fraction(0), need.value - there[0] - there[1])
    inputs = _ids((need, available, in_transit))
    return Figure(id_, value, "piece", "need - available - in transit, at least 0", inputs, _why((need, available, in_transit)))


def _safety(sheet: _Sheet, home: str, number: int, product: Product) -> tuple[Figure | None, Figure | None]:
    """The safety stock and the reorder point of ordinary days (domain B8)."""
    supply, place = product.supply, ("products", number, "supply")
    if supply is None:
        return None, None
    daily, spread, late, service = (
        sheet.hidden(supply.daily, *place, "daily"),
        sheet.hidden(supply.daily_sd, *place, "daily_sd"),
        sheet.hidden(supply.lead_time_sd, *place, "lead_time_sd"),
        sheet.hidden(supply.service, *place, "service"),
    )
    level = service.value if supply.service else ALWAYS
    days = _days(supply.lead_time) + _days(supply.review)
    lasting = tuple(sheet.model.address(sheet.strategy, *place, name) for name in ("lead_time", "review") if getattr(supply, name))
    inputs, why = (*_ids((daily, spread, late, service)), *lasting), _why((daily, spread, late, service))
    stock = None
    if daily.value is not None and spread.value is not None and late.value is not None and level is not None and 0 < level < 1:
        stock = safety_stock(daily.value, spread.value**2, days, late.value, level)
    safety = Figure(f"{home}/safety", stock, "piece", "Z * sqrt(L * var(daily) + daily^2 * var(L))", inputs, why)
    point = None if stock is None or daily.value is None else daily.value * days + stock
    return safety, Figure(f"{home}/reorder-point", point, "piece", "daily * L + safety", (*_ids((daily,)), *lasting, safety.id), why)


def _days(length: Duration | None) -> Fraction:
    return Fraction(length.days) if length else Fraction(0)


def _margin(id_: str, price: Figure, cost: Figure) -> Figure:
    value, why = None, _why((price, cost))
    if price.value is not None and cost.value is not None:
        value, why = ((price.value - cost.value) / price.value, None) if price.value else (None, _ZERO)
    return Figure(id_, value, PERCENT, "(price - cost) / price", _ids((price, cost)), why)


# --- figures of figures: none where one of them has no value, with its reason ---------------------------------------------


def _times(id_: str, formula: str, unit: str, *figures: Figure) -> Figure:
    value: Fraction | None = Fraction(1)
    for each in figures:
        value = None if value is None or each.value is None else value * each.value
    return Figure(id_, value, unit, formula, _ids(figures), _why(figures))


def _total(id_: str, formula: str, unit: str, figures: Iterable[Figure]) -> Figure:
    value, parts = Fraction(0), tuple(figures)
    why = _why(parts)
    for each in parts:
        value += each.value or 0
    return Figure(id_, None if why else value, unit, formula, _ids(parts), why)


def _over(id_: str, formula: str, unit: str, above: Figure, below: Figure | None, zero: Message = _ZERO) -> Figure:
    figures = (above, below) if below else (above,)
    why = _why(figures) if below else Message(N_("the target has no figure"))
    value = None
    if why is None and below and above.value is not None and below.value is not None:
        value, why = (above.value / below.value, None) if below.value else (None, zero)
    return Figure(id_, value, unit, formula, _ids(figures), why)


def _less(id_: str, formula: str, left: Figure, right: Figure | None) -> Figure:
    figures = (left, right) if right else (left,)
    value = left.value - right.value if right and left.value is not None and right.value is not None else None
    why = _why(figures) if right else Message(N_("the target has no figure"))
    return Figure(id_, value, left.unit, formula, _ids(figures), why)


def _ids(figures: Iterable[Figure]) -> tuple[str, ...]:
    return tuple(each.id for each in figures if each.id)


def _why(figures: Iterable[Figure]) -> Message | None:
    return next((each.reason for each in figures if each.value is None), None)
