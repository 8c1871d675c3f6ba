"""Figures that were changed after they had been recorded: what each was, what it is since, and the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.records import Field, Restatement, Table
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT, POINTS


class Restated(Struct, frozen=True):
    """A restatement and its field. `was`, `now` and `difference` are None where the field holds texts or days."""

    record: Restatement
    field: Field
    was: Figure | None
    now: Figure | None
    difference: Figure | None


def restatements(model: Model) -> Mapping[str, tuple[Restated, ...]]:
    """By the id of the table, the latest first."""
    found = {id_: _restated(table, model.restatements[id_]) for id_, table in model.tables.items() if model.restatements.get(id_)}
    return {id_: tuple(sorted(items, key=lambda item: item.record.recorded, reverse=True)) for id_, items in found.items()}


def _restated(table: Table, records: tuple[Restatement, ...]) -> list[Restated]:
    fields = {field.id: field for field in table.fields}
    times: Counter[str] = Counter()
    found = []
    for record in records:
        place = "/".join([table.id, str(record.day), *record.key.values(), record.field])
        times[place] += 1
        if field := fields.get(record.field):
            found.append(_figures(f"restatements/{place}/{times[place]}", table, field, record))
    return found


def _figures(id_: str, table: Table, field: Field, record: Restatement) -> Restated:
    if field.type not in ("integer", "number"):
        return Restated(record, field, None, None, None)
    unit = field.unit or ""
    inputs = (f"{table.id}.{field.id}", str(record.day))
    figures = [
        Figure(f"{id_}/{name}", value, unit, f"{table.id}.{field.id}", inputs, None if value is not None else Message(N_("it is missing")))
        for name, value in (("was", _value(table, field, record.was)), ("now", _value(table, field, record.now)))
    ]
    was, now = figures
    difference = None if was.value is None or now.value is None else now.value - was.value
    reason = None if difference is not None else was.reason or now.reason
    moved = Figure(f"{id_}/difference", difference, POINTS if unit == PERCENT else unit, "now - was", (now.id, was.id), reason)
    return Restated(record, field, was, now, moved)


def _value(table: Table, field: Field, cell: str) -> Fraction | None:
    """The number of a cell in base units: 4.1 in percent is 41/1000. None where it is missing or none."""
    try:
        number = Fraction(cell) if cell not in table.missing_values else None
    except ValueError:
        return None
    return number / 100 if number is not None and field.unit == PERCENT else number
