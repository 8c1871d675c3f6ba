"""The workspace that a command is about, and the findings in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from sopgen.words.diagnostics import SopgenError

if TYPE_CHECKING:
    from sopgen.pipeline import Build
    from sopgen.readers.source import Source
    from sopgen.reporters.report import Report
    from sopgen.words.dates import Instant
    from sopgen.words.diagnostics import Diagnostic

MARKER = "mkdocs.yml"


def find(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that has a mkdocs.yml. Raises SopgenError."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / MARKER).is_file():
            return folder
    raise SopgenError(f"no {MARKER} in {here} or in a folder above it; `sopgen init` makes a new workspace")


def run(root: Path, as_of: Instant | None) -> Build:
    """Read, check and compute the workspace at `root`."""
    from sopgen.readers.source import Folder

    return run_source(Folder(root), as_of)


def run_source(source: Source, as_of: Instant | None) -> Build:
    """Read, check and compute a workspace, wherever its files come from."""
    from sopgen import cache, pipeline

    return pipeline.run(source, as_of, cache.chosen(os.environ))


def report(build: Build, root: Path, language: str, *, colour: bool) -> Report:
    """The findings of a run, ready for a reporter."""
    return _report(build, build.found, root, language, colour=colour)


def _report(build: Build, found: tuple[Diagnostic, ...], root: Path, language: str, *, colour: bool) -> Report:
    from sopgen.reporters.report import Report
    from sopgen.words.messages import Translator

    top = next((above for above in (root, *root.parents) if (above / ".git").exists()), Path.cwd())
    folder = root.relative_to(top).as_posix() if root.is_relative_to(top) else ""
    return Report(found, build.files, build.read_line, Translator(language), colour, "" if folder == "." else folder)


def is_sound(build: Build, root: Path, language: str) -> bool:
    """Whether there are no errors; findings, if any, go to stderr, so that stdout holds only what was asked for."""
    if build.found:
        tell(build, build.found, root, language)
    return not build.has_errors


def tell(build: Build, found: tuple[Diagnostic, ...], root: Path, language: str) -> None:
    """Print findings of a run to stderr."""
    from sopgen.reporters.text import as_text

    click.echo(as_text(_report(build, found, root, language, colour=wants_colour("auto", sys.stderr))), err=True)


def wants_colour(choice: str, stream: TextIO) -> bool:
    """What `--color auto|always|never` comes to for a stream; https://no-color.org is heeded."""
    if choice != "auto":
        return choice == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
