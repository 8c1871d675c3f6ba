"""The risk library's figures, and the retro problems that nothing answers yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.model import Model
from sopgen.records import Level, Problem, Record, Retro, Risk
from sopgen.words.diagnostics import N_
from sopgen.words.quantity import DAYS

SCORE = "score"
TIMES = "times"


class Band(StrEnum):
    """How a score is read: 1-4, 5-9, 10-15 and 16-25, the bands in common use (domain B10)."""

    LOW = N_("low")
    MEDIUM = N_("medium")
    HIGH = N_("high")
    CRITICAL = N_("critical")


class Occurrence(Struct, frozen=True):
    """A day on which a risk came true, and the incident or the retro problem that tells of it."""

    day: date
    told_by: str


class RiskFacts(Struct, frozen=True):
    """A risk of the library as of a day."""

    score: Figure
    band: Band
    residual: Figure | None
    residual_band: Band | None
    occurrences: tuple[Occurrence, ...]
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


def band(score: int) -> Band:
    """The band of a score of 1 to 25."""
    limits = ((16, Band.CRITICAL), (10, Band.HIGH), (5, Band.MEDIUM))
    return next((name for least, name in limits if score >= least), Band.LOW)


def risks(model: Model, day: date) -> dict[str, RiskFacts]:
    """Every risk, by id."""
    return {risk.id: _facts(model, risk, day) for risk in model.risks.values()}


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


def _facts(model: Model, risk: Risk, day: date) -> RiskFacts:
    home = f"risks/{risk.id}"
    score = risk.likelihood * risk.impact
    occurrences = tuple(sorted({(each.day, each.told_by): each for each in _occurrences(model, risk)}.values(), key=lambda each: each.day))
    overdue = (day - risk.review).days
    level = model.address(risk, "likelihood"), model.address(risk, "impact")
    review, told = (model.address(risk, "review"),), tuple(_where_told(model, occurrences))
    return RiskFacts(
        score=Figure(f"{home}/score", Fraction(score), SCORE, "likelihood * impact", level),
        band=band(score),
        residual=_residual(home, risk.residual, model.address(risk, "residual")),
        residual_band=band(risk.residual.likelihood * risk.residual.impact) if risk.residual else None,
        occurrences=occurrences,
        times=Figure(f"{home}/occurrences", Fraction(len(occurrences)), TIMES, "incidents and retro problems", told),
        last_seen=occurrences[-1].day if occurrences else None,
        review_overdue=Figure(f"{home}/review-overdue", Fraction(overdue), DAYS, "as of - review", review) if overdue > 0 else None,
    )


def _residual(home: str, level: Level | None, written: str) -> Figure | None:
    value = Fraction(level.likelihood * level.impact) if level else None
    return None if value is None else Figure(f"{home}/residual", value, SCORE, "likelihood * impact", (written,))


def _where_told(model: Model, occurrences: tuple[Occurrence, ...]) -> Iterator[str]:
    """Where the incidents and the retro problems were written."""
    for each in occurrences:
        if each.told_by in model.incidents:
            yield model.address(model.incidents[each.told_by])
        else:
            plan, _, name = each.told_by.partition("/")
            retro = model.retros[plan]
            yield model.address(retro, "problems", [problem.id for problem in retro.problems].index(name))


def _occurrences(model: Model, risk: Risk) -> Iterator[Occurrence]:
    """The incidents that name the risk, and what the retro problems that it answers tell of."""
    for incident in model.incidents.values():
        if incident.risk == risk.id:
            yield Occurrence(incident.detected.date(), incident.id)
    for retro in model.retros.values():
        for problem in retro.problems:
            if f"{retro.id}/{problem.id}" in risk.answers:
                yield from _told(model, retro, problem)


def _told(model: Model, retro: Retro, problem: Problem) -> Iterator[Occurrence]:
    """The incidents of a problem; without one the problem itself, on the last day that the retro looks at."""
    for id_ in problem.incidents:
        if id_ in model.incidents:
            yield Occurrence(model.incidents[id_].detected.date(), id_)
    if not problem.incidents:
        yield Occurrence(retro.period.end, f"{retro.id}/{problem.id}")
