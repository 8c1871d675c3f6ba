"""How a command ends that writes to the workspace: what it drafts is checked first, and shown or written."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sopgen.cli import workspace
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import N_, Message, Severity
from sopgen.words.messages import Translator

if TYPE_CHECKING:
    from sopgen.drafts.draft import Draft
    from sopgen.pipeline import Build
    from sopgen.writing import Edit


def finish(root: Path, build: Build, draft: Draft, language: str, as_of: Instant | None, *, dry_run: bool) -> int:
    """Write the edits of a draft, unless they would make errors; what is wrong, or only to be filled in, goes to stderr."""
    from sopgen import writing
    from sopgen.readers.source import Overlaid

    say = Translator(language)
    if isinstance(draft, Message):
        click.echo(say.translate(Message(N_("Nothing was written: {why}"), {"why": draft})), err=True)
        return 1
    after = workspace.run_source(Overlaid(build.source, {edit.path: edit.content for edit in draft}), as_of)
    fresh = tuple(finding for finding in after.found if finding not in build.found)
    if fresh:
        workspace.tell(after, fresh, root, language)
    if any(finding.severity is Severity.ERROR for finding in fresh):
        click.echo(say.label(N_("Nothing was written: correct this first.")), err=True)
        return 1
    if dry_run:
        click.echo("\n".join(_shown(edit, say) for edit in draft), nl=False)
        return 0
    writing.write(root, draft)
    for edit in draft:
        click.echo(say.translate(Message(N_("Written: {path}"), {"path": edit.path})))
    return 0


def _shown(edit: Edit, say: Translator) -> str:
    """The lines that a file gets."""
    before, after = ((content or b"").decode().splitlines() for content in (edit.before, edit.content))
    lines = [line[1:] for line in unified_diff(before, after, n=0, lineterm="") if line.startswith("+") and not line.startswith("+++ ")]
    head = N_("{path}, new:") if edit.before is None else N_("{path}, added:")
    return "".join(f"{line}\n" for line in (say.translate(Message(head, {"path": edit.path})), *lines))
