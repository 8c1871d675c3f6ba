"""`sopgen facts`."""

from __future__ import annotations

from pathlib import Path

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant


@click.command(short_help="Print every figure.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How they are printed.")
@LANGUAGE
@AS_OF
@click.pass_obj
def facts(start: Path, style: str, language: str, as_of: Instant | None) -> int:
    """Print every figure worked out from the workspace."""
    root = workspace.find(start)
    build = workspace.run(root, as_of)
    if not workspace.is_sound(build, root, language):
        return 1
    from sopgen import exports

    click.echo(exports.facts_json(build) if style == "json" else exports.facts_text(build, language))
    return 0
