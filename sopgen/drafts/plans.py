"""A plan from the SOPs that it follows: their steps become its tasks, dated from its first day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct

from sopgen.drafts.draft import Draft, Given, filled, unknown, words
from sopgen.editing import as_yaml
from sopgen.editing.style import Plain, item_lines
from sopgen.pipeline import Build
from sopgen.records import Sop, Step
from sopgen.records.outputs import OUTPUTS
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.text import Text
from sopgen.writing import Edit

# A task is called by the first clause of what its step does; one that says when in Chinese (…前，) goes on to the next.
_CLAUSE = re.compile(r"(?:[,;:.](?=\s)| \(|(?<![前后起时])，|[；：。（])")
_PAPER = re.compile(r"《([^》]+)》")
_RECORDS = frozenset(title for output in OUTPUTS.values() for title in output.versions.values())


class Dated(Struct, frozen=True):
    """A step with the days on which a plan does it, and the id that its task has."""

    sop: Sop
    step: Step
    days: Period
    task: str


def plan(build: Build, id_: str, first: date, last: date | None, follow: Iterable[str], given: Given) -> Draft:
    """The files of a plan whose first day is `first`. Unless it is given, its last day is that of the last step after it."""
    model = build.view.model
    folder = f"plans/{id_}"
    if id_ in model.plans or any(path.startswith(f"{folder}/") for path in build.source.paths()):
        return Message(N_("there is a plan `{id}` already"), {"id": id_})
    follow = tuple(dict.fromkeys(follow))
    sops = [model.sops.get(each) for each in follow]
    if None in sops:
        missing = next(each for each, sop in zip(follow, sops, strict=True) if sop is None)
        return unknown(N_("there is no SOP `{id}`"), missing, model.sops)
    followed = [sop for sop in sops if sop is not None]
    parent = model.plans.get(str(given.get("parent")))
    owner = given.get("owner") or (parent.owner if parent else None) or (followed[0].owner if followed else None)
    if owner is None:
        return Message(N_("nobody owns the plan: name its --owner, its --parent or an SOP to --follow"))
    try:
        steps = _dated(followed, first)
    except OverflowError:
        return Message(N_("the calendar ends before all steps have a day: {first} is no first day for them"), {"first": str(first)})
    period = Period(first, last or max((each.days.end for each in steps if each.days.end >= first), default=first))
    fields: Given = {
        "id": id_,
        **given,
        "period": str(period),
        "work": _work(period, steps),
        "owner": owner,
        "follows": tuple(f"{sop.id}@{sop.version}" for sop in followed),
    }
    tasks = "".join(f"{line}\n" for each in steps for line in item_lines(_task(each, steps, build.settings.language)))
    edits = (Edit(f"{folder}/plan.yaml", as_yaml(filled("plan", fields)).encode(), None),)
    return (*edits, Edit(f"{folder}/tasks.yaml", tasks.encode(), None)) if tasks else edits


def _dated(sops: Sequence[Sop], first: date) -> tuple[Dated, ...]:
    """The steps that are done once a plan, in the order of the SOPs; two of one name have the number of their SOP before it."""
    steps = [(sop, step) for sop in sops for step in sop.steps if step.offset]
    names = [step.id for _, step in steps]
    return tuple(
        Dated(sop, step, _days(step, first), step.id if names.count(step.id) == 1 else f"{sop.id.lower()}-{step.id}") for sop, step in steps
    )


def _days(step: Step, first: date) -> Period:
    """A step is due on the day of its offset, and begun so early that it has the days it may take."""
    due = first + DAY * int((step.offset or "T+0").removeprefix("T"))
    length = -(-(step.within or DAY) // DAY)
    return Period(due - DAY * (max(length, 1) - 1), due)


def _work(period: Period, steps: Iterable[Dated]) -> str | None:
    """The days of the tasks and the period together, where they are more than the period."""
    days = [period, *(each.days for each in steps)]
    work = Period(min(each.start for each in days), max(each.end for each in days))
    return str(work) if work != period else None


def _task(dated: Dated, steps: Iterable[Dated], language: str) -> Mapping[str, Plain]:
    step = dated.step
    title = Text({name: _clause(text) for name, text in step.do.versions.items()})
    fields: Given = {
        "id": dated.task,
        "title": words(title, language),
        "description": _description(step.do, title, language),
        "start": str(dated.days.start),
        "due": str(dated.days.end),
        "owner": step.actor,
        "deliverable": _deliverable(step, language),
        "step": f"{dated.sop.id}/{step.id}",
        "after": _after(dated, steps),
    }
    return filled("tasks", fields, "task")


def _clause(text: str) -> str:
    return _CLAUSE.split(text, maxsplit=1)[0].rstrip(".。")


def _description(text: Text, title: Text, language: str) -> Plain | None:
    """What a step says beyond its title: the sentences after it, and all of it where the title is not a sentence of its own."""
    after = {name: whole[len(title.versions[name]) :].lstrip(".。 ") for name, whole in text.versions.items()}
    if not any(after.values()):
        return None
    is_sentence = all(whole[len(title.versions[name]) :].startswith((".", "。")) for name, whole in text.versions.items())
    return words(Text(after) if is_sentence and all(after.values()) else text, language)


def _deliverable(step: Step, language: str) -> Plain | None:
    """The paper that a step's output names, in every language that names one; those that are records of their own are none."""
    texts = step.output.versions if step.output else {}
    papers = {name: match[1] for name, text in texts.items() if (match := _PAPER.search(text)) and match[1] not in _RECORDS}
    return {"title": words(Text(papers), language)} if papers else None


def _after(dated: Dated, steps: Iterable[Dated]) -> tuple[str, ...]:
    """The tasks of the same SOP that are due next before this one begins."""
    earlier = [each for each in steps if each.sop is dated.sop and each.days.end < dated.days.start]
    latest = max((each.days.end for each in earlier), default=None)
    return tuple(each.task for each in earlier if each.days.end == latest)
