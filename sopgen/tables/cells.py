"""What a cell of a field may hold: its text into a value, or the rule that it breaks. Money and other decimals become exact integers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

from sopgen.records import Field, Table
from sopgen.words.diagnostics import N_, Arg, Message, Rule, Severity
from sopgen.words.quantity import is_money, minor_digits

MISSING_COLUMN = Rule(
    "missing-column",
    Severity.ERROR,
    N_("the column `{column}` of table `{table}` is not there"),
    N_("add it, or take the field out of table.yaml"),
    "Every partition of a table has all of its columns.",
)
UNDECLARED_COLUMN = Rule(
    "undeclared-column",
    Severity.WARNING,
    N_("the column `{column}` is not a field of table `{table}`, so it is not read"),
    N_("declare it in table.yaml, or remove it"),
    "A column that nobody declared has no type and no unit.",
)
BAD_CELL = Rule(
    "bad-cell",
    Severity.ERROR,
    N_("`{cell}` is not {what}"),
    N_("write {example}; leave the cell empty where the figure is missing"),
    "A cell is a bare value in the unit that its field declares.",
)
CONSTRAINT = Rule(
    "cell-constraint",
    Severity.ERROR,
    N_("`{cell}` breaks a constraint of `{field}`: {constraint}"),
    "",
    "table.yaml says what the field may hold.",
)
DUPLICATE_ROW = Rule(
    "duplicate-row",
    Severity.ERROR,
    N_("the row for {key} is there twice"),
    N_("remove one of the two"),
    "Two rows with one primary key would be counted twice.",
)
FAR_DAY = Rule(
    "far-off-day",
    Severity.ERROR,
    N_("`{cell}` is far from any day that figures are of"),
    N_("correct the year: figures are of days between 2000 and 2099"),
    "One day a century away would stretch every report over all the days between.",
)
WRONG_MONTH = Rule(
    "day-outside-month",
    Severity.ERROR,
    N_("{day} is not in {month}, the month that the file is of"),
    N_("correct the day, or move the row to the file of its month"),
    "A file called after a month holds the days of that month: one mistyped year would stretch every report.",
)
RULES = (MISSING_COLUMN, UNDECLARED_COLUMN, BAD_CELL, CONSTRAINT, DUPLICATE_ROW, FAR_DAY, WRONG_MONTH)

Value = str | int | date
Wrong = tuple[Rule, Mapping[str, Arg], Message | None]
_YEARS = range(2000, 2100)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}(?:\.([0-9]*))?")
MAX_DIGITS = 9
_DATE_PARTS = {"%Y": "(?P<Y>[0-9]{4})", "%m": "(?P<m>[0-9]{1,2})", "%d": "(?P<d>[0-9]{1,2})"}


def day_field(table: Table) -> Field | None:
    """The field that says which day a row is of: the first date in the primary key."""
    return next((field for field in table.fields if field.type == "date" and field.id in table.primary_key), None)


def names_a_day(field: Field) -> bool:
    """Whether the field's format, if it is a date, has year, month and day, each once."""
    return field.type != "date" or all(field.format.count(mark) == 1 for mark in _DATE_PARTS)


@cache
def pattern(text: str) -> re.Pattern[str] | None:
    """The expression that `text` is, None where it is none."""
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return None


def text_of(value: Value | None, digits: int) -> str:
    """A value as filters and lists name it: a text, a day as `2024-06-18`, a number without needless zeros; "" where there is none."""
    if not isinstance(value, int):
        return "" if value is None else str(value)
    text = f"{Decimal(value).scaleb(-digits):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def digits_of(field: Field, cells: Iterable[str]) -> int:
    """Decimal places that the column is kept with: those of the coin for money, else as many as its cells have."""
    if field.type != "number":
        return 0
    if is_money(field.unit):
        return minor_digits(str(field.unit))
    written = (match[1] for match in map(_DECIMAL.fullmatch, set(cells)) if match)
    return min(max((len(decimals or "") for decimals in written), default=0), MAX_DIGITS)


def _parser(field: Field, digits: int) -> Callable[[str], Value | None]:
    """What turns a filled cell into a value; None where it cannot."""
    if field.type == "string":
        return lambda cell: cell
    if field.type == "date":
        return _date_reader(field.format) if names_a_day(field) else lambda cell: None

    def number(cell: str) -> int | None:
        match = _DECIMAL.fullmatch(cell)
        decimals = (match[1] or "") if match else ""
        if not match or (field.type == "integer" and match[1] is not None) or len(decimals) > digits:
            return None
        return int(cell.replace(".", "") + "0" * (digits - len(decimals)))

    return number


def _date_reader(form: str) -> Callable[[str], date | None]:
    """Days in the form of the field (`%Y/%m/%d`); padding of months and days is optional."""
    expression = re.escape(form)
    for mark, part in _DATE_PARTS.items():
        expression = expression.replace(re.escape(mark), part, 1)
    whole = re.compile(expression)

    def day(cell: str) -> date | None:
        match = whole.fullmatch(cell)
        try:
            return date(int(match["Y"]), int(match["m"]), int(match["d"])) if match else None
        except ValueError:
            return None

    return day


def reader(table: Table, field: Field, digits: int) -> Callable[[str], tuple[Value | None, Wrong | None]]:
    """What turns a cell into its value and what is wrong with it. Each text is looked at once, however many cells hold it."""
    parse = _parser(field, digits)

    @cache
    def read(cell: str) -> tuple[Value | None, Wrong | None]:
        empty = cell in table.missing_values
        value = None if empty else parse(cell)
        # A format that names no day has its own finding in table.yaml.
        return value, wrong(table, field, digits, cell, value, empty) if names_a_day(field) else None

    return read


def wrong(table: Table, field: Field, digits: int, cell: str, value: Value | None, empty: bool) -> Wrong | None:
    """The rule that a cell breaks, what fills its sentence, and the help where the rule's own would not do."""
    key = field.id in table.primary_key
    needed = N_("it must not be empty") if key or field.constraints.required else None
    if value is None and not empty:
        wanted = _wanted(field)
        return BAD_CELL, {"cell": cell, **wanted}, Message(N_("write {example}"), wanted) if needed else None
    if key and isinstance(value, date) and value.year not in _YEARS:
        return FAR_DAY, {"cell": cell}, None
    broken = needed if value is None else _broken_constraint(field, value, digits)
    limits = {"minimum": str(field.constraints.minimum), "maximum": str(field.constraints.maximum)}
    return (CONSTRAINT, {"cell": cell, "field": field.name, "constraint": Message(broken, limits)}, None) if broken else None


def _broken_constraint(field: Field, value: Value, digits: int) -> str | None:
    limits = field.constraints
    if isinstance(value, int):
        if limits.minimum is not None and Fraction(value, 10**digits) < limits.minimum:
            return N_("the least allowed is {minimum}")
        if limits.maximum is not None and Fraction(value, 10**digits) > limits.maximum:
            return N_("the most allowed is {maximum}")
    if isinstance(value, str) and limits.enum is not None and value not in limits.enum:
        return N_("it is not one of the values listed")
    if isinstance(value, str) and limits.pattern is not None:
        form = pattern(limits.pattern)
        return N_("it does not have the form asked for") if form and not form.fullmatch(value) else None
    return None


def _wanted(field: Field) -> dict[str, str | Message]:
    """What a good cell of the field looks like."""
    if field.type == "date":
        example = field.format.replace("%Y", "2024").replace("%m", "04").replace("%d", "20")
        return {"what": Message(N_("a day")), "example": Message(N_("it like `{example}`"), {"example": example})}
    if field.type == "integer":
        return {"what": Message(N_("a whole number")), "example": Message(N_("digits alone, `12000`"))}
    if is_money(field.unit):
        return {"what": Message(N_("an amount in {unit}"), {"unit": str(field.unit)}), "example": Message(N_("a bare number, `58000.50`"))}
    return {"what": Message(N_("a number")), "example": Message(N_("a bare number, `4.1`"))}
