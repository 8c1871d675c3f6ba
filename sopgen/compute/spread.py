"""The target of an amount, spread over the days of its plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from sopgen.compute.attainment import TargetFacts
from sopgen.compute.calendar import Curve
from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.records import Plan, Target
from sopgen.words.diagnostics import N_, Message


class Spread:
    """The amounts that plans ask for, day by day, worked out once for each target.

    The plans within a plan have their own targets on their days, so its other days share what those leave of its own: the
    days of a plan add up to its target, and nothing is counted twice; where they ask for more than the whole, nothing is left.
    `weights` is where the calendar's weights are written.
    """

    def __init__(self, model: Model, targets: Mapping[tuple[str, str], TargetFacts]) -> None:
        self._targets, self._curve = targets, Curve.of(model.calendar)
        weighed = model.calendar is not None and model.calendar.weights is not None
        self.weights = (model.address(model.calendar, "weights"),) if model.calendar and weighed else ()
        self._model = model
        self._parts: dict[tuple[str, str], list[tuple[Plan, Target]]] = {}
        self._days: dict[tuple[str, str], Mapping[date, Fraction]] = {}

    def days(self, plan: Plan, target: Target) -> Mapping[date, Fraction]:
        """The amount of each day in the metric's unit, in order; {} where the target has no number or its days no weight."""
        key = (plan.id, target.id)
        if key not in self._days:
            self._days[key] = {}  # plans that lead back to themselves end here
            self._days[key] = self._spread(plan, target)
        return self._days[key]

    def _spread(self, plan: Plan, target: Target) -> Mapping[date, Fraction]:
        whole = self._targets[plan.id, target.id].target.value
        if whole is None:
            return {}
        found: dict[date, Fraction] = {}
        parts = self.parts(plan, target)
        for part, its in parts:
            for day, amount in self.days(part, its).items():
                if day in plan.period:
                    found[day] = found.get(day, Fraction(0)) + amount
        left = whole - sum(found.values(), Fraction(0))
        left = max(left, Fraction(0)) if whole >= 0 else min(left, Fraction(0))
        for day, share in self._curve.shares(plan.period, tuple(part.period for part, _ in parts)).items():
            found[day] = left * share
        return dict(sorted(found.items()))

    def of_the_day(self, id_: str, plan: Plan, target: Target, day: date) -> Figure:
        """The amount of one day."""
        whole = self._targets[plan.id, target.id].target
        parts = [self._targets[part.id, its.id].target for part, its in self.parts(plan, target)]
        value = self.days(plan, target).get(day)
        reason = whole.reason or (Message(N_("the days of the plan have no weight")) if value is None else None)
        formula = "target * weight(day) / sum(weights)" if not parts else "(target - parts) * weight(day) / sum(weights outside parts)"
        return Figure(id_, value, whole.unit, formula, (whole.id, *(figure.id for figure in parts), *self.weights), reason)

    def parts(self, plan: Plan, target: Target) -> list[tuple[Plan, Target]]:
        """The nearest plans within a plan that have a target of their own for the same figures."""
        key = (plan.id, target.id)
        if key not in self._parts:
            self._parts[key] = list(self._within(plan, target, frozenset([plan.id])))
        return self._parts[key]

    def _within(self, plan: Plan, target: Target, above: frozenset[str]) -> Iterator[tuple[Plan, Target]]:
        for part in self._model.plans.values():
            if part.parent == plan.id and part.id not in above:
                own = [each for each in self._model.targets.get(part.id, {}).values() if self._alike(part, each, target)]
                yield from [(part, own[0])] if own else self._within(part, target, above | {part.id})

    def _alike(self, plan: Plan, target: Target, other: Target) -> bool:
        return (plan.id, target.id) in self._targets and (target.metric_id, target.where) == (other.metric_id, other.where)
