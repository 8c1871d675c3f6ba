"""Every reference points at something."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.model import Reference
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Arg, Message, Severity

_KINDS = {
    "person": (N_("person"), "data/people.yaml"),
    "department": (N_("department"), "data/people.yaml"),
    "metric": (N_("metric"), "data/metrics.yaml"),
    "plan": (N_("plan"), "plans/<id>/plan.yaml"),
    "task": (N_("task of this plan"), "tasks.yaml"),
    "sop": (N_("SOP"), "sop/"),
    "sop-version": (N_("version of an SOP"), "sop/"),
    "step": (N_("step of an SOP"), "sop/"),
    "incident": (N_("incident"), "data/incidents/"),
    "finding": (N_("finding of a retro"), "plans/<id>/retro.yaml"),
    "party": (N_("person or department"), "data/people.yaml"),
    "output": (N_("output"), "sopgen/records/outputs.py"),
    "table": (N_("table"), "data/tables/"),
    "alert": (N_("alert rule"), "data/alerts.yaml"),
    "risk": (N_("risk"), "data/risks.yaml"),
    "event": (N_("event of the calendar"), "data/calendar.yaml"),
    "target": (N_("target of this plan"), "targets.yaml"),
    "item": (N_("item of this strategy"), "strategy.yaml"),
    "aim": (N_("target or strategy item"), "targets.yaml"),
    "source": (N_("source of this brief"), "research.yaml"),
}


@rule(Severity.ERROR, N_("there is no {kind} `{id}`"), N_("name one that exists, or add it in {place}"))
def unknown_reference(view: View) -> Iterator[Finding]:
    """A record that names another one names it by an id that exists. References are what holds the loop together.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count-stock, title: Count the stock, start: 2024-06-03, due: 2024-06-05, owner: shop-managr}

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count-stock, title: Count the stock, start: 2024-06-03, due: 2024-06-05, owner: shop-manager}
    """
    model = view.model
    for record, reference in model.unresolved:
        kind, place = _KINDS[reference.to]
        is_key = reference.pointer[-1] == reference.id
        args: dict[str, Arg] = {"kind": Message(kind), "id": reference.id, "place": place}
        hint = nearest(reference.id, model.ids(reference.to, model.plan_of(record)))
        yield Finding(At(record, reference.pointer, key=is_key), args, help=hint)


@rule(Severity.ERROR, N_("`{id}` is no metric, and the target names none"), N_("name a metric with `metric:`, or use a metric's id"))
def target_without_metric(view: View) -> Iterator[Finding]:
    """A target is about a metric: the one it is called after, or the one that `metric` names.

    Bad:
        # plans/2024-06/targets.yaml
        gmw: {target: 36万, department: operations, owner: shop-manager}

    Good:
        # plans/2024-06/targets.yaml
        gmv: {target: 36万, department: operations, owner: shop-manager}
    """
    for targets in view.model.targets.values():
        for target in targets.values():
            if target.metric is None and not view.model.resolves(Reference((), "metric", target.id)):
                yield Finding(At(target, key=True), {"id": target.id}, help=nearest(target.id, view.model.ids("metric")))
