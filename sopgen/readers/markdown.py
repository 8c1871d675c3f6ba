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


_LINK = re.compile(r"\]\((?P<text>[^)\s]+)(?:\s+\"[^\"]*\")?\)")
_SECTION = re.compile(r"^## +(?P<text>.+?)(?: *\{#[^}]*\})? *$")
PAPER = re.compile(r"《(?P<text>[^《》]+)》")  # how Chinese names a document
_CODE = re.compile(r"`+[^`]*`+")
_FENCE = re.compile(r"\s*(```|~~~)")


class Mark(Struct, frozen=True):
    """A part of the body, and where it stands: where a link or an image leads, the words of a heading, or a paper named in 《》."""

    text: str
    span: Span


class Parsed(Struct, frozen=True):
    """The front matter's value, the text below it with its links, sections and papers, and what is wrong with the front matter."""

    value: object
    body: str
    links: tuple[Mark, ...]
    sections: tuple[Mark, ...]
    papers: tuple[Mark, ...]
    found: list[Diagnostic]
    locate: yaml.Locate


def read(path: str, text: str) -> Parsed:
    """Split the front matter from the body and read it."""
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        found = Diagnostic(NO_FRONT_MATTER, Span(path, 1, 1, 1, len(lines[0]) + 1))
        return Parsed(None, text, (), (), (), [found], lambda pointer, key: found.span)
    parsed = yaml.read(path, "\n" + "\n".join(lines[1:end]))
    body = "\n".join(lines[end + 1 :]).strip("\n") + "\n"
    links, sections, papers = (tuple(_marks(path, lines, end + 1, form)) for form in (_LINK, _SECTION, PAPER))
    return Parsed(parsed.value, body, links, sections, papers, parsed.found, parsed.locate)


def _marks(path: str, lines: list[str], first: int, form: re.Pattern[str]) -> Iterator[Mark]:
    """What has a form, from line `first` on (counting from 0); what stands in code is left out."""
    fenced = False
    for number, line in enumerate(lines[first:], first + 1):
        if _FENCE.match(line):
            fenced = not fenced
        bare = "" if fenced else _CODE.sub(lambda code: " " * len(code[0]), line)
        for match in form.finditer(bare):
            start, end = match.span("text")
            yield Mark(match["text"], Span(path, number, start + 1, number, end + 1))
