"""Targets, tasks, logs, incidents, retros and risks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sopgen.compute import logs
from sopgen.drafts.draft import Draft, Given, filled, new_entry, new_file, unknown, words
from sopgen.editing import Entry, as_yaml
from sopgen.editing.style import Plain
from sopgen.pipeline import Build
from sopgen.records import Incident, Plan
from sopgen.words.diagnostics import N_, Message

_REVIEW = timedelta(days=90)
_WHOLE = re.compile(r"0|[1-9]\d{0,17}")


def target(build: Build, plan_id: str, id_: str, given: Given) -> Draft:
    """A line of a plan's goal breakdown; unless they are given, the owner is the plan's and the department the owner's."""
    plan = _plan(build, plan_id)
    if isinstance(plan, Message):
        return plan
    owner = str(given.get("owner") or plan.owner)
    person = build.view.model.people.get(owner)
    department = given.get("department") or (person.department if person else None)
    goal = str(given.get("target"))
    fields = {**given, "target": int(goal) if _WHOLE.fullmatch(goal) else goal, "department": department, "owner": owner}
    value = filled("targets", fields, "target")
    return new_entry(build.source, f"plans/{plan_id}/targets.yaml", Entry(id_, value))


def task(build: Build, plan_id: str, id_: str, given: Given) -> Draft:
    """A line of a plan's task list, in YAML or CSV as the plan has it; unless it is given, work begins on the day of `as_of`."""
    plan = _plan(build, plan_id)
    if isinstance(plan, Message):
        return plan
    sheet = f"plans/{plan_id}/tasks.csv"
    path = sheet if sheet in build.source.paths() else f"plans/{plan_id}/tasks.yaml"
    value = filled("tasks", {"id": id_, **given, "start": given.get("start") or str(build.view.as_of.date())}, "task")
    return new_entry(build.source, path, Entry(id_, value, in_list=True))


def log(build: Build, day: date, checked: Iterable[str], found: Mapping[str, Plain], everything: bool, given: Given) -> Draft:
    """The log of a day; unless they are given, who keeps it and the SOP that it follows are those of the last log before.

    `found` has what the checks found. With `everything`, the checks that are due every day were made, and all others in order.
    """
    model = build.view.model
    before = {other: each for each in model.logs.values() if (other := each.day) and other < day}
    last = before[max(before)] if before else None
    by = given.get("by") or (last.by if last else None)
    follows = given.get("follows") or (last.follows if last else None)
    if by is None:
        return Message(N_("there is no log of a day before to say who keeps it; use --by PERSON"))
    if everything and not follows:
        return Message(N_("no log before names an SOP whose checks could be due: name it with --follows"))
    due = logs.due_steps(model, str(follows)) if everything else ()
    in_order = tuple(dict.fromkeys((*(step for step in due if step not in found), *checked)))
    told: dict[str, Plain] = {step: {"text": text} for step, text in found.items()}
    fields = {**given, "by": by, "follows": follows, "checked": in_order, "found": told or None}
    return new_file(build.source, f"data/logs/{day}.yaml", as_yaml(filled("log", fields)))


def incident(build: Build, name: str, given: Given) -> Draft:
    """Something that went wrong; the day on which it was noticed stands before its name."""
    detected = str(given.get("detected") or build.view.as_of)
    day = detected.partition(" ")[0]
    id_ = name if name.startswith(f"{day}-") else f"{day}-{name}"
    return new_file(build.source, f"data/incidents/{id_}.yaml", as_yaml(filled("incident", {"id": id_, **given, "detected": detected})))


def risk(build: Build, id_: str, given: Given) -> Draft:
    """An entry of the risk library; unless it is given, the day of its review is 90 days after that of `as_of`."""
    value = filled("risks", {**given, "review": given.get("review") or str(build.view.as_of.date() + _REVIEW)}, "risk")
    return new_entry(build.source, "data/risks.yaml", Entry(id_, value))


def retro(build: Build, plan_id: str, given: Given) -> Draft:
    """What the people of a plan say of it afterwards; the incidents of its days that no retro has are problems to begin with."""
    plan = _plan(build, plan_id)
    if isinstance(plan, Message):
        return plan
    empty: tuple[Plain, ...] = ()
    model = build.view.model
    told = {id_ for other in model.retros.values() for problem in other.problems for id_ in problem.incidents}
    incidents = (each for each in model.incidents.values() if each.detected.date() in plan.period and each.id not in told)
    problems = tuple(_problem(each, build.settings.language) for each in incidents)
    value: dict[str, Plain] = {
        "period": given.get("period") or str(plan.period),
        "claims": dict[str, Plain](),
        "successes": empty,
        "problems": problems,
        "improvements": empty,
    }
    return new_file(build.source, f"plans/{plan_id}/retro.yaml", as_yaml(value))


def _problem(incident: Incident, language: str) -> Plain:
    """A problem of a retro that showed in an incident."""
    name = incident.id.removeprefix(f"{incident.detected.date()}-")
    text = words(incident.title or incident.cause, language)
    return {"id": name, "text": text, "incidents": (incident.id,), "cause": words(incident.cause, language)}


def _plan(build: Build, id_: str) -> Plan | Message:
    plans = build.view.model.plans
    return plans[id_] if id_ in plans else unknown(N_("there is no plan `{id}`"), id_, plans)
