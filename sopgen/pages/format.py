"""Figures as people read them. Rounding happens here, once, half up."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction

from sopgen.compute.changes import Change
from sopgen.compute.figures import Figure
from sopgen.words.dates import Duration
from sopgen.words.diagnostics import N_
from sopgen.words.messages import Translator
from sopgen.words.quantity import PERCENT, POINTS, RATIO, is_money

NOTHING = "—"
_SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "HKD": "HK$"}
_WAN = 10_000

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))

# A unit after a number: for one, and for any other number.
UNITS = {
    "seconds": (N_(" s"), N_(" s")),
    "days": (N_(" day"), N_(" days")),
    "person": (N_(" person"), N_(" people")),
    "person-days": (N_(" person-day"), N_(" person-days")),
    "order": (N_(" order"), N_(" orders")),
    "piece": (N_(" piece"), N_(" pieces")),
    "times": (N_(" time"), N_(" times")),
    "task": (N_(" task"), N_(" tasks")),
    "hours": (N_(" hour"), N_(" hours")),
    "incidents": (N_(" incident"), N_(" incidents")),
    "checks": (N_(" check"), N_(" checks")),
    "steps": (N_(" step"), N_(" steps")),
    "resources": (N_(" resource"), N_(" resources")),
    "score": ("", ""),
    "sigma": (N_("σ"), N_("σ")),
}

COUNTED = ("person", "person-days", "order", "piece")

# The units that a duration is written in.
LENGTHS = {
    "d": UNITS["days"],
    "h": UNITS["hours"],
    "min": (N_(" minute"), N_(" minutes")),
    "s": (N_(" second"), N_(" seconds")),
}


def show(figure: Figure, language: str, places: int = 2) -> str:
    """A figure with its unit, at most `places` decimals; a dash where there is none."""
    if figure.value is None:
        return NOTHING
    return amount(figure.value, figure.unit, language, places)


def amount(value: Fraction, unit: str, language: str, places: int = 2) -> str:
    """A value in base units with its unit: `¥58,000`, `5.8万元`, `4.1%`, `1:3.2`, `50,000 person-days`."""
    above, _, below = unit.partition("/")
    if below:
        return per(amount(value, above, language, places), below, language)
    if unit in (PERCENT, POINTS):
        sign = "%" if unit == PERCENT else "pp" if language == "en" else "个百分点"
        return f"{decimal(value * 100, places)}{sign}"
    if unit == RATIO:
        return f"1:{decimal(value, places)}"
    if is_money(unit):
        return _money(value, unit, language)
    # Nobody counts two decimals of a person among thousands.
    number = decimal(value, 0 if unit in COUNTED and abs(value) >= 100 else places)
    one, many = UNITS.get(unit, (f" {unit}", f" {unit}"))
    return f"{number}{Translator(language).label(one if number == '1' else many)}"


def per(text: str, below: str, language: str) -> str:
    """So much of something per something else: `¥12.30 per person`, `12.30元/人`."""
    one = Translator(language).label(UNITS.get(below, (f" {below}", ""))[0]).strip()
    return f"{text} per {one}" if language == "en" else f"{text}/{one}"


def unit(name: str | None, language: str) -> str:
    """What a unit is called, without a number."""
    above, _, below = (name or "").partition("/")
    if below:
        return per(unit(above, language), below, language)
    if name == PERCENT:
        return "%"
    return Translator(language).label(UNITS[name][1]).strip() if name in UNITS else name or ""


def change(moved: Change, language: str) -> str:
    """A change with its sign: `-2.1%` for amounts, `-0.5pp (-10.9%)` for rates."""
    relative = signed(moved.relative, language)
    if moved.difference is not None:
        return signed(moved.difference, language, 2)
    if moved.points is None or moved.points.value is None:
        return relative
    points = signed(moved.points, language, 2)
    return f"{points} ({relative})" if language == "en" else f"{points}（{relative}）"


def signed(figure: Figure, language: str, places: int = 1) -> str:
    """A difference with its sign."""
    if figure.value is None:
        return NOTHING
    # A ratio's difference is a number: 1:3.2 is 0.2 more than 1:3.
    text = decimal(figure.value, places) if figure.unit == RATIO else show(figure, language, places)
    return f"+{text}" if figure.value > 0 and re.search("[1-9]", text) else text


def duration(value: Duration, language: str) -> str:
    """A length of time in words: `30 minutes`, `30分钟`."""
    number, name = re.findall(r"\d+|\D+", str(value))
    one, many = LENGTHS[name]
    return f"{number}{Translator(language).label(one if number == '1' else many)}"


def day(value: date, language: str) -> str:
    """A day with its weekday: `2024-04-20 Sat`, `2024-04-20 周六`."""
    return f"{value} {Translator(language).label(WEEKDAYS[value.weekday()])}"


def decimal(value: Fraction, places: int) -> str:
    """The value to at most `places` decimals, half up (away from zero), with thousands separators and no trailing zeros."""
    scaled = abs(value) * 10**places
    rounded = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    whole, part = divmod(rounded, 10**places)
    decimals = f"{part:0{places}d}".rstrip("0") if places else ""
    sign = "-" if value < 0 and rounded else ""
    return f"{sign}{whole:,}{'.' if decimals else ''}{decimals}"


def _money(value: Fraction, unit: str, language: str) -> str:
    """English readers count in thousands, Chinese readers in 万."""
    if language == "en":
        sign = "-" if value < 0 else ""
        return f"{sign}{_SYMBOLS.get(unit, unit + ' ')}{_cents(abs(value))}"
    label = "元" if unit == "CNY" else f" {unit}"
    if abs(value) >= _WAN:
        return f"{decimal(value / _WAN, 2).replace(',', '')}万{label}"
    return f"{_cents(value)}{label}"


def _cents(value: Fraction) -> str:
    """An amount of money, with two decimals or none."""
    return re.sub(r"\.\d$", r"\g<0>0", decimal(value, 2))
