"""What the cells of an xlsx sheet show and its values do not tell: formula errors, formulas without a result, percent signs.

The reader of workbooks gives an empty cell for the first two and 0.041 for 4.1%. None of them may pass for what it is not.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

from msgspec import Struct

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PERCENT_FORMATS = {"9", "10"}  # 0% and 0.00%, which have a number and no text of their own
_WORKBOOK, _STYLES = "xl/workbook.xml", "xl/styles.xml"
_NAME = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
UNCALCULATED = "="


class Signs(Struct, frozen=True):
    """By row and column from 0: the error that a cell shows, UNCALCULATED for a formula without a result; and the cells in percent."""

    broken: Mapping[tuple[int, int], str] = {}
    percents: frozenset[tuple[int, int]] = frozenset()


def signs(content: bytes, sheet: str) -> Signs:
    """What is to be seen in one sheet of a workbook; nothing where it is no xlsx. Raises what zipfile and ElementTree raise."""
    with ZipFile(BytesIO(content)) as package:
        if _WORKBOOK not in package.namelist():
            return Signs()
        path = _path(package, sheet)
        if path not in package.namelist():
            return Signs()
        in_percent = _percent_styles(package)
        broken: dict[tuple[int, int], str] = {}
        percents: set[tuple[int, int]] = set()
        with package.open(path) as stream:
            for place, cell in _cells(ElementTree.iterparse(stream)):
                value = (cell.findtext(f"{_MAIN}v") or "").strip()
                if cell.get("t") == "e":
                    broken[place] = value
                elif cell.find(f"{_MAIN}f") is not None and not value and cell.get("t") != "str":
                    broken[place] = UNCALCULATED
                if cell.get("s") in in_percent:
                    percents.add(place)
        return Signs(broken, frozenset(percents))


def _cells(events: Iterator[tuple[str, ElementTree.Element]]) -> Iterator[tuple[tuple[int, int], ElementTree.Element]]:
    """Every cell with its place; one that does not say where it is stands after the one before it."""
    row = column = -1
    for _, element in events:
        if element.tag == f"{_MAIN}c":
            named = _NAME.fullmatch(element.get("r", ""))
            row, column = (int(named[2]) - 1, _column(named[1])) if named else (max(row, 0), column + 1)
            yield (row, column), element
            element.clear()
        elif element.tag == f"{_MAIN}row":
            row, column = row + 1, -1
            element.clear()


def _column(name: str) -> int:
    number = 0
    for letter in name:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _path(package: ZipFile, sheet: str) -> str:
    """Where a sheet is kept in the package, "" where that is not said."""
    workbook = ElementTree.fromstring(package.read(_WORKBOOK))
    links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(f"{_PACKAGE}Relationship")}
    ids = [each.get(_LINK) for each in workbook.iter(f"{_MAIN}sheet") if each.get("name") == sheet]
    return posixpath.normpath(posixpath.join("/xl", targets.get(ids[0], ""))).lstrip("/") if ids else ""


def _percent_styles(package: ZipFile) -> set[str]:
    """The numbers of the styles that show a percent sign."""
    if _STYLES not in package.namelist():
        return set()
    styles = ElementTree.fromstring(package.read(_STYLES))
    formats = {each.get("numFmtId") for each in styles.iter(f"{_MAIN}numFmt") if "%" in each.get("formatCode", "")} | _PERCENT_FORMATS
    used = styles.find(f"{_MAIN}cellXfs")
    return {str(number) for number, style in enumerate(used if used is not None else ()) if style.get("numFmtId") in formats}
