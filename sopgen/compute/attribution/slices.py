"""The rows behind a metric, by the values of a field, over two periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.records import Metric
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message

LISTED = 10
"""So many parts, the largest, are told one by one; the others together are the rest."""

Name = str | None
"""The value of a part in the field, "" for rows that have none, and None for the rest: the whole without the parts that are listed."""


class Compared(Struct, frozen=True):
    """A metric over a period and the one before; the ids of its figures start with `home`."""

    home: str
    metric: Metric
    before: Figure
    after: Figure
    previous: Period
    period: Period


class Slices(Struct, frozen=True):
    """The parts of a metric by a field. `names` are the values that it has in either period."""

    measures: Measures
    compared: Compared
    field: str
    names: tuple[str, ...]

    @property
    def home(self) -> str:
        """What the ids of figures about all parts start with."""
        return f"{self.compared.home}/by/{self.field}"

    def id(self, name: Name) -> str:
        """Of a part: its value, with `/` and `~` written as in a JSON pointer, and `~` alone for rows without one."""
        if name is None:
            return f"{self.home}-rest"
        return f"{self.home}/{name.replace('~', '~0').replace('/', '~1') or '~'}"

    def inputs(self, name: Name, period: Period) -> tuple[str, ...]:
        """What the figures of a part, or of the rest, come from: the rows of the part, and the days."""
        where = () if name is None else ((self.field, name),)
        return (*self.measures.inputs(self.compared.metric, where), f"{period}")

    def uncovered(self, period: Period) -> Message | None:
        """Which part lacks figures on days that the whole has them for, if any: no stock reported is not a stock of none."""
        days = self.measures.measure(self.compared.metric, period).covered
        for name in self.names:
            covered = self.measures.measure(self.compared.metric, period, ((self.field, name),)).covered
            if covered < days:
                return Message(N_("{part} has figures for {covered} of {days} days"), {"part": name, "covered": covered, "days": days})
        return None


def largest(sizes: Mapping[str, Fraction]) -> list[str]:
    """The parts to list, in the order of their size."""
    return sorted(sizes, key=lambda name: (-sizes[name], name))[:LISTED]


def with_rest(parts: Mapping[str, Fraction], listed: Iterable[str], whole: Fraction) -> dict[Name, Fraction]:
    """The listed parts, and last what they leave of the whole."""
    found: dict[Name, Fraction] = {name: parts[name] for name in listed}
    return found | {None: whole - sum(found.values(), Fraction(0))}
