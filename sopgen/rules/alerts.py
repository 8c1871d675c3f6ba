"""Alert rules: they watch something that is there, in its unit, and do what their tests say."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sopgen.compute.alerts import rehearsal
from sopgen.compute.alerts.names import NAMES
from sopgen.compute.alerts.watch import measure_named
from sopgen.compute.measures import Measures
from sopgen.readers.yaml import Pointer
from sopgen.records import Alert, Metric
from sopgen.rules.conditions import said
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Arg, Message, Severity
from sopgen.words.quantity import DAYS, PERCENT, POINTS, Quantity


@rule(Severity.ERROR, N_("the rule watches nothing"), N_("add `metric` and `when`, or `data` and `table`"))
def alert_watches_nothing(view: View) -> Iterator[Finding]:
    """A rule watches the days of a metric, or how the rows of a table come in.

    Bad:
        # data/alerts.yaml
        quiet: {title: Nothing sold, severity: high, owner: shop-manager}

    Good:
        # data/alerts.yaml
        quiet: {title: Nothing sold, metric: gmv, when: value = 0, severity: high, owner: shop-manager}
    """
    for alert in view.model.alerts.values():
        if alert.metric is None and alert.data is None:
            yield Finding(At(alert, key=True))


@rule(Severity.WARNING, N_("a row that is there twice is an error already, so this rule never fires"), N_("remove the rule"))
def alert_on_duplicate_rows(view: View) -> Iterator[Finding]:
    """A repeated row stops every check as `duplicate-row` until it is gone: there is nothing left to be told of.

    Bad:
        # data/alerts.yaml
        twice: {title: A day is there twice, data: duplicate, table: store, severity: high, owner: shop-manager}

    Good:
        # data/alerts.yaml
        hole: {title: A day is missing, data: missing, table: store, severity: high, owner: shop-manager}
    """
    for alert in view.model.alerts.values():
        if alert.data == "duplicate":
            yield Finding(At(alert, ("data",)))


@rule(Severity.ERROR, N_("no table behind `{metric}` has a field `{field}`"), N_("name a field that all of its tables have"))
def unknown_part(view: View) -> Iterator[Finding]:
    """A rule looks at the parts of a metric, and at minimums and demand of the same part, by fields that their tables have.

    Bad:
        # data/alerts.yaml
        low: {title: Low sales, metric: gmv, by: [channel], when: value < 5000, severity: high, owner: shop-manager}

    Good:
        # data/alerts.yaml
        low: {title: Low sales, metric: gmv, when: value < 5000, severity: high, owner: shop-manager}
    """
    measures = Measures(view.model)
    for alert in view.model.alerts.values():
        fields: dict[str, Pointer] = {name: ("by", place) for place, name in enumerate(alert.by)}
        fields |= {name: ("where", name) for name in alert.where}
        for at, metric in _measured(view, alert):
            tables = [view.model.tables.get(part.table) for part in measures.parts(metric)]
            for name, pointer in fields.items():
                if any(table is not None and name not in [field.id for field in table.fields] for table in tables):
                    place = At(alert, pointer, key=pointer[0] == "where") if at.pointer == ("metric",) else at
                    yield Finding(place, {"metric": metric.id, "field": name})


def _measured(view: View, alert: Alert) -> Iterator[tuple[At, Metric]]:
    """Every metric that a rule measures, and where it is named."""
    named: list[tuple[Pointer, str | None]] = [(("metric",), alert.metric)]
    if alert.stock:
        named += [(("stock", "demand"), alert.stock.demand), (("stock", "in_transit"), alert.stock.in_transit)]
    named += [(("min", key), key) for key in alert.min]
    for pointer, id_ in named:
        metric = measure_named(view.model, id_) if id_ else None
        if metric:
            yield At(alert, pointer, key=pointer[0] == "min"), metric


@rule(Severity.ERROR, N_("`{name}` is no {kind}"), N_("name one that exists; a field of a table is like `ads.impressions`"))
def unknown_reading(view: View) -> Iterator[Finding]:
    """A minimum, or a figure given in a test, is a metric or a table's field; a test also gives the condition's own values.

    Bad:
        # data/alerts.yaml
        low: {title: Low conversion, metric: conversion, when: value < 3%, min: {visitor: 1000}, severity: high, owner: shop-manager}

    Good:
        # data/alerts.yaml
        low: {title: Low conversion, metric: conversion, when: value < 3%, min: {visitors: 1000}, severity: high, owner: shop-manager}
    """
    model = view.model
    measures = frozenset(model.metrics) | {f"{table.id}.{field.id}" for table in model.tables.values() for field in table.fields}
    for alert in model.alerts.values():
        places = [(("min", key), key, N_("metric or field of a table")) for key in alert.min]
        given = [(("tests", n, "given", key), key, _VALUE) for n, test in enumerate(alert.tests) for key in test.given if key not in NAMES]
        for pointer, key, kind in (*places, *given):
            if measure_named(model, key) is None and not _is_hidden(view, key):
                known = measures | frozenset(NAMES) if kind == _VALUE else measures
                yield Finding(At(alert, pointer, key=True), {"name": key, "kind": Message(kind)}, help=nearest(key, known))


_VALUE = N_("value of a condition, metric or field of a table")


def _is_hidden(view: View, key: str) -> bool:
    """Whether it may be the name of what is there and cannot be read."""
    kind = "table" if "." in key else "metric"
    return bool({key.partition(".")[0], "*"} & view.model.unsound.get(kind, frozenset()))


@rule(Severity.ERROR, N_("`{value}` cannot be read as {unit}, the unit of `{name}`"), N_("write the number in {unit}"))
def reading_unit_mismatch(view: View) -> Iterator[Finding]:
    """Benchmarks, minimums, safety lines and the figures of tests are written in the unit of what they are about.

    Bad:
        # data/alerts.yaml
        low: {title: Low conversion, metric: conversion, when: value < 3%, severity: high, owner: shop-manager,
          tests: [{given: {value: 2.5}, fires: yes}]}

    Good:
        # data/alerts.yaml
        low: {title: Low conversion, metric: conversion, when: value < 3%, severity: high, owner: shop-manager,
          tests: [{given: {value: 2.5%}, fires: yes}]}
    """
    for alert in view.model.alerts.values():
        for pointer, name, quantity, wanted in _quantities(view, alert):
            if wanted is not None and quantity.value_in(wanted) is None:
                args: dict[str, Arg] = {"value": quantity.text, "unit": said(wanted), "name": name}
                hint = Message(N_("write a percentage, `35%`")) if wanted == PERCENT else None
                yield Finding(At(alert, pointer), args, help=hint)


def _quantities(view: View, alert: Alert) -> Iterator[tuple[Pointer, str, Quantity, str | None]]:
    """Every quantity of a rule, with where it stands, what it is about and the unit of that."""
    metric = view.model.metrics.get(alert.metric or "")
    own = metric.unit if metric else None
    if alert.benchmark:
        yield ("benchmark", "value"), alert.metric or "", alert.benchmark.value, own
    if alert.stock and alert.stock.safety:
        yield ("stock", "safety"), alert.metric or "", alert.stock.safety, own
    if alert.stock and alert.stock.lead_time_sd:
        yield ("stock", "lead_time_sd"), "lead_time_sd", alert.stock.lead_time_sd, DAYS
    if alert.stock and alert.stock.service:
        yield ("stock", "service"), "service", alert.stock.service, PERCENT
    for key, quantity in alert.min.items():
        measured = measure_named(view.model, key)
        yield ("min", key), key, quantity, measured.unit if measured else None
    for number, test in enumerate(alert.tests):
        for key, readings in test.given.items():
            wanted = rehearsal.unit_given(view.model, metric, key) if metric else None
            home: Pointer = ("tests", number, "given", key)
            several = isinstance(_written(view, alert, home), list)
            yield from (((*home, day) if several else home, key, each, wanted) for day, each in enumerate(readings.days) if each)


def _written(view: View, alert: Alert, pointer: Pointer) -> object:
    """The value at a place of a rule as its file has it."""
    origin = view.model.origins[alert]
    value = origin.document.value
    for part in (*origin.pointer, *pointer):
        value = value[part]
    return value


@rule(Severity.ERROR, N_("a service level of {value} has no safety stock"), N_("choose one above 50% and below 100%, such as 95%"))
def service_level_out_of_range(view: View) -> Iterator[Finding]:
    """A stock that never runs out would be without end, and one that lasts half the time needs no safety stock.

    Bad:
        # data/alerts.yaml
        short: {title: Short, metric: pieces, when: value < safety_line, window: 14d, severity: high, owner: shop-manager,
          stock: {demand: visitors, lead_time: 7d, service: 100%}}
        # data/metrics.yaml
        pieces: {title: Pieces, formula: last(store.visitors), unit: person-days}

    Good:
        # data/alerts.yaml
        short: {title: Short, metric: pieces, when: value < safety_line, window: 14d, severity: high, owner: shop-manager,
          stock: {demand: visitors, lead_time: 7d, service: 95%}}
        # data/metrics.yaml
        pieces: {title: Pieces, formula: last(store.visitors), unit: person-days}
    """
    for alert in view.model.alerts.values():
        level = alert.stock.service.value_in(PERCENT) if alert.stock and alert.stock.service else None
        if alert.stock and alert.stock.service and level is not None and not 0.5 < level < 1:
            yield Finding(At(alert, ("stock", "service")), {"value": alert.stock.service.text})


@rule(
    Severity.ERROR,
    N_("the rule {does} on these figures, and the test says otherwise"),
    N_("correct one of the two; on the last day {seen}"),
)
def alert_test_fails(view: View) -> Iterator[Finding]:
    """A rule does on the figures of its tests what they say. `sopgen alerts test` runs them by themselves.

    Bad:
        # data/alerts.yaml
        low: {title: Low conversion, metric: conversion, when: value < 3%, severity: high, owner: shop-manager,
          tests: [{given: {value: 3%}, fires: yes}]}

    Good:
        # data/alerts.yaml
        low: {title: Low conversion, metric: conversion, when: value < 3%, severity: high, owner: shop-manager,
          tests: [{given: {value: 3%}, fires: no}]}
    """
    for outcome in rehearsal.outcomes(view.model):
        if not outcome.passed:
            does = Message(N_("fires") if outcome.fires else N_("does not fire"))
            at = At(outcome.rule, ("tests", outcome.number, "fires"))
            yield Finding(at, {"does": does, "seen": _seen(outcome)})


def _seen(outcome: rehearsal.Outcome) -> str:
    """What the rule saw on the last day, so that nobody has to work it out again: `value = 3%, z = —`."""
    return ", ".join(f"{name} = {_short(reading.value, unit_)}" for name, (reading, unit_) in outcome.seen.items())


def _short(value: Fraction | None, unit_: str) -> str:
    """A number to six digits, enough to see why a comparison does not hold."""
    if value is None:
        return "—"
    if unit_ in (PERCENT, POINTS):
        return f"{float(value * 100):.6g}{'%' if unit_ == PERCENT else 'pp'}"
    return f"{float(value):.6g}"


@rule(
    Severity.WARNING,
    N_("`{alert}` did not fire then"),
    N_("`sopgen alerts replay --alert {rule}` shows when it did"),
    named_by=("metric", "table"),
)
def alert_that_did_not_fire(view: View) -> Iterator[Finding]:
    """An incident that names one time that a rule fired names one that the data bears out.

    Bad:
        # data/alerts.yaml
        low: {title: Low sales, metric: gmv, when: value < 11000, severity: high, owner: shop-manager}
        # data/incidents/2024-06-05-slow.yaml
        {id: 2024-06-05-slow, detected: 2024-06-05 10:00, cause: The page was slow, alert: low/2024-06-05}

    Good:
        # data/alerts.yaml
        low: {title: Low sales, metric: gmv, when: value < 11000, severity: high, owner: shop-manager}
        # data/incidents/2024-06-05-slow.yaml
        {id: 2024-06-05-slow, detected: 2024-06-05 10:00, cause: The page was slow, alert: low/2024-06-04}
    """
    named = [incident for incident in view.model.incidents.values() if "/" in (incident.alert or "")]
    told = {id_ for alert in view.facts.alerts.values() for id_ in alert.incidents} if named else set()
    for incident in named:
        name = incident.alert or ""
        rule_id = name.partition("/")[0]
        if rule_id in view.model.alerts and incident.id not in told and incident.detected <= view.as_of:
            yield Finding(At(incident, ("alert",)), {"alert": name, "rule": rule_id})
