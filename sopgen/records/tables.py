"""Tables and their fields, in the words of Table Schema."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

from sopgen.records.base import Record
from sopgen.words.dates import Instant
from sopgen.words.text import Text


class Constraints(Record, rename="camel"):
    """What a cell may hold, in the words of Table Schema."""

    required: bool = False
    unique: bool = False
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    pattern: str | None = None
    enum: tuple[str, ...] | None = None


class Field(Record, rename="camel"):
    """A column of a table: `name` is its header, `id` is what formulas call it."""

    name: str
    id: str
    type: Literal["string", "integer", "number", "date"]
    title: Text | None = None
    description: Text | None = None
    format: str = "%Y-%m-%d"
    unit: str | None = None
    time: Literal["sum", "last", "none"] | None = None
    across: Literal["sum", "none"] | None = None
    constraints: Constraints = Constraints()


class Table(Record, rename="camel"):
    """`data/tables/<table>/table.yaml`; its id is the folder's name."""

    id: str
    title: Text
    grain: Literal["day"]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    description: Text | None = None
    missing_values: tuple[str, ...] = ("",)


class Import(Record):
    """`data/tables/<table>/import.yaml`: which column of an export is which field; its id is the table's."""

    id: str
    columns: Mapping[str, str]
    units: Mapping[str, Literal["千", "万", "百万", "亿", "fraction", "percent"]] = {}
    ignore: tuple[str, ...] = ()
    fixed: Mapping[str, str] = {}
    header: int | None = None
    sheet: str | None = None


class Restatement(Record):
    """An entry of `data/tables/<table>/restatements.yaml`: a figure that was changed after it had been recorded.

    `was` and `now` are the texts of the cell, empty where the figure is missing.
    """

    day: date
    field: str
    was: str
    now: str
    source: str
    recorded: Instant
    key: Mapping[str, str] = {}
