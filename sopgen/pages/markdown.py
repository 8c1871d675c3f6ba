"""Text as data: what authors wrote in YAML and CSV, put into Markdown so that it shows as it was written and does nothing."""

from __future__ import annotations

import re
from functools import cache
from posixpath import dirname, relpath

_SPECIAL = re.compile(r"[\\`*_{}\[\]|#!~]")
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_AT_START = re.compile(r"^(?:[-+]|\d+[.)])(?= |$)|^[-=]+$")


class Markdown(str):
    """Text that is Markdown already: ours, or escaped."""

    __slots__ = ()


def escape(value: object) -> Markdown:
    """Plain text as Markdown that shows the same text on one line, and that no browser or Markdown reader takes for more.

    Only what stands between two backquotes is marked up: it becomes code, where nothing else is.
    """
    if isinstance(value, Markdown):
        return value
    parts = _CODE.split(" ".join(str(value).split()))
    return Markdown("".join(code(part) if place % 2 else _escaped(part) for place, part in enumerate(parts)))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SPECIAL.sub(lambda match: "&#126;" if match[0] == "~" else f"\\{match[0]}", text)
    return _AT_START.sub(lambda match: f"{match[0][:-1]}&#{ord(match[0][-1])};", text)


def code(value: object) -> Markdown:
    """Text as code, where the characters themselves matter."""
    text = " ".join(str(value).split())
    ticks = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    space = " " if "`" in text else ""
    return Markdown(f"{ticks}{space}{text}{space}{ticks}".replace("|", "\\|"))


def link(text: object, target: str, here: str) -> Markdown:
    """A link from the page `here` to another page of the tree (`plans/2024-q2.md#gmv`), by the way between them."""
    path, mark, anchor = target.partition("#")
    return Markdown(f"[{escape(text)}]({way(path, here)}{mark}{anchor})")


@cache
def way(path: str, here: str) -> str:
    """The way from the page `here` to another file of the tree; "" to the page itself."""
    return relpath(path, dirname(here) or ".") if path != here else ""
