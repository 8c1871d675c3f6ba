"""The schema files, and the formats that they ask for by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sopgen.records.alerts import Readings
from sopgen.words.dates import Instant, Period
from sopgen.words.quantity import Quantity

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def folder() -> Path:
    """Where the schemas are: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parent / "schemas"


@cache
def contents(name: str) -> Any:
    """A schema of the folder, as JSON."""
    return json.loads((folder() / f"{name}.json").read_text("utf-8"))


def _reads(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _time_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, OSError) as error:
        raise ValueError(text) from error


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": _reads(_day),
    "period": _reads(Period.parse),
    "instant": _reads(Instant.parse),
    "quantity": _reads(Quantity.parse),
    "reading": _reads(Readings.parse_day),
    "time-zone": _reads(_time_zone),
}
