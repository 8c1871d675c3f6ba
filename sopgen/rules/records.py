"""Incidents and retros: what happened, in order."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity


@rule(Severity.ERROR, N_("`{key}` is before the incident was detected"), N_("set it at or after {detected}"))
def incident_out_of_order(view: View) -> Iterator[Finding]:
    """An incident is detected first, then planned for and resolved.

    Bad:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, detected: 2024-06-03 10:00, planned: 2024-06-03 09:00, cause: The van broke down}

    Good:
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, detected: 2024-06-03 10:00, planned: 2024-06-03 11:00, cause: The van broke down}
    """
    for incident in view.model.incidents.values():
        for key, instant in (("planned", incident.planned), ("resolved", incident.resolved)):
            if instant and instant < incident.detected:
                related = ((At(incident, ("detected",)), Message(N_("detected here"))),)
                yield Finding(At(incident, (key,)), {"key": key, "detected": str(incident.detected)}, related=related)


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
