"""The calendar says one thing of each day."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.records import Calendar
from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.dates import Period
from sopgen.words.diagnostics import N_, Message, Severity


@rule(Severity.ERROR, N_("nothing says which days weigh {weight}"), N_("add `days` or the name of an `event`"))
def span_without_days(view: View) -> Iterator[Finding]:
    """A span of the weights is about days: those written under `days`, or those of an `event`.

    Bad:
        # data/calendar.yaml
        weights: {default: 1, spans: [{weight: 3}]}

    Good:
        # data/calendar.yaml
        weights: {default: 1, spans: [{weight: 3, days: 2024-06-16..2024-06-18}]}
    """
    calendar = view.model.calendar
    for number, span in enumerate(calendar.weights.spans if calendar and calendar.weights else ()):
        if calendar and span.days is None and span.event is None:
            yield Finding(At(calendar, ("weights", "spans", number)), {"weight": f"{span.weight}"})


@rule(
    Severity.WARNING,
    N_("{days} weigh {weight} here and {other} in another span; the first span counts"),
    N_("let the spans not overlap, or give their common days a span of their own before both"),
)
def overlapping_spans(view: View) -> Iterator[Finding]:
    """A day has one weight. Of two spans around it the first one written gives it.

    Bad:
        # data/calendar.yaml
        weights: {default: 1, spans: [{days: 2024-06-16..2024-06-18, weight: 3}, {days: 2024-06-18..2024-06-20, weight: 2}]}

    Good:
        # data/calendar.yaml
        weights: {default: 1, spans: [{days: 2024-06-16..2024-06-18, weight: 3}, {days: 2024-06-19..2024-06-20, weight: 2}]}
    """
    calendar = view.model.calendar
    if calendar is None or calendar.weights is None:
        return
    spans = calendar.weights.spans
    for number, span in enumerate(spans):
        for earlier, other in enumerate(spans[:number]):
            common = _common(_days(calendar, number), _days(calendar, earlier))
            if common and other.weight != span.weight:
                args = {"days": str(common), "weight": f"{span.weight}", "other": f"{other.weight}"}
                related = ((At(calendar, ("weights", "spans", earlier)), Message(N_("the first one"))),)
                yield Finding(At(calendar, ("weights", "spans", number)), args, related=related)
                break


def _days(calendar: Calendar, number: int) -> tuple[Period, ...]:
    from sopgen.compute.calendar import span_days

    span = calendar.weights.spans[number] if calendar.weights else None
    return span_days(calendar, span.days, span.event) if span else ()


def _common(some: tuple[Period, ...], others: tuple[Period, ...]) -> Period | None:
    """The first days that both have."""
    return next((days for one in some for other in others if (days := one.common(other))), None)


@rule(Severity.ERROR, N_("`{event}` takes place twice on {days}"), N_("let the days of an event not overlap"))
def overlapping_occurrences(view: View) -> Iterator[Finding]:
    """The days of an event in different years are apart, so that each day has one place in it.

    Bad:
        # data/calendar.yaml
        events: {sale: {title: Sale, days: [2024-06-16..2024-06-18, 2024-06-18..2024-06-20]}}

    Good:
        # data/calendar.yaml
        events: {sale: {title: Sale, days: [2023-06-16..2023-06-18, 2024-06-16..2024-06-18]}}
    """
    calendar = view.model.calendar
    for id_, event in (calendar.events if calendar else {}).items():
        for number, days in enumerate(event.days):
            earlier = next((n for n, other in enumerate(event.days[:number]) if days.common(other)), None)
            if calendar and earlier is not None:
                related = ((At(calendar, ("events", id_, "days", earlier)), Message(N_("the first one"))),)
                args = {"event": id_, "days": str(days.common(event.days[earlier]))}
                yield Finding(At(calendar, ("events", id_, "days", number)), args, related=related)
