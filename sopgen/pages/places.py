"""Where each thing is shown: the path of its page and the anchor on it. Links and pages agree because both ask here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from sopgen.model import Model
from sopgen.records import Record, Sop

HOME = "index.md"
PLANS = "plans/index.md"
REPORTS = "reports/index.md"
ALERTS = "alerts.md"
INCIDENTS = "incidents.md"
RETROS = "retros/index.md"
RISKS = "risks.md"
SOPS = "sops/index.md"
CHANGES = "sops/changes.md"
UPDATES = "sops/updates.md"
START = "start.md"
STANDUP = "standup.md"
WEEKLY = "weekly.md"
CALENDAR = "calendar.md"
METRICS = "metrics.md"
LOOP = "loop.md"
PEOPLE = "people.md"
TRACES = "trace/"

# Where each of the papers of `sopgen.records.outputs` is found while no plan has one.
OUTPUTS = {
    "market-brief": PLANS,
    "goal-breakdown": PLANS,
    "strategy": PLANS,
    "gantt": PLANS,
    "resource-list": PLANS,
    "assignment": PLANS,
    "daily-log": REPORTS,
    "incident-record": INCIDENTS,
    "daily-report": REPORTS,
    "retro-report": RETROS,
    "sop-updates": UPDATES,
}

# Files that a browser should show as they stand, under a name that it takes for plain text.
TEXTS = (".yaml", ".yml", ".md", ".csv", ".txt")

# How many parts of a figure's id are its home; below zero, how many are not.
_DEPTH = {
    "plans": 3,
    "days": 2,
    "incidents": 2,
    "load": 2,
    "risks": 1,
    "restatements": -1,
    "alerts": -1,
}
_UNSAFE = re.compile(r"[^\w./-]")


def plan(id_: str) -> str:
    """The page of a plan."""
    return f"plans/{id_}.md"


def research(id_: str) -> str:
    """The market and competitor brief of a plan."""
    return f"plans/{id_}/research.md"


def strategy(id_: str) -> str:
    """The strategy of a plan."""
    return f"plans/{id_}/strategy.md"


def resources(id_: str) -> str:
    """The resource list of a plan."""
    return f"plans/{id_}/resources.md"


def tasks(plan: str) -> str:
    """The Gantt chart of a plan, and who does what."""
    return f"plans/{plan}/tasks.md"


def task(plan: str, id_: str) -> str:
    """The row of a task."""
    return f"{tasks(plan)}#{anchor(f'task-{id_}')}"


def assignment(plan: str) -> str:
    """Who does what of a plan."""
    return f"{tasks(plan)}#assignment"


def targets(plan_: str) -> str:
    """The goal breakdown of a plan."""
    return f"{plan(plan_)}#targets"


def retro(id_: str) -> str:
    """The page of a plan's retro."""
    return f"retros/{id_}.md"


# The papers that plans have: what of the model holds them by plan, and where that of one plan is shown.
_OF_PLANS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "market-brief": ("research", research),
    "goal-breakdown": ("targets", targets),
    "strategy": ("strategies", strategy),
    "gantt": ("tasks", tasks),
    "resource-list": ("resources", resources),
    "assignment": ("tasks", assignment),
    "retro-report": ("retros", retro),
}


def papers(model: Model, plan: str) -> list[tuple[str, str]]:
    """The papers that a plan has, each with the place where it is shown."""
    return [(id_, place(plan)) for id_, (name, place) in _OF_PLANS.items() if getattr(model, name).get(plan)]


def output(model: Model, id_: str) -> str | None:
    """Where a paper is found: that of the newest plan that has one."""
    name, place = _OF_PLANS.get(id_, ("", plan))
    held = getattr(model, name) if name else {}
    having = [each for each in model.plans.values() if held.get(each.id)]
    newest = max(having, key=lambda each: (each.period.start, each.id), default=None)
    return place(newest.id) if newest else OUTPUTS.get(id_)


def scene(id_: str) -> str:
    """The page of a scene."""
    return f"scenes/{id_}.md"


def month(day: date) -> str:
    """The daily reports of the month that a day is in."""
    return f"reports/{day:%Y-%m}.md"


def day(value: date) -> str:
    """A day's report."""
    return f"{month(value)}#{value}"


def sop(model: Model, record: Sop) -> str:
    """The page of an SOP: in the tree of pages it stands where it stands in sop/."""
    return model.path(record).removeprefix("sop/")


def home(id_: str) -> str:
    """The beginning of a figure's id that it shares with those that it is listed among."""
    parts = id_.split("/")
    return "/".join(parts[: _DEPTH.get(parts[0], 1)])


def group(id_: str) -> tuple[str, str]:
    """The page, below trace/, that a figure's row stands on, and the row's anchor there: a page a plan and a month of days."""
    kind, _, rest = id_.partition("/")
    name, _, inside = rest.partition("/")
    if kind == "plans":
        return f"plans/{name}", inside
    return (f"days/{name[:7]}", rest) if kind == "days" else (kind, rest)


def trace(id_: str) -> str:
    """The row of a figure on the page that says where the figure comes from."""
    page, row = group(id_)
    return f"{TRACES}{page}.md#{anchor(row)}"


def anchor(text: str) -> str:
    """Any text as an anchor that needs no quoting in a link; other texts have other anchors."""
    return _UNSAFE.sub(lambda match: f"~{ord(match[0]):x}~", text)


def source(path: str) -> str:
    """The copy of a workspace file that the site carries, so that it can be read where no git host is at hand."""
    return f"source/{path}.txt" if path.endswith(TEXTS) else f"source/{path}"


def of(model: Model, kind: str, id_: str) -> str | None:
    """Where the record that a reference names is shown; None where the reference leads nowhere."""
    if kind == "incident":
        return f"{INCIDENTS}#{id_}" if id_ in model.incidents else None
    if kind == "alert":
        rule = id_.partition("/")[0]
        return f"{ALERTS}#{rule}" if rule in model.alerts else None
    if kind in ("sop", "sop-version", "step"):
        name, _, rest = id_.replace("@", "/").partition("/")
        found = model.sops.get(name)
        if kind == "sop-version":
            return f"{sop(model, found)}#changes" if found else None
        anchor = f"#{rest}" if kind == "step" and found and rest in (step.id for step in found.steps) else ""
        return f"{sop(model, found)}{anchor}" if found else None
    if kind == "opportunity":
        name, _, rest = id_.partition("/")
        return f"{research(name)}#{rest}"
    if kind == "aim":
        name, _, rest = id_.partition("/")
        if rest in model.targets.get(name, ()):
            return targets(name)
        return f"{strategy(name)}#{rest}" if rest in model.ids("item", name) else None
    if kind == "finding":
        name, _, rest = id_.partition("/")
        held = model.retros.get(name)
        return f"{retro(name)}#{'improvements' if rest in {each.id for each in held.improvements} else rest}" if held else None
    if kind == "party":
        kind = "person" if id_ in model.people else "department"
    if kind == "output":
        return output(model, id_)
    known: Mapping[str, tuple[Mapping[str, Record], str]] = {
        "person": (model.people, f"{PEOPLE}#{id_}"),
        "department": (model.departments, f"{PEOPLE}#department-{id_}"),
        "metric": (model.metrics, f"{METRICS}#{id_}"),
        "table": (model.tables, f"{METRICS}#table-{id_}"),
        "list": (model.lists, f"{METRICS}#list-{id_}"),
        "risk": (model.risks, f"{RISKS}#{id_}"),
        "plan": (model.plans, plan(id_)),
    }
    records, place = known[kind]
    return place if id_ in records else None
