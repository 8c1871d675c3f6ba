"""What a figure counts, in one text: `store.paid`, `last(stock.on-hand)`, `sum(sales.paid where sku in hot and channel = tmall)`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sopgen.readers import formula
from sopgen.readers.formula import Aggregate

_BARE = re.compile(r"(?!(?:and|or|not|in|where)$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def name(part: Aggregate, where: Iterable[tuple[str, str]] = ()) -> str:
    """An aggregate in the language of formulas, over the rows that also have each value of `where` in its field.

    A plain sum goes by the name of its field.
    """
    what = f"{part.table}.{part.field}" if part.field else part.table
    if part.top:
        what = f"{part.top.count}, {what} by {part.top.by}"
    conditions = [f"{each.field} {each.operator} {_quoted(each.value)}" for each in part.where]
    conditions += [f"{name} = {_quoted(value)}" for name, value in where]
    if conditions:
        return f"{part.function}({what} where {' and '.join(conditions)})"
    return what if part.function == "sum" else f"{part.function}({what})"


def aggregate(name: str) -> Aggregate | None:
    """The aggregate that goes by a name; None where the text is the name of none."""
    node = formula.parse(name if "(" in name else f"sum({name})")
    return node if isinstance(node, Aggregate) else None


def _quoted(value: str) -> str:
    """A value as a formula writes it. No formula can hold one that has both quotation marks in it."""
    if _BARE.fullmatch(value):
        return value
    return f'"{value}"' if "'" in value else f"'{value}'"
