"""Days as exports write them. What is no single whole day is refused: a week's figures must not stand under one day."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import cache

from sopgen.imports.grid import Cell
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.privacy import masked

_DAY = r"(?:(\d{4})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2}))"
_WEEKDAY = r"(?:\s*\(?(?:周|星期)[一二三四五六日天]\)?|\s*\(?(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?\)?)?"
_TIME = r"(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
_WHOLE = re.compile(_DAY + _WEEKDAY + _TIME, re.IGNORECASE | re.ASCII)
_TO = r"\s*(?:~|至|到|-+|–|—|\.\.|to)\s*"
_PERIOD = re.compile(rf"({_DAY}){_TO}({_DAY})", re.IGNORECASE | re.ASCII)
_MONTH = r"\d{4}\s*(?:年|[-/.])\s*(?:\d{1,2}月?|第?\s*\d{1,2}\s*周|W\d{1,2}|Q[1-4])"
_SOME_PERIOD = re.compile(rf"{_DAY}{_TO}\d.*|{_MONTH}", re.IGNORECASE | re.ASCII)
_WITHOUT_YEAR = re.compile(r"\d{1,2}\s*(?:月|[-/.])\s*\d{1,2}\s*日?", re.ASCII)
_WITHOUT_CENTURY = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}", re.ASCII)
_EPOCH = date(1899, 12, 30)  # day 0 of Excel, as it counts since 1900-03-01
_SERIALS = range(36526, 73051)  # 2000-01-01 to 2099-12-31


def read(cell: Cell) -> date | Message:
    """The day of a filled cell, or why it is none."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time() else _timed(f"{cell:%Y-%m-%d %H:%M}")
    if isinstance(cell, bool | time | timedelta):
        return _refused(str(cell))
    if isinstance(cell, float | int):
        return _number(cell)
    return _text(cell)


@cache
def _text(cell: str) -> date | Message:
    """The day of a text. Every text is read once, however many rows are of its day."""
    words = unicodedata.normalize("NFKC", cell).strip()
    if words.isascii() and words.isdigit() and len(words) == 5:
        return _number(int(words))
    if match := _WHOLE.fullmatch(words):
        if any(int(part or 0) for part in match.groups()[6:]):
            return _timed(words)
        return _day(match.groups()[:6], words)
    if match := _PERIOD.fullmatch(words):
        return _period(match.groups(), words)
    return _near_miss(words)


def _number(number: float) -> date | Message:
    """A day as Excel counts them, or eight digits."""
    if number != int(number):
        return _timed(f"{number:.15g}") if int(number) in _SERIALS else _refused(f"{number:.15g}")
    if int(number) in _SERIALS:
        return _EPOCH + int(number) * DAY
    match = _WHOLE.fullmatch(str(int(number)))
    return _day(match.groups()[:6], str(int(number))) if match else _refused(str(int(number)))


def _day(parts: tuple[str | None, ...], words: str) -> date | Message:
    year, month, day = (int(part) for part in parts if part)
    try:
        return date(year, month, day)
    except ValueError:
        return Message(N_("there is no such day as `{cell}`"), {"cell": words})


def _period(parts: tuple[str | None, ...], words: str) -> date | Message:
    start, end = _day(parts[1:7], words), _day(parts[8:14], words)
    if isinstance(start, Message) or isinstance(end, Message):
        return _refused(words)
    if start == end:
        return start
    if end < start:
        return _refused(words)
    return Message(N_("`{cell}` is a period of {days} days: export it day by day"), {"cell": words, "days": len(Period(start, end))})


def _near_miss(words: str) -> Message:
    if _SOME_PERIOD.fullmatch(words):
        return Message(N_("`{cell}` is a period: export it day by day"), {"cell": words})
    if _WITHOUT_YEAR.fullmatch(words):
        return Message(N_("`{cell}` has no year: write it like 2024-04-20"), {"cell": words})
    if _WITHOUT_CENTURY.fullmatch(words):
        return Message(N_("which of `{cell}` is the year cannot be told: write it like 2024-04-20"), {"cell": words})
    return _refused(words)


def _timed(words: str) -> Message:
    return Message(N_("`{cell}` is a time of a day: one row stands for a whole day"), {"cell": words})


def _refused(words: str) -> Message:
    return Message(N_("`{cell}` is not a day: write it like 2024-04-20"), {"cell": masked(words)})
