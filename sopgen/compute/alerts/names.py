"""The names that a condition can use: what each stands for, its unit, and what the rule must declare for it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sopgen.records import Alert, Metric
from sopgen.words.diagnostics import N_
from sopgen.words.quantity import DAYS, PERCENT

SIGMA = "sigma"  # a distance in standard deviations, which a bare number stands for in a condition


class Name(Struct, frozen=True):
    """A named value: its `unit` (None for the metric's own), how it is worked out, and the rule's key that it `needs`."""

    formula: str
    unit: str | None = None
    needs: tuple[str, ...] = ()
    whole: bool = False


NAMES: Mapping[str, Name] = {
    "value": Name("value"),
    "benchmark": Name("as written", needs=("benchmark",)),
    "target": Name("target of the day", whole=True),
    "attainment": Name("attainment of the day", PERCENT, whole=True),
    "yesterday": Name("value, 1 day earlier"),
    "last_week": Name("value, 7 days earlier"),
    "change": Name("(value - yesterday) / yesterday", PERCENT),
    "change_week": Name("(value - last_week) / last_week", PERCENT),
    "mean": Name("mean(window)", needs=("window",)),
    "median": Name("median(window)", needs=("window",)),
    "mad": Name("median(|x - median|)", needs=("window",)),
    "z": Name("(value - median) / (1.4826 * mad)", SIGMA, needs=("window",)),
    "demand": Name("mean(demand, window)", needs=("stock",)),
    "in_transit": Name("in_transit", needs=("stock", "in_transit")),
    "days_of_cover": Name("value / demand", DAYS, needs=("stock",)),
    "safety_line": Name("Z * sqrt(L * var(demand) + demand^2 * var(L))", needs=("stock",)),
    "reorder_point": Name("demand * L + safety_line", needs=("stock",)),
}

# What is shown of a name beside it, so that a reader can work it out again.
BEHIND: Mapping[str, tuple[str, ...]] = {
    "attainment": ("target", "value"),
    "change": ("value", "yesterday"),
    "change_week": ("value", "last_week"),
    "z": ("value", "median", "mad"),
    "days_of_cover": ("value", "demand"),
    "safety_line": ("demand",),
    "reorder_point": ("demand", "safety_line"),
}

NOT_DECLARED = N_("the rule does not declare `{key}`")


def unit(name: str, metric: Metric) -> str | None:
    """The unit of a named value of a metric, None where there is no such name."""
    found = NAMES.get(name)
    return None if found is None else metric.unit if found.unit is None else found.unit


def undeclared(name: str, rule: Alert) -> str | None:
    """The key that the rule would have to declare for a name, None where it lacks none."""
    holder: object = rule
    for key in NAMES[name].needs:
        holder = getattr(holder, key, None)
        if holder is None:
            return key
    return None
