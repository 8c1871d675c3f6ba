"""The metrics of a plan against the period before: by their drivers and by their parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from sopgen.compute.attribution.parts import PartsFacts, parts
from sopgen.compute.attribution.products import Factor, Product, ProductFacts, product, tree
from sopgen.compute.attribution.slices import Compared
from sopgen.compute.changes import previous_days
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.compute.pacing import to_date
from sopgen.model import Model
from sopgen.records import Metric, Plan
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Arg, Message


class MetricFacts(Struct, frozen=True):
    """A metric over the days of a plan that have passed, and over as many before them: by `drivers`, and by each field of `parts`.

    Neither is there, with a `reason`, where days of one of the periods have no figures: the other would be compared with less.
    """

    metric: str
    period: Period
    previous: Period
    before: Figure
    after: Figure
    drivers: ProductFacts | None = None
    parts: tuple[PartsFacts, ...] = ()
    reason: Message | None = None


def plans(model: Model, measures: Measures, day: date) -> dict[tuple[str, str], MetricFacts]:
    """By plan and metric, for the plans that have begun by `day`: what their targets are about and what they list to be broken down."""
    return {
        (plan.id, metric.id): _Comparison(model, measures, plan, period).facts(metric)
        for plan in model.plans.values()
        for metric in _metrics(model, plan)
        if (period := to_date(measures, metric, plan.period, day)) is not None
    }


def _metrics(model: Model, plan: Plan) -> Iterator[Metric]:
    """Each once: the metrics of targets for the whole business, then those of `breakdown`; only such as have drivers or parts."""
    targets = (target.metric_id for target in model.targets.get(plan.id, {}).values() if not target.where)
    for id_ in dict.fromkeys((*targets, *plan.breakdown)):
        metric = model.metrics.get(id_)
        if metric is not None and (metric.parts or product(metric.drivers)):
            yield metric


class _Comparison:
    """A period of a plan beside the one before."""

    def __init__(self, model: Model, measures: Measures, plan: Plan, period: Period) -> None:
        self.model, self.measures, self.plan = model, measures, plan
        self.period, self.previous = period, previous_days(plan.period, period)

    def facts(self, metric: Metric) -> MetricFacts:
        before, after = self.sides(metric)
        home, reason = self.home(metric.id), self.uncovered(metric)
        if reason is not None:
            return MetricFacts(metric.id, self.period, self.previous, before, after, reason=reason)
        compared = Compared(home, metric, before, after, self.previous, self.period)
        made = self.product(metric)
        drivers = tree(f"{home}/drivers", before, after, self.factors(made, frozenset([metric.id])), made.constant) if made else None
        by = tuple(parts(self.measures, compared, field) for field in metric.parts)
        return MetricFacts(metric.id, self.period, self.previous, before, after, drivers, by)

    def home(self, id_: str) -> str:
        return f"plans/{self.plan.id}/attribution/{id_}"

    def uncovered(self, metric: Metric) -> Message | None:
        """Why the two periods are not alike: one of them lacks figures on some of its days."""
        for period in (self.previous, self.period):
            measured = self.measures.measure(metric, period)
            if measured.covered < measured.days:
                counts: dict[str, Arg] = {"period": str(period), "covered": measured.covered, "days": measured.days}
                return Message(N_("{period} has figures for {covered} of {days} days"), counts)
        return None

    def sides(self, metric: Metric) -> tuple[Figure, Figure]:
        return self.side(metric, "before", self.previous), self.side(metric, "after", self.period)

    def side(self, metric: Metric, name: str, period: Period) -> Figure:
        measured = self.measures.measure(metric, period)
        inputs = (*self.measures.inputs(metric), f"{period}")
        return Figure(f"{self.home(metric.id)}/{name}", measured.value, metric.unit, metric.formula, inputs, measured.reason)

    def product(self, metric: Metric) -> Product | None:
        made = product(metric.drivers)
        return made if made is not None and set(made.metrics) <= set(self.model.metrics) else None

    def factors(self, made: Product, above: frozenset[str]) -> tuple[Factor, ...]:
        """The drivers on both sides, with their own drivers; one that leads back to itself has none."""
        return tuple(self.factor(id_, id_ in made.divided, above) for id_ in made.metrics)

    def factor(self, id_: str, divided: bool, above: frozenset[str]) -> Factor:
        before, after = self.sides(self.model.metrics[id_])
        own = None if id_ in above else self.product(self.model.metrics[id_])
        if own is None:
            return Factor(id_, before, after, divided)
        return Factor(id_, before, after, divided, self.factors(own, above | {id_}), own.constant)
