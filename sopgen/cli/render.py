"""`sopgen render`."""

from __future__ import annotations

from pathlib import Path

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import N_, Message
from sopgen.words.messages import Translator


@click.command(short_help="Write the pages as plain Markdown.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@LANGUAGE
@AS_OF
@click.pass_obj
def render(start: Path, folder: Path, language: str, as_of: Instant | None) -> int:
    """Write the pages as plain Markdown into DIR, for other site builders and for reading on a git host."""
    root = workspace.find(start)
    build = workspace.run(root, as_of)
    if not workspace.is_sound(build, root, language):
        return 1
    from sopgen import exports

    exports.render(build, folder)
    click.echo(Translator(language).translate(Message(N_("The pages are in {folder}"), {"folder": str(folder)})))
    return 0
