"""How a metric adds: over days, and over the parts of a dimension (domain B3). Declared by the fields, derived for the metric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from sopgen.compute.arithmetic import is_linear, ratio
from sopgen.readers.formula import Aggregate, Node
from sopgen.records import Field, Table
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT, RATIO

# The types of fields that hold numbers.
NUMBERS = ("integer", "number")

# The units of distinct people: whoever comes again would be counted twice.
PEOPLE = ("person", "person-days")


class Additivity(Struct, frozen=True):
    """How the figures of days and of parts make the figure of the whole.

    `time`: the `sum` of the days, the `last` day's, or neither. `across`: the `sum` of the parts, or not. `ratio`: sums first,
    then divided.
    """

    time: Literal["sum", "last", "none"]
    across: Literal["sum", "none"]
    ratio: bool


def additivity(node: Node, tables: Mapping[str, Table]) -> Additivity:
    """How a formula over tables adds."""

    def flows(part: Aggregate) -> bool:
        return part.function == "count" or (part.function == "sum" and _way(part, tables, "time") == "sum")

    def stands(part: Aggregate) -> bool:
        return part.function == "last"

    def splits(part: Aggregate) -> bool:
        return part.function == "count" or (part.function in ("sum", "last", "mean") and _way(part, tables, "across") == "sum")

    time: Literal["sum", "last", "none"] = "sum" if is_linear(node, flows) else "last" if is_linear(node, stands) else "none"
    return Additivity(time, "sum" if is_linear(node, splits) else "none", ratio(node) is not None)


def field_of(part: Aggregate, tables: Mapping[str, Table]) -> Field | None:
    """The field that an aggregate is of; None where it counts rows, or there is no such field."""
    table = tables.get(part.table)
    return next((field for field in table.fields if field.id == part.field), None) if table else None


def single_day(part: Aggregate, field: Field | None) -> Message | None:
    """Why there is no figure of several days: what their sum, or a mean of their rates, would not be (domain B3)."""
    if field is None or field.time == "sum" or part.function in ("last", "min", "max", "count"):
        return None
    args = {"field": f"{part.table}.{part.field}"}
    if field.unit in (PERCENT, RATIO):
        return Message(N_("rates of several days cannot be put together without what they divide: `{field}`"), args)
    if part.function == "mean":
        return None
    if field.unit in PEOPLE:
        return Message(N_("distinct people of several days cannot be added: `{field}`"), args)
    return Message(N_("`{field}` does not add over days"), args)


def crowding(part: Aggregate, field: Field | None) -> Message | None:
    """Why several rows of one day have no figure together; None where they add."""
    if field is None or field.across == "sum" or part.function == "count":
        return None
    args = {"field": f"{part.table}.{part.field}"}
    if field.unit in (PERCENT, RATIO):
        return Message(N_("rates of several rows cannot be put together without what they divide: `{field}`"), args)
    if field.unit in PEOPLE:
        return Message(N_("distinct people of several rows cannot be added: `{field}`"), args)
    return Message(N_("`{field}` does not add over the rows of a day"), args)


def _way(part: Aggregate, tables: Mapping[str, Table], direction: Literal["time", "across"]) -> str | None:
    field = field_of(part, tables)
    return None if field is None else field.time if direction == "time" else field.across
