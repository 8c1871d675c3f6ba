"""Where a figure comes from: its formula, the figures, rows and written values that go into it, down to files and lines.

The inputs of a figure are texts that stay the same from run to run. Each is one of
- the id of another figure: `plans/2024-q2/targets/gmv/target`;
- a field of a table, which stands for its sum, or another aggregate: `store.paid`, `last(stock.on-hand where sku = night-light)`;
- the days that the fields are measured on: `2024-06-01..2024-06-18`, `2024-04-20`;
- a value as an author wrote it: `plans/2024-q2/targets.yaml#/gmv/target`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.measures import Measures
from sopgen.compute.sources import Source
from sopgen.model import Model
from sopgen.tables import Lines, together
from sopgen.words.dates import Period
from sopgen.words.diagnostics import Span


class Counted(Struct, frozen=True):
    """The rows that a figure counts on `days` of the days of `period`: those that have figures. Of a last value the period is its day.

    `fields` are those of which these rows are counted, as the inputs of the figure name them.
    """

    fields: tuple[str, ...]
    period: Period
    days: int
    lines: tuple[Lines, ...]

    @property
    def rows(self) -> int:
        """How many rows they are."""
        return sum(len(each.numbers) for each in self.lines)


class Written(Struct, frozen=True):
    """A value as an author wrote it: where, and the `text`, "" where it is a whole record."""

    span: Span
    text: str


class Step(Struct, frozen=True):
    """A figure and what goes into it directly: other figures, rows of tables, values as written, and days where it is of days alone."""

    figure: Figure
    figures: tuple[Figure, ...] = ()
    counted: tuple[Counted, ...] = ()
    written: tuple[Written, ...] = ()
    periods: tuple[Period, ...] = ()


class Provenance:
    """Follows the figures of a workspace back to the files. What has been looked up is kept."""

    def __init__(self, model: Model, measures: Measures, figures: Mapping[str, Figure]) -> None:
        self.model, self.measures, self.figures = model, measures, figures
        self._files = {origin.document.path: origin.document for origin in model.origins.values()}
        self._lines: dict[str, Mapping[date, tuple[Lines, ...]]] = {}

    def chain(self, id_: str) -> tuple[Step, ...]:
        """The figure `id_` and every figure below it, each once, what goes in after what it goes into. An unknown id is a KeyError."""
        found: dict[str, Step] = {}
        waiting = [self.figures[id_]]
        while waiting:
            figure = waiting.pop()
            if figure.id not in found:
                found[figure.id] = step = self.step(figure)
                waiting += reversed(step.figures)
        return tuple(found.values())

    def step(self, figure: Figure) -> Step:
        """What goes into one figure directly."""
        parts = {name: part for name in figure.inputs if name not in self.figures and (part := Source.parse(name))}
        periods = tuple(period for name in figure.inputs if name not in self.figures and (period := _period(name)))
        return Step(
            figure,
            tuple(self.figures[name] for name in figure.inputs if name in self.figures),
            tuple(self._counted(parts, periods)),
            tuple(value for name in figure.inputs if "#" in name and (value := self._written(name))),
            () if parts else periods,
        )

    def _counted(self, parts: Mapping[str, Source], periods: Iterable[Period]) -> Iterator[Counted]:
        """The rows of the fields on the days that count: those on which all of the fields have figures."""
        if not parts:
            return
        covered = set.intersection(*(set(self._figures_of(part)) for part in parts.values()))
        for period in periods:
            days = sorted(day for day in covered if day in period)
            found: dict[tuple[Period, int, tuple[Lines, ...]], list[str]] = {}
            for name, part in parts.items():
                last = days[-1:] if part.aggregate.function == "last" else []
                lines = together(lines for day in last or days for lines in self._of(name, part).get(day, ()))
                found.setdefault((Period(last[0], last[0]) if last else period, len(last or days), lines), []).append(name)
            yield from (Counted(tuple(fields), *where) for where, fields in found.items())

    def _figures_of(self, part: Source) -> Mapping[date, int]:
        return self.measures.daily(part.aggregate, absent_is_zero=part.absent_is_zero).values

    def _of(self, name: str, part: Source) -> Mapping[date, tuple[Lines, ...]]:
        if name not in self._lines:
            self._lines[name] = self.measures.lines(part.aggregate)
        return self._lines[name]

    def _written(self, address: str) -> Written | None:
        """The value that the file and the JSON Pointer into it lead to; None where there is no such file."""
        path, _, pointer = address.partition("#")
        document = self._files.get(path)
        if document is None:
            return None
        value, steps = document.value, []
        for step in pointer.split("/")[1:]:
            steps.append(int(step) if isinstance(value, list) else step.replace("~1", "/").replace("~0", "~"))
            value = value[steps[-1]]
        return Written(document.locate(tuple(steps), False), "" if isinstance(value, dict | list) else str(value))


def _period(name: str) -> Period | None:
    """The days that an input names: a period, or one day."""
    try:
        return Period.parse(name) if ".." in name else Period(date.fromisoformat(name), date.fromisoformat(name))
    except ValueError:
        return None


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Whole numbers in order as runs, first and last of each."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
