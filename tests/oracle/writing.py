"""A described workspace as the files that an author would write."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from tests.oracle.days import Happened, Logged
from tests.oracle.shop import Aggregate, Band, Condition, Formula, Metric, Plan, Rise, Row, Shop, Span, Table, Target, Weights
from tests.workspace import Files

Cut = Callable[[Row], str]
"""The file that a row goes to, without its ending."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SETTINGS = """
site_name: Shop
docs_dir: sop
plugins:
  - search
  - sopgen: {{title: Shop, as_of: "{day} 09:00"}}
"""
PEOPLE = "departments: {operations: {title: Operations}}\npeople: {ops: {title: Ops, department: operations}}\n"
OWNED = {"department": "operations", "owner": "ops"}


def written(shop: Shop, cut: Cut = lambda row: "all") -> Files:
    """The files of a workspace; JSON is YAML. Each row goes to the partition that `cut` names."""
    lists = {name: {"title": name, "values": list(values)} for name, values in _lists(shop).items()}
    files = {
        "mkdocs.yml": SETTINGS.format(day=shop.through + timedelta(1)),
        "data/people.yaml": PEOPLE,
        "data/metrics.yaml": json.dumps({id_: _metric(id_, metric) for id_, metric in shop.metrics.items()}),
        "data/calendar.yaml": _calendar(shop.weights),
    }
    if lists:
        files["data/lists.yaml"] = json.dumps(lists)
    for id_, table in shop.tables.items():
        files |= _table(id_, table, cut)
    for id_, plan in shop.plans.items():
        files |= _plan(shop, id_, plan)
    return Files(files)


def _table(id_: str, table: Table, cut: Cut) -> dict[str, str]:
    home, names = f"data/tables/{id_}", ["date", *table.dimensions, *table.fields]
    fields: list[dict[str, str]] = [{"name": "date", "id": "date", "type": "date"}]
    fields += [{"name": name, "id": name, "type": "string"} for name in table.dimensions]
    fields += [
        {"name": name, "id": name, "type": "number", "unit": field.unit, "time": field.time, "across": field.across}
        for name, field in table.fields.items()
    ]
    about = {"title": id_, "grain": "day", "fields": fields, "primaryKey": ["date", *table.dimensions]}
    parts: dict[str, list[str]] = {"all": []}
    for row in table.rows:
        cells = [str(row.day), *(row.at[name] for name in table.dimensions), *(_decimal(row.cells[name]) for name in table.fields)]
        parts.setdefault(cut(row), []).append(",".join(cells) + "\n")
    return {f"{home}/table.yaml": json.dumps(about)} | {
        f"{home}/{part}.csv": ",".join(names) + "\n" + "".join(rows) for part, rows in parts.items()
    }


def _decimal(cell: Fraction | None) -> str:
    """A number of at most two decimals, written without an exponent."""
    if cell is None:
        return ""
    assert (cell * 100).denominator == 1
    whole, cents = divmod(abs(int(cell * 100)), 100)
    return f"{'-' if cell < 0 else ''}{whole}" + (f".{cents:02}".rstrip("0") if cents else "")


def _metric(id_: str, metric: Metric) -> dict[str, object]:
    found: dict[str, object] = {"title": id_, "formula": formula(metric.formula), "unit": metric.unit, "better": metric.better}
    if metric.min_denominator is not None:
        found["min_denominator"] = metric.min_denominator
    if metric.drivers:
        found["drivers"] = " * ".join(metric.drivers)
    if metric.parts:
        found["parts"] = list(metric.parts)
    if metric.inverse:
        found["attainment"] = "inverse"
    return found | {"missing": metric.missing} | ({"reports": ["daily"]} if metric.daily else {})


def formula(node: Formula) -> str:
    """The formula as an author writes it."""
    if isinstance(node, Fraction):
        return _decimal(node)
    if isinstance(node, Aggregate):
        conditions = " and ".join(f"{each.field} {each.sign} {_value(each)}" for each in node.where)
        count, by = (f"{node.count}, ", f" by {node.by}") if node.function == "top" else ("", "")
        return f"{node.function}({count}{node.table}.{node.field}{by}{' where ' if conditions else ''}{conditions})"
    return f"({formula(node.left)}) {node.sign} ({formula(node.right)})"


def _value(condition: Condition) -> str:
    return condition.value if isinstance(condition.value, str) else "-".join(("list", *condition.value))


def _lists(shop: Shop) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    nodes: list[Formula] = [metric.formula for metric in shop.metrics.values()]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Aggregate):
            found |= {_value(each): each.value for each in node.where if not isinstance(each.value, str)}
        elif not isinstance(node, Fraction):
            nodes += [node.left, node.right]
    return found


def _calendar(weights: Weights) -> str:
    return json.dumps(
        {
            "weights": {
                "default": float(weights.default),
                "weekdays": {WEEKDAYS[day]: float(weight) for day, weight in weights.weekdays.items()},
                "spans": [{"days": str(span), "weight": float(weight)} for span, weight in weights.spans],
            }
        }
    )


def _plan(shop: Shop, id_: str, plan: Plan) -> dict[str, str]:
    about = {"id": id_, "kind": "daily", "title": id_, "period": str(plan.period), "owner": "ops"}
    targets = {name: _target(target, shop.metrics[target.metric].unit) for name, target in plan.targets.items()}
    return {
        f"plans/{id_}/plan.yaml": json.dumps(about | ({"parent": plan.parent} if plan.parent else {})),
        f"plans/{id_}/targets.yaml": json.dumps(targets),
    }


def _target(target: Target, unit: str) -> dict[str, object]:
    found: dict[str, object] = {"metric": target.metric, "target": _goal(target.goal, unit), **OWNED}
    return found | ({"where": dict(target.where)} if target.where else {})


def _goal(goal: Fraction | Rise | Band, unit: str) -> object:
    if isinstance(goal, Band):
        return {"from": _quantity(goal.lower, unit), "to": _quantity(goal.upper, unit)}
    if isinstance(goal, Fraction):
        return _quantity(goal, unit)
    base = {"period": str(goal.base)} if isinstance(goal.base, Span) else {"value": _quantity(goal.base, unit)}
    by = _quantity(goal.by, "percent") if goal.percent else _quantity(goal.by, unit).replace("%", "pp")
    return {"raise_by": by, "from": base}


def _quantity(number: Fraction, unit: str) -> str:
    return f"{_decimal(number * 100)}%" if unit == "percent" else _decimal(number)


def written_days(logged: Logged, happened: Mapping[str, Happened], now: datetime) -> Files:
    """The files of a team without figures: its daily round, its logs and its incidents."""
    steps = [{"id": step, "actor": "ops", "do": step} for step in logged.due]
    steps += [{"id": step, "actor": "ops", "do": step, "optional": "yes"} for step in logged.others]
    sop = {"id": "OPS-1", "title": "Round", "version": "1.0.0", "status": "draft", "owner": "ops", "phase": "run", "steps": steps}
    people = {id_: {"title": id_, "department": "operations"} for id_ in ("ops", "boss")}
    since = {"logs_since": str(logged.since)} if logged.since else {}
    files = {
        "mkdocs.yml": json.dumps({"plugins": [{"sopgen": {"as_of": f"{now:%Y-%m-%d %H:%M}"} | since}]}),
        "data/people.yaml": json.dumps({"departments": {"operations": {"title": "Operations"}}, "people": people}),
        "data/metrics.yaml": "gmv: {title: GMV, formula: sum(store.paid), unit: CNY, better: up}\n",
        "sop/OPS-1.md": f"---\n{json.dumps(sop)}\n---\n",
    }
    for day, checked in logged.checked.items():
        found = {step: {"text": step} for step in sorted(logged.found[day])}
        files[f"data/logs/{day}.yaml"] = json.dumps({"by": "ops", "follows": "OPS-1", "checked": sorted(checked), "found": found})
    for id_, each in happened.items():
        instants = {name: f"{value:%Y-%m-%d %H:%M}" for name in ("detected", "planned", "resolved") if (value := getattr(each, name))}
        named = {name: value for name in ("owner", "metric") if (value := getattr(each, name))}
        files[f"data/incidents/{id_}.yaml"] = json.dumps({"id": id_, "cause": "It broke", **instants, **named})
    return Files(files)
