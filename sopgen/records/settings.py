"""The options in mkdocs.yml, under `plugins: sopgen`."""

from __future__ import annotations

from datetime import date

from sopgen.records.base import Language, Record
from sopgen.words.dates import Instant
from sopgen.words.text import Text


class Settings(Record):
    """The options of the workspace."""

    title: Text | None = None
    language: Language = "en"
    languages: tuple[Language, ...] = ("en", "zh")
    time_zone: str = "Asia/Shanghai"
    sop_sections: tuple[Text, ...] = (Text({"en": "Purpose", "zh": "目的"}), Text({"en": "Scope", "zh": "适用范围"}))
    logs_since: date | None = None
    as_of: Instant | None = None
