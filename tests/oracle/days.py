"""Daily logs and incidents, counted one by one. Instants are of a zone that keeps its clock, so an hour is an hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

Numbers = dict[str, Fraction | None]


@dataclass(frozen=True)
class Logged:
    """The daily round, its checks that are due every day beside those that are not, and what was checked or found on each day.

    `since` is the day from which logs are due; None leaves it to the first log.
    """

    due: tuple[str, ...]
    others: tuple[str, ...]
    checked: Mapping[date, frozenset[str]]
    found: Mapping[date, frozenset[str]]
    since: date | None = None


@dataclass(frozen=True)
class Happened:
    """An incident."""

    detected: datetime
    planned: datetime | None
    resolved: datetime | None
    owner: str | None
    metric: str | None


def logs(logged: Logged, now: datetime) -> Numbers:
    """The counts of every log that is there by now, and of every month in which logs were due."""
    there = {day for day in logged.checked if day <= now.date()}
    numbers: Numbers = {}
    for day in there:
        numbers[f"days/{day}/log/made"] = _made(logged, day)
        numbers[f"days/{day}/log/due"] = Fraction(len(logged.due))
    day, over = logged.since or min(there, default=now.date()), []
    while day < now.date():
        over.append(day)
        day += timedelta(1)
    for month in {f"{day:%Y-%m}" for day in over}:
        days = [day for day in over if f"{day:%Y-%m}" == month]
        kept = [day for day in days if day in there]
        made, due = sum((_made(logged, day) for day in kept), Fraction(0)), len(kept) * len(logged.due)
        numbers |= {f"logs/{month}/covered": Fraction(len(kept)), f"logs/{month}/days": Fraction(len(days))}
        numbers[f"logs/{month}/checks"] = made / due if due else None
    return numbers


def _made(logged: Logged, day: date) -> Fraction:
    return Fraction(sum(step in logged.checked[day] or step in logged.found[day] for step in logged.due))


def incidents(happened: Mapping[str, Happened], now: datetime) -> Numbers:
    """How long each incident took that was noticed by now, and how many plans were there within a day: in all, by owner, by metric."""
    known = {id_: each for id_, each in happened.items() if each.detected <= now}
    numbers: Numbers = {}
    for id_, each in known.items():
        home = f"incidents/{id_}"
        if each.planned and each.planned <= now:
            numbers[f"{home}/to-plan"] = _hours(each.detected, each.planned)
        if each.resolved and each.resolved <= now:
            numbers[f"{home}/to-resolve"] = _hours(each.detected, each.resolved)
        else:
            numbers[f"{home}/age"] = Fraction((now.date() - each.detected.date()).days)
    numbers |= _counted("responses/all", "alerts/responses", known.values(), now)
    ways: Mapping[str, Callable[[Happened], str]] = {"owner": lambda each: each.owner or "-", "metric": lambda each: each.metric or "-"}
    for way, name_of in ways.items():
        for name in {name_of(each) for each in known.values()}:
            home = f"responses/{way}/{name}"
            numbers |= _counted(home, home, [each for each in known.values() if name_of(each) == name], now)
    return numbers


def _hours(start: datetime, end: datetime) -> Fraction:
    return Fraction((end - start) // timedelta(minutes=1), 60)


def _counted(home: str, of_plans: str, each: Iterable[Happened], now: datetime) -> Numbers:
    group = list(each)
    if not group:
        return {}
    still = [one for one in group if not (one.resolved and one.resolved <= now)]
    numbers: Numbers = {f"{home}/count": Fraction(len(group)), f"{home}/open": Fraction(len(still))}
    judged = [verdict for one in group if (verdict := _in_time(one, now)) is not None]
    return numbers | ({f"{of_plans}/on-time": Fraction(sum(judged), len(judged))} if judged else {})


def _in_time(each: Happened, now: datetime) -> bool | None:
    """Whether a plan was there within 24 hours; None while there is time."""
    due = each.detected + timedelta(hours=24)
    if each.planned and each.planned <= now:
        return each.planned <= due
    return False if now > due else None
