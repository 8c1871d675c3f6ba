"""Findings for people: the sentence, the place, the source lines with the words in question underlined, and the mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import attrgetter

from msgspec import Struct

from sopgen.reporters.columns import Line, plain
from sopgen.reporters.report import Report
from sopgen.words.diagnostics import N_, Diagnostic, Span

COLUMNS = 100  # source lines are cut to fit
_PRIMARY, _RELATED = "^", "-"
_LEVELS = {"error": N_("error"), "warning": N_("warning")}
HELP = N_("help")
_INK = {"error": "1;31", "warning": "1;33", "frame": "1;34", "strong": "1"}


def as_text(report: Report) -> str:
    """Every finding, a blank line after each, and the summary."""
    return "\n\n".join([*("\n".join(_Finding(report, finding).lines()) for finding in report.ordered), report.summary])


class _Mark(Struct, frozen=True):
    """A span to underline, with what, and the words beside."""

    span: Span
    sign: str
    words: str


class _Finding(Struct, frozen=True):
    """One finding on its way to the page."""

    report: Report
    finding: Diagnostic

    def lines(self) -> Iterator[str]:
        say, level = self.report.translator, str(self.finding.severity)
        title = self._ink(level, f"{say.label(_LEVELS[level])}[{self.finding.rule.name}]")
        yield title + self._ink("strong", f": {plain(say.translate(self.finding.message))}")
        marks = self._marks
        yield from self._place("-->", self.finding.span, [mark for mark in marks if mark.span.path == self.finding.span.path])
        for path in sorted({mark.span.path for mark in marks} - {self.finding.span.path}):
            elsewhere = [mark for mark in marks if mark.span.path == path]
            yield self._frame("|")
            yield from self._place(":::", elsewhere[0].span, elsewhere)
        if self.finding.advice:
            yield self._frame("|")
            yield self._note(f"{say.label(HELP)}: {plain(say.translate(self.finding.advice))}")

    @property
    def _marks(self) -> list[_Mark]:
        say, label = self.report.translator.translate, self.finding.label
        primary = _Mark(self.finding.span, _PRIMARY, plain(say(label)) if label else "")
        related = (_Mark(label.span, _RELATED, plain(say(label.message))) for label in self.finding.related)
        return sorted([primary, *related], key=attrgetter("span"))

    @property
    def _gutter(self) -> int:
        return max(len(str(mark.span.line)) for mark in self._marks)

    def _place(self, arrow: str, span: Span, marks: list[_Mark]) -> Iterator[str]:
        """The marks of one file."""
        yield f"{' ' * self._gutter}{self._ink('frame', arrow)} {plain(span.path)}:{span.line}:{span.column}"
        sources = {mark.span.line: self.report.read_line(span.path, mark.span.line) for mark in marks}
        shown = [number for number, source in sources.items() if source is not None]
        if shown:
            yield self._frame("|")
        for number in _with_gaps(shown):
            if number is None:
                yield self._ink("frame", "...")
            else:
                source = sources[number] if number in sources else self.report.read_line(span.path, number)
                yield from self._source(number, source or "", [mark for mark in marks if mark.span.line == number])
        for mark in marks:
            if mark.words and mark.span.line not in shown:
                yield self._note(mark.words)

    def _source(self, number: int, source: str, marks: list[_Mark]) -> Iterator[str]:
        """A source line, and below it a line for each mark."""
        focus = min(marks, key=lambda mark: mark.sign != _PRIMARY).span.column - 1 if marks else 0
        line = Line.cut(source, focus, COLUMNS - self._gutter - len(" | "))
        yield self._frame(f"| {line.text}".rstrip(), str(number))
        for mark in marks:
            span = mark.span
            start = line.column(span.column - 1)
            end = line.column(span.end_column - 1 if span.end_line == span.line else len(source.rstrip()))
            ink = str(self.finding.severity) if mark.sign == _PRIMARY else "frame"
            underline = self._ink(ink, f"{mark.sign * max(1, end - start)} {mark.words}".rstrip())
            yield self._frame(f"| {' ' * start}{underline}")

    def _frame(self, rest: str, number: str = "") -> str:
        """A line with its number, right-aligned, and the bar; only these two are drawn in the frame's colour."""
        return self._ink("frame", f"{number:>{self._gutter}} {rest[0]}") + rest[1:]

    def _note(self, words: str) -> str:
        return self._frame(f"= {words}")

    def _ink(self, name: str, words: str) -> str:
        return f"\033[{_INK[name]}m{words}\033[0m" if self.report.colour else words


def _with_gaps(numbers: Iterable[int]) -> Iterator[int | None]:
    """The line numbers in order, a single line left out between two of them, and None for more than one."""
    ordered = sorted(numbers)
    yield from ordered[:1]
    for before, after in pairwise(ordered):
        if after == before + 2:
            yield before + 1
        elif after > before + 2:
            yield None
        yield after
