"""A sum by its parts: what share of it each is, and what each contributes to its change."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.attribution.contribution import Contribution, contributions
from sopgen.compute.attribution.products import TOO_SMALL, difference, residual
from sopgen.compute.attribution.share import ranks, shares
from sopgen.compute.attribution.slices import Name, Slices, largest, with_rest
from sopgen.compute.figures import Figure
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT, POINTS

NO_BASE = N_("there is nothing to grow from: it was zero or less")


class SharePart(Struct, frozen=True):
    """A part and its share of the whole. Equal values have equal `rank`; the rest has none."""

    name: Name
    value: Figure
    share: Figure
    rank: int | None


class ShareFacts(Struct, frozen=True):
    """The parts of a whole, and what they leave of it: 0."""

    whole: Figure
    parts: tuple[SharePart, ...]
    residual: Figure


class ContributionPart(Struct, frozen=True):
    """What a part contributes to the change of the whole: as an amount, as a share of that change, and in points of growth."""

    name: Name
    before: Figure
    after: Figure
    change: Figure
    share: Figure
    points: Figure


class ContributionFacts(Struct, frozen=True):
    """The change of a whole by its parts, the `growth` that their points add up to, and what they leave of the change: 0."""

    change: Figure
    growth: Figure
    parts: tuple[ContributionPart, ...]
    residual: Figure


class Sides(Struct, frozen=True):
    """The parts of a sum on both sides, the rest included where there is one: their exact values and their figures."""

    old: Mapping[Name, Fraction]
    new: Mapping[Name, Fraction]
    before: Mapping[Name, Figure]
    after: Mapping[Name, Figure]


def sides(slices: Slices) -> Sides | Message:
    """The largest parts one by one and the rest, or why they are not known."""
    compared = slices.compared
    reason = slices.uncovered(compared.previous) or slices.uncovered(compared.period) or compared.before.reason or compared.after.reason
    if reason is not None or compared.before.value is None or compared.after.value is None:
        return reason or Message(N_("no figures"))
    before, after = _values(slices, compared.previous), _values(slices, compared.period)
    listed = largest({name: max(abs(before[name]), abs(after[name])) for name in slices.names})
    old, new = with_rest(before, listed, compared.before.value), with_rest(after, listed, compared.after.value)
    if len(listed) == len(slices.names) and old[None] == new[None] == 0:
        del old[None], new[None]
    return Sides(old, new, _figures(slices, "before", old, compared.previous), _figures(slices, "after", new, compared.period))


def _values(slices: Slices, period: Period) -> dict[str, Fraction]:
    each = {name: slices.measures.measure(slices.compared.metric, period, ((slices.field, name),)).value for name in slices.names}
    return {name: value or Fraction(0) for name, value in each.items()}


def _figures(slices: Slices, side: str, values: Mapping[Name, Fraction], period: Period) -> dict[Name, Figure]:
    metric, whole = slices.compared.metric, slices.compared.before if side == "before" else slices.compared.after
    made: dict[Name, Figure] = {}
    for name, value in values.items():
        listed = (whole.id, *(figure.id for figure in made.values()))
        inputs = listed if name is None else slices.inputs(name, period)
        formula = "whole - listed parts" if name is None else metric.formula
        made[name] = Figure(f"{slices.id(name)}/{side}", value, metric.unit, formula, inputs)
    return made


def share(slices: Slices, both: Sides) -> ShareFacts:
    """Every part of the period over the whole, the largest first and the rest last."""
    whole, found = slices.compared.after, shares(both.new)
    places = ranks(value for name, value in both.new.items() if name is not None)
    reason = None if found else Message(N_("the whole is zero or less"))
    listed = tuple(
        SharePart(
            name,
            value := both.after[name],
            Figure(f"{slices.id(name)}/share", found[name] if found else None, PERCENT, "part / whole", (value.id, whole.id), reason),
            None if name is None else places[both.new[name]],
        )
        for name in sorted(both.new, key=lambda name: (name is None, -both.new[name], name or ""))
    )
    return ShareFacts(whole, listed, residual(f"{slices.home}-share-residual", whole, [part.value for part in listed]))


def contribution(slices: Slices, both: Sides) -> ContributionFacts:
    """Every part's change beside the whole's, the one that moved it most first and the rest last."""
    compared = slices.compared
    change = difference(f"{compared.home}/change", compared.before, compared.after)
    found = contributions(both.old, both.new)
    listed = tuple(
        _part(slices, name, both, found[name], change)
        for name in sorted(found, key=lambda name: (name is None, -abs(found[name].change), name or ""))
    )
    return ContributionFacts(
        change, _growth(slices, change), listed, residual(f"{slices.home}-change-residual", change, [part.change for part in listed])
    )


def _growth(slices: Slices, change: Figure) -> Figure:
    base = slices.compared.before
    value = change.value / base.value if change.value is not None and base.value is not None and base.value > 0 else None
    reason = None if value is not None else change.reason or Message(NO_BASE)
    return Figure(f"{slices.compared.home}/growth", value, PERCENT, "change / before", (change.id, base.id), reason)


def _part(slices: Slices, name: Name, both: Sides, found: Contribution, whole: Figure) -> ContributionPart:
    id_, before, after, base = slices.id(name), both.before[name], both.after[name], slices.compared.before
    change = difference(f"{id_}/change", before, after)
    too_small = None if found.share is not None else Message(TOO_SMALL)
    no_base = None if found.points is not None else Message(NO_BASE)
    return ContributionPart(
        name,
        before,
        after,
        change,
        Figure(f"{id_}/of-change", found.share, PERCENT, "change / change of the whole", (change.id, whole.id), too_small),
        Figure(f"{id_}/points", found.points, POINTS, "change / whole before", (change.id, base.id), no_base),
    )
