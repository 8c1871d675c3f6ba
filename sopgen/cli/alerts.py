"""`sopgen alerts test` and `sopgen alerts replay`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from sopgen.cli import workspace
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import Severity

_FAILING_TEST = "alert-test-fails"  # what `alerts test` is there to show is no reason to stop before it


@click.group(short_help="Try the alert rules of data/alerts.yaml.")
def alerts() -> None:
    """Try the alert rules of data/alerts.yaml: on their own tests, and on the days behind."""


@alerts.command("test")
@LANGUAGE
@click.pass_obj
def test_(start: Path, language: str) -> int:
    """Run the tests of every rule; print those that fail, and which rules are covered."""
    root = workspace.find(start)
    build = workspace.run(root, None)
    errors = {finding.rule.name for finding in build.found if finding.severity is Severity.ERROR}
    if errors - {_FAILING_TEST} and not workspace.is_sound(build, root, language):
        return 1
    from sopgen import alerting

    rehearsal = alerting.rehearse(build)
    click.echo(rehearsal.text(language))
    return int(not rehearsal.passed)


@alerts.command()
@click.option("--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="How many days to look back on.")
@click.option("--alert", "only", metavar="RULE", default="", help="Only this rule.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How it is printed.")
@LANGUAGE
@AS_OF
@click.pass_obj
def replay(start: Path, days: int, only: str, style: str, language: str, as_of: Instant | None) -> int:
    """Print what would have fired on the days behind. Nothing is written."""
    root = workspace.find(start)
    build = workspace.run(root, as_of)
    if not workspace.is_sound(build, root, language):
        return 1
    known = build.view.model.alerts
    if only and only not in known:
        near = get_close_matches(only, known, n=1)
        raise click.BadParameter(f"no rule is called {only}{f'; did you mean {near[0]}?' if near else ''}", param_hint="--alert")
    from sopgen import alerting

    found = alerting.replay(build, days, only)
    click.echo(found.json() if style == "json" else found.text(language))
    return 0
