"""What a figure counts, in one text: `store.paid`, `last(stock.on-hand)`, `sum(sales.paid where sku in hot and channel = tmall)`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from sopgen.readers import formula
from sopgen.readers.formula import Aggregate

_BARE = re.compile(r"(?!(?:and|or|not|in|where|by)$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_ABSENT = " else 0"


class Source(Struct, frozen=True):
    """An aggregate of a table's rows; with `absent_is_zero` days without rows count as days of nothing."""

    aggregate: Aggregate
    absent_is_zero: bool = False

    @classmethod
    def parse(cls, name: str) -> Source | None:
        """What goes by a name; None where the text is the name of nothing that is counted."""
        text = name.removesuffix(_ABSENT)
        node = formula.parse(text if "(" in text else f"sum({text})")
        return cls(node, text != name) if isinstance(node, Aggregate) else None

    def name(self, where: Iterable[tuple[str, str]] = ()) -> str:
        """The aggregate in the language of formulas, over the rows that also have each value of `where` in its field.

        A plain sum goes by the name of its field.
        """
        part = self.aggregate
        field = f"{part.table}.{part.field}" if part.field else part.table
        conditions = [f"{each.field} {each.operator} {_quoted(each.value)}" for each in part.where]
        conditions += [f"{name} = {_quoted(value)}" for name, value in where]
        chosen = f"{part.top.count}, {field} by {part.top.by}" if part.top else field
        if conditions:
            chosen += f" where {' and '.join(conditions)}"
        text = chosen if part.function == "sum" and not conditions else f"{part.function}({chosen})"
        return text + _ABSENT if self.absent_is_zero else text


def _quoted(value: str) -> str:
    """A value as a formula writes it. No formula can hold one that has both quotation marks in it."""
    if _BARE.fullmatch(value):
        return value
    return f'"{value}"' if "'" in value else f"'{value}'"
