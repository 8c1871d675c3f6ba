"""Text exports into cells: CSV and its kin, in the encodings that Chinese shops' back ends and spreadsheets write."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from sopgen.imports.grid import Grid, Refusal, refusal
from sopgen.words.diagnostics import N_, Message

_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SEPARATORS = "\t,;"
_LOOKED_AT = 200  # rows that the separator is told from
_CONTROLS = {*map(chr, range(32)), "\x7f", "\ufffe", "\uffff"} - {"\t", "\n", "\r", "\f", "\v"}


def read(file: str, content: bytes) -> Grid | Refusal:
    """The cells of a delimited text; a refusal where it is none."""
    text = decode(content)
    if isinstance(text, Refusal):
        return text
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<table", "<?xml", "<meta")):
        return refusal(N_("the file is a web page under another name: open it in a spreadsheet and save it as xlsx"))
    found = _split(text, _separator(text))
    return found if isinstance(found, Refusal) else Grid(file, "", *found)


def decode(content: bytes) -> str | Refusal:
    """The text of a file: UTF-8 or UTF-16 with or without its mark, else GB 18030, which GBK and GB 2312 are parts of."""
    codec = next((codec for mark, codec in _MARKS.items() if content.startswith(mark)), "") or _unmarked(content)
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        return refusal(N_("the file is neither UTF-8, UTF-16 nor GBK text: save it as CSV UTF-8"))
    if _CONTROLS & set(text):
        return refusal(N_("the file is no text and no workbook that sopgen can read: save it as xlsx or CSV UTF-8"))
    return text


def _unmarked(content: bytes) -> str:
    """The encoding that fits. Every digit and separator of UTF-16 has one zero byte, on the side that tells the order."""
    if b"\0" in content:
        return "utf-16-be" if content[0::2].count(0) > content[1::2].count(0) else "utf-16-le"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _separator(text: str) -> str:
    """What splits most rows into the same number of cells; a tab before all else, since figures have commas in them."""
    fits: dict[str, tuple[int, int]] = {}
    for mark in _SEPARATORS:
        widths = Counter(len(cells) for cells in _some_rows(text, mark) if len(cells) > 1)
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        fits[mark] = (rows, width)
    if fits["\t"][0] > 0 and 2 * fits["\t"][0] >= max(rows for rows, _ in fits.values()):
        return "\t"
    return max(_SEPARATORS[1:], key=lambda mark: fits[mark])


def _some_rows(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            rows.append(cells)
            if len(rows) == _LOOKED_AT:
                break
    except csv.Error:
        return rows
    return rows


def _split(text: str, separator: str) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]] | Refusal:
    """The rows and the line that each starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, lines, line = [], [], 1
    try:
        for cells in reader:
            rows.append(tuple(cells))
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error:
        place = Message(N_("line {line}"), {"line": line})
        return refusal(N_("a quote is not closed, or there is text after it: look at the quotes of the row"), place)
    return tuple(rows), tuple(lines)
