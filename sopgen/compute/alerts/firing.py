"""When a rule fires: on the last of so many days in a row on which its condition holds and its minimums are reached."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from sopgen.compute.alerts import condition
from sopgen.compute.alerts.values import Values
from sopgen.readers.formula import Condition


class Run(Struct, frozen=True):
    """Days without a gap on which a rule fired, the first and the last one, and the day from which its condition held."""

    since: date
    first: date
    last: date


def holds(when: Condition, values: Values, day: date) -> bool | None:
    """Whether the rule's condition holds on a day and its minimums are reached; None where figures for that are missing."""
    reached = (_reaches(values, key, day) for key in values.rule.min)
    held = condition.holds(when, lambda name: values.get(name, day).value)
    if held is not True:
        return held
    found = list(reached)
    return False if False in found else None if None in found else True


def runs(when: Condition, values: Values, days: Iterable[date]) -> list[Run]:
    """When the rule fired on `days`, which follow each other. A day on which the condition is not known breaks the row."""
    needed = max(values.rule.for_.days, 1) if values.rule.for_ else 1
    found: list[Run] = []
    row: list[date] = []
    for day in days:
        row = [*row[:1], day] if holds(when, values, day) else []
        if row and (day - row[0]).days + 1 >= needed:
            if found and found[-1].since == row[0]:
                found.pop()
            first = row[0].fromordinal(row[0].toordinal() + needed - 1)
            found.append(Run(row[0], first, day))
    return found


def _reaches(values: Values, key: str, day: date) -> bool | None:
    reading, least = values.get(key, day).value, values.rule.min[key]
    return None if reading is None else reading >= least.number
