"""Whether the targets of a plan are SMART: specific, measurable, attainable, relevant and time-bound (domain A2).

How high a rise may be is for people to say; what can be checked is that somebody knows how high it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.attainment import TargetFacts
from sopgen.compute.changes import Base, Change, change, previous_days
from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.model import Model
from sopgen.records import Metric, Plan, Target
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS

NO_BASE = N_("what it rises from has no figures")


class Smart(Struct, frozen=True):
    """The five signs of a target: each is None where it holds, else why it does not.

    `base` is what the target rises from: the base that it names, else what the period before it came to. Its days are `base_days`,
    of which `covered` out of `days` have figures. `serves` is the target that this one is a part of, as `plan/id`, if there is one.
    """

    specific: Message | None
    measurable: Message | None
    attainable: Message | None
    relevant: Message | None
    time_bound: Message | None
    base: Figure | None
    base_days: Period | None
    covered: Figure | None
    days: Figure | None
    rise: Change | None
    serves: str | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The signs that do not hold; the names are labels for readers."""
        signs = (
            (N_("specific"), self.specific),
            (N_("measurable"), self.measurable),
            (N_("attainable"), self.attainable),
            (N_("relevant"), self.relevant),
            (N_("time-bound"), self.time_bound),
        )
        return tuple(name for name, why in signs if why)


def smart(model: Model, measures: Measures, targets: Mapping[tuple[str, str], TargetFacts]) -> dict[tuple[str, str], Smart]:
    """The signs of every target, by plan and target id."""
    return {
        (plan, target.id): _signs(model, measures, plan, target, targets.get((plan, target.id)))
        for plan, listed in model.targets.items()
        for target in listed.values()
    }


def _signs(model: Model, measures: Measures, plan_id: str, target: Target, facts: TargetFacts | None) -> Smart:
    metric, plan = model.metrics.get(target.metric_id), model.plans.get(plan_id)
    serves = _whole(model, plan_id, plan, target)
    unknown = None if metric else Message(N_("there is no metric `{id}`"), {"id": target.metric_id})
    relevant = None if serves or target.logic else Message(N_("it serves no target above it, and says no `logic`"))
    time_bound = None if plan else Message(N_("the plan has no period"))
    if metric is None or plan is None or facts is None:
        return Smart(unknown, unknown or time_bound, unknown or time_bound, relevant, time_bound, None, None, None, None, None, serves)
    days = None if target.target.base_value else target.target.base_period or previous_days(plan.period, plan.period)
    home = f"plans/{plan_id}/targets/{target.id}/rise"
    base = _written(f"{home}/base", model, metric, target) if days is None else _measured(f"{home}/base", measures, metric, target, days)
    covered, length = _coverage(f"{home}/base", measures, metric, target, days) if days else (None, None)
    rise = change(home, _aim(facts, base), base, Base(days, why=base.reason), NO_BASE)
    taken = facts.actual.value is not None or base.value is not None or bool(covered and covered.value)
    unread = facts.target.reason or (None if taken else facts.actual.reason)
    return Smart(
        specific=unknown,
        measurable=unread,
        attainable=facts.target.reason or base.reason or (Message(NO_BASE) if base.value is None else None),
        relevant=relevant,
        time_bound=time_bound,
        base=base,
        base_days=days,
        covered=covered,
        days=length,
        rise=rise,
        serves=serves,
    )


def _written(id_: str, model: Model, metric: Metric, target: Target) -> Figure:
    """The base that a target names as a value."""
    base = target.target.base_value
    return Figure(
        id_, base.value_in(metric.unit) if base else None, metric.unit, "as written", (model.address(target, "target", "from", "value"),)
    )


def _measured(id_: str, measures: Measures, metric: Metric, target: Target, days: Period) -> Figure:
    """What the metric came to in the days that a target rises from. A sum of some of the days is no base for a sum of all of them."""
    where = tuple(target.where.items())
    measured = measures.measure(metric, days, where)
    value, reason = measured.value, measured.reason
    if value is not None and measured.covered < measured.days and measures.is_flow(metric):
        counts = {"covered": measured.covered, "days": measured.days}
        value, reason = None, Message(N_("the base has figures for {covered} of {days} days"), counts)
    return Figure(id_, value, metric.unit, metric.formula, (*measures.inputs(metric, where), f"{days}"), reason)


def _coverage(home: str, measures: Measures, metric: Metric, target: Target, days: Period) -> tuple[Figure, Figure]:
    """On how many of these days there are figures, and how many days they are."""
    where = tuple(target.where.items())
    covered, inputs = measures.measure(metric, days, where).covered, (*measures.inputs(metric, where), f"{days}")
    return (
        Figure(f"{home}/covered", Fraction(covered), DAYS, "days with figures", inputs),
        Figure(f"{home}/days", Fraction(len(days)), DAYS, "days that it rises from", (f"{days}",)),
    )


def _aim(facts: TargetFacts, base: Figure) -> Figure:
    """What is aimed for; of a band the bound nearest to the base, which within the band is the base itself."""
    lower, upper = facts.target, facts.upper
    if upper is None or upper.value is None or lower.value is None or base.value is None:
        return lower
    return base if lower.value <= base.value <= upper.value else lower if base.value < lower.value else upper


def _whole(model: Model, plan_id: str, plan: Plan | None, target: Target) -> str | None:
    """The target of the plan above for the same figures or more of them, else the one of the same plan that this is a part of."""
    above = model.targets.get(plan.parent, {}) if plan and plan.parent else {}
    for each in above.values():
        if each.metric_id == target.metric_id and each.where.items() <= target.where.items():
            return f"{plan.parent}/{each.id}" if plan else None
    for each in model.targets[plan_id].values():
        if each.metric_id == target.metric_id and each.where.items() < target.where.items():
            return f"{plan_id}/{each.id}"
    return None
