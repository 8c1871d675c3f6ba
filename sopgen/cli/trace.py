"""`sopgen trace`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant

_NEAR = 3


@click.command(short_help="Print where a figure comes from.")
@click.argument("id_", metavar="FIGURE")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How it is printed.")
@LANGUAGE
@AS_OF
@click.pass_obj
def trace(start: Path, id_: str, style: str, language: str, as_of: Instant | None) -> int:
    """Print where a figure comes from: its formula, what goes into it, and the rows and lines of the files.

    FIGURE is an id that `sopgen facts` prints, such as days/2024-04-20/gmv/attainment; the beginning of ids lists them.
    """
    root = workspace.find(start)
    build = workspace.run(root, as_of)
    if not workspace.is_sound(build, root, language):
        return 1
    from sopgen import traces

    known = build.view.figures
    if id_ in known:
        click.echo(traces.trace_json(build, id_) if style == "json" else traces.trace_text(build, id_, language))
    elif style == "text" and (below := traces.listing(build, id_, language)):
        click.echo(below)
    else:
        near = get_close_matches(id_, known, n=_NEAR)
        hint = f"did you mean {' or '.join(near)}?" if near else "`sopgen facts` lists them."
        raise click.BadParameter(f"no figure is called {id_}; {hint}", param_hint="FIGURE")
    return 0
