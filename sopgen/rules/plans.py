"""Plans and their tasks: days in order, inside one another, and no circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sopgen.records import Plan, Task
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Arg, Message, Severity


@rule(Severity.ERROR, N_("task `{task}` is due before it starts"), N_("set `due` on or after {start}"))
def task_due_before_start(view: View) -> Iterator[Finding]:
    """A task is due on or after the day it starts.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count-stock, title: Count the stock, start: 2024-06-05, due: 2024-06-03, owner: shop-manager}

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count-stock, title: Count the stock, start: 2024-06-03, due: 2024-06-05, owner: shop-manager}
    """
    for tasks in view.model.tasks.values():
        for task in tasks:
            if task.due < task.start:
                earlier = Message(N_("{days} days earlier"), {"days": (task.start - task.due).days})
                related = ((At(task, ("start",)), Message(N_("starts here"))),)
                yield Finding(At(task, ("due",)), {"task": task.id, "start": str(task.start)}, earlier, related)


@rule(Severity.ERROR, N_("task `{task}` {end} outside the plan's work, {work}"), N_("move the task, or widen `work` in plan.yaml"))
def task_outside_work(view: View) -> Iterator[Finding]:
    """A task lies within the days that its plan works on: `work`, else the plan's period.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count-stock, title: Count the stock, start: 2024-06-03, due: 2024-08-05, owner: shop-manager}

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count-stock, title: Count the stock, start: 2024-06-03, due: 2024-06-05, owner: shop-manager}
    """
    for plan in view.model.plans.values():
        work = plan.work or plan.period
        related = ((At(plan, ("work" if plan.work else "period",)), Message(N_("the plan works on these days"))),)
        for task in view.model.tasks.get(plan.id, ()):
            for name, day, end in (("start", task.start, N_("starts")), ("due", task.due, N_("is due"))):
                if day not in work and task.start <= task.due:
                    args: dict[str, Arg] = {"task": task.id, "end": Message(end), "work": str(work)}
                    yield Finding(At(task, (name,)), args, related=related)
                    break


@rule(
    Severity.ERROR,
    N_("task `{task}` starts before `{other}`, which it comes after, is due"),
    N_("start it on or after {due}, or take `{other}` out of `after`"),
)
def task_before_dependency(view: View) -> Iterator[Finding]:
    """A task starts on or after the day on which each task that it comes `after` is due.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count the stock, start: 2024-06-03, due: 2024-06-05, owner: shop-manager}
        - {id: order, title: Order more, start: 2024-06-04, due: 2024-06-07, owner: shop-manager, after: [count]}

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count the stock, start: 2024-06-03, due: 2024-06-05, owner: shop-manager}
        - {id: order, title: Order more, start: 2024-06-06, due: 2024-06-07, owner: shop-manager, after: [count]}
    """
    for tasks in view.model.tasks.values():
        by_id = {task.id: task for task in tasks}
        circular = {id_ for path in _circles(by_id) for id_ in path}
        for task in tasks:
            for number, id_ in enumerate(task.after):
                other = by_id.get(id_)
                if other and task.start < other.due and not (task.id in circular and id_ in circular):
                    related = ((At(other, ("due",)), Message(N_("due here"))), (At(task, ("after", number)), Message(N_("comes after it"))))
                    yield Finding(At(task, ("start",)), {"task": task.id, "other": id_, "due": str(other.due)}, related=related)


@rule(Severity.ERROR, N_("these tasks wait for each other: {path}"), N_("take one of them out of `after`"))
def task_cycle(view: View) -> Iterator[Finding]:
    """Tasks that wait for each other never start.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-03, owner: shop-manager, after: [order]}
        - {id: order, title: Order, start: 2024-06-03, due: 2024-06-03, owner: shop-manager, after: [count]}

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-03, owner: shop-manager}
        - {id: order, title: Order, start: 2024-06-03, due: 2024-06-03, owner: shop-manager, after: [count]}
    """
    for tasks in view.model.tasks.values():
        by_id = {task.id: task for task in tasks}
        for path in _circles(by_id):
            first = by_id[path[0]]
            yield Finding(At(first, ("after", first.after.index(path[1]))), {"path": " → ".join(path)})


def _circles(tasks: Mapping[str, Task]) -> Iterator[tuple[str, ...]]:
    """Each circle of `after`, as the ids on the way round, the first one again at the end."""
    finished: set[str] = set()
    for start in tasks:
        way: list[str] = []
        stack = [(start, iter(tasks[start].after))] if start not in finished else []
        way += [start] if stack else []
        while stack:
            id_, others = stack[-1]
            other = next((each for each in others if each in tasks and each not in finished), None)
            if other is None:
                finished.add(id_)
                stack.pop()
                way.pop()
            elif other in way:
                yield (*way[way.index(other) :], other)
            else:
                way.append(other)
                stack.append((other, iter(tasks[other].after)))


@rule(Severity.ERROR, N_("task `{task}` is done before it was started"), N_("set `done` on or after {started}"))
def task_done_before_started(view: View) -> Iterator[Finding]:
    """What happened, happened in order: a task is done on or after the day it was started.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, started: 2024-06-05, done: 2024-06-04, owner: shop-manager}

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, started: 2024-06-04, done: 2024-06-05, owner: shop-manager}
    """
    for tasks in view.model.tasks.values():
        for task in tasks:
            if task.started and task.done and task.done < task.started:
                related = ((At(task, ("started",)), Message(N_("started here"))),)
                yield Finding(At(task, ("done",)), {"task": task.id, "started": str(task.started)}, related=related)


@rule(Severity.ERROR, N_("plan `{plan}` goes beyond the plan it is part of, {period}"), N_("keep `period` within it, or drop `parent`"))
def plan_beyond_parent(view: View) -> Iterator[Finding]:
    """A plan within a plan shares the days of its parent: its period lies within the parent's.

    Bad:
        # plans/sale/plan.yaml
        {id: sale, kind: growth, title: Sale, parent: 2024-06, period: 2024-06-20..2024-07-03, owner: shop-manager}

    Good:
        # plans/sale/plan.yaml
        {id: sale, kind: growth, title: Sale, parent: 2024-06, period: 2024-06-20..2024-06-23, owner: shop-manager}
    """
    circular = {id_ for circle in _circles_of_parents(view.model.plans) for id_ in circle}
    for plan in view.model.plans.values():
        parent = view.model.plans.get(plan.parent or "")
        if parent and plan.id not in circular and not parent.period.covers(plan.period):
            related = ((At(parent, ("period",)), Message(N_("the period of `{parent}`"), {"parent": parent.id})),)
            yield Finding(At(plan, ("period",)), {"plan": plan.id, "period": str(parent.period)}, related=related)


@rule(Severity.ERROR, N_("these plans are part of each other: {path}"), N_("take `parent` out of one of them"))
def plan_cycle(view: View) -> Iterator[Finding]:
    """A plan is part of a larger one, and never of itself.

    Bad:
        # plans/spring/plan.yaml
        {id: spring, kind: growth, title: Spring, parent: sale, period: 2024-06-20..2024-06-23, owner: shop-manager}
        # plans/sale/plan.yaml
        {id: sale, kind: growth, title: Sale, parent: spring, period: 2024-06-20..2024-06-23, owner: shop-manager}

    Good:
        # plans/spring/plan.yaml
        {id: spring, kind: growth, title: Spring, parent: 2024-06, period: 2024-06-20..2024-06-23, owner: shop-manager}
        # plans/sale/plan.yaml
        {id: sale, kind: growth, title: Sale, parent: spring, period: 2024-06-20..2024-06-23, owner: shop-manager}
    """
    for circle in _circles_of_parents(view.model.plans):
        yield Finding(At(view.model.plans[circle[0]], ("parent",)), {"path": " → ".join([*circle, circle[0]])})


def _circles_of_parents(plans: Mapping[str, Plan]) -> Iterator[list[str]]:
    """The ids of each circle of plans, once."""
    passed: set[str] = set()
    for start in plans:
        way: list[str] = []
        id_ = start
        while id_ in plans and id_ not in passed:
            passed.add(id_)
            way.append(id_)
            id_ = plans[id_].parent or ""
        if id_ in way:
            yield way[way.index(id_) :]


@rule(Severity.ERROR, N_("task `{task}` is done, and there is no file `{file}`"), N_("add {path}, or correct the name"))
def deliverable_missing(view: View) -> Iterator[Finding]:
    """What a task that is done has handed over is in the plan's folder, under the name that the task gives it.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, done: 2024-06-05, owner: shop-manager,
           deliverable: {title: Stock list, file: deliverables/stok.csv}}
        # plans/2024-06/deliverables/stock.csv
        sku,pieces

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, done: 2024-06-05, owner: shop-manager,
           deliverable: {title: Stock list, file: deliverables/stock.csv}}
        # plans/2024-06/deliverables/stock.csv
        sku,pieces
    """
    files = frozenset(view.source.paths())
    for plan, tasks in view.model.tasks.items():
        for task in tasks:
            name = task.deliverable.file if task.deliverable else None
            if task.done and name and f"plans/{plan}/{name}" not in files:
                args: dict[str, Arg] = {"task": task.id, "file": name, "path": f"plans/{plan}/{name}"}
                yield Finding(At(task, ("deliverable", "file")), args)


@rule(
    Severity.WARNING,
    N_("task `{task}` is done, and nothing shows what it handed over"),
    N_("give its `deliverable` a `file`, or say in `evidence` where it is to be seen"),
)
def done_without_evidence(view: View) -> Iterator[Finding]:
    """A task that is done and hands something over says where that is: the deliverable's file, or evidence.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, done: 2024-06-05, owner: shop-manager,
           deliverable: {title: Stock list}}

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, done: 2024-06-05, owner: shop-manager,
           deliverable: {title: Stock list}, evidence: The list hangs in the stock room}
    """
    for tasks in view.model.tasks.values():
        for task in tasks:
            if task.done and task.deliverable and not task.deliverable.file and not task.evidence:
                yield Finding(At(task, ("deliverable",)), {"task": task.id})


@rule(Severity.ERROR, N_("the evidence of task `{task}` is a file that is not there: `{file}`"), N_("add {path}, or correct the name"))
def evidence_missing(view: View) -> Iterator[Finding]:
    """Evidence that is named as a file under `deliverables/` is there.

    Bad:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, done: 2024-06-05, owner: shop-manager,
           evidence: deliverables/stok.csv}
        # plans/2024-06/deliverables/stock.csv
        sku,pieces

    Good:
        # plans/2024-06/tasks.yaml
        - {id: count, title: Count, start: 2024-06-03, due: 2024-06-05, done: 2024-06-05, owner: shop-manager,
           evidence: deliverables/stock.csv}
        # plans/2024-06/deliverables/stock.csv
        sku,pieces
    """
    files = frozenset(view.source.paths())
    for plan, tasks in view.model.tasks.items():
        for task in tasks:
            for language, name in task.evidence.versions.items() if task.evidence else ():
                if name.startswith("deliverables/") and f"plans/{plan}/{name}" not in files:
                    at = ("evidence", language) if language else ("evidence",)
                    yield Finding(At(task, at), {"task": task.id, "file": name, "path": f"plans/{plan}/{name}"})
