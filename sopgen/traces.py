"""One figure followed back to the files: as a tree for people, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.provenance import Counted, Step, Written, ranges
from sopgen.exports import figure_members
from sopgen.pages.format import decimal, show
from sopgen.pipeline import Build
from sopgen.reporters.columns import width, wrapped
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.messages import Translator
from sopgen.words.quantity import PERCENT, POINTS, RATIO

VERSION = 1
WIDTH = 80
MOST_RANGES = 6  # of lines in one file; of more the last one alone is named

_EXACT, _FORMULA, _REASON, _WRITTEN, _DAYS = N_("exact"), N_("formula"), N_("reason"), N_("written"), N_("days")
_ABOVE = N_("(see above)")


def trace_json(build: Build, id_: str) -> str:
    """The chain of a figure as `schemas/trace.json` describes it, a figure a line. An unknown id is a KeyError."""
    commit = build.source.commit
    head = {"version": VERSION, "as_of": str(build.view.as_of), "commit": commit.id if commit else None, "id": id_}
    members = [f'"{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in head.items()]
    steps = ",\n".join(_step(step) for step in build.view.provenance.chain(id_))
    return "{\n" + ",\n".join([*members, f'"figures": [\n{steps}\n]']) + "\n}"


def trace_text(build: Build, id_: str, language: str = "en") -> str:
    """The chain of a figure as an indented tree, at most 80 columns wide. An unknown id is a KeyError."""
    say, commit = Translator(language).translate, build.source.commit
    head = say(Message(N_("as of {instant}"), {"instant": str(build.view.as_of)}))
    if commit:
        head += " · " + say(Message(N_("commit {id}"), {"id": commit.id[:12]}))
    steps = {step.figure.id: step for step in build.view.provenance.chain(id_)}
    return "\n".join([head, "", *_Tree(steps, language).lines(id_, 0)])


def listing(build: Build, prefix: str, language: str = "en") -> str | None:
    """The figures below a part of an id, a line each; None where there are none."""
    below = {id_: show(figure, language) for id_, figure in build.view.figures.items() if id_.startswith(f"{prefix.rstrip('/')}/")}
    room = max(map(width, below), default=0)
    return "\n".join(f"{id_:<{room}}  {value}" for id_, value in below.items()) or None


class _Tree(Struct, frozen=True):
    """Prints each figure once; where it goes into another one too, its id and value stand alone."""

    steps: dict[str, Step]
    language: str
    printed: set[str] = set()

    def lines(self, id_: str, indent: int) -> Iterator[str]:
        step = self.steps[id_]
        title = f"{id_}  {show(step.figure, self.language)}"
        if id_ in self.printed:
            yield from _hung(indent, "", f"{title}  {self.say(_ABOVE)}")
            return
        self.printed.add(id_)
        yield from _hung(indent, "", title)
        for label, text in self.facts(step):
            yield from _hung(indent + 2, f"{self.say(label)}  ", text)
        for each in step.counted:
            yield from _hung(indent + 2, "", self.field(each))
            for text in self.rows(each):
                yield from _hung(indent + 4, "", text)
        for figure in step.figures:
            yield from self.lines(figure.id, indent + 2)

    def facts(self, step: Step) -> Iterator[tuple[str, str]]:
        """What is to be said of a figure by itself, each under its label."""
        figure = step.figure
        if figure.value is not None:
            number = _exact(figure.value)
            yield _EXACT, number if figure.unit in (PERCENT, POINTS, RATIO) else f"{number} {figure.unit}"
        elif figure.reason:
            yield _REASON, Translator(self.language).translate(figure.reason)
        if figure.formula:
            yield _FORMULA, figure.formula
        for period in step.periods:
            yield _DAYS, span(period)
        for written in step.written:
            yield _WRITTEN, place(written) + (f"  {written.text}" if written.text else "")

    def field(self, counted: Counted) -> str:
        """What is counted, and on which days."""
        days, fields = span(counted.period), ", ".join(counted.fields)
        if counted.days == len(counted.period):
            return f"{fields} · {days}"
        counts = Message(N_("{covered} of {days} days"), {"covered": counted.days, "days": len(counted.period)})
        return f"{fields} · {days} · {Translator(self.language).translate(counts)}"

    def rows(self, counted: Counted) -> Iterator[str]:
        """A line a file, with the lines in it."""
        if not counted.lines:
            yield self.say(N_("no rows"))
        for each in counted.lines:
            rows = self.count(len(each.numbers))
            yield f"{each.path}:{numbers(each.numbers)} ({rows})"

    def count(self, number: int) -> str:
        one, many = N_("1 row"), N_("{count} rows")
        return Translator(self.language).translate(Message(one if number == 1 else many, {"count": number}))

    def say(self, label: str) -> str:
        return Translator(self.language).label(label)


def place(written: Written) -> str:
    """Where a value stands, as compilers say it."""
    return f"{written.span.path}:{written.span.line}:{written.span.column}"


def span(period: Period) -> str:
    """A period; of one day the day."""
    return str(period if len(period) > 1 else period.start)


def numbers(lines: Iterable[int]) -> str:
    """Line numbers with runs drawn together: `2-19, 25`; where there are many runs, the first ones and the last."""
    runs = [str(first) if first == last else f"{first}-{last}" for first, last in ranges(lines)]
    return ", ".join(runs if len(runs) <= MOST_RANGES else [*runs[: MOST_RANGES - 1], "…", runs[-1]])


def _exact(value: Fraction) -> str:
    """A decimal where it ends within 15 places, `-302315.5`; else the fraction, `6500000/387`."""
    places = next((places for places in range(16) if (value * 10**places).denominator == 1), None)
    return str(value) if places is None else decimal(value, places).replace(",", "")


def _hung(indent: int, label: str, text: str) -> Iterator[str]:
    """A label and its text, the following lines under the start of the text."""
    before = " " * indent + label
    for part in wrapped(text, max(WIDTH - width(before), 20)):
        yield before + part
        before = " " * width(before)


def _step(step: Step) -> str:
    rows = [
        {
            "fields": each.fields,
            "period": str(each.period),
            "days": each.days,
            "files": [{"path": lines.path, "lines": ranges(lines.numbers), "rows": len(lines.numbers)} for lines in each.lines],
        }
        for each in step.counted
    ]
    written = [
        {"path": each.span.path, "line": each.span.line, "column": each.span.column, "text": each.text or None} for each in step.written
    ]
    members = {
        **figure_members(step.figure),
        "rows": json.dumps(rows, ensure_ascii=False),
        "written": json.dumps(written, ensure_ascii=False),
    }
    return "{" + ", ".join(f'"{name}": {value}' for name, value in members.items()) + "}"
