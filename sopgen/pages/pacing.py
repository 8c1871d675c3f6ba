"""What plan pages and the home page say of targets on their way, of earlier periods, and of wholes and their parts."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from sopgen.compute.attainment import TargetFacts
from sopgen.compute.changes import PeriodChanges
from sopgen.compute.figures import Figure
from sopgen.compute.pacing import PaceFacts, RunFacts, Stage
from sopgen.records import Plan, Target
from sopgen.view import View


class Running(Struct, frozen=True):
    """A target on its way through a running period."""

    target: Target
    facts: TargetFacts
    pace: PaceFacts
    run: RunFacts


class Compared(Struct, frozen=True):
    """A target's figure with what it was before."""

    target: Target
    facts: TargetFacts
    changes: PeriodChanges


class Leaf(Struct, frozen=True):
    """A line of a target tree, `depth` steps below the whole: a target with its share, or what no part by `fields` takes."""

    depth: int
    target: Target | None
    share: Figure | None = None
    unassigned: Figure | None = None
    fields: tuple[str, ...] = ()


def running(view: View, plan: Plan) -> list[Running]:
    """The amounts of a plan that is under way."""
    facts = view.facts
    found = ((target, facts.targets.get((plan.id, target.id)), facts.pace.get((plan.id, target.id))) for target in _targets(view, plan))
    return [
        Running(target, each, pace, pace.run)
        for target, each, pace in found
        if each is not None and pace is not None and pace.run is not None and pace.stage is Stage.RUNNING
    ]


def compared(view: View, plan: Plan) -> list[Compared]:
    """The targets of a plan with figures of an earlier period, be they enough for a comparison or not."""
    facts, keys = view.facts, ((target, (plan.id, target.id)) for target in _targets(view, plan))
    found = [Compared(target, facts.targets[key], facts.changes[key]) for target, key in keys if key in facts.changes]
    return [each for each in found if each.changes.before.value is not None or has_last_year([each])]


def has_last_year(compared: list[Compared]) -> bool:
    """Whether any of them has figures of the year before."""
    return any(each.changes.year_before.value is not None for each in compared)


def tree(view: View, plan: Plan) -> list[Leaf]:
    """The targets of a plan that have parts, each with its parts below it."""
    facts, targets = view.facts, {target.id: target for target in _targets(view, plan) if (plan.id, target.id) in view.facts.targets}

    def below(id_: str, depth: int) -> Iterator[Leaf]:
        for each in facts.trees.get((plan.id, id_), ()):
            for part in each.branch.targets:
                yield Leaf(depth, targets[part], each.shares.get(part), fields=each.branch.fields)
                yield from below(part, depth + 1)
            if each.unassigned is not None and each.unassigned.value:
                yield Leaf(depth, None, unassigned=each.unassigned, fields=each.branch.fields)

    roots = [target for target in wholes(view, plan) if (plan.id, target.id) in facts.trees]
    return [leaf for root in roots for leaf in (Leaf(0, root), *below(root.id, 1))]


def wholes(view: View, plan: Plan) -> list[Target]:
    """The targets of a plan that are no part of another one."""
    trees = (view.facts.trees.get((plan.id, target.id), ()) for target in _targets(view, plan))
    parts = {part for branches in trees for each in branches for part in each.branch.targets}
    return [target for target in _targets(view, plan) if target.id not in parts and (plan.id, target.id) in view.facts.targets]


def _targets(view: View, plan: Plan) -> list[Target]:
    return list(view.model.targets.get(plan.id, {}).values())
