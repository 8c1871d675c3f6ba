"""The risk library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sopgen.compute.risks import Band, State, band
from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Level, Risk
from sopgen.words.diagnostics import N_

TITLE = N_("Risk library")
BEFORE, AFTER = N_("Before treatment"), N_("After treatment")


def risks(write: Writer) -> Iterator[Page]:
    """Every risk, the worst first and of equal scores the one with the greater impact, and what the retros propose to add."""
    model, facts = write.view.model, write.view.facts
    ordered = sorted(model.risks.values(), key=lambda risk: (risk.likelihood * risk.impact, risk.impact), reverse=True)
    paths = [model.path(risk) for risk in ordered] + [model.path(model.retros[each.plan]) for each in facts.proposals]
    paths += [model.path(model.matrix)] if model.matrix else []
    yield write.page(
        "risks",
        places.RISKS,
        write.say(TITLE),
        sources=paths,
        risks=ordered,
        matrices=(
            (BEFORE, _matrix(write, {risk.id: risk for risk in ordered})),
            (AFTER, _matrix(write, {risk.id: risk.residual or risk for risk in ordered})),
        ),
        months=[*next(iter(facts.risks.values())).months] if facts.risks else [],
        asked={
            risk.id: [plan for plan, listed in facts.preflight.items() if risk.id in {each.risk.id for each in listed}] for risk in ordered
        },
    )


def _matrix(write: Writer, levels: Mapping[str, Level | Risk]) -> list[tuple[int, list[tuple[Band, list[str]]]]]:
    """The rows of the matrix, the likeliest first: each likelihood, and for each impact the band and the risks that are there.

    Closed risks are left out.
    """
    model, facts = write.view.model, write.view.facts
    held = {id_: level for id_, level in levels.items() if facts.risks[id_].standing.state is not State.CLOSED}
    steps = range(1, 6)
    return [
        (
            likelihood,
            [
                (
                    band(model, Level(likelihood=likelihood, impact=impact)),
                    [id_ for id_, each in held.items() if (each.likelihood, each.impact) == (likelihood, impact)],
                )
                for impact in steps
            ],
        )
        for likelihood in reversed(steps)
    ]
