"""The words and signs of a formula."""

from __future__ import annotations

import re

from msgspec import Struct

from sopgen.readers.formula.tree import Place

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+[:：]\d+(?:\.\d+)?(?![\w-]) | [¥￥$€£]?\d[\d_]*(?:\.\d+)?\w*(?:\s*[%％])?(?![\w-]))
      | (?P<name>\w+(?:-\w+)*)
      | (?P<text>'[^']*' | "[^"]*")
      | (?P<strange>== | <> | && | \|\| | [（），＋－＊／＝＜＞！≤≥≠×÷−–“”‘’])
      | (?P<mark><= | >= | != | [-+*/().,=<>])
      | (?P<bad>\S)
    )""",
    re.VERBOSE,
)
NAME = re.compile(r"\w+(?:-\w+)*")

# What people write for a sign, by habit or with a Chinese keyboard.
MEANT = {"==": "=", "<>": "!=", "&&": "and", "||": "or", "≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "–": "-"}
MEANT |= dict(zip("（），＋－＊／＝＜＞！“”‘’", "(),+-*/=<>!\"\"''", strict=True))


class Token(Struct, frozen=True):
    """A word or sign: `kind` is number, name, text, mark, strange (another sign is meant), bad or end."""

    kind: str
    text: str
    place: Place


def tokens(text: str) -> list[Token]:
    """The text cut into words and signs; nothing of it but white space is left out."""
    return [Token(str(m.lastgroup), m[str(m.lastgroup)], Place(*m.span(str(m.lastgroup)))) for m in _TOKEN.finditer(text)]
