"""Markdown with YAML front matter; positions in the front matter are those of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

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


_LINK = re.compile(r"\]\((?P<target>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_CODE = re.compile(r"`+[^`]*`+")
_FENCE = re.compile(r"\s*(```|~~~)")


class Link(Struct, frozen=True):
    """What a link or an image of the body leads to, and where that stands."""

    target: str
    span: Span


class Parsed(Struct, frozen=True):
    """The front matter's value, the text below it with its links, and what is wrong with the front matter."""

    value: object
    body: str
    links: tuple[Link, ...]
    found: list[Diagnostic]
    locate: yaml.Locate


def read(path: str, text: str) -> Parsed:
    """Split the front matter from the body and read it."""
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        found = Diagnostic(NO_FRONT_MATTER, Span(path, 1, 1, 1, len(lines[0]) + 1))
        return Parsed(None, text, (), [found], lambda pointer, key: found.span)
    parsed = yaml.read(path, "\n" + "\n".join(lines[1:end]))
    body = "\n".join(lines[end + 1 :]).strip("\n") + "\n"
    return Parsed(parsed.value, body, tuple(_links(path, lines, end + 1)), parsed.found, parsed.locate)


def _links(path: str, lines: list[str], first: int) -> Iterator[Link]:
    """The links from line `first` on (counting from 0); what stands in code is no link."""
    fenced = False
    for number, line in enumerate(lines[first:], first + 1):
        if _FENCE.match(line):
            fenced = not fenced
        bare = "" if fenced else _CODE.sub(lambda code: " " * len(code[0]), line)
        for match in _LINK.finditer(bare):
            start, end = match.span("target")
            yield Link(match["target"], Span(path, number, start + 1, number, end + 1))
