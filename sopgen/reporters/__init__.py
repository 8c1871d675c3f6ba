"""Findings as text: for people, for programs, for code hosts. To add a format: its module and one line in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sopgen.reporters.github import as_github
from sopgen.reporters.json import as_json
from sopgen.reporters.report import Report
from sopgen.reporters.text import as_text

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}
