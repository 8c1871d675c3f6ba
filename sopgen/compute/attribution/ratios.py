"""A ratio by its parts: what the ratio of each and its weight in the denominator contribute to the change of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.attribution.contribution import share_of
from sopgen.compute.attribution.mix import NOBODY, Effect, Ratio, effects
from sopgen.compute.attribution.products import TOO_SMALL, change_unit, difference, residual
from sopgen.compute.attribution.slices import Name, Slices, largest, with_rest
from sopgen.compute.figures import Figure
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT

RATE = "mean(weight) * change of the rate"
MIX = "change of the weight * (mean(rate) - mean(rate of all))"


class MixPart(Struct, frozen=True):
    """A part's ratio and its weight in the denominator on both sides, and what each contributes to the change of the whole ratio.

    `effect` is both together, `share` its part of the change. The ratio of who is not there has a reason in its place.
    """

    name: Name
    before: Figure
    after: Figure
    weight_before: Figure
    weight_after: Figure
    rate: Figure
    mix: Figure
    effect: Figure
    share: Figure


class MixFacts(Struct, frozen=True):
    """The change of a ratio by its parts: `rate` and `mix` of all together, and what the parts leave of the change: 0."""

    change: Figure
    rate: Figure
    mix: Figure
    parts: tuple[MixPart, ...]
    residual: Figure


def mix(slices: Slices) -> MixFacts | Message:
    """The largest parts by their denominator one by one and the rest, or why they are not known."""
    compared = slices.compared
    if reason := slices.uncovered(compared.previous) or slices.uncovered(compared.period):
        return reason
    before, after = _ratios(slices, compared.previous), _ratios(slices, compared.period)
    listed = largest({name: max(abs(before[name].denominator), abs(after[name].denominator)) for name in slices.names})
    old, new = _with_rest(slices, before, listed, compared.previous), _with_rest(slices, after, listed, compared.period)
    if old[None] == new[None] == NOBODY:
        del old[None], new[None]
    found = effects(old, new)
    if found is None:
        return Message(N_("a part, or the whole, has nothing to divide by"))
    change = difference(f"{compared.home}/change", compared.before, compared.after)
    parts = tuple(
        _part(slices, name, (old, new), found[name], change)
        for name in sorted(found, key=lambda name: (name is None, -abs(found[name].whole), name or ""))
    )
    return MixFacts(
        change,
        _together(f"{slices.home}-rate", change, [part.rate for part in parts]),
        _together(f"{slices.home}-mix", change, [part.mix for part in parts]),
        parts,
        residual(f"{slices.home}-mix-residual", change, [part.effect for part in parts]),
    )


def _ratios(slices: Slices, period: Period) -> dict[str, Ratio]:
    return {name: _ratio(slices, period, ((slices.field, name),)) for name in slices.names}


def _ratio(slices: Slices, period: Period, where: tuple[tuple[str, str], ...]) -> Ratio:
    found = slices.measures.ratio(slices.compared.metric, period, where)
    return Ratio(*found) if found else NOBODY


def _with_rest(slices: Slices, parts: Mapping[str, Ratio], listed: list[str], period: Period) -> dict[Name, Ratio]:
    whole = _ratio(slices, period, ())
    numerators = with_rest({name: part.numerator for name, part in parts.items()}, listed, whole.numerator)
    denominators = with_rest({name: part.denominator for name, part in parts.items()}, listed, whole.denominator)
    return {name: Ratio(numerators[name], denominators[name]) for name in numerators}


def _part(slices: Slices, name: Name, sides: tuple[Mapping[Name, Ratio], Mapping[Name, Ratio]], found: Effect, change: Figure) -> MixPart:
    id_, compared = slices.id(name), slices.compared
    before, after = _rate(slices, name, "before", sides[0]), _rate(slices, name, "after", sides[1])
    weights = _weight(slices, name, "before", sides[0]), _weight(slices, name, "after", sides[1])
    inputs = (*(each.id for each in weights), before.id, after.id)
    unit = change_unit(compared.metric.unit)
    effect = Figure(f"{id_}/effect", found.whole, unit, "rate effect + mix effect", (f"{id_}/rate-effect", f"{id_}/mix-effect"))
    part = share_of(found.whole, change.value or Fraction(0), compared.before.value or Fraction(0))
    return MixPart(
        name,
        before,
        after,
        *weights,
        Figure(f"{id_}/rate-effect", found.rate, unit, RATE, inputs),
        Figure(f"{id_}/mix-effect", found.mix, unit, MIX, (*inputs, compared.before.id, compared.after.id)),
        effect,
        Figure(
            f"{id_}/of-change", part, PERCENT, "effect / change", (effect.id, change.id), None if part is not None else Message(TOO_SMALL)
        ),
    )


def _rate(slices: Slices, name: Name, side: str, ratios: Mapping[Name, Ratio]) -> Figure:
    metric, value = slices.compared.metric, ratios[name].rate
    reason = None if value is not None else Message(N_("it was not there") if side == "before" else N_("it is not there any more"))
    return Figure(f"{slices.id(name)}/{side}", value, metric.unit, metric.formula, slices.inputs(name, _period(slices, side)), reason)


def _weight(slices: Slices, name: Name, side: str, ratios: Mapping[Name, Ratio]) -> Figure:
    whole = sum((each.denominator for each in ratios.values()), Fraction(0))
    inputs = slices.inputs(name, _period(slices, side))
    return Figure(f"{slices.id(name)}/weight-{side}", ratios[name].denominator / whole, PERCENT, "denominator / denominator of all", inputs)


def _period(slices: Slices, side: str) -> Period:
    return slices.compared.previous if side == "before" else slices.compared.period


def _together(id_: str, change: Figure, effects: list[Figure]) -> Figure:
    total = sum((each.value or Fraction(0) for each in effects), Fraction(0))
    return Figure(id_, total, change.unit, "sum of the parts", tuple(each.id for each in effects))
