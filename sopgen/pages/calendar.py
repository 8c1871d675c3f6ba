"""The campaign calendar: plans with the days that they are worked on and measured, events, and reviews, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

from msgspec import Struct

from sopgen.compute.reviews import Review
from sopgen.pages import gantt, places
from sopgen.pages.markdown import Markdown
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.pages.standup import SECTION
from sopgen.records import Plan
from sopgen.view import View
from sopgen.words.dates import Period, month
from sopgen.words.diagnostics import N_
from sopgen.words.text import Text

TITLE = N_("Campaign calendar")
BACK, AHEAD = 6, 12
"""Months that the calendar shows before and after that of today."""


class Occasion(Struct, frozen=True):
    """Days of the shop's calendar with a name."""

    title: Text
    days: Period


class Month(Struct, frozen=True):
    """What lies in a month."""

    days: Period
    plans: tuple[Plan, ...]
    occasions: tuple[Occasion, ...]
    reviews: tuple[Review, ...]


def calendar(write: Writer) -> Iterator[Page]:
    """One page: half a year back and a year ahead."""
    view = write.view
    months = [each for days in window(view.as_of.date()) if (each := _month(view, days))]
    plans = list(dict.fromkeys(plan.id for each in months for plan in each.plans))
    model = view.model
    yield write.page(
        "calendar",
        places.CALENDAR,
        write.say(TITLE),
        (SECTION,),
        [model.path(model.plans[id_]) for id_ in plans] + ([model.path(model.calendar)] if model.calendar else []),
        months=months,
        chart=_chart(write, months, [model.plans[id_] for id_ in plans]) if plans else None,
    )


def window(today: date) -> list[Period]:
    """The months that the calendar shows."""
    this = 12 * today.year + today.month - 1
    first, last = max(this - BACK, 12 * date.min.year), min(this + AHEAD, 12 * date.max.year + 10)
    return [month(each // 12, each % 12 + 1) for each in range(first, last + 1)]


def _month(view: View, days: Period) -> Month | None:
    plans = sorted(view.model.plans.values(), key=lambda plan: (plan.period.start, plan.id))
    found = Month(
        days,
        tuple(plan for plan in plans if any(each and each.common(days) for each in (plan.period, plan.work))),
        tuple(each for each in _occasions(view) if each.days.common(days)),
        tuple(each for each in view.facts.reviews if each.due in days),
    )
    return found if found.plans or found.occasions or found.reviews else None


def _occasions(view: View) -> list[Occasion]:
    """The events of data/calendar.yaml, and the days that weigh more or less than others under a name of their own."""
    known = view.model.calendar
    events = [(event.title, days) for event in (known.events.values() if known else ()) for days in event.days]
    spans = [(span.label, span.days) for span in (known.weights.spans if known and known.weights else ()) if span.label and span.days]
    return sorted((Occasion(title, days) for title, days in (*events, *spans)), key=lambda each: (each.days.start, each.days.end))


def _chart(write: Writer, months: list[Month], plans: list[Plan]) -> Markdown:
    """A row a plan, the months side by side."""
    today = write.view.as_of.date()
    axis = gantt.Axis(Period(min(months[0].days.start, today), max(months[-1].days.end, today)))
    body = "\n".join(_row(write, axis, plan) for plan in plans)
    kinds = {"plan": N_("Work period"), "real": N_("Period")}
    key = gantt.key_of(write, kinds, today=True)
    return gantt.framed(axis, today, write.say(TITLE), write.say(N_("Plan")), body, key)


def _row(write: Writer, axis: gantt.Axis, plan: Plan) -> str:
    spans = [("plan", plan.work), ("real", plan.period)]
    shown = [(kind, days) for kind, whole in spans if whole and (days := whole.common(axis.days))]
    bars = "".join(axis.bar(kind, days.start, days.end) for kind, days in shown)
    name, href = escape(plan.title.into(write.language)), escape(places.plan(plan.id))
    return (
        f'<tr><th scope="row"><a href="{href}">{name}</a></th>'
        f'<td><div class="sop-gantt__track" aria-hidden="true">{bars}</div>'
        f'<div class="sop-gantt__words">{plan.period.start} – {plan.period.end}</div></td></tr>'
    )
