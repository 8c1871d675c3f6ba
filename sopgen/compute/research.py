"""The market and competitor brief: our own figures beside those of the competitors, old sources, and what each opportunity feeds."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.model import Model, aim
from sopgen.records import Competitor, Metric, Plan, Research, ResearchSource
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS, Quantity

# What was read longer than this before the plan begins is of another market: sales of the same season lie between.
OLD = 365


class ResearchFacts(Struct, frozen=True):
    """The figures of a brief: `ours` by metric, `theirs` by competitor and metric, and the age of the sources that are `old`."""

    ours: Mapping[str, Figure]
    theirs: Mapping[str, Mapping[str, Figure]]
    old: Mapping[str, Figure]


def research(model: Model, measures: Measures) -> dict[str, ResearchFacts]:
    """Every brief, by the id of its plan."""
    return {plan: _facts(model, measures, brief) for plan, brief in model.research.items()}


def days_old(plan: Plan, source: ResearchSource) -> int:
    """How old a source is when the plan begins."""
    return (plan.period.start - source.date).days


def feeds(model: Model) -> dict[str, tuple[str, ...]]:
    """By target or strategy item, `plan/id`, the opportunities that feed it, `plan/id` as well."""
    found: dict[str, tuple[str, ...]] = {}
    for brief in model.research.values():
        for each in brief.opportunities:
            for id_ in each.feeds:
                fed = aim(id_, brief.id)
                found[fed] = (*found.get(fed, ()), f"{brief.id}/{each.id}")
    return found


def _facts(model: Model, measures: Measures, brief: Research) -> ResearchFacts:
    home = f"plans/{brief.id}/research"
    named = [id_ for each in brief.competitors for id_ in each.figures]
    compared = {id_: model.metrics[id_] for id_ in dict.fromkeys(named) if id_ in model.metrics}
    return ResearchFacts(
        ours={id_: _ours(f"{home}/ours/{id_}", measures, brief, metric) for id_, metric in compared.items()},
        theirs={each.id: _theirs(model, home, brief, n, each, compared) for n, each in enumerate(brief.competitors)},
        old=_old(model, home, brief),
    )


def _ours(id_: str, measures: Measures, brief: Research, metric: Metric) -> Figure:
    if brief.period is None:
        return Figure(id_, None, metric.unit, metric.formula, measures.inputs(metric), Message(N_("the brief names no `period`")))
    measured = measures.measure(metric, brief.period)
    inputs = (*measures.inputs(metric), f"{brief.period}")
    return Figure(id_, measured.value, metric.unit, metric.formula, inputs, measured.reason)


def _theirs(
    model: Model, home: str, brief: Research, number: int, competitor: Competitor, compared: Mapping[str, Metric]
) -> dict[str, Figure]:
    def figure(id_: str, written: Quantity) -> Figure:
        unit = compared[id_].unit
        place = model.address(brief, "competitors", number, "figures", id_)
        return Figure(f"{home}/competitors/{competitor.id}/{id_}", written.value_in(unit), unit, "as written", (place,))

    return {id_: figure(id_, written) for id_, written in competitor.figures.items() if id_ in compared}


def _old(model: Model, home: str, brief: Research) -> dict[str, Figure]:
    plan = model.plans.get(brief.id)
    ages = {id_: days_old(plan, source) for id_, source in brief.sources.items()} if plan else {}
    return {
        id_: Figure(
            f"{home}/sources/{id_}/age",
            Fraction(age),
            DAYS,
            "first day of the plan - date",
            (model.address(brief, "sources", id_, "date"), f"{plan.period.start}"),
        )
        for id_, age in ages.items()
        if plan and age > OLD
    }
