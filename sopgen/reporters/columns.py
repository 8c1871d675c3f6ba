"""Text as a terminal shows it: which characters take two columns, which none, and which would do harm."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

TAB = "    "
ELLIPSIS = "…"
_BEFORE = 30  # columns kept before the place of interest when a line is cut
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # change the order in which text is shown


def cell(character: str) -> str:
    """What stands for a character of a file: itself, spaces for a tab, U+FFFD for one that would steer the terminal."""
    if character == "\t":
        return TAB
    if character in _TURNS or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
        return "\N{REPLACEMENT CHARACTER}"
    return character


def plain(text: str) -> str:
    """The text on one line, safe to print."""
    return "".join(map(cell, text.replace("\n", " ")))


def width(text: str) -> int:
    """How many columns printed text takes."""
    return sum(map(_columns, text))


def wrapped(text: str, room: int) -> Iterator[str]:
    """The text in lines of at most `room` columns, broken at spaces; a longer word is broken where the room ends."""
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if width(joined) <= room:
            line = joined
            continue
        if line:
            yield line
        while width(word) > room:
            end = bisect_right([*accumulate(map(_columns, word))], room)
            yield word[:end]
            word = word[end:]
        line = word
    yield line


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Line(Struct, frozen=True):
    """A source line as shown: `text`, and the printed column, from 0, at which each character from the `first` shown one starts."""

    text: str
    first: int
    starts: Sequence[int]

    @classmethod
    def cut(cls, source: str, focus: int, room: int) -> Line:
        """The line, cut around character `focus` (from 0) where it takes more than `room` columns."""
        cells = [cell(character) for character in source]
        at = [0, *accumulate(map(width, cells))]
        if at[-1] <= room:
            return cls("".join(cells), 0, at)
        room -= 2 * len(ELLIPSIS)
        begin = max(0, min(at[min(focus, len(cells))] - _BEFORE, at[-1] - room))
        first = bisect_left(at, begin)
        last = bisect_right(at, at[first] + room) - 1
        head, tail = ELLIPSIS if first else "", ELLIPSIS if last < len(cells) else ""
        starts = [len(head) + column - at[first] for column in at[first : last + 1]]
        return cls(head + "".join(cells[first:last]) + tail, first, starts)

    def column(self, character: int) -> int:
        """Where a character (from 0) of the source stands; one that was cut away stands at the edge."""
        return self.starts[max(0, min(character - self.first, len(self.starts) - 1))]
