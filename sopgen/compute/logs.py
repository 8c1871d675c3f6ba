"""The daily logs: which days have one, and how many of the day's checks were made.

A shop is open every day, so every day that is over is due one, from the day that the settings name or else from the first log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.records import Log
from sopgen.words.dates import Instant, Period, month
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS, PERCENT

CHECKS = "checks"


class LogFacts(Struct, frozen=True):
    """A day's log: of the checks that were `due`, how many were `made`, and those that were `left` out."""

    log: str
    made: Figure
    due: Figure
    left: tuple[str, ...]


class LogMonth(Struct, frozen=True):
    """A month in which logs were due: the days that have a log of those that are over, those without, and the part of the checks made."""

    covered: Figure
    days: Figure
    missing: tuple[date, ...]
    checks: Figure


def known(model: Model, as_of: Instant) -> dict[date, Log]:
    """The logs by their days; one of a day to come is not known yet."""
    logs = sorted((day, log) for log in model.logs.values() if (day := log.day) and day <= as_of.date())
    return dict(logs)


def days(model: Model, as_of: Instant) -> dict[date, LogFacts]:
    """Every log that is known, by its day."""
    return {day: _facts(model, log) for day, log in known(model, as_of).items()}


def months(model: Model, logs: Mapping[date, LogFacts], as_of: Instant) -> dict[date, LogMonth]:
    """Every month in which a log was due, by its first day."""
    last = as_of.last_whole_day
    first = model.settings.logs_since or min(logs, default=None)
    if first is None or first > last:
        return {}
    whole = Period(first, last)
    starts = dict.fromkeys(day.replace(day=1) for day in whole)
    return {start: _month(model, logs, start, due) for start in starts if (due := month(start.year, start.month).common(whole))}


def due_steps(model: Model, follows: str | None) -> tuple[str, ...]:
    """The checks that are due every day: the steps of an SOP that belong to no day of a plan and must be done."""
    sop = model.sops.get(follows or "")
    return tuple(step.id for step in (sop.steps if sop else ()) if step.offset is None and step.optional != "yes")


def _facts(model: Model, log: Log) -> LogFacts:
    home, due = f"days/{log.id}/log", due_steps(model, log.follows)
    made = [step for step in due if step in log.checks]
    sop = model.sops.get(log.follows or "")
    steps = (model.address(sop, "steps"),) if sop and sop.steps else ()
    written = tuple(model.address(log, name) for name in ("checked", "found") if getattr(log, name))
    return LogFacts(
        log=log.id,
        made=Figure(f"{home}/made", Fraction(len(made)), CHECKS, "checks made of those due", (*written, *steps)),
        due=Figure(f"{home}/due", Fraction(len(due)), CHECKS, "steps without an offset that are not optional", steps),
        left=tuple(step for step in due if step not in log.checks),
    )


def _month(model: Model, logs: Mapping[date, LogFacts], start: date, due: Period) -> LogMonth:
    home = f"logs/{start:%Y-%m}"
    there = [logs[day] for day in due if day in logs]
    written = tuple(model.address(model.logs[each.log]) for each in there)
    return LogMonth(
        covered=Figure(f"{home}/covered", Fraction(len(there)), DAYS, "days with a log", (*written, str(due))),
        days=Figure(f"{home}/days", Fraction(len(due)), DAYS, "days that were due a log and are over", (str(due),)),
        missing=tuple(day for day in due if day not in logs),
        checks=_share(f"{home}/checks", there),
    )


def _share(id_: str, there: list[LogFacts]) -> Figure:
    """The part of the checks that were made on the days with a log: who kept none says nothing of what was checked."""
    made, due = (sum(figure.value or 0 for figure in figures) for figures in ([e.made for e in there], [e.due for e in there]))
    inputs = tuple(figure.id for each in there for figure in (each.made, each.due))
    reason = None if due else Message(N_("no check was due"))
    return Figure(id_, Fraction(made, due) if due else None, PERCENT, "checks made / checks due", inputs, reason)
