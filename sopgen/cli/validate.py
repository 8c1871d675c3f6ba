"""`sopgen validate`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.reporters import FORMATS
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import Severity


@click.command(short_help="Check every file and print what is wrong.")
@click.option("--format", "style", type=click.Choice(list(FORMATS)), default="text", show_default=True, help="How findings are printed.")
@LANGUAGE
@click.option(
    "--fail-on",
    type=click.Choice([str(level) for level in Severity]),
    default="error",
    show_default=True,
    help="The least bad level that makes the exit code 1.",
)
@AS_OF
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour in the text format.",
)
@click.pass_obj
def validate(start: Path, style: str, language: str, fail_on: str, as_of: Instant | None, color: str) -> int:
    """Check every file of the workspace and print what is wrong."""
    root = workspace.find(start)
    build = workspace.run(root, as_of)
    colour = workspace.wants_colour(color, sys.stdout)
    click.echo(FORMATS[style](workspace.report(build, root, language, colour=colour)), color=True)
    return int(bool(build.found if fail_on == Severity.WARNING else build.has_errors))
