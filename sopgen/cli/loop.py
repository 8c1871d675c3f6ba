"""`sopgen loop`."""

from __future__ import annotations

from pathlib import Path

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant


@click.command(short_help="Print where the loop does not close.")
@LANGUAGE
@AS_OF
@click.pass_obj
def loop(start: Path, language: str, as_of: Instant | None) -> int:
    """Print where the loop does not close, from target to SOP and the next plan, and what mends each loose end."""
    root = workspace.find(start)
    build = workspace.run(root, as_of)
    if not workspace.is_sound(build, root, language):
        return 1
    from sopgen.exports import loop_text

    click.echo(loop_text(build, language))
    return 0
