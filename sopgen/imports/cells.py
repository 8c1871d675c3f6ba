"""The cells of an export into the texts that a partition holds: plain digits in the field's unit, days in the field's format.

Nothing is guessed: what can be read in two ways is refused, and says how to tell.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import isfinite

from msgspec import Struct

from sopgen.imports import days
from sopgen.imports.grid import Cell
from sopgen.records import Field, Table
from sopgen.words.diagnostics import N_, Message
from sopgen.words.privacy import masked
from sopgen.words.quantity import PERCENT, Quantity, is_money, minor_digits

MISSING = ""
FRACTION = "fraction"
SCALES = {"千": 1_000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}
DECIMALS = 9  # as many as a table keeps

_NOTHING = {"-", "--", "---", "—", "——", "–", "/"}
_ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
_AS_TEXT = re.compile(r'="(?P<inner>[^"]*)"')
_BARE = re.compile(r"[+-]?[¥$€£]?[+-]?[\d,.]+", re.ASCII)
_DIGITS = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")  # most cells: nothing about them needs a second look
_IN_BRACKETS = re.compile(r"\((?P<inner>[¥$€£]?\d[\d,.]*)\)", re.ASCII)
_SIGN_INSIDE = re.compile(r"([¥$€£])([+-])")
_WIDE = str.maketrans({"\u2212": "-", "\u2013": "-", "。": "."})
_ALIKE = ({"person", "person-days"},)
_SURE_DIGITS = 10**15  # the digits that a spreadsheet keeps of a number


class Column(Struct, frozen=True):
    """How the cells of a column are read: into which `field`, and in which `unit` of `import.yaml` bare numbers are, "" for the field's."""

    field: Field
    unit: str = ""


def is_missing(cell: Cell, table: Table) -> bool:
    """Whether a cell says that there is no figure: blank, `-`, `--`, or what the table itself writes."""
    if not isinstance(cell, str):
        return False
    words = unpacked(cell)
    return not words or words in _NOTHING or unicodedata.normalize("NFKC", words) in _NOTHING or words in table.missing_values


def read(cell: Cell, column: Column, in_percent: bool) -> str | Message:
    """The text for a filled cell, or why it has none. `in_percent`: the sheet shows the number with a percent sign."""
    field = column.field
    if isinstance(cell, str) and unpacked(cell).upper() in _ERRORS:
        return broken(unpacked(cell))
    if isinstance(cell, float) and not isfinite(cell):
        return _no_number(cell)
    if field.type == "date":
        day = days.read(unpacked(cell) if isinstance(cell, str) else cell)
        return written(day, field) if isinstance(day, date) else day
    if field.type == "string":
        return _text(cell)
    number = _number(cell, column, in_percent)
    return number if isinstance(number, Message) else _digits(number, field, cell)


def broken(error: str) -> Message:
    """What is said of a cell that shows a formula error, or a formula that nobody has calculated."""
    if error.startswith("#"):
        return Message(N_("the formula shows {error}: mend it in the spreadsheet, or clear the cell"), {"error": error})
    return Message(N_("the formula has no result yet: open the file in a spreadsheet and save it"))


def written(day: date, field: Field) -> str:
    """A day in the format of its field."""
    return field.format.replace("%Y", f"{day.year:04}").replace("%m", f"{day.month:02}").replace("%d", f"{day.day:02}")


def unpacked(cell: str) -> str:
    """A text without what keeps a spreadsheet from taking it for a number: `="007"`, `'007`, a tab before it."""
    words = " ".join(cell.split())
    match = _AS_TEXT.fullmatch(words)
    return match["inner"].strip() if match else words.removeprefix("'")


def _text(cell: Cell) -> str | Message:
    if isinstance(cell, str):
        return unpacked(cell)
    if isinstance(cell, datetime | time | timedelta):
        return Message(N_("the spreadsheet has made a date of this text: set the column to text and write it again"))
    if isinstance(cell, bool) or abs(cell) < _SURE_DIGITS:
        return str(cell).upper() if isinstance(cell, bool) else f"{cell:.15g}"
    return Message(N_("the spreadsheet has rounded this long number: export the column as text"))


def _number(cell: Cell, column: Column, in_percent: bool) -> Fraction | Message:
    """The number in the unit of the field; of a rate in percent, 4.1 for 4.1%."""
    if isinstance(cell, bool | datetime | time | timedelta):
        return _no_number(cell)
    if isinstance(cell, float | int):
        number = Fraction(f"{cell:.15g}")
        return number * 100 if in_percent and column.field.unit == PERCENT else _bare(number, column, _said(cell))
    words = unicodedata.normalize("NFKC", unpacked(cell)).translate(_WIDE).replace(" ", "")
    if _DIGITS.fullmatch(words):
        return _bare(Fraction(words), column, words)
    if match := _IN_BRACKETS.fullmatch(words):
        words = f"-{match['inner']}"
    words = _SIGN_INSIDE.sub(r"\2\1", words)
    try:
        quantity = Quantity.parse(words)
    except ValueError:
        return _no_number(cell)
    if _BARE.fullmatch(words) and quantity.unit in ("", column.field.unit):
        return _bare(quantity.number, column, masked(words))
    return _in_unit(quantity, column.field, masked(words))


def _bare(number: Fraction, column: Column, words: str) -> Fraction | Message:
    if column.field.unit == PERCENT:
        if not column.unit:
            template = N_("whether `{cell}` is in percent or a fraction of 1 cannot be told: say so under `units` of import.yaml")
            return Message(template, {"cell": words})
        return number * 100 if column.unit == FRACTION else number
    if column.unit == PERCENT:
        return Message(N_("the column is in percent, and `{field}` is not"), {"field": column.field.name})
    return number * SCALES.get(column.unit, 1)


def _in_unit(quantity: Quantity, field: Field, words: str) -> Fraction | Message:
    if quantity.unit == PERCENT and field.unit == PERCENT:
        return quantity.number * 100
    same = quantity.unit in ("", field.unit) and field.unit != PERCENT
    if same or any({quantity.unit, field.unit} <= alike for alike in _ALIKE):
        return quantity.number
    if field.unit is None:
        return Message(N_("`{cell}` has a unit, and `{field}` has none: write the bare number"), {"cell": words, "field": field.name})
    return Message(N_("`{cell}` is not in {unit}, the unit of `{field}`"), {"cell": words, "unit": field.unit, "field": field.name})


def _digits(number: Fraction, field: Field, cell: Cell) -> str | Message:
    """The number in plain digits: money with all places of its coin, other numbers with as many as they need, nine at most."""
    if field.type == "integer":
        if number.denominator != 1:
            return Message(N_("`{cell}` is not a whole number"), {"cell": _said(cell)})
        return str(number.numerator)
    if is_money(field.unit):
        places = minor_digits(str(field.unit))
        if (number * 10**places).denominator != 1:
            template = N_("`{cell}` is finer than the smallest coin of {unit}: round it in the export")
            return Message(template, {"cell": _said(cell), "unit": str(field.unit)})
        return _plain(number, places)
    text = _plain(number, DECIMALS)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(number: Fraction, places: int) -> str:
    """Digits with so many decimals, half up (away from zero)."""
    scaled = abs(number) * 10**places
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(rounded, 10**places)
    return f"{'-' if number < 0 and rounded else ''}{whole}{f'.{part:0{places}d}' if places else ''}"


def _no_number(cell: Cell) -> Message:
    return Message(N_("`{cell}` is not a number"), {"cell": _said(cell)})


def _said(cell: Cell) -> str:
    return f"{cell:.15g}" if isinstance(cell, float) else masked(str(cell))
