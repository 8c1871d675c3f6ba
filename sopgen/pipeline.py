"""The whole program in order. Read this first.

files -> documents -> model -> view (facts, history) -> findings and pages
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from sopgen import assembly, rules, schema, view, workspace
from sopgen.readers.encoding import decode
from sopgen.readers.source import Source
from sopgen.records import Settings
from sopgen.tables import Cache
from sopgen.view import View
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from sopgen.pages.page import Asset, Page


def run(source: Source, as_of: Instant | None = None, cache: Cache | None = None) -> Build:
    """Read, check and view a workspace. Nothing is printed, written or raised for an author's mistake.

    A `cache` keeps the sums of large tables from run to run. What comes out is the same with and without it.
    """
    with _without_collecting():
        return _run(source, as_of, cache)


def _run(source: Source, as_of: Instant | None, cache: Cache | None) -> Build:
    documents, found = workspace.load(source)
    documents, refused = schema.check(documents)
    records, cells = assembly.assemble(documents, cache)
    commit = source.commit if as_of is None and records.settings.as_of is None else None
    instant, guessed = view.as_of(records, commit, as_of)
    seen = View(records, instant, source)
    found += [*refused, *cells, *rules.check(seen)]
    if guessed and "settings" not in records.unsound:
        found.append(rules.guessed_as_of(seen))
    return Build(source, seen, tuple(sorted(found, key=lambda finding: (finding.span, finding.rule.name))), documents.files)


class Build(Struct, frozen=True):
    """A workspace as it was read: what is wrong with it, and what can be made of it."""

    source: Source
    view: View
    found: tuple[Diagnostic, ...]
    files: int
    _lines: dict[str, list[str]] = {}

    @property
    def settings(self) -> Settings:
        """The options of the workspace."""
        return self.view.model.settings

    @property
    def timestamp(self) -> int:
        """Seconds since 1970 that the build is dated with."""
        return self.view.timestamp

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.found)

    def pages(self, language: str) -> tuple[Page | Asset, ...]:
        """The site in one language, in the order of its navigation."""
        from sopgen.pages import site

        return site.render(self.view, language)

    def names(self) -> Iterable[str]:
        """The workspace's own words, for a search that knows them."""
        from sopgen.pages import site

        return site.names(self.view)

    def read_line(self, path: str, number: int) -> str | None:
        """A line of a file of the workspace (counting from 1), None where there is none."""
        if path not in self._lines:
            text, _ = decode(path, self.source.read(path))
            self._lines[path] = text.split("\n")
        lines = self._lines[path]
        return lines[number - 1].rstrip("\r") if number <= len(lines) else None


@contextmanager
def _without_collecting() -> Iterator[None]:
    """All that a run makes lives until its end; looking for garbage among it would take as long as the run."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
