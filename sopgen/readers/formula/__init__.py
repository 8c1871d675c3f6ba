"""Formulas over tables and metrics, and conditions over named values, read into small typed trees. Nothing is evaluated as code.

    sum(sales.paid where sku in hot) / sum(sales.paid)
    visitors * conversion * order-value
    value < 0.8 * benchmark and days_of_cover < 7d

A hyphen belongs to a name where it stands inside one; a minus has spaces around it. Numbers are written as everywhere:
`500万`, `35%`, `1:3.2`, `30s`.
"""

from __future__ import annotations

from sopgen.readers.formula.parser import MAX_DEPTH, MAX_LENGTH, MAX_OPERATORS, parse, parse_condition
from sopgen.readers.formula.tree import (
    AGGREGATES,
    Aggregate,
    Binary,
    Comparison,
    Condition,
    Junction,
    MetricName,
    Negation,
    Negative,
    Node,
    Number,
    Place,
    Problem,
    RowFilter,
    Top,
    aggregates,
    names,
    walk,
)

__all__ = [
    "AGGREGATES",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_OPERATORS",
    "Aggregate",
    "Binary",
    "Comparison",
    "Condition",
    "Junction",
    "MetricName",
    "Negation",
    "Negative",
    "Node",
    "Number",
    "Place",
    "Problem",
    "RowFilter",
    "Top",
    "aggregates",
    "names",
    "parse",
    "parse_condition",
    "walk",
]
