"""What a measure that costs money can win back of what an incident's day fell short by: 500 at 1:3 brings 1,500 of 2,000."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.daily import DayFacts
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.model import Model
from sopgen.records import Incident, Metric, Return
from sopgen.words.dates import Instant, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import RATIO, Quantity, is_money

_IN_ANOTHER_UNIT = N_("it is in another unit")


class RecoveryFacts(Struct, frozen=True):
    """A measure against the shortfall of its incident's metric on the day that it was noticed.

    `promised` is the return as the author expects it, `measured` that of the day that the measure is for; each brings in `recovers`
    and `recovered` (cost times return, domain B5). `needed` is the return that would win back all of the `shortfall`. `enough`
    compares exact amounts, and is None where one of them is missing.
    """

    day: date
    cost: Figure
    shortfall: Figure
    promised: Figure
    recovers: Figure
    needed: Figure
    measured: Figure
    recovered: Figure
    enough: bool | None


def recoveries(model: Model, measures: Measures, days: Mapping[date, Mapping[str, DayFacts]], as_of: Instant) -> dict[str, RecoveryFacts]:
    """By incident, what its measure can win back: of every incident noticed by `as_of` whose measure has a cost and a return."""
    return {
        incident.id: _facts(model, measures, days, incident, measure.cost, measure.returns)
        for incident in model.incidents.values()
        if incident.detected <= as_of
        and (measure := incident.measure) is not None
        and measure.cost is not None
        and measure.returns is not None
        and measure.returns.metric in model.metrics
    }


def _facts(
    model: Model,
    measures: Measures,
    days: Mapping[date, Mapping[str, DayFacts]],
    incident: Incident,
    cost: Quantity,
    returns: Return,
) -> RecoveryFacts:
    home, ratio = f"incidents/{incident.id}/measure", model.metrics[returns.metric]
    due = incident.measure.due if incident.measure else None
    day = (due or incident.detected).date()
    shortfall = _shortfall(f"{home}/shortfall", model, days, incident)
    written = (model.address(incident, "measure", "cost"), model.address(incident, "measure", "returns", "at"))
    spent = _written(f"{home}/cost", cost, shortfall.unit, written[0])
    promised = _written(f"{home}/promised", returns.at, ratio.unit, written[1])
    measured = _measured(f"{home}/measured", measures, ratio, day)
    recovers = _product(f"{home}/recovers", spent, promised)
    needed = _needed(f"{home}/needed", shortfall, spent)
    enough = None if recovers.value is None or shortfall.value is None else recovers.value >= shortfall.value
    return RecoveryFacts(
        day, spent, shortfall, promised, recovers, needed, measured, _product(f"{home}/recovered", spent, measured), enough
    )


def _shortfall(id_: str, model: Model, days: Mapping[date, Mapping[str, DayFacts]], incident: Incident) -> Figure:
    """What the incident's metric lacks to its target on the day; none where it is no amount of money, or nothing is lacking."""
    metric = model.metrics.get(incident.metric or "")
    if metric is None or not is_money(metric.unit):
        return Figure(id_, None, "CNY", "", (), Message(N_("the incident's metric is not an amount of money")))
    facts = days.get(incident.detected.date(), {}).get(metric.id)
    if facts is None:
        return Figure(id_, None, metric.unit, "", (), Message(N_("the day has no report on it")))
    inputs, reason = (facts.target.id, facts.actual.id), facts.target.reason or facts.actual.reason
    if facts.target.value is None or facts.actual.value is None:
        return Figure(id_, None, metric.unit, "target - actual", inputs, reason)
    lacking = facts.target.value - facts.actual.value
    missed = None if lacking > 0 else Message(N_("the day did not fall short of its target"))
    return Figure(id_, lacking if lacking > 0 else None, metric.unit, "target - actual", inputs, missed)


def _written(id_: str, quantity: Quantity, unit: str, address: str) -> Figure:
    value = quantity.value_in(unit)
    return Figure(id_, value, unit, "as written", (address,), None if value is not None else Message(_IN_ANOTHER_UNIT))


def _measured(id_: str, measures: Measures, ratio: Metric, day: date) -> Figure:
    measured = measures.measure(ratio, Period(day, day))
    return Figure(id_, measured.value, ratio.unit, ratio.formula, (*measures.inputs(ratio), f"{day}"), measured.reason)


def _product(id_: str, cost: Figure, ratio: Figure) -> Figure:
    value = None if cost.value is None or ratio.value is None else cost.value * ratio.value
    return Figure(id_, value, cost.unit, "cost * return", (cost.id, ratio.id), cost.reason or ratio.reason)


def _needed(id_: str, shortfall: Figure, cost: Figure) -> Figure:
    value, reason = None, shortfall.reason or cost.reason
    if shortfall.value is not None and cost.value is not None:
        value = shortfall.value / cost.value if cost.value > Fraction(0) else None
        reason = None if value is not None else Message(N_("it costs nothing"))
    return Figure(id_, value, RATIO, "shortfall / cost", (shortfall.id, cost.id), reason)
