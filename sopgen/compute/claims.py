"""What a retro claims, beside what the data says."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.attainment import TargetFacts, against
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.model import Model
from sopgen.records import Metric, Retro
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS, Quantity


class ClaimFacts(Struct, frozen=True):
    """One claim: what was aimed for, what was claimed, what comes out of the data, and whether the two agree.

    They agree when the computed figure rounds to the claim as it was written (330万 stands for 329.5万 to 330.5万).
    """

    target: Figure
    upper: Figure | None
    claimed: Figure
    computed: Figure
    attainment: Figure
    covered: Figure
    days: Figure
    agrees: bool | None


def claims(model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts]) -> dict[tuple[str, str], ClaimFacts]:
    """Every claim of every retro, by plan and metric."""
    return {
        (retro.id, metric.id): _facts(measures, retro, metric, quantity, *_target(model, measures, targets, retro, metric))
        for retro in model.retros.values()
        for id_, quantity in retro.claims.items()
        if (metric := model.metrics.get(id_)) is not None
    }


def _facts(measures: Measures, retro: Retro, metric: Metric, claim: Quantity, target: Figure, upper: Figure | None) -> ClaimFacts:
    home = f"plans/{retro.id}/retro/{metric.id}"
    measured = measures.measure(metric, retro.period)
    inputs = (*measures.inputs(metric), f"{retro.period}")
    computed = Figure(f"{home}/computed", measured.value, metric.unit, metric.formula, inputs, measured.reason)
    value, written = claim.value_in(metric.unit), measures.model.address(retro, "claims", metric.id)
    claimed = Figure(
        f"{home}/claimed", value, metric.unit, "as written", (written,), None if value is not None else Message(N_("it is in another unit"))
    )
    agrees = None
    if computed.value is not None and claimed.value is not None:
        agrees = abs(computed.value - claimed.value) <= claim.step / 2
    reached = against(f"{home}/attainment", metric, computed, target, upper, measured.doubt)
    covered = Figure(f"{home}/covered", Fraction(measured.covered), DAYS, "days with figures", inputs)
    whole = Figure(f"{home}/days", Fraction(measured.days), DAYS, "days of the period", inputs[-1:])
    return ClaimFacts(target, upper, claimed, computed, reached, covered, whole, agrees)


def _target(
    model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts], retro: Retro, metric: Metric
) -> tuple[Figure, Figure | None]:
    """The target of the retro's own plan for the same metric: the very figure, not a second one.

    An amount that was meant for other days than the retro looks at is no target for it.
    """
    reason = N_("the plan has no target for it")
    for target in model.targets.get(retro.id, {}).values():
        if target.metric_id == metric.id and not target.where and (retro.id, target.id) in targets:
            if model.plans[retro.id].period == retro.period or not measures.is_flow(metric):
                return targets[retro.id, target.id].target, targets[retro.id, target.id].upper
            reason = N_("the plan's target is for other days than the retro looks at")
    return Figure(f"plans/{retro.id}/retro/{metric.id}/target", None, metric.unit, "", (), Message(reason)), None
