"""`sopgen import`."""

from __future__ import annotations

from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import N_, Message, SopgenError
from sopgen.words.messages import Translator

if TYPE_CHECKING:
    from sopgen.imports.plan import Plan
    from sopgen.pipeline import Build
    from sopgen.records import Table


@click.command("import", short_help="Lay an export of a shop over the tables.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--table", "table_id", required=True, metavar="TABLE", help="The table that the rows go to: a folder of data/tables/.")
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook, where more than one could be meant.")
@click.option("--yes", is_flag=True, help="Write without asking; a mapping that had to be guessed is not taken.")
@click.option("--dry-run", is_flag=True, help="Show what would be done and write nothing.")
@click.option("--skip-refused", is_flag=True, help="Write the sound rows though others are refused.")
@LANGUAGE
@AS_OF
@click.pass_obj
def import_(
    start: Path,
    file: Path,
    table_id: str,
    sheet: str | None,
    yes: bool,
    dry_run: bool,
    skip_refused: bool,
    language: str,
    as_of: Instant | None,
) -> int:
    """Lay an export (xlsx, xls, csv, tsv) over the files of a table, after showing what is added, changed and refused."""
    root = workspace.find(start)
    build = workspace.run(root, as_of)
    from sopgen.imports import plan, preview

    if plan.unsound(build, table_id):
        workspace.is_sound(build, root, language)
        return 1
    table = _table(build, table_id)
    recorded = as_of or _now(build.settings.time_zone)
    planned = plan.prepare(build, table, file.name, _content(file), sheet, recorded)
    if isinstance(planned, plan.Stopped):
        click.echo(preview.of_stopped(planned, file.name, language), err=True)
        return 1
    click.echo(preview.of_plan(planned, language))
    return _finish(root, planned, Translator(language), yes=yes, dry_run=dry_run, skip_refused=skip_refused)


def _finish(root: Path, planned: Plan, say: Translator, *, yes: bool, dry_run: bool, skip_refused: bool) -> int:
    """Write what was shown, where nothing speaks against it."""
    from sopgen import writing
    from sopgen.imports import preview

    def tell(template: str, **args: str) -> None:
        click.echo("\n".join(preview.wrapped(say.translate(Message(template, args)))))

    click.echo()
    if planned.refused and not skip_refused:
        tell(N_("Nothing was written: correct what is refused, or write the rest with --skip-refused."))
        return 1
    if not planned.edits:
        tell(N_("Nothing is new: no file changes."))
    elif dry_run:
        tell(N_("Nothing was written: this was a dry run."))
    elif yes and planned.proposal and planned.proposal.near:
        tell(N_("Nothing was written: some columns are only alike. Import without --yes and look, or write import.yaml."))
        return 1
    elif yes or click.confirm(say.label(N_("Write this?"))):
        writing.write(root, planned.edits)
        for edit in planned.edits:
            tell(N_("Written: {path}"), path=edit.path)
    else:
        tell(N_("Nothing was written."))
    return 0


def _table(build: Build, table_id: str) -> Table:
    tables = build.view.model.tables
    if table_id in tables:
        return tables[table_id]
    near = get_close_matches(table_id, tables, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(tables) or 'none'}"
    raise click.BadParameter(f"no table is called {table_id}; {hint}", param_hint="--table")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SopgenError(f"cannot read {file}: {error.strerror}") from error


def _now(time_zone: str) -> Instant:
    now = datetime.now(ZoneInfo(time_zone))
    return Instant(now.year, now.month, now.day, now.hour, now.minute)
