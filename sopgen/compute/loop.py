"""Where the loop does not close: records that nothing leads to, and records that lead nowhere, each with what mends it.

target -> plan -> task -> metric -> alert -> incident -> retro -> action -> risk -> SOP -> next plan
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct

from sopgen.compute.risks import answers, proposals
from sopgen.model import Model, references
from sopgen.readers import formula
from sopgen.readers.formula import Aggregate, MetricName, Problem
from sopgen.words.diagnostics import N_, Message


class Break(StrEnum):
    """How the loop breaks at a record."""

    ORPHAN = N_("orphan")
    DEAD_END = N_("dead end")


class LooseEnd(Struct, frozen=True):
    """A record, `kind` and `id` as references name it, at which the loop is broken: `why`, and the command or the line that mends it."""

    broken: Break
    kind: str
    id: str
    why: Message
    mend: Message


def loose_ends(model: Model, day: date) -> tuple[LooseEnd, ...]:
    """Every loose end as of `day`, in the order of the loop."""
    return (*_plans(model, day), *_targets(model), *_alerts(model), *_problems(model, day), *_improvements(model), *_orphans(model))


def _dead_end(kind: str, id_: str, why: str, mend: str, **args: str) -> LooseEnd:
    return LooseEnd(Break.DEAD_END, kind, id_, Message(why, {"id": id_}), Message(mend, {"id": id_, **args}))


def _plans(model: Model, day: date) -> Iterator[LooseEnd]:
    """Plans that ask for nothing, that nobody works on, or that nobody looked back on."""
    for plan in model.plans.values():
        if not model.targets.get(plan.id):
            yield _dead_end("plan", plan.id, N_("the plan has no target"), N_("`sopgen new target {id} METRIC`"))
        if not model.tasks.get(plan.id):
            yield _dead_end("plan", plan.id, N_("the plan has no task"), N_("`sopgen new task {id} TASK`"))
        if plan.period.end < day and plan.id not in model.retros:
            yield _dead_end("plan", plan.id, N_("the plan is over and has no retro"), N_("`sopgen new retro {id}`"))


def _targets(model: Model) -> Iterator[LooseEnd]:
    """Metrics that somebody aims for and nobody watches or reports."""
    aimed = {target.metric_id for targets in model.targets.values() for target in targets.values()}
    watched = {alert.metric for alert in model.alerts.values()}
    for metric in model.metrics.values():
        if metric.id in aimed and metric.id not in watched:
            yield _dead_end(
                "metric",
                metric.id,
                N_("there is a target for it, and no alert rule watches it"),
                N_("add a rule with `metric: {id}` to data/alerts.yaml"),
            )


def _alerts(model: Model) -> Iterator[LooseEnd]:
    """Rules that fire and do not say what to do then."""
    for alert in model.alerts.values():
        if alert.follow is None:
            yield _dead_end("alert", alert.id, N_("the rule names no SOP to follow"), N_("add `follow:` to `{id}` in data/alerts.yaml"))


def _problems(model: Model, day: date) -> Iterator[LooseEnd]:
    """What retros found, closed or not, and nothing answers."""
    for each in proposals(model, day):
        yield _dead_end("finding", f"{each.plan}/{each.problem.id}", N_("nothing answers the problem"), N_("`sopgen risks apply`"))


def _improvements(model: Model) -> Iterator[LooseEnd]:
    """What retros want to do better and nobody took up."""
    answered = answers(model)
    for retro in model.retros.values():
        for each in retro.improvements:
            if (id_ := f"{retro.id}/{each.id}") not in answered:
                yield _dead_end(
                    "finding",
                    id_,
                    N_("no task, SOP change, risk or alert rule takes the improvement up"),
                    N_("`sopgen new task PLAN TASK --answers {id}`"),
                )


_UNUSED = {
    "metric": (N_("no target, alert rule, SOP, formula or report uses the metric"), N_("`sopgen new target PLAN {id}`")),
    "table": (N_("no formula or alert rule reads the table"), N_("add a metric that reads it to data/metrics.yaml")),
    "list": (N_("no formula names the list"), N_("name it in a formula, or take it out of data/lists.yaml")),
    "department": (N_("nobody works in the department"), N_("give it a person in data/people.yaml, or take it out")),
    "person": (N_("nothing names the person"), N_("make the person the owner of something, or take them out of data/people.yaml")),
}


def _orphans(model: Model) -> Iterator[LooseEnd]:
    """Records that no other record names."""
    used = {*_referred(model), *_in_formulas(model)}
    used |= {("metric", metric.id) for metric in model.metrics.values() if metric.reports}
    used |= {("metric", target.id) for targets in model.targets.values() for target in targets.values()}
    for kind, (why, mend) in _UNUSED.items():
        for id_ in sorted(model.ids(kind)):
            if (kind, id_) not in used:
                yield LooseEnd(Break.ORPHAN, kind, id_, Message(why), Message(mend, {"id": id_}))


def _referred(model: Model) -> Iterator[tuple[str, str]]:
    for record in model.origins:
        for reference in references(record):
            yield reference.to, reference.id


def _in_formulas(model: Model) -> Iterator[tuple[str, str]]:
    """What formulas, drivers and conditions name."""
    texts = [text for metric in model.metrics.values() for text in (metric.formula, metric.drivers) if text]
    conditions = [alert.when for alert in model.alerts.values() if alert.when]
    for parsed in (*map(formula.parse, texts), *map(formula.parse_condition, conditions)):
        for node in () if isinstance(parsed, Problem) else formula.walk(parsed):
            if isinstance(node, MetricName):
                yield "metric", node.id
            elif isinstance(node, Aggregate):
                yield "table", node.table
                yield from (("list", each.value) for each in node.where if each.listed)
    for alert in model.alerts.values():
        yield from (("table", name.partition(".")[0]) for name in alert.min)
