"""Tables: sheets of text into typed columns, checked cell by cell. Money and other decimals become exact integers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

from sopgen.readers.csv import Sheet
from sopgen.records import Field, Table
from sopgen.words.diagnostics import N_, Arg, Diagnostic, Label, Message, Rule, Severity, Span
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
_MAX_DIGITS = 9
_MONTH = re.compile(r"/(\d{4}-\d{2})\.csv$")
_DATE_PARTS = {"%Y": "(?P<Y>[0-9]{4})", "%m": "(?P<m>[0-9]{1,2})", "%d": "(?P<d>[0-9]{1,2})"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Lets through the rows whose text in `field` is one of `values`, or with `inside` False, is none of them."""

    field: str
    values: frozenset[str]
    inside: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """What one field comes to over some rows of a day, in units of 10 to the minus the field's digits.

    `total`, `least` and `most` are of the cells that are filled; `missing` of the `rows` are empty.
    """

    rows: int
    missing: int
    total: int
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Lines:
    """Where rows were written: lines of a file, counting from 1 as editors do."""

    path: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Rows:
    """The sound rows of a table, to be asked by day.

    `digits` are the decimal places that a field's numbers are kept with: those of the coin for money, so that sums are exact.
    """

    table: Table
    values: Mapping[str, Sequence[Value | None]]
    digits: Mapping[str, int]
    origins: Sequence[tuple[str, int]]

    @cached_property
    def days(self) -> frozenset[date]:
        """The days that have a row; none where no field names the day."""
        return frozenset(day for day in self._day_of_rows if isinstance(day, date))

    def texts(self, field: str) -> frozenset[str]:
        """The distinct texts of a field."""
        return frozenset(str(value) for value in self.values.get(field, ()) if value is not None)

    def tallies(self, field: str, filters: tuple[Filter, ...] = (), by: str | None = None) -> Mapping[str, Mapping[date, Tally]]:
        """The field by day, over the rows that all filters let through; with `by`, apart for each text of that field, else under "".

        Days on which no row is let through are not there. A field of a filter that the table does not have is a KeyError.
        """
        found: dict[str, dict[date, list[int | None]]] = {}
        cells, segments = self.values[field], self.values[by] if by else None
        for row in self._let_through(filters):
            segment = "" if segments is None else str(segments[row] if segments[row] is not None else "")
            value = cells[row]
            found.setdefault(segment, {}).setdefault(self._day_of_rows[row], []).append(value if isinstance(value, int) else None)
        return {segment: {day: _tally(each) for day, each in days.items()} for segment, days in found.items()}

    def lines(self, start: date, end: date, filters: tuple[Filter, ...] = ()) -> tuple[Lines, ...]:
        """Where the rows of some days are written, of those that all filters let through."""
        return together(lines for day, each in self.written(filters).items() if start <= day <= end for lines in each)

    def written(self, filters: tuple[Filter, ...] = ()) -> Mapping[date, tuple[Lines, ...]]:
        """By day, where its rows are written, of those that all filters let through. Days without such a row are not there."""
        found: dict[date, dict[str, list[int]]] = {}
        for row in self._let_through(filters):
            path, number = self.origins[row]
            found.setdefault(self._day_of_rows[row], {}).setdefault(path, []).append(number)
        return {day: tuple(Lines(path, tuple(numbers)) for path, numbers in files.items()) for day, files in found.items()}

    @property
    def _day_of_rows(self) -> Sequence[Any]:
        field = day_field(self.table)
        return self.values[field.id] if field else ()

    def _let_through(self, filters: tuple[Filter, ...]) -> Iterator[int]:
        for row in range(len(self._day_of_rows)):
            if all((str(self.values[each.field][row] or "") in each.values) == each.inside for each in filters):
                yield row


def together(lines: Iterable[Lines]) -> tuple[Lines, ...]:
    """The lines of each file in one, files and lines in order."""
    found: dict[str, list[int]] = {}
    for each in lines:
        found.setdefault(each.path, []).extend(each.numbers)
    return tuple(Lines(path, tuple(sorted(numbers))) for path, numbers in sorted(found.items()))


def _tally(cells: Sequence[int | None]) -> Tally:
    filled = [cell for cell in cells if cell is not None]
    return Tally(len(cells), len(cells) - len(filled), sum(filled), min(filled, default=None), max(filled, default=None))


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


def read(table: Table, sheets: Sequence[Sheet]) -> tuple[Rows, list[Diagnostic]]:
    """The rows of a table from its partitions. A row with a bad cell is a finding and is left out."""
    found: list[Diagnostic] = []
    rows: list[tuple[Sheet, int, list[str]]] = []
    for sheet in sheets:
        if sheet.header:
            order = _order(table, sheet, found)
            fitting = ((number, cells) for number, cells in enumerate(sheet.rows) if number not in sheet.ragged)
            rows += [(sheet, number, [cells[column] if column >= 0 else "" for column in order]) for number, cells in fitting]
    digits = {field.id: _digits(field, (cells[place] for *_, cells in rows)) for place, field in enumerate(table.fields)}
    readers = [_reader(table, field, digits[field.id]) for field in table.fields]
    kept: list[list[Value | None]] = []
    origins: list[tuple[str, int]] = []
    repeats = _Repeats(table)
    for sheet, number, cells in rows:
        read = [reader(cell) for cell, reader in zip(cells, readers, strict=True)]
        values = [value for value, _ in read]
        mistakes = [
            Diagnostic(wrong[0], _cell(sheet, number, field), wrong[1], help=wrong[2])
            for field, (_, wrong) in zip(table.fields, read, strict=True)
            if wrong and field.name in sheet.header
        ]
        mistakes = mistakes or [*_other_month(table, sheet, number, values), *repeats.found(sheet, number, values)][:1]
        if mistakes:
            found += mistakes
        else:
            kept.append(values)
            origins.append((sheet.path, sheet.row(number).line))
    columns = {field.id: tuple(values[place] for values in kept) for place, field in enumerate(table.fields)}
    return Rows(table, columns, digits, origins), found


def _other_month(table: Table, sheet: Sheet, number: int, values: list[Value | None]) -> Iterator[Diagnostic]:
    """That a row of `2024-04.csv` is of a day in another month. Files with other names hold what days they like."""
    month = _MONTH.search(sheet.path)
    for field, value in zip(table.fields, values, strict=True):
        if month and field is day_field(table) and isinstance(value, date) and f"{value:%Y-%m}" != month[1]:
            yield Diagnostic(WRONG_MONTH, _cell(sheet, number, field), {"day": str(value), "month": month[1]})


def _order(table: Table, sheet: Sheet, found: list[Diagnostic]) -> list[int]:
    """For each field the column that holds it, -1 where there is none."""
    names = [field.name for field in table.fields]
    for column, name in enumerate(sheet.header):
        if name not in names:
            found.append(Diagnostic(UNDECLARED_COLUMN, sheet.cell(-1, column), {"column": name, "table": table.id}))
    for name in dict.fromkeys(names):
        if name not in sheet.header:
            found.append(Diagnostic(MISSING_COLUMN, sheet.row(-1), {"column": name, "table": table.id}))
    return [sheet.header.index(name) if name in sheet.header else -1 for name in names]


def _digits(field: Field, cells: Iterator[str]) -> int:
    """Decimal places that the column is kept with: those of the coin for money, else as many as its cells have."""
    if field.type != "number":
        return 0
    if is_money(field.unit):
        return minor_digits(str(field.unit))
    written = (match[1] for match in map(_DECIMAL.fullmatch, set(cells)) if match)
    return min(max((len(decimals or "") for decimals in written), default=0), _MAX_DIGITS)


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


def _reader(table: Table, field: Field, digits: int) -> Callable[[str], tuple[Value | None, Wrong | None]]:
    """What turns a cell into its value and what is wrong with it. Each text is looked at once, however many cells hold it."""
    parse = _parser(field, digits)

    @cache
    def read(cell: str) -> tuple[Value | None, Wrong | None]:
        empty = cell in table.missing_values
        value = None if empty else parse(cell)
        # A format that names no day has its own finding in table.yaml.
        return value, _wrong(table, field, digits, cell, value, empty) if names_a_day(field) else None

    return read


def _wrong(table: Table, field: Field, digits: int, cell: str, value: Value | None, empty: bool) -> Wrong | None:
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


class _Repeats:
    """What must not come twice: a primary key, and the values of a field that says so."""

    def __init__(self, table: Table) -> None:
        places = {field.id: place for place, field in enumerate(table.fields)}
        self.key = [places[id_] for id_ in table.primary_key] if set(table.primary_key) <= set(places) else []
        self.alone = [(place, field) for place, field in enumerate(table.fields) if field.constraints.unique]
        self.seen: dict[tuple[object, ...], tuple[Sheet, int]] = {}

    def found(self, sheet: Sheet, number: int, values: list[Value | None]) -> Iterator[Diagnostic]:
        """The findings of a row that repeats an earlier one. A key that cannot be told is a finding elsewhere."""
        key = tuple(values[place] for place in self.key)
        if key and None not in key and (first := self.first(key, sheet, number)):
            label = Label(first[0].row(first[1]), Message(N_("first here")))
            yield Diagnostic(DUPLICATE_ROW, sheet.row(number), {"key": ", ".join(map(str, key))}, related=(label,))
            return
        for place, field in self.alone:
            value = values[place]
            if value is not None and (first := self.first(("unique", field.id, value), sheet, number)):
                label = Label(_cell(*first, field), Message(N_("first here")))
                args: dict[str, Arg] = {"cell": str(value), "field": field.name, "constraint": Message(N_("it must not come twice"))}
                yield Diagnostic(CONSTRAINT, _cell(sheet, number, field), args, related=(label,))

    def first(self, what: tuple[object, ...], sheet: Sheet, number: int) -> tuple[Sheet, int] | None:
        """Where it was seen before; None where this is the first time."""
        if what in self.seen:
            return self.seen[what]
        self.seen[what] = (sheet, number)
        return None


def _cell(sheet: Sheet, number: int, field: Field) -> Span:
    return sheet.cell(number, sheet.header.index(field.name))
