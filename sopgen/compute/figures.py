"""The one shape of a number that sopgen shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.words.diagnostics import Message


class Figure(Struct, frozen=True):
    """A number with its stable `id`, exact `value` and `unit`, the `formula` it comes from and the ids of its `inputs`.

    `value` is in base units (CNY, not fen; 0.041, not 4.1) and None where there is none; then `reason` says why.
    """

    id: str
    value: Fraction | None
    unit: str
    formula: str
    inputs: tuple[str, ...] = ()
    reason: Message | None = None


def figures(facts: object) -> Iterator[Figure]:
    """Every Figure in a value made of structs, mappings and tuples, in order."""
    if isinstance(facts, Figure):
        yield facts
    elif isinstance(facts, Struct):
        for name in facts.__struct_fields__:
            yield from figures(getattr(facts, name))
    elif isinstance(facts, Mapping):
        for value in facts.values():
            yield from figures(value)
    elif isinstance(facts, tuple):
        for value in facts:
            yield from figures(value)


def by_id(facts: object) -> Mapping[str, Figure]:
    """Every figure once, in the order of the facts: a claim's target is the figure of the plan's target."""
    return {figure.id: figure for figure in figures(facts)}
