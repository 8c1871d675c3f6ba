"""What metrics are broken down by: drivers that make a product, and fields that their tables have."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.compute.attribution.products import product
from sopgen.compute.measures import Measures
from sopgen.readers import formula
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Severity


@rule(
    Severity.ERROR, N_("the drivers of `{metric}` are not a product of metrics"), N_("join other metrics by `*` and `/`, each of them once")
)
def drivers_not_a_product(view: View) -> Iterator[Finding]:
    """What moved a metric is told from its drivers, whose product it is: `visitors * conversion * order-value`.

    Bad:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days, drivers: again + buyers}
        again: {title: Others, formula: sum(store.visitors) - sum(store.buyers), unit: person-days}
        buyers: {title: Buyers, formula: sum(store.buyers), unit: person-days}

    Good:
        # data/metrics.yaml
        sales: {title: Sales, formula: sum(store.paid), unit: CNY, drivers: buyers * order-value}
        buyers: {title: Buyers, formula: sum(store.buyers), unit: person-days}
        order-value: {title: Sales per buyer, formula: sum(store.paid) / sum(store.buyers), unit: CNY}
    """
    for metric in view.model.metrics.values():
        readable = metric.drivers and not isinstance(formula.parse(metric.drivers), formula.Problem)
        if readable and product(metric.drivers) is None:
            yield Finding(At(metric, ("drivers",)), {"metric": metric.id})


@rule(
    Severity.ERROR,
    N_("the metric cannot be split by `{field}`: {table} has no such field of texts"),
    N_("name a field of type string that each of the metric's tables has"),
)
def unknown_dimension(view: View) -> Iterator[Finding]:
    """A metric is split by the values of a field that all of its rows have.

    Bad:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days, parts: [chanel]}

    Good:
        # data/metrics.yaml
        visits: {title: Visits, formula: sum(store.visitors), unit: person-days}
    """
    measures = Measures(view.model)
    for metric in view.model.metrics.values():
        for place, field in enumerate(metric.parts):
            for table in dict.fromkeys(part.table for part in measures.parts(metric)):
                texts = _texts(view, table)
                if texts is not None and field not in texts:
                    args = {"field": field, "table": f"data/tables/{table}"}
                    yield Finding(At(metric, ("parts", place)), args, help=nearest(field, texts))
                    break


def _texts(view: View, table: str) -> frozenset[str] | None:
    """The fields of a table that hold texts, None where the table is not there: that is another finding."""
    found = view.model.tables.get(table)
    return frozenset(field.id for field in found.fields if field.type == "string") if found else None
