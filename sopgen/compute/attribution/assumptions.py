"""What follows from a retro's targets and results only if something is supposed; never shown without what is supposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute import arithmetic
from sopgen.compute.attainment import TargetFacts
from sopgen.compute.attribution.products import Factor, ProductFacts, product, tree
from sopgen.compute.changes import NO_DAYS, Base, Change, change
from sopgen.compute.claims import ClaimFacts
from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.readers import formula
from sopgen.readers.formula import Aggregate, MetricName
from sopgen.records import Assumption, Retro
from sopgen.words.diagnostics import N_, Message

Sides = Mapping[str, tuple[Figure, Figure]]
"""By metric, what was aimed for and what the retro claims."""


class AssumptionFacts(Struct, frozen=True):
    """A formula over the targets and over the claimed results, the change between the two, and what it makes of a metric's gap."""

    target: Figure
    actual: Figure
    change: Change
    explained: ProductFacts | None


def assumptions(
    model: Model, targets: Mapping[tuple[str, str], TargetFacts], claims: Mapping[tuple[str, str], ClaimFacts]
) -> dict[tuple[str, str], AssumptionFacts]:
    """Every assumption of every retro that can be read, by plan and assumption id."""
    return {
        (retro.id, each.id): facts
        for retro in model.retros.values()
        for each in retro.assumptions
        if (facts := _facts(model, retro, each, targets, claims)) is not None
    }


def _facts(
    model: Model,
    retro: Retro,
    assumption: Assumption,
    targets: Mapping[tuple[str, str], TargetFacts],
    claims: Mapping[tuple[str, str], ClaimFacts],
) -> AssumptionFacts | None:
    node = formula.parse(assumption.formula)
    if isinstance(node, formula.Problem) or formula.aggregates(node):
        return None
    home = f"plans/{retro.id}/retro/assumptions/{assumption.id}"
    names = dict.fromkeys((*(part.id for part in formula.names(node)), *([assumption.explains] if assumption.explains else [])))
    if not set(names) <= set(model.metrics):
        return None
    sides = {id_: _sides(model, retro, id_, targets, claims) for id_ in names}
    target = _worked_out(f"{home}/target", assumption, node, sides, lambda both: both[0])
    actual = _worked_out(f"{home}/actual", assumption, node, sides, lambda both: both[1])
    moved = change(f"{home}/change", actual, target, Base(None, why=target.reason), NO_DAYS)
    return AssumptionFacts(target, actual, moved, _explained(f"{home}/explains", assumption, sides, target, actual))


def _sides(
    model: Model,
    retro: Retro,
    id_: str,
    targets: Mapping[tuple[str, str], TargetFacts],
    claims: Mapping[tuple[str, str], ClaimFacts],
) -> tuple[Figure, Figure]:
    """The figures of the retro's own table; of a metric that is targeted and not claimed there is no result to go by."""
    if (retro.id, id_) in claims:
        return claims[retro.id, id_].target, claims[retro.id, id_].claimed
    home, unit = f"plans/{retro.id}/retro/{id_}", model.metrics[id_].unit
    found = [each.id for each in model.targets.get(retro.id, {}).values() if each.metric_id == id_ and not each.where]
    none = Figure(f"{home}/target", None, unit, "", (), Message(N_("the plan has no target for it")))
    claimed = Figure(f"{home}/claimed", None, unit, "", (), Message(N_("the retro claims nothing of it")))
    return targets[retro.id, found[0]].target if found else none, claimed


def _worked_out(
    id_: str, assumption: Assumption, node: formula.Node, sides: Sides, side: Callable[[tuple[Figure, Figure]], Figure]
) -> Figure:
    """The formula on one side, in exact fractions."""

    def given(part: MetricName | Aggregate) -> Fraction | None:
        return side(sides[part.id]).value if isinstance(part, MetricName) else None

    used = [side(sides[id_]) for id_ in dict.fromkeys(part.id for part in formula.names(node))]
    value = arithmetic.value(node, given)
    reason = next((figure.reason for figure in used if figure.value is None), None) or Message(N_("divided by zero"))
    inputs = tuple(figure.id for figure in used)
    return Figure(id_, value, assumption.unit, assumption.formula, inputs, None if value is not None else reason)


def _explained(home: str, assumption: Assumption, sides: Sides, target: Figure, actual: Figure) -> ProductFacts | None:
    """The metric that the formula divides, or divides by, as the product of the assumption and the rest of the formula."""
    made, explains = product(assumption.formula), assumption.explains
    if explains is None or made is None or explains not in made.metrics:
        return None
    below = explains in made.divided
    others = [id_ for id_ in made.metrics if id_ != explains]
    factors = [Factor(id_, *sides[id_], (id_ in made.divided) == below) for id_ in others]
    constant = made.constant if below else 1 / made.constant
    return tree(home, *sides[explains], [*factors, Factor(assumption.id, target, actual, below)], constant)
