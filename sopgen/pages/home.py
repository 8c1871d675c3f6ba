"""The home page: today's picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from sopgen.pages import pacing, places
from sopgen.pages.alerts import by_rule, is_open
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.pages.resources import missing
from sopgen.records import Change, Plan, Sop
from sopgen.records.outputs import OUTPUTS
from sopgen.words.diagnostics import N_
from sopgen.words.text import Text

TITLE = Text({"en": "Operations", "zh": "运营"})
RECENT = 5


def home(write: Writer) -> Iterator[Page]:
    """What needs attention, how the running plans stand, the last day, and what changed in how we work."""
    view, facts = write.view, write.view.facts
    today = view.as_of.date()
    title = (view.model.settings.title or TITLE).into(write.language)
    plans = sorted(view.model.plans.values(), key=partial(_order, today))
    late = [(plan, task) for (plan, task), each in facts.tasks.items() if each.overdue or each.late_start]
    tasks = {(plan, task.id): task for plan, listed in view.model.tasks.items() for task in listed}
    incidents = [each for each in view.model.incidents.values() if each.resolved is None or each.resolved > view.as_of]
    reviews = [view.model.risks[id_] for id_, each in facts.risks.items() if each.review_overdue]
    last_day = max(facts.days, default=None)
    yield write.page(
        "home",
        places.HOME,
        write.say(N_("Home")),
        heading=title,
        plans=plans,
        targets={plan.id: pacing.wholes(view, plan) for plan in plans},
        running={plan.id: pacing.running(view, plan) for plan in plans},
        late=[(plan, tasks[plan, task], facts.tasks[plan, task]) for plan, task in late],
        incidents=[each for each in incidents if each.detected <= view.as_of],
        reviews=reviews,
        missing=[(plan, item) for plan, item in missing(view) if item.overdue or item.left],
        last_day=last_day,
        missed=[(metric, each) for metric, each in facts.days[last_day].items() if each.met is False] if last_day else [],
        open_alerts=by_rule(view, filter(is_open, facts.alerts.values())),
        changes=revisions(write)[:RECENT],
        papers=tuple(OUTPUTS),
    )


def revisions(write: Writer) -> list[tuple[Change, Sop]]:
    """Every revision of every SOP as (change, SOP), the newest first."""
    found = [(change, sop) for sop in write.view.model.sops.values() for change in sop.changes]
    return sorted(found, key=lambda pair: (pair[0].date, pair[1].id, pair[0].version), reverse=True)


def _order(today: date, plan: Plan) -> tuple[int, int]:
    """The running plans, the one that ends first at the head; then those to come, the next one first; then the past, the last one first."""
    if plan.period.end < today:
        return 2, -plan.period.end.toordinal()
    return (0, plan.period.end.toordinal()) if today in plan.period else (1, plan.period.start.toordinal())
