"""Quantities as people write them, and the units that metrics declare.

`500万`, `35%`, `1:3.2`, `30s` and `5_000_000` are read once, here, into exact fractions.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from msgspec import Struct

PERCENT, RATIO, SECONDS, DAYS = "percent", "1:n", "seconds", "days"
POINTS = "points"

# Suffix as written -> (what it says about the unit, factor).
_SUFFIXES: dict[str, tuple[str, Fraction]] = {
    "": ("", Fraction(1)),
    "%": (PERCENT, Fraction(1, 100)),
    "pp": (POINTS, Fraction(1, 100)),
    "个百分点": (POINTS, Fraction(1, 100)),
    "s": (SECONDS, Fraction(1)),
    "秒": (SECONDS, Fraction(1)),
    "min": (SECONDS, Fraction(60)),
    "分钟": (SECONDS, Fraction(60)),
    "h": (SECONDS, Fraction(3600)),
    "小时": (SECONDS, Fraction(3600)),
    "d": (DAYS, Fraction(1)),
    "天": (DAYS, Fraction(1)),
    "元": ("CNY", Fraction(1)),
    "人": ("person", Fraction(1)),
    "人次": ("person-days", Fraction(1)),
    "件": ("piece", Fraction(1)),
    "单": ("order", Fraction(1)),
    "次": ("times", Fraction(1)),
}
_SCALES = {"": 1, "k": 1_000, "千": 1_000, "w": 10_000, "万": 10_000, "m": 1_000_000, "百万": 1_000_000, "亿": 100_000_000}
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<currency>[¥$€£]?)(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d[\d_]*)(?:\.\d+)?)\s*"
    r"(?P<scale>百万|[kw千万m亿](?!in))?\s*(?P<suffix>[^\d\s]*)",
    re.IGNORECASE,
)
_CURRENCIES = {"¥": "CNY", "$": "USD", "€": "EUR", "£": "GBP"}
_TO_ONE = re.compile(r"1:(?P<n>\d+(?:\.\d+)?)")

# Decimal places of the smallest coin, where it is not a hundredth (ISO 4217).
_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "JOD": 3, "KWD": 3, "OMR": 3, "TND": 3}


def is_money(unit: str | None) -> bool:
    """Whether `unit` is a currency: its ISO 4217 code, `CNY`."""
    return unit is not None and len(unit) == 3 and unit.isupper()


def minor_digits(currency: str) -> int:
    """How many decimal places an amount in `currency` has."""
    return _MINOR_DIGITS.get(currency, 2)


class Quantity(Struct, frozen=True):
    """A number as somebody wrote it.

    `number` is exact and in base units (`35%` is 35/100); `unit` is what the suffix names, "" for none; `step` is what the
    last digit written is worth, so that a figure agrees with the quantity within half a step.
    """

    text: str
    number: Fraction
    unit: str
    step: Fraction = Fraction(1)

    @classmethod
    def parse(cls, value: object) -> Quantity:
        """Read a number or a text such as `500万`, `35%`, `0.5pp`, `1:3.2`, `30s`. Raises ValueError."""
        text = str(value)
        words = unicodedata.normalize("NFKC", text).strip()
        if match := _TO_ONE.fullmatch(words):
            return cls(text, Fraction(match["n"]), RATIO, _last_digit(match["n"]))
        match = _NUMBER.fullmatch(words)
        if not match or match["suffix"].lower() not in _SUFFIXES:
            raise ValueError(f"not a quantity: {text}")
        unit, factor = _SUFFIXES[match["suffix"].lower()]
        if match["currency"]:
            if unit not in ("", _CURRENCIES[match["currency"]]):
                raise ValueError(f"in two units: {text}")
            unit = _CURRENCIES[match["currency"]]
        digits = re.sub("[,_]", "", match["digits"])
        factor *= _SCALES[(match["scale"] or "").lower()]
        return cls(text, Fraction(f"{match['sign']}{digits}") * factor, unit, _last_digit(digits) * factor)

    def value_in(self, unit: str) -> Fraction | None:
        """The number in `unit`, or None where it was written in another one; a bare number is never a percentage.

        What is so much per something, `CNY/person`, is written as so much: `60元`.
        """
        if self.unit in (unit, unit.partition("/")[0]):
            return self.number
        if self.unit == "" and unit != PERCENT:
            return self.number
        return None

    def __str__(self) -> str:
        return self.text


def _last_digit(digits: str) -> Fraction:
    return Fraction(1, 10 ** len(digits.partition(".")[2]))
