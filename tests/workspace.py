"""A workspace in memory, for tests: the starter that `sopgen init` makes, with some of its files changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sopgen import pipeline
from sopgen.pipeline import Build
from sopgen.readers.git import Commit
from sopgen.readers.source import Folder
from sopgen.reporters.report import Report
from sopgen.reporters.text import as_text
from sopgen.words.messages import Translator

STARTER = Path(pipeline.__file__).parent / "starter"
_TRACE = re.compile(r"\[([^]]*)\]\([^)\s]*trace/[^)\s]*\)")
Contents = Mapping[str, bytes | str]


@dataclass(frozen=True)
class Files:
    """Paths and what the files hold, as a source. It stands in no repository."""

    contents: Contents
    commit: Commit | None = None

    def paths(self) -> tuple[str, ...]:
        """Every path, sorted."""
        return tuple(sorted(self.contents))

    def links(self) -> tuple[str, ...]:
        """There are none."""
        return ()

    def size(self, path: str) -> int:
        """How many bytes a file has."""
        return len(self.read(path))

    def stamp(self, path: str) -> None:
        """There is none."""

    def read(self, path: str) -> bytes:
        """The content of a file."""
        content = self.contents[path]
        return content.encode() if isinstance(content, str) else content


@cache
def starter() -> Mapping[str, str]:
    """The starter's files."""
    folder = Folder(STARTER)
    return {path: folder.read(path).decode() for path in folder.paths()}


def run(changed: Contents | None = None) -> Build:
    """Read and check the starter with the changed files in place of its own."""
    return pipeline.run(Files({**starter(), **(changed or {})}))


def findings(build: Build) -> list[str]:
    """`path:line:column rule` of each finding, in order."""
    return [f"{found.span.path}:{found.span.line}:{found.span.column} {found.rule.name}" for found in build.found]


def rendered(build: Build, language: str = "en") -> str:
    """What `sopgen validate` prints."""
    return as_text(Report(build.found, build.files, build.read_line, Translator(language)))


def without_traces(markdown: str) -> str:
    """A page with its numbers bare: without the link of each to where it comes from."""
    return _TRACE.sub(r"\1", markdown)
