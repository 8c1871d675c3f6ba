"""Tables: each says which of its fields is the day, and names its fields once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sopgen.readers import formula
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.tables import day_field, names_a_day, pattern
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity


@rule(Severity.ERROR, N_("the primary key names no field of type date"), N_("add the day's field to `primaryKey`"))
def table_without_day(view: View) -> Iterator[Finding]:
    """A table of days says which day a row is of: a date in its primary key.

    Bad:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [members]
        fields:
        - {name: day, id: date, type: date}
        - {name: members, id: members, type: integer, unit: person, time: last}

    Good:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: members, id: members, type: integer, unit: person, time: last}
    """
    for table in view.model.tables.values():
        known = {field.id for field in table.fields}
        if day_field(table) is None and set(table.primary_key) <= known:
            yield Finding(At(table, ("primaryKey",)))


@rule(Severity.ERROR, N_("the table has no field `{field}`"), N_("the primary key names fields by their id"))
def unknown_key_field(view: View) -> Iterator[Finding]:
    """The primary key is made of fields of the table, by their ids.

    Bad:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [dates]
        fields:
        - {name: day, id: date, type: date}

    Good:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
    """
    for table in view.model.tables.values():
        known = frozenset(field.id for field in table.fields)
        for number, name in enumerate(table.primary_key):
            if name not in known:
                yield Finding(At(table, ("primaryKey", number)), {"field": name}, help=nearest(name, known))


@rule(Severity.ERROR, N_("two fields of the table have the {part} `{name}`"), N_("give each field its own"))
def duplicate_field(view: View) -> Iterator[Finding]:
    """A table's fields have ids and names of their own.

    Bad:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: members, id: date, type: integer, unit: person, time: last}

    Good:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: members, id: members, type: integer, unit: person, time: last}
    """
    for table in view.model.tables.values():
        for part in ("id", "name"):
            names = [getattr(field, part) for field in table.fields]
            for number, name in enumerate(names):
                if name in names[:number]:
                    first = At(table, ("fields", names.index(name), part))
                    yield Finding(
                        At(table, ("fields", number, part)), {"part": part, "name": name}, related=((first, Message(N_("first here"))),)
                    )


@rule(
    Severity.ERROR,
    N_("`{format}` does not say where year, month and day stand"),
    N_("name each of `%Y`, `%m` and `%d` once, like `%Y/%m/%d`"),
)
def unreadable_date_format(view: View) -> Iterator[Finding]:
    """The format of a date names the year, the month and the day, each once.

    Bad:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date, format: "%m/%d"}

    Good:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date, format: "%Y/%m/%d"}
    """
    for table in view.model.tables.values():
        for number, field in enumerate(table.fields):
            if not names_a_day(field):
                yield Finding(At(table, ("fields", number, "format")), {"format": field.format})


@rule(Severity.ERROR, N_("`{pattern}` is no regular expression"), N_("put a backslash before a bracket or a sign that stands for itself"))
def unreadable_pattern(view: View) -> Iterator[Finding]:
    """The pattern of a field is a regular expression that whole cells are held against.

    Bad:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: group, id: group, type: string, constraints: {pattern: "vip[0-9"}}

    Good:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: group, id: group, type: string, constraints: {pattern: "vip[0-9]"}}
    """
    for table in view.model.tables.values():
        for number, field in enumerate(table.fields):
            if field.constraints.pattern is not None and pattern(field.constraints.pattern) is None:
                yield Finding(At(table, ("fields", number, "constraints", "pattern")), {"pattern": field.constraints.pattern})


@rule(
    Severity.WARNING,
    N_("no row of `{table}` has `{value}` as its `{field}`"),
    N_("correct the value; where such rows are still to come, leave it"),
)
def filter_without_rows(view: View) -> Iterator[Finding]:
    """A filter lets some rows through: one for a value that no row has makes every figure zero, and looks like a bad day.

    Bad:
        # data/metrics.yaml
        tmall: {title: Tmall, formula: sum(sales.paid where channel = tmal), unit: CNY}
        # data/tables/sales/table.yaml
        title: Sales by channel
        grain: day
        primaryKey: [date, channel]
        fields:
        - {name: day, id: date, type: date}
        - {name: channel, id: channel, type: string}
        - {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
        # data/tables/sales/2024-06.csv
        day,channel,paid
        2024-06-01,tmall,16236.00

    Good:
        # data/metrics.yaml
        tmall: {title: Tmall, formula: sum(sales.paid where channel = tmall), unit: CNY}
        # data/tables/sales/table.yaml
        title: Sales by channel
        grain: day
        primaryKey: [date, channel]
        fields:
        - {name: day, id: date, type: date}
        - {name: channel, id: channel, type: string}
        - {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
        # data/tables/sales/2024-06.csv
        day,channel,paid
        2024-06-01,tmall,16236.00
    """

    @cache
    def there(table: str, field: str) -> frozenset[str]:
        texts = [each.id for each in view.model.tables[table].fields if each.type == "string"] if table in view.model.rows else ()
        return view.model.rows[table].texts(field) if field in texts else frozenset()

    for at, table, field, value in dict.fromkeys(_filters(view)):
        known = there(table, field)
        if known and value not in known:
            yield Finding(at, {"table": table, "value": value, "field": field}, help=nearest(value, known))


def _filters(view: View) -> Iterator[tuple[At, str, str, str]]:
    """Every value that rows are filtered by: where it is written, and its table and field."""
    model, measures = view.model, view.measures
    for metric in model.metrics.values():
        parsed = formula.parse(metric.formula)
        for part in () if isinstance(parsed, formula.Problem) else formula.aggregates(parsed):
            for condition in part.where:
                if not condition.listed:
                    yield At(metric, ("formula",), place=condition.value_place), part.table, condition.field, condition.value
                elif listed := model.lists.get(condition.value):
                    yield from ((At(listed, ("values", n)), part.table, condition.field, value) for n, value in enumerate(listed.values))
    for targets in model.targets.values():
        for target in targets.values():
            tables = {part.table for part in measures.parts(model.metrics[target.metric_id])} if target.metric_id in model.metrics else ()
            yield from (
                (At(target, ("where", name)), table, name, value) for name, value in target.where.items() for table in sorted(tables)
            )
