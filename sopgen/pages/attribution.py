"""What moved the figures: the breakdowns that plan, retro and report pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from sopgen.compute.attribution.contribution import is_negligible
from sopgen.compute.attribution.plans import MetricFacts
from sopgen.compute.attribution.products import ProductFacts
from sopgen.compute.measures import Measures
from sopgen.model import Model
from sopgen.pages.render import Writer


class Drivers(Struct, frozen=True):
    """Of a metric of the daily report, what moved it: against the target, and against yesterday."""

    metric: str
    gap: ProductFacts | None
    change: ProductFacts | None


def of_plan(write: Writer, plan: str) -> Mapping[str, object]:
    """What the template `attribution.md` needs: a plan's metrics broken down, and what their dimensions are called."""
    found = [facts for (id_, _), facts in write.view.facts.attribution.items() if id_ == plan]
    return {"broken_down": found, "dimensions": _dimensions(write, found)}


def of_day(write: Writer, day: date) -> Sequence[Drivers]:
    """The drivers of the metrics that missed their target on a day, or moved the wrong way since the day before."""
    facts = write.view.facts
    found = []
    for metric, each in facts.days.get(day, {}).items():
        gap, change = facts.gaps.get(day, {}).get(metric), facts.drivers.get(day, {}).get(metric)
        shown = Drivers(
            metric,
            gap if each.met is False else None,
            change if change and _worse(change, write.view.model.metrics[metric].better) else None,
        )
        if shown.gap or shown.change:
            found.append(shown)
    return found


def _worse(tree: ProductFacts, better: str | None) -> bool:
    """Whether a change is worth a look: it is not negligible and goes the wrong way; where no way is wrong, downwards."""
    change, base = tree.change.value, tree.before.value
    if change is None or base is None or is_negligible(change, base):
        return False
    return change > 0 if better == "down" else change < 0


def _dimensions(write: Writer, found: Sequence[MetricFacts]) -> Mapping[tuple[str, str], str]:
    model = write.view.model
    measures = Measures(model)
    return {
        (facts.metric, parts.field): _title(
            model, {part.table for part in measures.parts(model.metrics[facts.metric])}, parts.field, write.language
        )
        for facts in found
        for parts in facts.parts
    }


def _title(model: Model, tables: set[str], field: str, language: str) -> str:
    """What a field of the tables is called: its title, else the header of its column."""
    fields = [each for table in sorted(tables & set(model.tables)) for each in model.tables[table].fields if each.id == field]
    return next((each.title.into(language) if each.title else each.name for each in fields), field)
