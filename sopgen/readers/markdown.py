"""Markdown with YAML front matter; positions in the front matter are those of the file."""

from __future__ import annotations

from dataclasses import dataclass

from sopgen.readers import yaml
from sopgen.words.diagnostics import N_, Diagnostic, Rule, Severity, Span

NO_FRONT_MATTER = Rule(
    "no-front-matter",
    Severity.ERROR,
    N_("the file does not start with document control between two lines `---`"),
    N_("start the file with `---`, the SOP's id, title, version, status, owner and phase, and `---`"),
    "Every Markdown file in sop/ is an SOP or a translation of one, and its front matter says which.",
)
RULES = (NO_FRONT_MATTER,)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The front matter's value, the text below it, and what is wrong with the front matter."""

    value: object
    body: str
    found: list[Diagnostic]
    locate: yaml.Locate


def read(path: str, text: str) -> Parsed:
    """Split the front matter from the body and read it."""
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        found = Diagnostic(NO_FRONT_MATTER, Span(path, 1, 1, 1, len(lines[0]) + 1))
        return Parsed(None, text, [found], lambda pointer, key: found.span)
    parsed = yaml.read(path, "\n" + "\n".join(lines[1:end]))
    return Parsed(parsed.value, "\n".join(lines[end + 1 :]).strip("\n") + "\n", parsed.found, parsed.locate)
