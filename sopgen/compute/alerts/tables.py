"""Rules on how a table's rows come in: late, missing between others, or restated after their time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from msgspec import Struct

from sopgen.compute.alerts.facts import AlertDay, alert_id
from sopgen.compute.alerts.firing import Run
from sopgen.compute.figures import Figure
from sopgen.compute.restatements import Restated
from sopgen.model import Model
from sopgen.records import Alert
from sopgen.words.dates import DAY, Instant, Period
from sopgen.words.quantity import DAYS

TIMES = "times"
NONE = timedelta(0)


class Flaw(Struct, frozen=True):
    """One time that a table's rows gave cause: on which days, what is seen of it, and whether it is still so."""

    run: Run
    seen: AlertDay
    lasts: bool


def flaws(model: Model, restated: Mapping[str, tuple[Restated, ...]], rule: Alert, as_of: Instant) -> Iterator[Flaw]:
    """What a rule finds in its table as of an instant; nothing where the table has no rows yet."""
    rows = model.rows.get(rule.table or "")
    if rows is None or not rows.days:
        return
    if rule.data == "late":
        yield from _late(model, rule, max(rows.days), as_of)
    elif rule.data == "missing":
        yield from _missing(model, rule, rows.days, as_of)
    elif rule.data == "restated":
        yield from _restated(model, rule, restated.get(rule.table or "", ()), as_of)


def due_through(rule: Alert, as_of: Instant) -> date:
    """The last day whose rows are due: it is over, and as long ago as the rule allows rows to take."""
    return (as_of - (rule.within or NONE)).date() - DAY


def _late(model: Model, rule: Alert, through: date, as_of: Instant) -> Iterator[Flaw]:
    """When rows came is not recorded, so lateness is known of today alone."""
    due = due_through(rule, as_of)
    if due > through:
        yield _days(model, rule, Run(through + DAY, through + DAY, due), "days due without a row")


def _missing(model: Model, rule: Alert, days: frozenset[date], as_of: Instant) -> Iterator[Flaw]:
    """Each hole between the first and the last day of the table that is due by now."""
    end = min(max(days), due_through(rule, as_of))
    gaps = [day for day in Period(min(days), end) if day not in days] if end >= min(days) else []
    for _, gap in groupby(enumerate(gaps), lambda pair: pair[1].toordinal() - pair[0]):
        hole = [day for _, day in gap]
        yield _days(model, rule, Run(hole[0], hole[0], hole[-1]), "days without a row")


def _restated(model: Model, rule: Alert, found: tuple[Restated, ...], as_of: Instant) -> Iterator[Flaw]:
    """The figures that were changed on one day, later after their own day than the rule allows."""
    late = [each for each in found if each.record.recorded <= as_of and _after(each) > (rule.within or NONE)]
    late.sort(key=lambda each: each.record.recorded)
    for day, group in groupby(late, key=lambda each: each.record.recorded.date()):
        changed = list(group)
        inputs = tuple(each.difference.id for each in changed if each.difference)
        home = f"alerts/{alert_id(rule.id, (), day)}"
        count = Figure(f"{home}/observed", Fraction(len(changed)), TIMES, "figures restated", inputs)
        yield Flaw(Run(day, day, day), AlertDay(count, ">", _limit(model, rule), {}), day >= as_of.date() - DAY)


def _after(restated: Restated) -> timedelta:
    """How long after the end of its day a figure was changed."""
    day = restated.record.day + DAY
    return restated.record.recorded - Instant(day.year, day.month, day.day)


def _days(model: Model, rule: Alert, run: Run, formula: str) -> Flaw:
    count = Fraction((run.last - run.first).days + 1)
    home = f"alerts/{alert_id(rule.id, (), run.first)}"
    observed = Figure(f"{home}/observed", count, DAYS, formula, (f"{Period(run.first, run.last)}",))
    return Flaw(run, AlertDay(observed, ">", _limit(model, rule), {}), lasts=True)


def _limit(model: Model, rule: Alert) -> Figure:
    allowed = Fraction((rule.within or NONE) // DAY)
    written = model.address(rule, *(["within"] if rule.within else []))
    return Figure(f"alerts/{rule.id}/limit", allowed, DAYS, "as written", (written,))
