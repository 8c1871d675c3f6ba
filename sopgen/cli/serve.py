"""`sopgen serve`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.reporters.text import as_text
from sopgen.words.dates import Instant

if TYPE_CHECKING:
    from sopgen.pipeline import Build


@click.command(short_help="Show the site while you write.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen at.")
@LANGUAGE
@AS_OF
@click.pass_obj
def serve(start: Path, host: str, port: int, language: str, as_of: Instant | None) -> int:
    """Show the site in a browser while you write; it follows every change."""
    from sopgen import plugin

    root = workspace.find(start)

    def run() -> Build:
        made = workspace.run(root, as_of)
        workspace.is_sound(made, root, language)
        return made

    def report(made: Build) -> str:
        return as_text(workspace.report(made, root, language, colour=False))

    plugin.serve_site(root, run, host, port, report)
    return 0
