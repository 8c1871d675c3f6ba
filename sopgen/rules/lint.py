"""SOPs as professionals write them: complete, reviewed in time, and naming only papers that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sopgen.readers.formula import Place
from sopgen.readers.markdown import PAPER
from sopgen.readers.yaml import Pointer
from sopgen.records import Sop, Translation
from sopgen.records.outputs import OUTPUTS
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity

IN_USE = ("review", "effective")


@rule(
    Severity.WARNING,
    N_("the SOP has no section `{section}`"),
    N_("add `## {section}` to the text, or change `sop_sections` under `plugins: sopgen` in mkdocs.yml"),
)
def section_missing(view: View) -> Iterator[Finding]:
    """The text of an SOP under review or in force has the sections that the workspace asks for, in the language that it is written in.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: review, owner: shop-manager, phase: run}
        ---

        ## Purpose

        So that nothing runs out.

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: review, owner: shop-manager, phase: run}
        ---

        ## Purpose

        So that nothing runs out.

        ## Scope

        All that is sold.
    """
    settings = view.model.settings
    for record, origin in view.model.origins.items():
        if isinstance(record, Sop) and record.status in IN_USE:
            there = {section.text for section in origin.document.sections}
            for wanted in settings.sop_sections:
                if not there & set(wanted.versions.values()):
                    yield Finding(At(record, ("status",)), {"section": wanted.into(settings.language)})


@rule(
    Severity.WARNING,
    N_("the step `{step}` does not say {what}"),
    N_("add `{key}` to the step"),
)
def step_incomplete(view: View) -> Iterator[Finding]:
    """Each step of an SOP in force says what there is afterwards, and how to tell that it was done well.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: effective, owner: shop-manager, phase: run, author: traffic-specialist,
         approver: shop-manager, approved: 2024-06-01, effective: 2024-06-03,
         steps: [{id: count, actor: shop-manager, do: Count, output: A list}]}
        ---

        ## Purpose

        ## Scope

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: effective, owner: shop-manager, phase: run, author: traffic-specialist,
         approver: shop-manager, approved: 2024-06-01, effective: 2024-06-03,
         steps: [{id: count, actor: shop-manager, do: Count, output: A list, accept: Every product is on it}]}
        ---

        ## Purpose

        ## Scope
    """
    for sop in view.model.sops.values():
        for place, step in enumerate(sop.steps if sop.status == "effective" else ()):
            wanted = (
                ("accept", step.accept, N_("how to tell that it was done well")),
                ("output", step.output or step.record, N_("what there is afterwards")),
            )
            for key, written, what in wanted:
                if not written:
                    yield Finding(At(sop, ("steps", place, "id")), {"step": step.id, "key": key, "what": Message(what)})


@rule(Severity.WARNING, N_("the SOP was to be reviewed by {day}"), N_("review it, and set `approved` and `effective` anew"))
def review_overdue(view: View) -> Iterator[Finding]:
    """An SOP in force is looked at again every so often, as its `review_every` says.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: effective, owner: shop-manager, phase: run, author: traffic-specialist,
         approver: shop-manager, approved: 2023-06-01, effective: 2023-06-03, review_every: 180d}
        ---

        ## Purpose

        ## Scope

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: effective, owner: shop-manager, phase: run, author: traffic-specialist,
         approver: shop-manager, approved: 2024-06-01, effective: 2024-06-03, review_every: 180d}
        ---

        ## Purpose

        ## Scope
    """
    for sop in view.model.sops.values():
        if sop.status == "effective" and sop.next_review and sop.next_review < view.as_of.date():
            yield Finding(At(sop, ("review_every",)), {"day": str(sop.next_review)})


@rule(Severity.ERROR, N_("`{sop}` supersedes itself"), N_("name the SOP whose place it takes"))
def supersedes_itself(view: View) -> Iterator[Finding]:
    """An SOP takes the place of an older one, and no circle of SOPs takes each other's.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run, supersedes: OPS-009}
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run, supersedes: OPS-001}
        ---
    """
    for sop in view.model.sops.values():
        passed, older = set[str](), sop.supersedes
        while older and older in view.model.sops and older not in passed:
            passed.add(older)
            older = view.model.sops[older].supersedes
        if sop.id in passed:
            yield Finding(At(sop, ("supersedes",)), {"sop": sop.id})


@rule(
    Severity.WARNING,
    N_("nothing here is called 《{title}》"),
    N_("name one of the team's papers, a deliverable of a task or an SOP, or take the 《》 away"),
)
def unknown_paper(view: View) -> Iterator[Finding]:
    """What an SOP names in 《》 is one of the papers of the work, the deliverable of a task, or another SOP.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         steps: [{id: count, actor: shop-manager, do: 盘点, output: 《盘点单》}]}
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         steps: [{id: count, actor: shop-manager, do: 盘点, output: 《每日运营日志》}]}
        ---
    """
    known = frozenset(_titles(view))
    for record, origin in view.model.origins.items():
        if isinstance(record, Sop | Translation):
            named = [(text, At(record, pointer, place=place)) for pointer, text, place in _papers(origin.document.value)]
            named += [(paper.text, At(record, span=paper.span)) for paper in origin.document.papers]
            for title, at in named:
                if title not in known:
                    yield Finding(at, {"title": title}, help=nearest(title, known))


def _titles(view: View) -> Iterator[str]:
    """What papers are called, in every language."""
    tasks = (task for tasks in view.model.tasks.values() for task in tasks)
    titles = [*OUTPUTS.values(), *(task.deliverable.title for task in tasks if task.deliverable)]
    for title in (*titles, *(sop.title for sop in view.model.sops.values())):
        yield from title.versions.values()


def _papers(value: object, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str, Place]]:
    """The papers that are named anywhere in a plain value, each with where it stands."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _papers(each, (*pointer, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _papers(each, (*pointer, number))
    else:
        yield from ((pointer, match["text"], Place(*match.span())) for match in PAPER.finditer(str(value)))
