"""Formulas with the formulas of other metrics in the places of their names, so that only tables are left."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sopgen.readers import formula
from sopgen.readers.formula import Binary, MetricName, Negative, Node, Problem
from sopgen.records import Metric
from sopgen.words.diagnostics import N_, Message

# Ten metrics that each name the one before ten times would otherwise be ten thousand million aggregates.
MAX_NODES, MAX_METRICS = 300, 20

UNREADABLE = Message(N_("the formula cannot be read"))
TOO_LARGE = Message(N_("the formula is made of too many others"))


class Closed(Struct, frozen=True):
    """A formula that names no metric: its `node`, how many nodes it has, and how many metrics it goes through, one in the other."""

    node: Node
    nodes: int
    metrics: int


class Closing:
    """Closes the formulas of a workspace, each once."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self.metrics = metrics
        self._closed: dict[Metric, Closed | Message] = {}

    def closed(self, metric: Metric) -> Closed | Message:
        """The formula over tables alone, or why there is none: it cannot be read, leads back to itself or is too large."""
        if metric not in self._closed:
            self._closed[metric] = self._of_metric(metric, (metric.id,))
        return self._closed[metric]

    def close(self, node: Node) -> Closed | Message:
        """The same for a formula that is no metric's."""
        return self._of_node(node, ())

    def _of_metric(self, metric: Metric, above: tuple[str, ...]) -> Closed | Message:
        parsed = formula.parse(metric.formula)
        if isinstance(parsed, Problem):
            return UNREADABLE
        return self._of_node(parsed, above) if len(above) <= MAX_METRICS else TOO_LARGE

    def _of_node(self, node: Node, above: tuple[str, ...]) -> Closed | Message:
        if isinstance(node, MetricName):
            return self._of_name(node, above)
        if isinstance(node, Negative):
            operand = self._of_node(node.operand, above)
            return operand if isinstance(operand, Message) else _within(Negative(operand.node), operand)
        if not isinstance(node, Binary):
            return Closed(node, 1, 0)
        left = self._of_node(node.left, above)
        right = left if isinstance(left, Message) else self._of_node(node.right, above)
        if isinstance(left, Message) or isinstance(right, Message):
            return left if isinstance(left, Message) else right
        return _within(Binary(node.operator, left.node, right.node), left, right)

    def _of_name(self, name: MetricName, above: tuple[str, ...]) -> Closed | Message:
        metric = self.metrics.get(name.id)
        if metric is None or name.id in above:
            return UNREADABLE
        known = self._closed.get(metric)
        found = known if isinstance(known, Closed) else self._of_metric(metric, (*above, name.id))
        if isinstance(found, Message):
            return found
        self._closed[metric] = found
        return Closed(found.node, found.nodes, found.metrics + 1) if found.metrics < MAX_METRICS else TOO_LARGE


def _within(node: Node, *parts: Closed) -> Closed | Message:
    nodes, metrics = 1 + sum(part.nodes for part in parts), max(part.metrics for part in parts)
    return Closed(node, nodes, metrics) if nodes <= MAX_NODES else TOO_LARGE
