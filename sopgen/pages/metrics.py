"""How a metric is to be read: what a figure of several days is, whether parts make the whole, what a day without figures does."""

from __future__ import annotations

from msgspec import Struct

from sopgen.compute.additivity import crowding, field_of
from sopgen.compute.arithmetic import ratio
from sopgen.compute.dimensions import Dimensions
from sopgen.compute.measures import Measures
from sopgen.readers.formula import Aggregate, Node, aggregates
from sopgen.records import Metric
from sopgen.words.diagnostics import N_, Message

BETTER = {"up": N_("higher"), "down": N_("lower"), "band": N_("within the band of its target")}

MISSING = {
    "skip": N_("left out; the number of days covered stands beside"),
    "zero": N_("zero, up to the last day that has rows"),
    "refuse": N_("then the period has no figure"),
}

_OF_ONE = {
    "mean": N_("the mean of the days"),
    "min": N_("the smallest day"),
    "max": N_("the largest day"),
    "top": N_("added up over the days for each, then the largest are taken"),
}


class Reading(Struct, frozen=True):
    """What a reader of a metric must know, in sentences: how its figure of a `period` and its `parts` by `dimensions` come about.

    `denominator` is the unit of what a ratio divides by, "" where it has no name or there is no ratio.
    """

    period: Message
    parts: Message
    dimensions: tuple[str, ...]
    caution: Message | None
    denominator: str
    tables: tuple[str, ...]


def reading(measures: Measures, metric: Metric) -> Reading:
    """How a metric is to be read; a formula that cannot be read leads to a reading of nothing."""
    closed = measures.closing.closed(metric)
    parts = () if isinstance(closed, Message) else aggregates(closed.node)
    return Reading(
        period=closed if isinstance(closed, Message) else _period(measures, metric, parts),
        parts=_parts(measures, metric, parts),
        dimensions=measures.dimensions(metric),
        caution=_caution(parts),
        denominator="" if isinstance(closed, Message) else _denominator(measures, closed.node),
        tables=tuple(dict.fromkeys(part.table for part in parts)),
    )


def _period(measures: Measures, metric: Metric, parts: tuple[Aggregate, ...]) -> Message:
    series, adds, functions = measures.series(metric), measures.additivity(metric), {part.function for part in parts}
    if series and series.single:
        return Message(N_("none, only single days have figures: {why}"), {"why": series.single})
    if adds.time == "sum":
        return Message(N_("the days are added up"))
    if adds.ratio and functions <= {"sum", "count", "top"}:
        return Message(N_("both sides are added up over the days, then divided; never a mean of daily rates"))
    if adds.ratio and functions == {"last"}:
        return Message(N_("both sides are those of the last day that has figures, then divided"))
    if adds.time == "last":
        return Message(N_("a level: the last day that has figures stands for the period"))
    if len(parts) == 1 and parts[0].function in _OF_ONE:
        return Message(_OF_ONE[parts[0].function])
    return Message(N_("each part of the formula is taken over the whole period, then it is worked out"))


def _parts(measures: Measures, metric: Metric, parts: tuple[Aggregate, ...]) -> Message:
    adds = measures.additivity(metric)
    if adds.across == "sum":
        return Message(N_("add up to the whole"))
    if adds.ratio:
        return Message(N_("each is divided on its own; they do not add up to the whole"))
    tables = measures.model.tables
    why = next((reason for part in parts if (reason := crowding(part, field_of(part, tables)))), None)
    if why:
        return Message(N_("stand side by side and are not added: {why}"), {"why": why})
    return Message(N_("stand side by side and are not added"))


def _denominator(measures: Measures, node: Node) -> str:
    divided = ratio(node)
    unit = Dimensions(measures.closing, measures.model.tables).of(divided.right).unit if divided else None
    return unit.up[0] if unit and len(unit.up) == 1 and not unit.down else ""


def _caution(parts: tuple[Aggregate, ...]) -> Message | None:
    top = next((part.top for part in parts if part.top), None)
    if top is None:
        return None
    text = N_(
        "The {count} largest are chosen anew for every period, by the figures that they are then measured with, so they look better "
        "than they are (biased upward). A list fixed in advance is another metric: `where {by} in …`."
    )
    return Message(text, {"count": top.count, "by": top.by})
