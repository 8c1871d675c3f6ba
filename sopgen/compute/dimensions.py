"""The unit that a formula gives, from the units of the fields that it is made of."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sopgen.compute.additivity import field_of
from sopgen.compute.arithmetic import is_constant
from sopgen.compute.closing import Closed, Closing
from sopgen.readers import formula
from sopgen.readers.formula import Aggregate, Binary, MetricName, Negative, Node, Number, Place, Problem
from sopgen.records import Metric, Table
from sopgen.words.quantity import DAYS
from sopgen.words.units import PERSON, PERSON_DAYS, Unit, adds_to

ROWS = Unit(("rows",))


class Clash(Struct, frozen=True):
    """Two units that a plus or minus, or a comparison, puts together and that do not fit; `place` is the operator's."""

    left: Unit
    right: Unit
    place: Place


class Given(Struct, frozen=True):
    """What a formula gives: its `unit`, None where that cannot be told, and the `clashes` in it."""

    unit: Unit | None
    clashes: tuple[Clash, ...] = ()


class Dimensions:
    """The units of formulas. A metric has the unit that its formula gives, not the one that it declares, as far as that can be told."""

    def __init__(self, closing: Closing, tables: Mapping[str, Table]) -> None:
        self._closing, self._tables = closing, tables
        self._units: dict[str, Unit | None] = {}

    def of(self, node: Node) -> Given:
        """The unit that a formula gives, with every clash in the formula itself; those in metrics it names are theirs."""
        if isinstance(node, Number):
            return Given(Unit.parse(node.unit) if node.unit else Unit())
        if isinstance(node, MetricName):
            return Given(self.of_metric(node.id))
        if isinstance(node, Aggregate):
            return Given(self._of_aggregate(node))
        if isinstance(node, Negative):
            return self.of(node.operand)
        left, right = self.of(node.left), self.of(node.right)
        clashes = left.clashes + right.clashes
        if left.unit is None or right.unit is None:
            return Given(None, clashes)
        if node.operator in ("*", "/"):
            return Given(left.unit * right.unit if node.operator == "*" else left.unit / right.unit, clashes)
        return self._together(node, left.unit, right.unit, clashes)

    def of_metric(self, id_: str) -> Unit | None:
        """The unit that a metric's formula gives, the declared one where that cannot be told. None where there is no such metric."""
        metric = self._closing.metrics.get(id_)
        if metric is None:
            return None
        if id_ not in self._units:
            self._units[id_] = self._of_formula(metric) or Unit.parse(metric.unit)
        return self._units[id_]

    def _of_formula(self, metric: Metric) -> Unit | None:
        parsed = formula.parse(metric.formula)
        # What closes leads to an end, and soon enough.
        if isinstance(parsed, Problem) or not isinstance(self._closing.closed(metric), Closed):
            return None
        return self.of(parsed).unit

    def _together(self, node: Binary, left: Unit, right: Unit, clashes: tuple[Clash, ...]) -> Given:
        """The unit of a sum or difference. A bare number is in the unit of what it is added to."""
        if _is_bare(node.left) or _is_bare(node.right):
            return Given(right if _is_bare(node.left) else left, clashes)
        if adds_to(left, right):
            return Given(left, clashes)
        return Given(None, (*clashes, Clash(left, right, node.place)))

    def _of_aggregate(self, part: Aggregate) -> Unit | None:
        """The unit of a field; a day's figure of what flows is per day, and the person-days of one day are people."""
        if part.function == "count":
            return ROWS
        field = field_of(part, self._tables)
        unit = Unit.parse(field.unit) if field else None
        if field is None or unit is None or part.function in ("sum", "top"):
            return unit
        people = Unit(tuple(PERSON if word == PERSON_DAYS else word for word in unit.up), unit.down)
        return people / Unit((DAYS,)) if field.time == "sum" else people


def _is_bare(node: Node) -> bool:
    return is_constant(node) and all(not each.unit for each in formula.walk(node) if isinstance(each, Number))
