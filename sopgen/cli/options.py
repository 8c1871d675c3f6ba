"""Options that several commands share."""

from __future__ import annotations

import os

import click

from sopgen.words.dates import Instant
from sopgen.words.text import LANGUAGES


def _instant(words: str) -> Instant:
    try:
        return Instant.parse(words)
    except ValueError:
        raise click.BadParameter(f"{words!r} is not an instant; write 2024-07-01 or '2024-07-01 09:00'.") from None


def _environment_language() -> str:
    """The language of the locale in force, where it is one of ours."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    language = next(filter(None, names), "").partition("_")[0].lower()
    return language if language in LANGUAGES else "en"


AS_OF = click.option("--as-of", type=_instant, metavar="INSTANT", help="The instant that overdue and lateness are judged at.")
LANGUAGE = click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default=_environment_language,
    show_default="that of the locale",
    help="The language of messages.",
)
