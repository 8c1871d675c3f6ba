"""`sopgen build`."""

from __future__ import annotations

from pathlib import Path

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import N_, Message
from sopgen.words.messages import Translator


@click.command(short_help="Make the site.")
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the site goes (default: site/ in the workspace).",
)
@LANGUAGE
@AS_OF
@click.pass_obj
def build(start: Path, site_dir: Path | None, language: str, as_of: Instant | None) -> int:
    """Make the site. With errors in the workspace, the site that is there stays as it is."""
    root = workspace.find(start)
    made = workspace.run(root, as_of)
    if not workspace.is_sound(made, root, language):
        return 1
    from sopgen import plugin

    out = site_dir or root / "site"
    plugin.build_site(root, made, out)
    shown = out.relative_to(Path.cwd()) if out.is_relative_to(Path.cwd()) else out
    click.echo(Translator(language).translate(Message(N_("The site is in {folder}"), {"folder": str(shown)})))
    return 0
