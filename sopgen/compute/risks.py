"""The risk library: figures, states as of a day, and the retro problems that nothing answers yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.alerts import AlertFacts
from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.records import Incident, Level, Matrix, Problem, Record, Retro, Risk, Trigger
from sopgen.words.diagnostics import N_
from sopgen.words.quantity import DAYS

SCORE = "score"
TIMES = "times"
_DAY = timedelta(days=1)


# How a likelihood (row) and an impact (column) are read where the workspace has no table of its own: by their product, 1-4, 5-9, 10-15
# and 16-25, the bands in common use (domain B10).
_COMMON = Matrix(
    bands=(
        ("low", "low", "low", "low", "medium"),
        ("low", "low", "medium", "medium", "high"),
        ("low", "medium", "medium", "high", "high"),
        ("low", "medium", "high", "critical", "critical"),
        ("medium", "high", "high", "critical", "critical"),
    )
)
_MONTHS = 6


class Band(StrEnum):
    """How bad a risk is; the values are labels for readers."""

    LOW = N_("low")
    MEDIUM = N_("medium")
    HIGH = N_("high")
    CRITICAL = N_("critical")


class State(StrEnum):
    """Where a risk stands; the values are labels for readers."""

    OPEN = N_("open")
    REOPENED = N_("open again")
    MITIGATED = N_("mitigated")
    ACCEPTED = N_("accepted")
    CLOSED = N_("closed")


OPEN = (State.OPEN, State.REOPENED)


class Trend(StrEnum):
    """Whether a risk shows more often than it did: the last three months beside the three before them."""

    RISING = N_("more often")
    FALLING = N_("less often")
    STEADY = N_("as often")


class Standing(Struct, frozen=True):
    """The state of a risk, since a day where one is known, and for one that is open again the incident or alert that did it."""

    state: State
    since: date | None = None
    by: str | None = None


class Occurrence(Struct, frozen=True):
    """A day on which a risk came true or showed, and the incident, the retro problem or the alert that tells of it."""

    day: date
    told_by: str


class RiskFacts(Struct, frozen=True):
    """A risk of the library as of a day.

    `warnings` are the alerts of its trigger. `months` counts, by the first day of each of the last six months, the occurrences and
    the warnings that began in it.
    """

    standing: Standing
    score: Figure
    band: Band
    residual: Figure | None
    residual_band: Band | None
    occurrences: tuple[Occurrence, ...]
    warnings: tuple[Occurrence, ...]
    months: Mapping[date, Figure]
    trend: Trend
    times: Figure
    last_seen: date | None
    review_overdue: Figure | None


class Proposal(Struct, frozen=True):
    """A retro problem that no risk, SOP change, task or alert rule answers and nobody waived.

    It belongs in the library as `risk`: the one that its incidents name, else a new one called as the problem is.
    """

    plan: str
    problem: Problem
    risk: str
    occurrences: tuple[Occurrence, ...]


def band(model: Model, level: Level | Risk) -> Band:
    """How the workspace's table reads a likelihood and an impact."""
    return Band((model.matrix or _COMMON).bands[level.likelihood - 1][level.impact - 1])


def risks(model: Model, fired: Mapping[str, AlertFacts], day: date) -> dict[str, RiskFacts]:
    """Every risk, by id. `fired` are the alerts by their ids."""
    return {risk.id: _facts(model, risk, fired, day) for risk in model.risks.values()}


def standing(risk: Risk, signs: Iterable[Occurrence], day: date) -> Standing:
    """Where a risk stands on a day: what was done about it holds until it shows again, and an acceptance until it expires."""
    settled = [(when, state) for when, state in ((risk.mitigated, State.MITIGATED), (risk.closed, State.CLOSED)) if when and when <= day]
    since, state = max(settled, default=(None, State.OPEN))
    again = min((sign for sign in signs if since and since < sign.day <= day), key=lambda sign: sign.day, default=None)
    if since and not again:
        return Standing(state, since)
    if risk.accepted and day <= risk.accepted.until:
        return Standing(State.ACCEPTED)
    if again:
        return Standing(State.REOPENED, again.day, again.told_by)
    return Standing(State.REOPENED, risk.accepted.until + _DAY) if risk.accepted else Standing(State.OPEN)


def proposals(model: Model, day: date) -> tuple[Proposal, ...]:
    """What the retros found and nothing answers as of `day`."""
    answered = answers(model)
    return tuple(
        Proposal(retro.id, problem, _named_by_incidents(model, problem) or problem.id, tuple(_told(model, retro, problem)))
        for retro in model.retros.values()
        for problem in retro.problems
        if f"{retro.id}/{problem.id}" not in answered and not (problem.waived and problem.waived.until >= day)
    )


def _named_by_incidents(model: Model, problem: Problem) -> str | None:
    named = (model.incidents[id_].risk for id_ in problem.incidents if id_ in model.incidents)
    return next((risk for risk in named if risk in model.risks), None)


def answers(model: Model) -> Mapping[str, tuple[Record, ...]]:
    """By retro problem (`plan/problem`), the risks, SOPs, tasks and alert rules that answer it."""
    found: dict[str, tuple[Record, ...]] = {}
    for record, problems in _answering(model):
        for problem in problems:
            found[problem] = (*found.get(problem, ()), record)
    return found


def _answering(model: Model) -> Iterator[tuple[Record, tuple[str, ...]]]:
    yield from ((risk, risk.answers) for risk in model.risks.values())
    yield from ((sop, change.answers) for sop in model.sops.values() for change in sop.changes)
    yield from ((task, task.answers) for tasks in model.tasks.values() for task in tasks)
    yield from ((alert, alert.answers) for alert in model.alerts.values())


def occurrences(model: Model, risk: Risk) -> tuple[Occurrence, ...]:
    """The incidents that name the risk or match its trigger, and what the retro problems that it answers tell of, by day."""
    return tuple(sorted({(each.day, each.told_by): each for each in _occurrences(model, risk)}.values(), key=lambda each: each.day))


def warnings(risk: Risk, fired: Mapping[str, AlertFacts]) -> Iterator[Occurrence]:
    """Every day that an alert of the risk's trigger fired."""
    for alert in fired.values():
        if risk.trigger and alert.rule in risk.trigger.alerts:
            yield from (Occurrence(day, alert.id) for day in alert.seen)


def _facts(model: Model, risk: Risk, fired: Mapping[str, AlertFacts], day: date) -> RiskFacts:
    home = f"risks/{risk.id}"
    score = risk.likelihood * risk.impact
    seen, warned = occurrences(model, risk), tuple(warnings(risk, fired))
    begun = tuple({each.told_by: each for each in reversed(warned)}.values())
    months = {month: _month(model, home, month, (*seen, *begun), fired) for month in _last_months(day)}
    overdue = (day - risk.review).days
    level = model.address(risk, "likelihood"), model.address(risk, "impact")
    review, told = (model.address(risk, "review"),), tuple(_where_told(model, seen, fired))
    return RiskFacts(
        standing=standing(risk, (*seen, *warned), day),
        score=Figure(f"{home}/score", Fraction(score), SCORE, "likelihood * impact", level),
        band=band(model, risk),
        residual=_residual(home, risk.residual, model.address(risk, "residual")),
        residual_band=band(model, risk.residual) if risk.residual else None,
        occurrences=seen,
        warnings=begun,
        months=months,
        trend=_trend([figure.value or Fraction() for figure in months.values()]),
        times=Figure(f"{home}/occurrences", Fraction(len(seen)), TIMES, "incidents and retro problems", told),
        last_seen=seen[-1].day if seen else None,
        review_overdue=Figure(f"{home}/review-overdue", Fraction(overdue), DAYS, "as of - review", review) if overdue > 0 else None,
    )


def _residual(home: str, level: Level | None, written: str) -> Figure | None:
    value = Fraction(level.likelihood * level.impact) if level else None
    return None if value is None else Figure(f"{home}/residual", value, SCORE, "likelihood * impact", (written,))


def _last_months(day: date) -> list[date]:
    """The first days of the last six months, that of `day` among them; there are none before the year 1."""
    count = day.year * 12 + day.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(max(count - _MONTHS + 1, 12), count + 1)]


def _month(model: Model, home: str, month: date, shown: Iterable[Occurrence], fired: Mapping[str, AlertFacts]) -> Figure:
    inside = tuple(each for each in shown if each.day.replace(day=1) == month)
    written = tuple(_where_told(model, inside, fired))
    return Figure(f"{home}/months/{month:%Y-%m}", Fraction(len(inside)), TIMES, "incidents, retro problems and warnings", written)


def _trend(counts: list[Fraction]) -> Trend:
    before, now = sum(counts[: _MONTHS // 2]), sum(counts[_MONTHS // 2 :])
    return Trend.RISING if now > before else Trend.FALLING if now < before else Trend.STEADY


def _where_told(model: Model, shown: Iterable[Occurrence], fired: Mapping[str, AlertFacts]) -> Iterator[str]:
    """Where the incidents and the retro problems were written, and of an alert how many days it fired."""
    for each in shown:
        if each.told_by in model.incidents:
            yield model.address(model.incidents[each.told_by])
        elif each.told_by in fired:
            yield fired[each.told_by].days.id
        else:
            plan, _, name = each.told_by.partition("/")
            retro = model.retros[plan]
            yield model.address(retro, "problems", [problem.id for problem in retro.problems].index(name))


def _occurrences(model: Model, risk: Risk) -> Iterator[Occurrence]:
    for incident in model.incidents.values():
        if incident.risk == risk.id or (risk.trigger and _matches(risk.trigger, incident)):
            yield Occurrence(incident.detected.date(), incident.id)
    for retro in model.retros.values():
        for problem in retro.problems:
            if f"{retro.id}/{problem.id}" in risk.answers:
                yield from _told(model, retro, problem)


def _matches(trigger: Trigger, incident: Incident) -> bool:
    texts = (incident.title, incident.cause, incident.process)
    told = "\n".join(words for text in texts if text for words in text.versions.values()).casefold()
    return incident.metric in trigger.metrics or any(word.casefold() in told for word in trigger.words)


def _told(model: Model, retro: Retro, problem: Problem) -> Iterator[Occurrence]:
    """The incidents of a problem; without one the problem itself, on the last day that the retro looks at."""
    for id_ in problem.incidents:
        if id_ in model.incidents:
            yield Occurrence(model.incidents[id_].detected.date(), id_)
    if not problem.incidents:
        yield Occurrence(retro.period.end, f"{retro.id}/{problem.id}")
