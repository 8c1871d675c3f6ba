"""Incidents and retros: what happened, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity

_NUMBER = re.compile(r"[A-Z]{2,6}-[0-9]{1,5}")


@rule(Severity.ERROR, N_("`{key}` is before the incident was detected"), N_("set it at or after {detected}"))
def incident_out_of_order(view: View) -> Iterator[Finding]:
    """An incident is detected first, then planned for and resolved.

    Bad:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: Dispatch, detected: 2024-06-03 10:00, planned: 2024-06-03 09:00, cause: The van broke down}

    Good:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: Dispatch, detected: 2024-06-03 10:00, planned: 2024-06-03 11:00, cause: The van broke down}
    """
    for incident in view.model.incidents.values():
        for key, instant in (("planned", incident.planned), ("resolved", incident.resolved)):
            if instant and instant < incident.detected:
                related = ((At(incident, ("detected",)), Message(N_("detected here"))),)
                yield Finding(At(incident, (key,)), {"key": key, "detected": str(incident.detected)}, related=related)


@rule(
    Severity.ERROR,
    N_("the incident is resolved and says no measure"),
    N_("add `measure: {text: …}` with what was done"),
)
def resolved_without_measure(view: View) -> Iterator[Finding]:
    """What is over was ended by something. The next one who meets it looks here first for what helped.

    Bad:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: Dispatch, detected: 2024-06-03 10:00, resolved: 2024-06-03 15:00, cause: The van broke down}

    Good:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: Dispatch, detected: 2024-06-03 10:00, resolved: 2024-06-03 15:00, cause: The van broke down,
          measure: {text: A van was hired}}
    """
    for incident in view.model.incidents.values():
        if incident.resolved and incident.measure is None:
            yield Finding(At(incident, ("resolved",)))


@rule(
    Severity.WARNING,
    N_("the incident names neither a metric nor a process"),
    N_("say what showed it (`metric:`, `alert:`) or in what work it happened (`process:`)"),
)
def incident_of_nothing(view: View) -> Iterator[Finding]:
    """An incident is found again by what it touched: a metric (the alert's, where it names one), else the work that went wrong.

    Bad:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, detected: 2024-06-03 10:00, cause: The van broke down}

    Good:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: Dispatch, detected: 2024-06-03 10:00, cause: The van broke down}
    """
    for incident in view.model.incidents.values():
        if incident.metric is None and incident.process is None and incident.alert is None:
            yield Finding(At(incident))


@rule(Severity.ERROR, N_("there is no SOP `{sop}`"), N_("name one that is in sop/, or say in words what work it was"))
def incident_of_unknown_sop(view: View) -> Iterator[Finding]:
    """A process that is written like an SOP's number is an SOP.

    Bad:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: OPS-999, detected: 2024-06-03 10:00, cause: The van broke down}

    Good:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: OPS-001, detected: 2024-06-03 10:00, cause: The van broke down}
    """
    known = view.model.ids("sop")
    for incident in view.model.incidents.values():
        named = set(incident.process.versions.values()) if incident.process else set()
        for name in sorted(named - known):
            if _NUMBER.fullmatch(name):
                yield Finding(At(incident, ("process",)), {"sop": name}, help=nearest(name, known))


@rule(Severity.ERROR, N_("the retro is closed before its period ends"), N_("set `closed` on or after {end}"))
def retro_closed_early(view: View) -> Iterator[Finding]:
    """A retro looks back: it is closed once its period is over.

    Bad:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-18, closed: 2024-06-10}

    Good:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-18, closed: 2024-06-28}
    """
    for retro in view.model.retros.values():
        if retro.closed and retro.closed < retro.period.end:
            related = ((At(retro, ("period",)), Message(N_("the period"))),)
            yield Finding(At(retro, ("closed",)), {"end": str(retro.period.end)}, related=related)


@rule(
    Severity.WARNING,
    N_("the data does not bear out what is claimed of `{metric}`"),
    N_("`sopgen trace {figure}` shows what comes out of it, and from which rows; correct the claim, or the data"),
)
def claim_not_borne_out(view: View) -> Iterator[Finding]:
    """What a closed retro claims, and what it says of a success, is what the data gives, rounded as it is written.

    Bad:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-10, closed: 2024-06-12, claims: {gmv: 16万}}

    Good:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-10, closed: 2024-06-12, claims: {gmv: 14.66万}}
    """
    closed = (retro for retro in view.model.retros.values() if retro.closed and retro.closed <= view.as_of.date())
    for retro in closed:
        for metric in retro.claims:
            claim = view.facts.claims.get((retro.id, metric))
            if claim and claim.agrees is False:
                yield Finding(At(retro, ("claims", metric)), {"metric": metric, "figure": claim.computed.id})
        for place, success in enumerate(retro.successes):
            effect = view.facts.effects.get((retro.id, success.id)) if success.effect else None
            if success.effect and effect and effect.agrees is False:
                args = {"metric": success.effect.metric, "figure": effect.now.id}
                yield Finding(At(retro, ("successes", place, "effect", "change")), args)


@rule(Severity.ERROR, N_("the retro looks beyond the days of its plan, {period}"), N_("keep `period` within the plan's"))
def retro_beyond_plan(view: View) -> Iterator[Finding]:
    """A retro looks at days of its plan, so that what it claims can be held against the plan's targets.

    Bad:
        # plans/2024-06/retro.yaml
        {period: 2023-06-01..2023-06-30}

    Good:
        # plans/2024-06/retro.yaml
        {period: 2024-06-01..2024-06-30}
    """
    for retro in view.model.retros.values():
        plan = view.model.plans.get(retro.id)
        if plan and not plan.period.covers(retro.period):
            related = ((At(plan, ("period",)), Message(N_("the plan's period"))),)
            yield Finding(At(retro, ("period",)), {"period": str(plan.period)}, related=related)
