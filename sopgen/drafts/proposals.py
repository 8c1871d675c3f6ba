"""The proposals of the retros for the risk library, as one edit of it."""

from __future__ import annotations

from datetime import timedelta

from sopgen.compute.risks import Proposal
from sopgen.drafts.draft import Draft, filled, words
from sopgen.editing import Entry, added, listed
from sopgen.editing.style import Plain
from sopgen.pipeline import Build
from sopgen.words.diagnostics import Message
from sopgen.writing import Edit

RISKS = "data/risks.yaml"
_REVIEW = timedelta(days=30)


def proposed_risks(build: Build) -> Draft:
    """Every problem that nothing answers in the risk library: under the risk that its incidents name, else as a new one.

    What nobody has judged yet stands in the middle: likelihood and impact 3, and the category `other`. Where every problem is
    answered there is nothing to edit.
    """
    before = build.source.read(RISKS) if RISKS in build.source.paths() else None
    content, known = before, set(build.view.model.risks)
    for proposal in build.view.facts.proposals:
        after = _added(build, content, proposal, known=proposal.risk in known)
        if isinstance(after, Message):
            return after
        content = after
        known.add(proposal.risk)
    return (Edit(RISKS, content, before),) if content is not None and content != before else ()


def _added(build: Build, content: bytes | None, proposal: Proposal, *, known: bool) -> bytes | Message:
    if known and content is not None:
        return listed(RISKS, content, proposal.risk, "answers", f"{proposal.plan}/{proposal.problem.id}")
    edit = added(RISKS, content, Entry(proposal.risk, _risk(build, proposal)))
    return edit if isinstance(edit, Message) else edit.content


def _risk(build: Build, proposal: Proposal) -> dict[str, Plain]:
    model, language = build.view.model, build.settings.language
    plan, problem = model.plans.get(proposal.plan), proposal.problem
    owners = (model.incidents[id_].owner for id_ in problem.incidents if id_ in model.incidents)
    fields = {
        "title": words(problem.text, language),
        "description": words(problem.cause, language) if problem.cause else None,
        "category": "other",
        "likelihood": 3,
        "impact": 3,
        "treatment": "reduce",
        "owner": next(filter(None, owners), None) or (plan.owner if plan else None),
        "review": str(build.view.as_of.date() + _REVIEW),
        "answers": (f"{proposal.plan}/{problem.id}",),
        "applies_to": (plan.kind,) if plan else None,
    }
    return filled("risks", fields, "risk")
