"""The risk library: levels that make sense, decisions that somebody made, and plans that look at it before they begin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sopgen.records import Risk
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Severity

if TYPE_CHECKING:
    from sopgen.compute.risks import Standing


@rule(
    Severity.WARNING,
    N_("the residual risk, {residual}, is above the risk itself, {inherent}"),
    N_("a treatment lowers a risk: correct one of the two"),
)
def residual_above_inherent(view: View) -> Iterator[Finding]:
    """What is left of a risk after its treatment is not more than the risk.

    Bad:
        # data/risks.yaml
        late: {title: Late, category: fulfilment, likelihood: 2, impact: 3, treatment: reduce, owner: shop-manager,
          review: 2024-12-31, residual: {likelihood: 3, impact: 3}}

    Good:
        # data/risks.yaml
        late: {title: Late, category: fulfilment, likelihood: 3, impact: 3, treatment: reduce, owner: shop-manager,
          review: 2024-12-31, residual: {likelihood: 2, impact: 3}}
    """
    for risk in view.model.risks.values():
        inherent = risk.likelihood * risk.impact
        if risk.residual and risk.residual.likelihood * risk.residual.impact > inherent:
            args = {"residual": risk.residual.likelihood * risk.residual.impact, "inherent": inherent}
            yield Finding(At(risk, ("residual",)), args)


@rule(
    Severity.ERROR,
    N_("nobody has accepted the risk"),
    N_("add `accepted` with a `reason`, an `approver` and `until`, or treat it otherwise than by `accept`"),
)
def risk_accepted_by_nobody(view: View) -> Iterator[Finding]:
    """A risk that is borne as it is has somebody who agreed, a reason, and a day on which that is looked at again.

    Bad:
        # data/risks.yaml
        swing: {title: Traffic swings, category: traffic, likelihood: 4, impact: 3, treatment: accept, owner: shop-manager,
          review: 2024-12-31}

    Good:
        # data/risks.yaml
        swing: {title: Traffic swings, category: traffic, likelihood: 4, impact: 3, treatment: accept, owner: shop-manager,
          review: 2024-12-31, accepted: {reason: Nobody can hinder it, approver: shop-manager, until: 2024-12-31}}
    """
    for risk in view.model.risks.values():
        if risk.treatment == "accept" and not risk.accepted:
            yield Finding(At(risk, ("treatment",)))


@rule(
    Severity.WARNING,
    N_("the risk is open again since {day}"),
    N_("decide anew: treat it and write the new day, accept it for longer, or take the line out"),
    named_by=("risk", "alert"),
)
def risk_open_again(view: View) -> Iterator[Finding]:
    """A mitigated risk that shows again is open from that day, be it by an incident or by an alert; so is one whose acceptance expired.

    Bad:
        # data/risks.yaml
        late: {title: Late, category: fulfilment, likelihood: 2, impact: 3, treatment: reduce, owner: shop-manager, review: 2024-12-31,
          mitigated: 2024-06-01}
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: Dispatch, detected: 2024-06-03 10:00, cause: The van broke down, risk: late}

    Good:
        # data/risks.yaml
        late: {title: Late, category: fulfilment, likelihood: 2, impact: 3, treatment: reduce, owner: shop-manager, review: 2024-12-31,
          mitigated: 2024-06-05}
        # data/incidents/2024-06-03-late.yaml
        {id: 2024-06-03-late, process: Dispatch, detected: 2024-06-03 10:00, cause: The van broke down, risk: late}
    """
    from sopgen.compute.risks import State

    for risk in view.model.risks.values():
        standing = _standing(view, risk)
        if standing.state is State.REOPENED:
            key = "accepted" if standing.by is None else "mitigated" if risk.mitigated else "closed"
            yield Finding(At(risk, (key, "until") if key == "accepted" else (key,)), {"day": str(standing.since)})


@rule(
    Severity.WARNING,
    N_("the plan does not answer the open risk `{risk}`"),
    N_("add it to `preflight` with the `tasks` that see to it, or with `why_not`"),
    named_by=("risk", "task", "alert"),
)
def risk_without_answer(view: View) -> Iterator[Finding]:
    """A plan answers each open risk of its kind: the pre-flight list. It can until its days are over.

    Bad:
        # data/risks.yaml
        late: {title: Late, category: fulfilment, likelihood: 2, impact: 3, treatment: reduce, owner: shop-manager, review: 2024-12-31,
          applies_to: [growth]}
        # plans/2024-07/plan.yaml
        {id: 2024-07, kind: growth, title: July, period: 2024-07, owner: shop-manager}

    Good:
        # data/risks.yaml
        late: {title: Late, category: fulfilment, likelihood: 2, impact: 3, treatment: reduce, owner: shop-manager, review: 2024-12-31,
          applies_to: [growth]}
        # plans/2024-07/plan.yaml
        {id: 2024-07, kind: growth, title: July, period: 2024-07, owner: shop-manager,
          preflight: [{risk: late, why_not: Nothing is sent in July}]}
    """
    from sopgen.compute.preflight import must_answer
    from sopgen.compute.risks import OPEN

    for plan in view.model.plans.values():
        answered = {guard.risk for guard in plan.preflight}
        for risk in view.model.risks.values():
            if must_answer(plan, risk, view.as_of.date()) and risk.id not in answered and _standing(view, risk).state in OPEN:
                yield Finding(At(plan, ("preflight",) if plan.preflight else ("kind",)), {"risk": risk.id})


@rule(Severity.ERROR, N_("the risk `{risk}` is answered twice"), N_("put both answers into one"))
def risk_answered_twice(view: View) -> Iterator[Finding]:
    """A pre-flight list has one line a risk.

    Bad:
        # data/risks.yaml
        late: {title: Late, category: fulfilment, likelihood: 2, impact: 3, treatment: reduce, owner: shop-manager, review: 2024-12-31}
        # plans/2024-07/plan.yaml
        {id: 2024-07, kind: growth, title: July, period: 2024-07, owner: shop-manager,
          preflight: [{risk: late, why_not: Nothing is sent}, {risk: late, why_not: We sell no goods}]}

    Good:
        # data/risks.yaml
        late: {title: Late, category: fulfilment, likelihood: 2, impact: 3, treatment: reduce, owner: shop-manager, review: 2024-12-31}
        # plans/2024-07/plan.yaml
        {id: 2024-07, kind: growth, title: July, period: 2024-07, owner: shop-manager,
          preflight: [{risk: late, why_not: Nothing is sent}]}
    """
    for plan in view.model.plans.values():
        seen = set[str]()
        for place, guard in enumerate(plan.preflight):
            if guard.risk in seen:
                yield Finding(At(plan, ("preflight", place, "risk")), {"risk": guard.risk})
            seen.add(guard.risk)


@rule(
    Severity.ERROR,
    N_("the matrix falls from `{before}` to `{band}`"),
    N_("no band is below the one to its left, nor below that in the row before: what is likelier or worse is not a lesser risk"),
)
def matrix_falls(view: View) -> Iterator[Finding]:
    """The table of data/risk-matrix.yaml rises with the likelihood and with the impact.

    Bad:
        # data/risk-matrix.yaml
        bands:
          - [low, low, low, low, medium]
          - [low, medium, low, medium, high]
          - [low, medium, medium, high, high]
          - [low, medium, high, critical, critical]
          - [medium, high, high, critical, critical]

    Good:
        # data/risk-matrix.yaml
        bands:
          - [low, low, low, low, medium]
          - [low, low, medium, medium, high]
          - [low, medium, medium, high, high]
          - [low, medium, high, critical, critical]
          - [medium, high, high, critical, critical]
    """
    from sopgen.compute.risks import Band

    if (matrix := view.model.matrix) is None:
        return
    order = [*Band]
    for row, bands in enumerate(matrix.bands):
        for column, band in enumerate(bands):
            lower = [bands[column - 1]] if column else []
            lower += [matrix.bands[row - 1][column]] if row else []
            if before := next((each for each in lower if order.index(Band(each)) > order.index(Band(band))), None):
                yield Finding(At(matrix, ("bands", row, column)), {"before": before, "band": band})


def _standing(view: View, risk: Risk) -> Standing:
    """Where a risk stands; only one that was settled and that alerts can open again needs the figures."""
    from sopgen.compute.risks import State, occurrences, standing

    known = standing(risk, occurrences(view.model, risk), view.as_of.date())
    watched = risk.trigger is not None and bool(risk.trigger.alerts)
    settled = known.state in (State.MITIGATED, State.CLOSED)
    return view.facts.risks[risk.id].standing if settled and watched else known
