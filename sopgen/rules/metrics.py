"""Metrics: formulas that can be read, over fields that are there and add the way they are added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sopgen.compute.additivity import NUMBERS
from sopgen.readers import formula
from sopgen.readers.formula import Aggregate, Condition, MetricName, Node, RowFilter
from sopgen.readers.yaml import Pointer
from sopgen.records import Field, Metric, Table
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Arg, Message, Severity


def _formulas(view: View) -> Iterator[tuple[Metric, Pointer, str]]:
    for metric in view.model.metrics.values():
        yield metric, ("formula",), metric.formula
        if metric.drivers:
            yield metric, ("drivers",), metric.drivers


def _nodes(view: View) -> Iterator[tuple[Metric, Pointer, Node | Condition]]:
    """Every node of every formula that can be read."""
    for metric, pointer, text in _formulas(view):
        parsed = formula.parse(text)
        if not isinstance(parsed, formula.Problem):
            yield from ((metric, pointer, node) for node in formula.walk(parsed))


def _aggregates(view: View) -> Iterator[tuple[Metric, Pointer, Aggregate, Table]]:
    """Every aggregate over a table that is there."""
    for metric, pointer, node in _nodes(view):
        if isinstance(node, Aggregate) and node.table in view.model.tables:
            yield metric, pointer, node, view.model.tables[node.table]


def _field(table: Table, name: str) -> Field | None:
    return next((field for field in table.fields if field.id == name), None)


@rule(Severity.ERROR, N_("the formula cannot be read: {problem}"), N_("a formula is like `sum(store.buyers) / sum(store.visitors)`"))
def formula_syntax(view: View) -> Iterator[Finding]:
    """A formula adds up fields of tables and divides the sums.

    Bad:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors, unit: person-days}

    Good:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days}
    """
    for metric, pointer, text in _formulas(view):
        parsed = formula.parse(text)
        if isinstance(parsed, formula.Problem):
            yield Finding(At(metric, pointer, place=parsed.place), {"problem": parsed.message})


@rule(Severity.ERROR, N_("there is no {kind} `{name}`"), N_("name one that exists"))
def unknown_in_formula(view: View) -> Iterator[Finding]:
    """A formula names tables, fields, lists and metrics that are there.

    Bad:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitor), unit: person-days}

    Good:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days}
    """
    model = view.model
    for metric, pointer, node in _nodes(view):
        if isinstance(node, MetricName) and node.id not in model.metrics and not _hidden(view, "metric", node.id):
            yield _unknown(metric, pointer, node.place, N_("metric"), node.id, model.ids("metric"))
        if isinstance(node, Aggregate) and node.table not in model.tables and not _hidden(view, "table", node.table):
            yield _unknown(metric, pointer, node.table_place, N_("table"), node.table, frozenset(model.tables))
    for metric, pointer, node, table in _aggregates(view):
        known = frozenset(field.id for field in table.fields)
        if node.field not in known and node.field:
            yield _unknown(
                metric, pointer, node.field_place, N_("field"), f"{table.id}.{node.field}", frozenset(f"{table.id}.{id_}" for id_ in known)
            )
        if node.top and node.top.by not in known:
            yield _unknown(metric, pointer, node.top.by_place, N_("field"), node.top.by, known)
        for condition in node.where:
            if condition.field not in known:
                yield _unknown(metric, pointer, condition.field_place, N_("field"), condition.field, known)
            if condition.listed and condition.value not in model.lists and not _hidden(view, "list", condition.value):
                yield _unknown(metric, pointer, condition.value_place, N_("list"), condition.value, frozenset(model.lists))


def _hidden(view: View, kind: str, id_: str) -> bool:
    return bool({id_, "*"} & view.model.unsound.get(kind, frozenset()))


def _unknown(metric: Metric, pointer: Pointer, place: formula.Place, kind: str, name: str, known: frozenset[str]) -> Finding:
    return Finding(At(metric, pointer, place=place), {"kind": Message(kind), "name": name}, help=nearest(name, known))


@rule(
    Severity.ERROR, N_("`{field}` does not add {way}"), N_("use `last(…)`, or a field that adds; `{field}` is declared with `{declared}`")
)
def sum_of_what_does_not_add(view: View) -> Iterator[Finding]:
    """People counted once a day cannot be added up to people a month, and stock adds over products but not over days.

    A sum over days needs a field with `time: sum`. Rows of one day are added only where the field has `across: sum`, the
    table has one row a day, or the formula's filters leave one. A field that is declared not to add, with `time: none` or
    `across: none`, may be summed all the same: there are figures of single days, or of single rows, and those of more are
    refused with the reason.

    Bad:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: members, id: members, type: integer, unit: person, time: last, across: sum}
        # data/metrics.yaml
        members: {title: Members, formula: sum(members.members), unit: person}

    Good:
        # data/tables/members/table.yaml
        title: Members
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: members, id: members, type: integer, unit: person, time: last, across: sum}
        # data/metrics.yaml
        members: {title: Members, formula: last(members.members), unit: person}
    """
    for metric, pointer, node, table in _aggregates(view):
        field = _field(table, node.field)
        at = At(metric, pointer, place=node.field_place)
        if field is None or field.type not in NUMBERS or node.function == "count":
            continue
        if node.function in ("sum", "top") and field.time in ("last", None):
            way, hint = N_("over days"), None if field.time else _UNDECLARED_TIME
            args: dict[str, Arg] = {"field": field.id, "way": Message(way), "declared": f"time: {field.time}"}
            yield Finding(at, args, help=Message(hint, args) if hint else None)
        elif field.across is None and not _one_row_a_day(table, node.where):
            args = {"field": field.id, "way": Message(N_("over the rows of a day"))}
            yield Finding(at, args, help=Message(_UNDECLARED_ACROSS, args))


_UNDECLARED_TIME = N_("declare `{field}` with `time: sum` where its days add up, else `time: none`: then single days have figures")
_UNDECLARED_ACROSS = N_("filter down to one row a day, or declare `{field}` with `across: sum` where its rows add up, else `across: none`")


def _one_row_a_day(table: Table, where: tuple[RowFilter, ...]) -> bool:
    fixed = {condition.field for condition in where if condition.operator == "="}
    days = {field.id for field in table.fields if field.type == "date"}
    return set(table.primary_key) <= fixed | days


@rule(Severity.ERROR, N_("`{field}` holds no numbers"), N_("aggregate a field of type integer or number"))
def aggregate_of_text(view: View) -> Iterator[Finding]:
    """Only numbers can be added up.

    Bad:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.date), unit: person-days}

    Good:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days}
    """
    for metric, pointer, node, table in _aggregates(view):
        field = _field(table, node.field)
        if field is not None and field.type not in NUMBERS and node.function != "count":
            yield Finding(At(metric, pointer, place=node.field_place), {"field": field.id})


@rule(
    Severity.ERROR,
    N_("`{field}` holds no texts to tell rows apart by"),
    N_("take a field of type string; codes are texts too, even `1003`"),
)
def filter_by_number(view: View) -> Iterator[Finding]:
    """Rows are told apart by texts: a channel, a product, a code. Amounts and days are what is measured.

    Bad:
        # data/metrics.yaml
        good-days: {title: Sales of good days, formula: sum(store.paid where visitors = 500), unit: CNY}

    Good:
        # data/metrics.yaml
        best-day: {title: Sales of the best day, formula: max(store.paid), unit: CNY}
    """
    for metric, pointer, node, table in _aggregates(view):
        named = [(each.field, each.field_place) for each in node.where]
        for name, place in [*named, (node.top.by, node.top.by_place)] if node.top else named:
            field = _field(table, name)
            if field is not None and field.type != "string":
                yield Finding(At(metric, pointer, place=place), {"field": name})


@rule(Severity.ERROR, N_("these metrics are made of each other: {path}"), N_("let one of them come from a table"))
def metric_cycle(view: View) -> Iterator[Finding]:
    """Neither a metric's formula nor the drivers of its drivers lead back to itself.

    Bad:
        # data/metrics.yaml
        a: {title: A, formula: b * 2, unit: times}
        b: {title: B, formula: a / 2, unit: times}

    Good:
        # data/metrics.yaml
        a: {title: A, formula: b * 2, unit: person-days}
        b: {title: B, formula: sum(store.visitors), unit: person-days}
    """
    for part in ("formula", "drivers"):
        uses: dict[str, tuple[str, ...]] = {}
        for metric, pointer, node in _nodes(view):
            if pointer == (part,) and isinstance(node, MetricName):
                uses[metric.id] = (*uses.get(metric.id, ()), node.id)
        for path in _circles(uses):
            yield Finding(At(view.model.metrics[path[0]], (part,)), {"path": " → ".join(path)})


def _circles(uses: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The ways from a metric back to it, each circle once."""
    left = dict(uses)
    while ends := [id_ for id_, others in left.items() if not any(other in left for other in others)]:
        for id_ in ends:
            del left[id_]
    said: set[frozenset[str]] = set()
    for start in left:
        path = _way_back(left, start)
        if path and frozenset(path) not in said:
            said.add(frozenset(path))
            yield path


def _way_back(uses: Mapping[str, tuple[str, ...]], start: str) -> tuple[str, ...]:
    """The shortest way from a metric back to it, () where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    for way in ways:
        for other in uses.get(way[-1], ()):
            if other == start:
                return (*way, start)
            if other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()
