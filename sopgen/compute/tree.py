"""Target trees: the targets for parts of a figure under the target for the whole.

The attainment of a whole is worked out from its own figures; the attainments of its parts are never averaged (domain B1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.attainment import TargetFacts
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.model import Model
from sopgen.records import Target
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT


class Branch(Struct, frozen=True):
    """The parts of a target by the same fields: for channels, by `channel`. `targets` are ids of targets of the same plan."""

    fields: tuple[str, ...]
    targets: tuple[str, ...]


class BranchFacts(Struct, frozen=True):
    """A branch beside its whole: what the parts come to, what is assigned to none of them, and the share of each.

    Only for metrics whose parts sum to the whole; rates and distinct counts stand side by side, and these are None and {}.
    """

    branch: Branch
    sum: Figure | None
    unassigned: Figure | None
    shares: Mapping[str, Figure]


def branches(targets: Iterable[Target]) -> dict[str, tuple[Branch, ...]]:
    """The branches of every target of one plan that has parts, by its id.

    A target is a part of the nearest one of the same metric that it narrows down, of two as near the first in the file. Of
    targets with the same filter the first counts.
    """
    distinct = {(target.metric_id, frozenset(target.where.items())): target for target in reversed(tuple(targets))}
    found: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for target in reversed(distinct.values()):
        if whole := _whole(target, tuple(reversed(distinct.values()))):
            fields = tuple(sorted(set(target.where) - set(whole.where)))
            found.setdefault(whole.id, {}).setdefault(fields, []).append(target.id)
    return {id_: tuple(Branch(fields, tuple(parts)) for fields, parts in groups.items()) for id_, groups in found.items()}


def _whole(target: Target, targets: tuple[Target, ...]) -> Target | None:
    """The nearest target that `target` is a part of."""
    above = [each for each in targets if each.metric_id == target.metric_id and each.where.items() < target.where.items()]
    return max(above, key=lambda each: len(each.where), default=None)


def trees(
    model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts]
) -> dict[tuple[str, str], tuple[BranchFacts, ...]]:
    """The branches of every target that has parts, by plan and target id."""
    return {
        (plan, whole): tuple(_facts(measures, model, targets, plan, whole, branch) for branch in found)
        for plan, listed in model.targets.items()
        for whole, found in branches(listed.values()).items()
        if (plan, whole) in targets
    }


def _facts(
    measures: Measures, model: Model, targets: Mapping[tuple[str, str], TargetFacts], plan: str, id_: str, branch: Branch
) -> BranchFacts:
    whole = targets[plan, id_]
    if whole.upper is not None or not measures.adds_across(model.metrics[model.targets[plan][id_].metric_id]):
        return BranchFacts(branch, None, None, {})
    parts = {each: targets[plan, each].target for each in branch.targets}
    home, unit = f"plans/{plan}/targets/{id_}/by/{'+'.join(branch.fields)}", whole.target.unit
    summed = _sum(f"{home}/sum", unit, tuple(parts.values()))
    rest = None if summed.value is None or whole.target.value is None else whole.target.value - summed.value
    unassigned = Figure(
        f"{home}/unassigned", rest, unit, "target - parts", (whole.target.id, summed.id), whole.target.reason or summed.reason
    )
    shares = {each: _share(f"plans/{plan}/targets/{each}/share", part, whole.target) for each, part in parts.items()}
    return BranchFacts(branch, summed, unassigned, shares)


def _sum(id_: str, unit: str, parts: tuple[Figure, ...]) -> Figure:
    reason = next((part.reason for part in parts if part.value is None), None)
    value = None if reason else sum(_values(parts), Fraction(0))
    return Figure(id_, value, unit, "sum of the parts", tuple(part.id for part in parts), reason)


def _values(figures: Iterable[Figure]) -> Iterator[Fraction]:
    return (figure.value for figure in figures if figure.value is not None)


def _share(id_: str, part: Figure, whole: Figure) -> Figure:
    value, reason = None, part.reason or whole.reason
    if part.value is not None and whole.value is not None:
        value = part.value / whole.value if whole.value else None
        reason = None if value is not None else Message(N_("the whole is zero"))
    return Figure(id_, value, PERCENT, "target of the part / target of the whole", (part.id, whole.id), reason)
