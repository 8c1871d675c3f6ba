"""What follows from the records: pure functions over the model, as of a day. Frozen facts come out.

To add a fact: one module here, one field of `Facts`, one line in `compute`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from sopgen.compute import alerts as alert_facts
from sopgen.compute import (
    attainment,
    changes,
    claims,
    daily,
    effects,
    following,
    incidents,
    load,
    logs,
    loop,
    pacing,
    preflight,
    recovery,
    research,
    resources,
    restatements,
    reviews,
    risks,
    schedule,
    strategy,
    tasks,
    tree,
)
from sopgen.compute import smart as signs
from sopgen.compute import updates as landing
from sopgen.compute.alerts import AlertFacts
from sopgen.compute.alerts.response import Response, on_time, responses
from sopgen.compute.attainment import TargetFacts
from sopgen.compute.attribution import assumptions as supposed
from sopgen.compute.attribution import days as drivers
from sopgen.compute.attribution import plans as attribution
from sopgen.compute.attribution.assumptions import AssumptionFacts
from sopgen.compute.attribution.plans import MetricFacts
from sopgen.compute.attribution.products import ProductFacts
from sopgen.compute.changes import PeriodChanges
from sopgen.compute.claims import ClaimFacts
from sopgen.compute.daily import DayFacts
from sopgen.compute.effects import EffectFacts
from sopgen.compute.figures import Figure
from sopgen.compute.following import Followed
from sopgen.compute.incidents import GroupFacts, IncidentFacts
from sopgen.compute.load import Load
from sopgen.compute.logs import LogFacts, LogMonth
from sopgen.compute.loop import LooseEnd
from sopgen.compute.measures import Measures
from sopgen.compute.pacing import PaceFacts
from sopgen.compute.preflight import Asked
from sopgen.compute.recovery import RecoveryFacts
from sopgen.compute.research import ResearchFacts
from sopgen.compute.resources import ResourceList
from sopgen.compute.restatements import Restated
from sopgen.compute.reviews import Review
from sopgen.compute.risks import Proposal, RiskFacts
from sopgen.compute.schedule import Schedule
from sopgen.compute.smart import Smart
from sopgen.compute.spread import Spread
from sopgen.compute.strategy import StrategyFacts
from sopgen.compute.tasks import TaskFacts
from sopgen.compute.tree import BranchFacts
from sopgen.compute.updates import Update
from sopgen.model import Model
from sopgen.words.dates import Instant


class Facts(Struct, frozen=True):
    """Everything computed.

    Keys are ids: of a plan and a target, a task, an SOP or a metric; of a plan, metric, risk, finding, table, alert or incident.
    `load` is by the person and the Monday of the week.
    """

    targets: Mapping[tuple[str, str], TargetFacts]
    trees: Mapping[tuple[str, str], tuple[BranchFacts, ...]]
    smart: Mapping[tuple[str, str], Smart]
    pace: Mapping[tuple[str, str], PaceFacts]
    changes: Mapping[tuple[str, str], PeriodChanges]
    days: Mapping[date, Mapping[str, DayFacts]]
    drivers: Mapping[date, Mapping[str, ProductFacts]]
    gaps: Mapping[date, Mapping[str, ProductFacts]]
    attribution: Mapping[tuple[str, str], MetricFacts]
    tasks: Mapping[tuple[str, str], TaskFacts]
    schedules: Mapping[str, Schedule]
    load: Mapping[tuple[str, date], Load]
    followed: Mapping[tuple[str, str], Followed]
    claims: Mapping[tuple[str, str], ClaimFacts]
    effects: Mapping[tuple[str, str], EffectFacts]
    assumptions: Mapping[tuple[str, str], AssumptionFacts]
    research: Mapping[str, ResearchFacts]
    strategies: Mapping[str, StrategyFacts]
    resources: Mapping[str, ResourceList]
    risks: Mapping[str, RiskFacts]
    preflight: Mapping[str, tuple[Asked, ...]]
    reviews: tuple[Review, ...]
    proposals: tuple[Proposal, ...]
    updates: Mapping[str, Update]
    loose_ends: tuple[LooseEnd, ...]
    data_through: Mapping[str, date]
    restatements: Mapping[str, tuple[Restated, ...]]
    alerts: Mapping[str, AlertFacts]
    responses: Mapping[str, Response]
    recoveries: Mapping[str, RecoveryFacts]
    on_time: Figure | None
    incidents: Mapping[str, IncidentFacts]
    incident_groups: Mapping[tuple[str, str], GroupFacts]
    logs: Mapping[date, LogFacts]
    log_months: Mapping[date, LogMonth]


def compute(model: Model, measures: Measures, as_of: Instant) -> Facts:
    """All facts of a workspace as of an instant."""
    targets = attainment.targets(model, measures, as_of.last_whole_day)
    spread = Spread(model, targets)
    pace = pacing.paces(model, measures, targets, spread, as_of)
    days, restated = daily.days(model, measures, targets, spread), restatements.restatements(model)
    states = tasks.tasks(model, as_of.date())
    answered, claimed = responses(model, as_of), claims.claims(model, measures, targets)
    fired, scheduled = alert_facts.alerts(model, measures, days, restated, as_of), schedule.schedules(model, as_of.date())
    listed = risks.risks(model, fired, as_of.date())
    happened, logged = incidents.incidents(model, answered, as_of), logs.days(model, as_of)
    return Facts(
        targets=targets,
        trees=tree.trees(model, measures, targets),
        smart=signs.smart(model, measures, targets),
        pace=pace,
        changes=changes.of_targets(model, measures, targets, pace),
        days=days,
        drivers=drivers.drivers(model, measures, days),
        gaps=drivers.gaps(model, measures, days),
        attribution=attribution.plans(model, measures, as_of.last_whole_day),
        tasks=states,
        schedules=scheduled,
        load=load.loads(model, scheduled),
        followed=following.following(model, states, as_of.date()),
        claims=claimed,
        effects=effects.effects(model, measures),
        assumptions=supposed.assumptions(model, targets, claimed),
        research=research.research(model, measures),
        strategies=strategy.strategies(model, targets),
        resources=resources.resources(model, as_of.date()),
        risks=listed,
        preflight=preflight.preflights(model, listed, states, as_of.date()),
        reviews=reviews.reviews(model, as_of.date(), listed),
        proposals=risks.proposals(model, as_of.date()),
        updates=landing.updates(model, as_of.date()),
        loose_ends=loop.loose_ends(model, as_of.date()),
        data_through=measures.data_through,
        restatements=restated,
        alerts=fired,
        recoveries=recovery.recoveries(model, measures, days, as_of),
        responses=answered,
        on_time=on_time(model, answered),
        incidents=happened,
        incident_groups=incidents.groups(model, answered, happened),
        logs=logged,
        log_months=logs.months(model, logged, as_of),
    )
