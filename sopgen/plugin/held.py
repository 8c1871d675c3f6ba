"""What is taken past Markdown: the thousands of rows and links of the trace pages, which Markdown would take seconds for, and charts."""

from __future__ import annotations

import posixpath
import re
from html import escape

from msgspec import Struct

from sopgen.pages import places

_TABLE = re.compile(r'^<table class="sop-trace">$.*?^</table>$|^<div class="[^"]*sop-gantt".*?^</div>$', re.MULTILINE | re.DOTALL)
_LINK = re.compile(
    rf"^#.*$|\[([^][\\`*_<>]+)\]\(((?:\.\./)*{places.TRACES}[^)\s]+)\)", re.MULTILINE
)  # headings stay as they are: the table of contents shows them too
_TO_MARKDOWN = re.compile(r'(?<= href=")((?![a-z][a-z0-9+.-]*:)[^"#]+)\.md(?=[#"])')
_ID = re.compile(r'<tr id="([^"]+)"')

# Characters for private use, which no text of a workspace needs, mark the places.
_OPEN, _SHUT, _END = "\ue000", "\ue001", "\ue002"
_HELD = re.compile(rf"<p>{_OPEN}t(\d+){_SHUT}</p>")
_LINKED = re.compile(rf"{_OPEN}(\d+){_SHUT}([^{_END}]*){_END}")


class Held(Struct):
    """The tables and the links of one page, between its Markdown and its HTML."""

    tables: list[str] = []
    links: list[str] = []

    def out_of(self, markdown: str) -> str:
        """The Markdown with marks in the places of what is held."""
        if _OPEN in markdown:  # somebody does use these characters: let Markdown have it all
            return markdown
        return _LINK.sub(self._link, _TABLE.sub(self._table, markdown))

    def into(self, html: str) -> str:
        """The HTML with everything in its place again, and with links to pages as MkDocs makes them."""
        html = _HELD.sub(lambda match: self.tables[int(match[1])], html)
        return _TO_MARKDOWN.sub(r"\1.html", _LINKED.sub(lambda match: f"{self.links[int(match[1])]}{match[2]}</a>", html))

    @property
    def anchors(self) -> set[str]:
        """The ids in the tables."""
        return {id_ for table in self.tables for id_ in _ID.findall(table)}

    def _table(self, match: re.Match[str]) -> str:
        self.tables.append(match[0])
        return f"{_OPEN}t{len(self.tables) - 1}{_SHUT}"

    def _link(self, match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        self.links.append(f'<a class="sop-figure" href="{escape(posixpath.normpath(match[2]))}">')
        return f"{_OPEN}{len(self.links) - 1}{_SHUT}{match[1]}{_END}"
