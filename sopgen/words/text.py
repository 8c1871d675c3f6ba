"""Text in one language or several."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

# The languages that sopgen speaks, by their own names.
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "zh": "中文"})


class Text(Struct, frozen=True):
    """What an author wrote for readers: one string for all languages, or one a language."""

    versions: Mapping[str, str]

    @classmethod
    def parse(cls, value: object) -> Text:
        """Read `Mid-year sale` or `{en: Mid-year sale, zh: 618 大促}`; the schema has seen to the shape."""
        if isinstance(value, Mapping):
            return cls({str(language): str(text) for language, text in value.items()})
        return cls({"": str(value)})

    def into(self, language: str) -> str:
        """The text in `language`, else in whatever language there is."""
        return self.versions.get(language) or next(iter(self.versions.values()), "")

    def overlaid(self, language: str, other: Text) -> Text:
        """This text, with `other` as its version in `language`; a text without a language becomes the fallback."""
        return Text({**self.versions, language: other.into(language)})

    def __str__(self) -> str:
        return self.into("en")
