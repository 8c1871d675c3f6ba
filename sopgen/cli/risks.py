"""`sopgen risks`."""

from __future__ import annotations

from pathlib import Path

import click

from sopgen.cli import workspace
from sopgen.cli.finishing import finish
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import N_
from sopgen.words.messages import Translator


@click.group(short_help="Keep the risk library up to the retros.")
def risks() -> None:
    """Keep the risk library up to what the retros found."""


@risks.command()
@LANGUAGE
@AS_OF
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
@click.pass_obj
def apply(start: Path, language: str, as_of: Instant | None, dry_run: bool) -> int:
    """Put the problems that nothing answers into data/risks.yaml.

    A problem whose incidents name a risk goes under that risk; of any other a new risk is made, with likelihood and impact in the
    middle, for its owner to judge. What is there keeps every byte. The second time there is nothing to do.
    """
    root = workspace.find(start)
    build = workspace.run(root, as_of)
    if build.has_errors:
        workspace.tell(build, build.found, root, language)
        return 1
    from sopgen import drafts

    draft = drafts.proposed_risks(build)
    if draft == ():
        click.echo(Translator(language).label(N_("Every problem of the retros is answered: there is nothing to add.")))
        return 0
    return finish(root, build, draft, language, as_of, dry_run=dry_run)
