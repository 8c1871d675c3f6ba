"""SOPs: document control that holds together, and translations that keep up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from sopgen.records import Translation
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity

_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/", re.IGNORECASE)


@rule(
    Severity.ERROR,
    N_("the version is {version}, and no change says what it changed"),
    N_("add a change for {version}, or correct the version"),
)
def version_without_change(view: View) -> Iterator[Finding]:
    """Each version of an SOP is explained: its current one stands in `changes`.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.1.0, status: draft, owner: shop-manager, phase: run,
         changes: [{version: 1.0.0, date: 2024-06-01, by: shop-manager, why: First version}]}
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         changes: [{version: 1.0.0, date: 2024-06-01, by: shop-manager, why: First version}]}
        ---
    """
    for sop in view.model.sops.values():
        if sop.changes and sop.version not in [change.version for change in sop.changes]:
            yield Finding(At(sop, ("version",)), {"version": sop.version})


@rule(Severity.ERROR, N_("an effective SOP needs `{key}`"), N_("add `{key}`, or set the status back to review"))
def effective_without_approval(view: View) -> Iterator[Finding]:
    """What people must follow was approved by somebody on a day, and is in force from a day on.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: effective, owner: shop-manager, phase: run,
         approver: shop-manager, approved: 2024-06-01}
        ---

        ## Purpose

        ## Scope

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: effective, owner: shop-manager, phase: run,
         approver: shop-manager, approved: 2024-06-01, effective: 2024-06-03}
        ---

        ## Purpose

        ## Scope
    """
    for sop in view.model.sops.values():
        if sop.status == "effective":
            missing = [key for key in ("approver", "approved", "effective") if getattr(sop, key) is None]
            for key in missing[:1]:
                yield Finding(At(sop, ("status",)), {"key": key})


@rule(Severity.ERROR, N_("`{person}` approves what they wrote"), N_("let somebody else approve it"))
def author_approves(view: View) -> Iterator[Finding]:
    """An SOP is approved by somebody other than its author.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         author: shop-manager, approver: shop-manager}
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run, author: shop-manager}
        ---
    """
    for sop in view.model.sops.values():
        if sop.author is not None and sop.author == sop.approver:
            related = ((At(sop, ("author",)), Message(N_("the author"))),)
            yield Finding(At(sop, ("approver",)), {"person": sop.author}, related=related)


@rule(Severity.ERROR, N_("the SOP is effective before it was approved"), N_("set `effective` on or after {approved}"))
def effective_before_approved(view: View) -> Iterator[Finding]:
    """Nobody has to follow what is not approved yet.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         approved: 2024-06-05, effective: 2024-06-03}
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         approved: 2024-06-03, effective: 2024-06-05}
        ---
    """
    for sop in view.model.sops.values():
        if sop.approved and sop.effective and sop.effective < sop.approved:
            related = ((At(sop, ("approved",)), Message(N_("approved here"))),)
            yield Finding(At(sop, ("effective",)), {"approved": str(sop.approved)}, related=related)


@rule(Severity.ERROR, N_("there is no SOP `{sop}` to translate"), N_("name the file after the SOP: <id>.<language>.md"))
def translation_of_nothing(view: View) -> Iterator[Finding]:
    """A translation is named after the SOP that it translates.

    Bad:
        # sop/run/OPS-999.zh.md
        ---
        translates: 1.0.0
        ---

    Good:
        # sop/run/OPS-009.zh.md
        ---
        translates: 1.0.0
        ---
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run}
        ---
    """
    for (sop, _language), translation in view.model.translations.items():
        if sop not in view.model.sops and sop not in view.model.unsound.get("sop", ()):
            yield Finding(At(translation), {"sop": sop})


@rule(Severity.ERROR, N_("`{sop}` has another translation into this language"), N_("keep one of the two files"))
def duplicate_translation(view: View) -> Iterator[Finding]:
    """An SOP has one translation a language: of two, nobody could tell which one holds.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run}
        ---
        # sop/run/OPS-009.zh.md
        ---
        translates: 1.0.0
        ---
        # sop/zh/OPS-009.zh.md
        ---
        translates: 1.0.0
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run}
        ---
        # sop/run/OPS-009.zh.md
        ---
        translates: 1.0.0
        ---
    """
    first: dict[str, Translation] = {}
    for record in view.model.origins:
        if isinstance(record, Translation):
            name = PurePosixPath(view.model.path(record)).name
            if name in first:
                related = ((At(first[name]), Message(N_("the other one"))),)
                yield Finding(At(record), {"sop": name.split(".")[0]}, related=related)
            first.setdefault(name, record)


@rule(Severity.WARNING, N_("the site is not made in the language `{language}`"), N_("its languages are {languages}"))
def translation_without_site(view: View) -> Iterator[Finding]:
    """A translation is into a language that the site is made in; nobody would see another one.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run}
        ---
        # sop/run/OPS-009.cn.md
        ---
        translates: 1.0.0
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run}
        ---
        # sop/run/OPS-009.zh.md
        ---
        translates: 1.0.0
        ---
    """
    languages = view.model.settings.languages
    for (_sop, language), translation in view.model.translations.items():
        if language not in languages:
            yield Finding(At(translation), {"language": language, "languages": ", ".join(languages)})


@rule(Severity.WARNING, N_("this translates version {old} of `{sop}`, which is at {new}"), N_("bring the translation up to {new}"))
def outdated_translation(view: View) -> Iterator[Finding]:
    """A translation says which version it translates, so that readers of the other language are not left behind unnoticed.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.1.0, status: draft, owner: shop-manager, phase: run}
        ---
        # sop/run/OPS-009.zh.md
        ---
        translates: 1.0.0
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.1.0, status: draft, owner: shop-manager, phase: run}
        ---
        # sop/run/OPS-009.zh.md
        ---
        translates: 1.1.0
        ---
    """
    for (id_, _language), translation in view.model.translations.items():
        sop = view.model.sops.get(id_)
        if sop and translation.translates != sop.version:
            yield Finding(At(translation, ("translates",)), {"old": translation.translates, "sop": id_, "new": sop.version})


@rule(Severity.ERROR, N_("`{sop}` has no step `{step}`"), N_("the steps of a translation have the ids of the SOP's steps: {steps}"))
def unknown_step_translated(view: View) -> Iterator[Finding]:
    """A translation names the steps by the ids that they have in the SOP.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         steps: [{id: count, actor: shop-manager, do: Count}]}
        ---
        # sop/run/OPS-009.zh.md
        ---
        {translates: 1.0.0, steps: [{id: recount, do: 盘点}]}
        ---

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run,
         steps: [{id: count, actor: shop-manager, do: Count}]}
        ---
        # sop/run/OPS-009.zh.md
        ---
        {translates: 1.0.0, steps: [{id: count, do: 盘点}]}
        ---
    """
    for (id_, _language), translation in view.model.translations.items():
        sop = view.model.sops.get(id_)
        known = [step.id for step in sop.steps] if sop else []
        for number, step in enumerate(translation.steps):
            if sop and step.id not in known:
                yield Finding(At(translation, ("steps", number, "id")), {"sop": id_, "step": step.id, "steps": ", ".join(known)})


# What the site adds to the files of sop/: a link may lead to it, though on a git host there is nothing.
SITE_PAGES = (
    "loop.md",
    "start.md",
    "standup.md",
    "weekly.md",
    "calendar.md",
    "scenes/",
    "index.md",
    "alerts.md",
    "incidents.md",
    "risks.md",
    "metrics.md",
    "people.md",
    "plans/",
    "reports/",
    "retros/",
    "sops/",
    "trace/",
)


@rule(
    Severity.ERROR,
    N_("the link leads nowhere: there is no `{path}`"),
    N_("write the way from this file to the other one, `../3-run/OPS-302.md`"),
)
def dead_link(view: View) -> Iterator[Finding]:
    """A link or an image in an SOP leads to a file of sop/, to a page of the site, or to another host.

    Bad:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run}
        ---
        See [how we sell](OPS-100.md).

    Good:
        # sop/run/OPS-009.md
        ---
        {id: OPS-009, title: Count, version: 1.0.0, status: draft, owner: shop-manager, phase: run}
        ---
        See [how we sell](OPS-001.md), [the risks](../risks.md) and `[no link](OPS-100.md)`.
    """
    files = frozenset(view.source.paths())
    for record, origin in view.model.origins.items():
        for link in origin.document.links:
            target = unquote(link.text.partition("#")[0])
            path = normpath(join(dirname(origin.document.path), target))
            if target and not _ELSEWHERE.match(target) and path not in files and not path.removeprefix("sop/").startswith(SITE_PAGES):
                yield Finding(At(record, span=link.span), {"path": path})
