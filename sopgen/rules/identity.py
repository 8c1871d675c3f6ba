"""Ids: one meaning each, and the same as the file's name where a file is one record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from sopgen.records import Improvement, Incident, Plan, Problem, Research, Resources, Retro, Sop, Strategy, Success, Task
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity


@rule(Severity.ERROR, N_("the id `{id}` does not match `{name}`, where the record is"), N_("use one name for both"))
def id_matches_file(view: View) -> Iterator[Finding]:
    """A record that has a file of its own is called as the file is, so that whoever has the id finds the file.

    Bad:
        # data/incidents/2024-06-03-late.yaml
        id: 2024-06-04-late
        process: Dispatch
        detected: 2024-06-03 10:00
        cause: The van broke down

    Good:
        # data/incidents/2024-06-03-late.yaml
        id: 2024-06-03-late
        process: Dispatch
        detected: 2024-06-03 10:00
        cause: The van broke down
    """
    for record in view.model.origins:
        if isinstance(record, Incident | Plan | Sop):
            path = PurePosixPath(view.model.path(record))
            name = path.parent.name if isinstance(record, Plan) else path.stem
            if record.id != name:
                yield Finding(At(record, ("id",)), {"id": record.id, "name": name})


@rule(Severity.ERROR, N_("the id `{id}` is already taken"), N_("give each record an id of its own"))
def duplicate_id(view: View) -> Iterator[Finding]:
    """An id names one record of its kind.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count-stock, title: Count, start: 2024-06-03, due: 2024-06-05, owner: shop-manager}
        - {id: count-stock, title: Count again, start: 2024-06-06, due: 2024-06-07, owner: shop-manager}

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count-stock, title: Count, start: 2024-06-03, due: 2024-06-05, owner: shop-manager}
        - {id: recount-stock, title: Count again, start: 2024-06-06, due: 2024-06-07, owner: shop-manager}
    """
    first: dict[tuple[object, ...], At] = {}
    for scope, id_, at in _named(view):
        if (*scope, id_) in first:
            yield Finding(at, {"id": id_}, related=((first[*scope, id_], Message(N_("first used here"))),))
        else:
            first[*scope, id_] = at


def _named(view: View) -> Iterator[tuple[tuple[object, ...], str, At]]:
    """Every id that stands in a file, with the scope that it must be alone in."""
    for record in view.model.origins:
        if isinstance(record, Incident | Sop):
            yield (type(record),), record.id, At(record, ("id",))
        if isinstance(record, Task):
            yield (Task, view.model.plan_of(record)), record.id, At(record, ("id",))
        if isinstance(record, Sop):
            yield from (((record, "step"), step.id, At(record, ("steps", n, "id"))) for n, step in enumerate(record.steps))
        if isinstance(record, Research):
            yield from (
                ((record, "competitor"), each.id, At(record, ("competitors", n, "id"))) for n, each in enumerate(record.competitors)
            )
            chances = enumerate(record.opportunities)
            yield from (((record, "opportunity"), each.id, At(record, ("opportunities", n, "id"))) for n, each in chances)
        if isinstance(record, Strategy):
            scope = (record, "aim")
            yield from ((scope, target.id, At(target, key=True)) for target in view.model.targets.get(record.id, {}).values())
            yield from ((scope, item.id, At(record, (*pointer, "id"))) for pointer, item in record.items)
        if isinstance(record, Resources):
            yield from (((record,), item.id, At(record, (*pointer, "id"))) for pointer, item in record.items)
        if isinstance(record, Retro):
            yield from _findings_of(record)


def _findings_of(retro: Retro) -> Iterator[tuple[tuple[object, ...], str, At]]:
    sections: tuple[tuple[str, tuple[Success | Problem | Improvement, ...]], ...] = (
        ("successes", retro.successes),
        ("problems", retro.problems),
        ("improvements", retro.improvements),
    )
    for section, items in sections:
        for number, item in enumerate(items):
            yield (retro,), item.id, At(retro, (section, number, "id"))


@rule(Severity.ERROR, N_("`{plan}` has no plan.yaml"), N_("add plans/{plan}/plan.yaml, or move the file"))
def folder_without_plan(view: View) -> Iterator[Finding]:
    """Targets, tasks, a brief, a strategy, a resource list and a retro belong to the plan whose folder they are in.

    Bad:
        # plans/2024-07/tasks.yaml
        - {id: count-stock, title: Count, start: 2024-06-03, due: 2024-06-05, owner: shop-manager}

    Good:
        # plans/2024-07/plan.yaml
        {id: 2024-07, kind: daily, title: July, period: 2024-07, owner: shop-manager}
        # plans/2024-07/tasks.yaml
        - {id: count-stock, title: Count, start: 2024-07-03, due: 2024-07-05, owner: shop-manager}
    """
    plans = {view.model.plan_of(record) for record in view.model.origins if isinstance(record, Plan)}
    said: set[str] = set()
    for record in view.model.origins:
        plan = view.model.plan_of(record)
        if plan and plan not in plans and plan not in said and plan not in view.model.unsound.get("plan", ()):
            said.add(plan)
            yield Finding(At(record), {"plan": plan})
