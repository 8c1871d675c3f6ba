"""What a retro says that a success moved, beside what the data says: the metric over some days against days before."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sopgen.compute.changes import NO_DAYS, Base, Change, change
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.model import Model
from sopgen.records import Effect, Metric, Retro
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import POINTS


class EffectFacts(Struct, frozen=True):
    """One effect: how far the metric was said to have moved, how far it has `moved` from `before` to `now`, and whether the two agree.

    They agree when the computed change rounds to the claim as it was written. It is never said what moved it.
    """

    claimed: Figure
    now: Figure
    before: Figure
    moved: Change
    agrees: bool | None


def effects(model: Model, measures: Measures) -> dict[tuple[str, str], EffectFacts]:
    """Every effect of every retro's successes, by plan and success."""
    return {
        (retro.id, id_): _facts(model, measures, retro, place, id_, effect, metric)
        for retro in model.retros.values()
        for place, id_, effect in _claimed(retro)
        if (metric := model.metrics.get(effect.metric)) is not None
    }


def _claimed(retro: Retro) -> Iterator[tuple[int, str, Effect]]:
    for place, success in enumerate(retro.successes):
        if success.effect is not None:
            yield place, success.id, success.effect


def _facts(model: Model, measures: Measures, retro: Retro, place: int, id_: str, effect: Effect, metric: Metric) -> EffectFacts:
    home = f"plans/{retro.id}/retro/successes/{id_}"
    days = effect.period or retro.period
    against = effect.against or Period(days.start - DAY * len(days), days.start - DAY)
    now, before = (_over(f"{home}/{name}", measures, metric, period) for name, period in (("now", days), ("before", against)))
    unequal = Message(N_("it is a sum over days, and the two periods have not as many")) if measures.is_flow(metric) else None
    moved = change(f"{home}/change", now, before, Base(against, why=unequal if len(days) != len(against) else None), NO_DAYS)
    written = model.address(retro, "successes", place, "effect", "change")
    claimed = Figure(f"{home}/claimed", effect.change.number, effect.change.unit, "as written", (written,))
    found = moved.points if effect.change.unit == POINTS else moved.relative
    agrees = None if found is None or found.value is None else abs(found.value - effect.change.number) <= effect.change.step / 2
    return EffectFacts(claimed, now, before, moved, agrees)


def _over(id_: str, measures: Measures, metric: Metric, days: Period) -> Figure:
    """The metric over some days; a sum of some of them is no sum of all of them."""
    measured = measures.measure(metric, days)
    partly = measured.value is not None and measures.is_flow(metric) and measured.covered < measured.days
    counts = {"covered": measured.covered, "days": measured.days}
    reason = Message(N_("there are figures for {covered} of {days} days"), counts) if partly else measured.reason
    value = None if partly else measured.value
    return Figure(id_, value, metric.unit, metric.formula, (*measures.inputs(metric), f"{days}"), reason)
