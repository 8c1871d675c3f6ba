"""Sentences in a reader's language: a template is looked up in a catalogue, then filled with its arguments.

English is the language of the templates. Every other language is one file, `sopgen/locale/<language>.po`, read as it stands:
there is nothing to compile and nothing to forget.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from msgspec import Struct

from sopgen.words.diagnostics import Message

SOURCE_LANGUAGE = "en"
CATALOGUES = Path(__file__).parents[1] / "locale"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Translator(Struct, frozen=True):
    """Says things in `language`; what its catalogue lacks is said in English."""

    language: str = SOURCE_LANGUAGE

    def label(self, text: str) -> str:
        """A fixed text, such as a column header."""
        return _catalogue(self.language).gettext(text) if text else ""

    def translate(self, message: Message) -> str:
        """A sentence with its arguments in place. Arguments are data: braces in them stay, and a missing one leaves its `{name}`."""

        def argument(match: re.Match[str]) -> str:
            value = message.args.get(match[1], match[0])
            return self.translate(value) if isinstance(value, Message) else str(value)

        return PLACEHOLDER.sub(argument, self.label(message.template))


@cache
def _catalogue(language: str) -> NullTranslations:
    path = CATALOGUES / f"{language}.po"
    if language == SOURCE_LANGUAGE or not path.is_file():
        return NullTranslations()
    # Imported here because whoever reads English should not wait for it.
    from babel.messages import mofile, pofile

    compiled = BytesIO()
    with path.open("rb") as source:
        mofile.write_mo(compiled, pofile.read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
