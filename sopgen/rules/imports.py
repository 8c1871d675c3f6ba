"""How exports become rows, and which figures were restated: both speak of fields that the table has."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.records import Import, Restatement, Table
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Arg, Message, Severity
from sopgen.words.privacy import is_personal_header
from sopgen.words.quantity import PERCENT

_RATES = ("fraction", "percent")


@rule(Severity.ERROR, N_("table `{table}` has no field `{field}`"), N_("name a field of table.yaml by its id"))
def import_of_unknown_field(view: View) -> Iterator[Finding]:
    """A column of an export fills a field of the table.

    Bad:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: payd}

    Good:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
    """
    for record, table in _imports(view):
        known = frozenset(field.id for field in table.fields)
        places = [(At(record, ("columns", column)), field) for column, field in record.columns.items()]
        places += [(At(record, ("fixed", field), key=True), field) for field in record.fixed]
        for at, field in places:
            if field not in known:
                yield Finding(at, {"table": table.id, "field": field}, help=nearest(field, known))


@rule(Severity.ERROR, N_("`{field}` of table `{table}` is filled twice"), N_("keep one of the two"))
def import_fills_field_twice(view: View) -> Iterator[Finding]:
    """One column fills a field, or a fixed value does.

    Bad:
        # data/tables/store/import.yaml
        columns: {日期: date, 支付金额: paid, 成交金额: paid}

    Good:
        # data/tables/store/import.yaml
        columns: {日期: date, 支付金额: paid}
        ignore: [成交金额]
    """
    for record, table in _imports(view):
        first: dict[str, At] = {}
        places = [(field, At(record, ("columns", column))) for column, field in record.columns.items()]
        for field, at in [*places, *((field, At(record, ("fixed", field), key=True)) for field in record.fixed)]:
            if field in first:
                yield Finding(at, {"field": field, "table": table.id}, related=((first[field], Message(N_("first here"))),))
            first.setdefault(field, at)


@rule(
    Severity.ERROR,
    N_("no column fills `{field}`, which tells one row of `{table}` from another"),
    N_("name its column, or give it under `fixed`"),
)
def import_without_key(view: View) -> Iterator[Finding]:
    """Rows are told apart by the primary key of the table, so every field of it is filled.

    Bad:
        # data/tables/store/import.yaml
        columns: {支付金额: paid}

    Good:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
    """
    for record, table in _imports(view):
        filled = {*record.columns.values(), *record.fixed}
        known = {field.id for field in table.fields}
        for name in table.primary_key:
            if name in known and name not in filled and filled <= known:
                yield Finding(At(record, ("columns",), key=True), {"field": name, "table": table.id})


@rule(
    Severity.ERROR,
    N_("`{unit}` is no unit for what `{column}` fills"),
    N_("千, 万, 百万 and 亿 are for numbers; fraction and percent are for rates"),
)
def import_unit_misplaced(view: View) -> Iterator[Finding]:
    """A unit is that of a column which fills a number: a scale for amounts and counts, fraction or percent for rates.

    Bad:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
        units: {支付金额: percent}

    Good:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
        units: {支付金额: 万}
    """
    for record, table in _imports(view):
        fields = {field.id: field for field in table.fields}
        for column, unit in record.units.items():
            field = fields.get(record.columns.get(column, ""))
            if field is not None and (field.type not in ("integer", "number") or (unit in _RATES) != (field.unit == PERCENT)):
                yield Finding(At(record, ("units", column)), {"unit": unit, "column": column})


@rule(Severity.ERROR, N_("`{column}` is not among `columns`"), N_("a unit is given to a column that fills a field"))
def import_unit_of_unknown_column(view: View) -> Iterator[Finding]:
    """A unit belongs to one of the columns, by the same header.

    Bad:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
        units: {支付额: 万}

    Good:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
        units: {支付金额: 万}
    """
    for record, _ in _imports(view):
        for column in record.units:
            if column not in record.columns:
                hint = nearest(column, frozenset(record.columns))
                yield Finding(At(record, ("units", column), key=True), {"column": column}, help=hint)


@rule(Severity.ERROR, N_("`{column}` is both read and ignored"), N_("keep one of the two"))
def import_of_ignored_column(view: View) -> Iterator[Finding]:
    """What is ignored fills no field.

    Bad:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
        ignore: [支付金额]

    Good:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
        ignore: [店铺]
    """
    for record, _ in _imports(view):
        for number, column in enumerate(record.ignore):
            if column in record.columns:
                first = At(record, ("columns", column), key=True)
                yield Finding(At(record, ("ignore", number)), {"column": column}, related=((first, Message(N_("read here"))),))


@rule(
    Severity.ERROR,
    N_("`{column}` looks like what belongs to single persons"),
    N_("take it out of `columns`; only aggregates enter the workspace"),
)
def import_of_personal_column(view: View) -> Iterator[Finding]:
    """Names, phones, addresses and identity numbers are never imported: git keeps what it was given for ever.

    Bad:
        # data/tables/orders/table.yaml
        title: Orders
        grain: day
        primaryKey: [date, buyer]
        fields:
        - {name: date, id: date, type: date}
        - {name: buyer, id: buyer, type: string}
        - {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
        # data/tables/orders/import.yaml
        columns: {统计日期: date, 买家昵称: buyer, 支付金额: paid}

    Good:
        # data/tables/store/import.yaml
        columns: {统计日期: date, 支付金额: paid}
        ignore: [买家昵称]
    """
    for record, _ in _imports(view):
        for column in record.columns:
            if is_personal_header(column):
                yield Finding(At(record, ("columns", column), key=True), {"column": column})


@rule(Severity.ERROR, N_("table `{table}` has no field `{field}`"), N_("name a field of table.yaml by its id"))
def restatement_of_unknown_field(view: View) -> Iterator[Finding]:
    """A restatement is of a figure of the table: of one of its fields, in the row that the fields of the key tell.

    Bad:
        # data/tables/store/restatements.yaml
        - {day: 2024-06-03, field: payd, was: "15800.00", now: "15872.00", source: store.xlsx, recorded: 2024-06-10 09:00}

    Good:
        # data/tables/store/restatements.yaml
        - {day: 2024-06-03, field: paid, was: "15800.00", now: "15872.00", source: store.xlsx, recorded: 2024-06-10 09:00}
    """
    for id_, table in view.model.tables.items():
        known = frozenset(field.id for field in table.fields)
        for record in view.model.restatements.get(id_, ()):
            for at, field in _named(record):
                if field not in known:
                    args: dict[str, Arg] = {"table": id_, "field": field}
                    yield Finding(at, args, help=nearest(field, known))


def _named(record: Restatement) -> Iterator[tuple[At, str]]:
    yield At(record, ("field",)), record.field
    yield from ((At(record, ("key", field), key=True), field) for field in record.key)


def _imports(view: View) -> Iterator[tuple[Import, Table]]:
    """Every mapping whose table is there."""
    tables = view.model.tables
    yield from ((record, tables[id_]) for id_, record in view.model.imports.items() if id_ in tables)
