"""What the site adds to the HTML of a page that Markdown made: tables that scroll alone, statuses in colour, dates in one piece."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html import escape, unescape
from types import MappingProxyType

# The signs that pages write before a status word -> the class that colours it. The word carries the meaning alone.
SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "✓": "good",
        "✔": "good",
        "✗": "bad",
        "✘": "bad",
        "⚠": "warn",
        "‼": "bad",
        "△": "warn",
        "◐": "active",
        "●": "active",
        "○": "idle",
        "⏸": "idle",
    }
)

# Columns of text, a Chinese character being two: up to SHORT a line stays whole, from LONG on a cell gets room.
SHORT = 14
LONG = 40

_HEADING_OR_TABLE = re.compile(r"<h[1-6]\b(?P<heading>[^>]*>.*?)</h[1-6]>|<table>(?P<rows>.*?)</table>", re.DOTALL)
_STATUS = re.compile(rf"(?P<start><(?P<tag>td|li|p)\b[^>]*>)(?P<sign>[{''.join(SIGNS)}])\ufe0f?\s*(?P<word>[^<,，:：;；。(（]*)")
_CELL = re.compile(r"<(?P<tag>td|th)\b(?P<attributes>[^>]*)>(?P<content>.*?)</(?P=tag)>", re.DOTALL)
_LINE_BREAK = re.compile(r"<br\s*/?>")
_EMPTY_HEAD = re.compile(r"<thead>\s*<tr>(?:\s*<th[^>]*></th>)+\s*</tr>\s*</thead>\s*")
_EMPTY_HEADER = re.compile(r"<th([^>]*)></th>")
_FIRST_CELL = re.compile(r"(<tr>\s*)<td([^>]*)>(.*?)</td>", re.DOTALL)
_DATE = re.compile(r"(?<![^\s>])\d{4}-\d\d-\d\d( \d\d:\d\d)?(?![^\s<])")
_BETWEEN_TAGS = re.compile(r">[^<]+")
_PERMALINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def enrich(html: str, title: str) -> str:
    """The content of a page called `title`, ready for phones, keyboards and screen readers."""
    return _BETWEEN_TAGS.sub(_keep_dates_whole, _wrap_tables(_STATUS.sub(_mark_status, html), title))


def _mark_status(match: re.Match[str]) -> str:
    """A cell's sign and word in the colour of the sign; elsewhere, where a sentence follows, the sign alone."""
    kind = f"sop-status sop-status--{SIGNS[match['sign']]}"
    sign = f'<span class="sop-status__sign" aria-hidden="true">{match["sign"]}</span>'
    if match["tag"] != "td":
        return f'{match["start"]}<span class="{kind}">{sign}</span> {match["word"]}'
    word = match["word"].rstrip()
    return f'{match["start"]}<span class="{kind}">{sign} {word}</span>{match["word"][len(word) :]}'


def _wrap_tables(html: str, title: str) -> str:
    """Put each plain table in a box of its own that scrolls, is reached by keyboard and is named after its heading."""
    label = title
    named: Counter[str] = Counter()

    def replace(match: re.Match[str]) -> str:
        nonlocal label
        if match["rows"] is None:
            label = _plain_text(f"<h{match['heading']}") or title
            return match[0]
        named[label] += 1
        name = label if named[label] == 1 else f"{label} ({named[label]})"
        return f'<div class="sop-table" role="region" tabindex="0" aria-label="{escape(name)}">{_table(match["rows"])}</div>'

    return _HEADING_OR_TABLE.sub(replace, html)


def _table(rows: str) -> str:
    """A table whose dates stay whole and whose long texts get room; without words in its head it is a list of named facts."""
    rows = _CELL.sub(_shape_cell, rows)
    body = _EMPTY_HEAD.sub("", rows)
    if body == rows:
        named = _EMPTY_HEADER.sub(r"<td\1></td>", rows)  # a header that says nothing is none
        return f'<table class="sop-table__grid">{named}</table>'
    facts = _FIRST_CELL.sub(r'\1<th scope="row"\2>\3</th>', body)
    return f'<table class="sop-table__grid sop-table__grid--facts">{facts}</table>'


def _shape_cell(match: re.Match[str]) -> str:
    """A cell with a class for the longest of its lines."""
    tag, attributes, content = match["tag"], match["attributes"], match["content"]
    widest = max(_width(_plain_text(line)) for line in _LINE_BREAK.split(content))
    if not widest:
        return match[0]
    size = "short" if widest <= SHORT else "long" if widest > LONG else "medium"
    return f'<{tag} class="sop-{size}"{attributes}>{content}</{tag}>'


def _keep_dates_whole(text: re.Match[str]) -> str:
    """Text with its dates marked, because a browser would break a line at their hyphens."""
    return _DATE.sub(r'<span class="sop-date">\g<0></span>', text[0])


def _width(text: str) -> int:
    """Columns of text, a Chinese character being two."""
    return sum(2 if letter > "\u2e7f" else 1 for letter in text)


def _plain_text(html: str) -> str:
    return unescape(_TAG.sub("", _PERMALINK.sub("", html))).strip()
