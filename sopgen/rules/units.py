"""Units and money: a formula gives what its metric says it is in, and adds only what is of one kind."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.compute.arithmetic import is_constant
from sopgen.compute.closing import Closed
from sopgen.compute.dimensions import Dimensions
from sopgen.readers import formula
from sopgen.readers.formula import Binary, MetricName, Negative, Node, Problem
from sopgen.records import Metric
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity
from sopgen.words.quantity import PERCENT, POINTS, RATIO
from sopgen.words.units import Unit, is_said_as


@rule(Severity.ERROR, N_("the units do not fit: {problem}"), N_("correct the formula, or the `unit` of the metric or of a field in it"))
def formula_unit_mismatch(view: View) -> Iterator[Finding]:
    """A formula gives the unit that its metric declares, and adds like to like.

    The unit follows from those of the fields. Money over people is money per person; it may be declared as money, as an
    average order value is, or as `CNY/person`. A count over a count is a ratio, `percent` or `1:n`, or in another count the
    upper one: pieces per order are pieces. What is so much a day (`mean`, `min`, `max` and `last` of what flows) counts as so
    much, and a stock over it as days. Person-days summed over days are not people. A bare number is in the unit of what it
    is added to. Nothing is said about fields without a unit, about scores, and about words of your own beside other counts.
    The `drivers` are held against the metric's unit in the same way.

    Bad:
        # data/metrics.yaml
        visits-value: {title: Value of a visit, formula: sum(store.paid) + sum(store.visitors), unit: CNY}

    Good:
        # data/metrics.yaml
        visits-value: {title: Value of a visit, formula: sum(store.paid) / sum(store.visitors), unit: CNY/person}
    """
    dimensions = Dimensions(view.measures.closing, view.model.tables)
    for metric in view.model.metrics.values():
        found = list(_unfit(dimensions, metric, "formula", metric.formula))
        if not found and metric.drivers:
            found = list(_unfit(dimensions, metric, "drivers", metric.drivers))
        yield from found


def _unfit(dimensions: Dimensions, metric: Metric, part: str, text: str) -> Iterator[Finding]:
    """What does not fit within a formula or the drivers, and between what they give and what the metric is in."""
    parsed = formula.parse(text)
    if isinstance(parsed, Problem):
        return
    given = dimensions.of(parsed)
    for clash in given.clashes:
        problem = Message(N_("{left} and {right} do not add"), {"left": _said(clash.left), "right": _said(clash.right)})
        yield Finding(At(metric, (part,), place=clash.place), {"problem": problem})
    if given.unit is not None and not is_said_as(given.unit, metric.unit):
        says = N_("the formula gives {found}") if part == "formula" else N_("the drivers give {found}, and the metric is in {unit}")
        problem = Message(says, {"found": _said(given.unit), "unit": metric.unit})
        yield Finding(At(metric, ("unit",) if part == "formula" else ("drivers",)), {"problem": problem})


def _said(unit: Unit) -> Message | str:
    return Message(N_("a ratio (`percent` or `1:n`)")) if unit.is_ratio else f"`{unit}`"


@rule(
    Severity.WARNING,
    N_("money of different kinds is added: {left} and {right}"),
    N_("add amounts of one `basis`; say in another metric what was placed and not paid"),
)
def mixed_money(view: View) -> Iterator[Finding]:
    """Orders placed, orders paid and what is left after refunds are three amounts; a sum of two of them is neither.

    What one metric declares as `basis` holds for what is added and scaled from it. A difference (placed less paid) and a ratio
    have a meaning and are let alone.

    Bad:
        # data/metrics.yaml
        placed: {title: Placed, formula: sum(store.paid) * 2, unit: CNY, basis: placed}
        both: {title: Both, formula: gmv + placed, unit: CNY}

    Good:
        # data/metrics.yaml
        placed: {title: Placed, formula: sum(store.paid) * 2, unit: CNY, basis: placed}
        unpaid: {title: Placed and not paid, formula: placed - gmv, unit: CNY}
    """
    for metric in view.model.metrics.values():
        parsed = formula.parse(metric.formula)
        for node in () if isinstance(parsed, Problem) else formula.walk(parsed):
            if isinstance(node, Binary) and node.operator == "+":
                left, right = _basis(view, node.left), _basis(view, node.right)
                if left and right and left != right:
                    yield Finding(At(metric, ("formula",), place=node.place), {"left": Message(left), "right": Message(right)})


def _basis(view: View, node: Node) -> str | None:
    """The basis of the money that a formula adds up; None where it is of none or of several, or no money."""
    if isinstance(node, MetricName):
        metric = view.model.metrics.get(node.id)
        closes = metric is not None and isinstance(view.measures.closing.closed(metric), Closed)
        parsed = formula.parse(metric.formula) if metric and closes else None
        return (metric.basis if metric else None) or (None if parsed is None or isinstance(parsed, Problem) else _basis(view, parsed))
    if isinstance(node, Negative):
        return _basis(view, node.operand)
    if not isinstance(node, Binary):
        return None
    if node.operator in ("*", "/"):
        scaled = node.left if is_constant(node.right) else node.right if is_constant(node.left) and node.operator == "*" else None
        return None if scaled is None else _basis(view, scaled)
    found = {_basis(view, node.left), _basis(view, node.right)} - {None}
    return found.pop() if len(found) == 1 else None


@rule(Severity.ERROR, N_("`{field}` is in {unit}, and rates do not add"), N_("keep what they divide as fields, or take `{way}: sum` away"))
def rate_that_adds(view: View) -> Iterator[Finding]:
    """A rate of a day or of a channel has forgotten what it was divided by, so rates are never added up.

    Bad:
        # data/tables/pages/table.yaml
        title: Product pages
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: bounce, id: bounce, type: number, unit: percent, time: sum}

    Good:
        # data/tables/pages/table.yaml
        title: Product pages
        grain: day
        primaryKey: [date]
        fields:
        - {name: day, id: date, type: date}
        - {name: bounce, id: bounce, type: number, unit: percent, time: none}
    """
    for table in view.model.tables.values():
        for number, field in enumerate(table.fields):
            for way, how in (("time", field.time), ("across", field.across)):
                if field.unit in (PERCENT, POINTS, RATIO) and how == "sum":
                    unit = field.unit if field.unit == RATIO else Message(field.unit)
                    yield Finding(At(table, ("fields", number, way)), {"field": field.id, "unit": unit, "way": way})
