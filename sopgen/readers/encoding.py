"""Bytes into text: UTF-8 only, a wrong encoding is named instead of guessed at, and every line ends with one newline."""

from __future__ import annotations

import codecs

from sopgen.words.diagnostics import N_, Diagnostic, Message, Rule, Severity, Span

NOT_UTF8 = Rule(
    "not-utf8",
    Severity.ERROR,
    N_("this is not UTF-8 text; it looks like {encoding}"),
    N_("save the file as UTF-8"),
    "Workspace files are UTF-8, so that every tool and every reader sees the same characters.",
)
BYTE_ORDER_MARK = Rule(
    "byte-order-mark",
    Severity.WARNING,
    N_("the file starts with a byte order mark"),
    N_("save the file as UTF-8 without BOM"),
    "Some editors put an invisible mark before the first character; other tools then do not find the first key.",
)
RULES = (NOT_UTF8, BYTE_ORDER_MARK)

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(path: str, content: bytes) -> tuple[str, list[Diagnostic]]:
    """The text of a UTF-8 file without its byte order mark, its lines ended by newlines alone.

    Where it is not UTF-8 there is a finding at the first bad byte, and the text is only fit to be shown.
    """
    try:
        text = _lines(content.decode())
    except UnicodeDecodeError as error:
        before = _lines(content[: error.start].decode())
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        found = Diagnostic(NOT_UTF8, Span(path, line, column, line, column + 1), {"encoding": _guess(content)})
        return _lines(content.decode(errors="replace")), [found]
    if not text.startswith("\ufeff"):
        return text, []
    # Every spreadsheet marks its CSV so: whoever exports it cannot save it otherwise.
    return text[1:], [] if path.endswith(".csv") else [Diagnostic(BYTE_ORDER_MARK, Span(path, 1, 1, 1, 1))]


def _lines(text: str) -> str:
    """Lines may end as on Windows or on an old Mac; counted alike, they are the same lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _guess(content: bytes) -> str | Message:
    if content.startswith(_WIDE):
        return "UTF-16"
    if b"\0" in content:
        return Message(N_("binary data"))
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return Message(N_("another encoding"))
    return "GBK"
