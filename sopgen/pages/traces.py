"""Where the figures on the pages come from: a row a figure, with what goes into it, down to the lines of the files.

The rows are HTML, because Markdown would take seconds for thousands of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from html import escape
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from sopgen.compute.figures import Figure
from sopgen.compute.provenance import Counted, Step, ranges
from sopgen.pages import format as shown
from sopgen.pages import places
from sopgen.pages.markdown import Markdown, way
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message
from sopgen.words.messages import Translator

TITLE = N_("Where the figures come from")
MOST_RUNS = 4  # of lines in one file; where there are more, the first ones and the last are named
LARGEST_COPY = 2_000_000  # bytes of a file that the site carries for its readers

_LINK = re.compile(rf"\((?:\.\./)*({places.TRACES}[^)\s]+)\)")


def traces(write: Writer, pages: Iterable[Page]) -> Iterator[Page]:
    """A page a plan, a month of days and other kind of figure, with the figures that `pages` show and all that goes into them."""
    view, commit = write.view, write.view.source.commit
    copied, values = _Copied(view), dict[str, str]()
    wanted = _wanted(view, pages)
    listed = sorted((figure for id_, figure in view.figures.items() if id_ in wanted), key=lambda figure: places.group(figure.id)[0])
    for group, members in groupby(listed, lambda figure: places.group(figure.id)[0]):
        path = f"{places.TRACES}{group}.md"
        rows = _Rows(path, write.language, copied, values)
        steps = [view.provenance.step(figure) for figure in members]
        homes: dict[str, list[Step]] = {}
        for step in steps:
            homes.setdefault(places.home(step.figure.id), []).append(step)
        sections = [(home, rows.table(each)) for home, each in homes.items()]
        files = sorted({file for step in steps for file in _files(step) if copied.has(file)})
        page = write.page(
            "trace", path, write.say(TITLE), (), files, group=group, sections=sections, commit=commit.id[:12] if commit else ""
        )
        yield replace(page, in_nav=False)


def _wanted(view: View, pages: Iterable[Page]) -> set[str]:
    """The figures that pages link to, and all that goes into them."""
    linked = {place for page in pages for place in _LINK.findall(page.markdown)}
    waiting = [id_ for id_ in view.figures if places.trace(id_) in linked]
    found: set[str] = set()
    while waiting:
        id_ = waiting.pop()
        if id_ not in found:
            found.add(id_)
            waiting += (name for name in view.figures[id_].inputs if name in view.figures)
    return found


def _files(step: Step) -> Iterator[str]:
    yield from (lines.path for each in step.counted for lines in each.lines)
    yield from (written.span.path for written in step.written)


class _Copied(Struct, frozen=True, dict=True):
    """Which files are small enough for the site to carry copies of them."""

    view: View

    def has(self, path: str) -> bool:
        """Whether the site has a copy of the file."""
        return path in self._small

    @cached_property
    def _small(self) -> frozenset[str]:
        source = self.view.source
        return frozenset(path for path in source.paths() if len(source.read(path)) <= LARGEST_COPY)


class _Rows(Struct, frozen=True):
    """Writes the rows of the page `here` in one language; `values` keeps what each figure looks like."""

    here: str
    language: str
    copied: _Copied
    values: dict[str, str]

    def table(self, steps: Iterable[Step]) -> Markdown:
        """A table with a row a figure."""
        rows = "\n".join(self.row(step) for step in steps)
        heads = "".join(f'<th scope="col">{escape(self.say(name))}</th>' for name in (N_("Figure"), N_("Value"), N_("From")))
        return Markdown(f'<table class="sop-trace">\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>')

    def row(self, step: Step) -> str:
        """A figure: its name, its value as pages show it, and what it comes from."""
        figure = step.figure
        anchor, name = places.anchor(places.group(figure.id)[1]), escape(figure.id.removeprefix(f"{places.home(figure.id)}/"))
        return f'<tr id="{anchor}"><th scope="row">{name}</th><td>{self.value(figure)}</td><td>{"<br>".join(self.origins(step))}</td></tr>'

    def origins(self, step: Step) -> Iterator[str]:
        """Lines of HTML: why there is no number, the formula, the figures that go in, the rows, the values as written, the days."""
        figure = step.figure
        if figure.reason:
            yield escape(Translator(self.language).translate(figure.reason))
        if figure.formula:
            yield f"<code>{escape(figure.formula)}</code>"
        if step.figures:
            yield " · ".join(self.link(each, places.home(figure.id)) for each in step.figures)
        for counted in step.counted:
            yield self.counted(counted)
        for written in step.written:
            text = f" <code>{escape(written.text)}</code>" if written.text else ""
            yield f"{self.file(written.span.path)}:{written.span.line}{text}"
        yield from (escape(str(period)) for period in step.periods)

    def counted(self, counted: Counted) -> str:
        """The fields, the days, and the lines of each file."""
        period = counted.period
        days = str(period if len(period) > 1 else period.start)
        if counted.days < len(period):
            days += f" ({self.say(N_('{covered} of {days} days'), covered=counted.days, days=len(period))})"
        files = ", ".join(f"{self.file(lines.path)}:{_runs(lines.numbers)}" for lines in counted.lines)
        return f"{escape(', '.join(counted.fields))} · {days}" + (f" · {files}" if files else "")

    def value(self, figure: Figure) -> str:
        """A figure as pages show it."""
        if figure.id not in self.values:
            self.values[figure.id] = escape(shown.show(figure, self.language))
        return self.values[figure.id]

    def link(self, figure: Figure, home: str) -> str:
        """A link to the row of another figure, which goes by the end of its id where the beginning is that of the row; and its value."""
        page, _, anchor = places.trace(figure.id).partition("#")
        return f'<a href="{way(page, self.here)}#{anchor}">{escape(figure.id.removeprefix(f"{home}/"))}</a> {self.value(figure)}'

    def file(self, path: str) -> str:
        """A file, leading to the site's copy of it."""
        if not self.copied.has(path):
            return escape(path)
        return f'<a href="{escape(way(places.source(path), self.here))}">{escape(path)}</a>'

    def say(self, template: str, **args: str | int) -> str:
        return Translator(self.language).translate(Message(template, args))


def _runs(numbers: Iterable[int]) -> str:
    """Line numbers with runs drawn together: `2-19, 25`."""
    runs = [str(first) if first == last else f"{first}-{last}" for first, last in ranges(numbers)]
    return ", ".join(runs if len(runs) <= MOST_RUNS else [*runs[: MOST_RUNS - 1], "…", runs[-1]])
