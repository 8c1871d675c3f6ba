"""What a retro supposes: formulas over metrics that the plan aims at or the retro claims, in the unit they say."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.compute.attribution.products import product
from sopgen.compute.dimensions import Dimensions
from sopgen.readers import formula
from sopgen.readers.formula import Node, Problem
from sopgen.records import Assumption, Retro
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity
from sopgen.words.units import is_said_as

Place = tuple[Retro, int, Assumption]


def _assumptions(view: View) -> Iterator[Place]:
    for retro in view.model.retros.values():
        yield from ((retro, place, each) for place, each in enumerate(retro.assumptions))


def _readable(view: View) -> Iterator[tuple[Place, Node]]:
    for place in _assumptions(view):
        parsed = formula.parse(place[2].formula)
        if not isinstance(parsed, Problem) and not formula.aggregates(parsed):
            yield place, parsed


def _at(place: Place, key: str, where: formula.Place | None = None) -> At:
    retro, number, _ = place
    return At(retro, ("assumptions", number, key), place=where)


@rule(
    Severity.ERROR,
    N_("the assumption cannot be worked out: {problem}"),
    N_("join metrics that the plan has targets for and the retro claims, such as `gmv / roi`"),
)
def assumption_syntax(view: View) -> Iterator[Finding]:
    """An assumption is worked out from targets and from claimed results, not from tables.

    Bad:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万}
        assumptions: [{id: half, title: Half, if: half of it is lost, formula: gmv /, unit: CNY}]

    Good:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万}
        assumptions: [{id: half, title: Half, if: half of it is lost, formula: gmv / 2, unit: CNY}]
    """
    for place in _assumptions(view):
        parsed = formula.parse(place[2].formula)
        if isinstance(parsed, Problem):
            yield Finding(_at(place, "formula", parsed.place), {"problem": parsed.message})
        elif found := formula.aggregates(parsed):
            problem = Message(N_("`{function}` is of a table, and a table has no targets"), {"function": f"{found[0].function}(…)"})
            yield Finding(_at(place, "formula", found[0].place), {"problem": problem})


@rule(Severity.ERROR, N_("there is no metric `{name}`"), N_("name one that exists"))
def unknown_in_assumption(view: View) -> Iterator[Finding]:
    """An assumption names metrics that are there.

    Bad:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万}
        assumptions: [{id: half, title: Half, if: half of it is lost, formula: gmw / 2, unit: CNY}]

    Good:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万}
        assumptions: [{id: half, title: Half, if: half of it is lost, formula: gmv / 2, unit: CNY}]
    """
    known = view.model.ids("metric")
    for place, node in _readable(view):
        for name in formula.names(node):
            if name.id not in known and not {name.id, "*"} & view.model.unsound.get("metric", frozenset()):
                yield Finding(_at(place, "formula", name.place), {"name": name.id}, help=nearest(name.id, known))


@rule(
    Severity.ERROR,
    N_("`{metric}` is neither claimed nor a target of the plan"),
    N_("claim it, set a target for it, or leave it out of the formula"),
)
def assumption_without_figures(view: View) -> Iterator[Finding]:
    """The metrics of an assumption have a target or a claimed result: there is nothing else to work it out from.

    Bad:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万}
        assumptions: [{id: buyers, title: Buyers, if: all buy once, formula: gmv / order-value, unit: person-days}]

    Good:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万, order-value: 95}
        assumptions: [{id: buyers, title: Buyers, if: all buy once, formula: gmv / order-value, unit: person-days}]
    """
    for place, node in _readable(view):
        retro, _, _ = place
        targets = {target.metric_id for target in view.model.targets.get(retro.id, {}).values() if not target.where}
        for name in formula.names(node):
            if name.id in view.model.metrics and name.id not in targets and name.id not in retro.claims:
                yield Finding(_at(place, "formula", name.place), {"metric": name.id})


@rule(Severity.ERROR, N_("the assumption is in {unit}, and its formula gives {found}"), N_("correct the formula or the `unit`"))
def assumption_unit_mismatch(view: View) -> Iterator[Finding]:
    """An assumption gives the unit that it declares, and adds like to like.

    Bad:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万, order-value: 95}
        assumptions: [{id: buyers, title: Buyers, if: all buy once, formula: gmv / order-value, unit: CNY}]

    Good:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万, order-value: 95}
        assumptions: [{id: buyers, title: Buyers, if: all buy once, formula: gmv / order-value, unit: person-days}]
    """
    dimensions = Dimensions(view.measures.closing, view.model.tables)
    for place, node in _readable(view):
        given, unit = dimensions.of(node), place[2].unit
        for clash in given.clashes:
            found = Message(N_("{left} and {right}, which do not add"), {"left": f"`{clash.left}`", "right": f"`{clash.right}`"})
            yield Finding(_at(place, "formula", clash.place), {"unit": f"`{unit}`", "found": found})
        if given.unit is not None and not is_said_as(given.unit, unit):
            ratio = Message(N_("a ratio (`percent` or `1:n`)"))
            yield Finding(_at(place, "unit"), {"unit": f"`{unit}`", "found": ratio if given.unit.is_ratio else f"`{given.unit}`"})


@rule(
    Severity.ERROR,
    N_("the formula does not make `{metric}` a product"),
    N_("let `{metric}` be multiplied or divided by the other metrics, as in `gmv / new-customers`"),
)
def assumption_explains_nothing(view: View) -> Iterator[Finding]:
    """What an assumption explains is one factor of its formula: with `gmv / buyers` the other way round, gmv is buyers times that.

    Bad:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万}
        assumptions: [{id: rest, title: The rest, if: half of it is lost, formula: gmv - gmv / 2, unit: CNY, explains: gmv}]

    Good:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万, order-value: 95}
        assumptions:
        - {id: buyers, title: Buyers, if: all buy once, formula: gmv / order-value, unit: person-days, explains: gmv}
    """
    for place, _ in _readable(view):
        explains, made = place[2].explains, product(place[2].formula)
        if (
            explains is not None
            and explains in view.model.metrics
            and (made is None or explains not in made.metrics or len(made.metrics) < 2)
        ):
            yield Finding(_at(place, "explains"), {"metric": explains})


@rule(Severity.ERROR, N_("there is a metric or an assumption `{id}` already"), N_("call the assumption by another id"))
def assumption_id_taken(view: View) -> Iterator[Finding]:
    """An assumption is told from the metrics that stand beside it, and two assumptions from each other.

    Bad:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万}
        assumptions: [{id: gmv, title: Half, if: half of it is lost, formula: gmv / 2, unit: CNY}]

    Good:
        # plans/2024-06/retro.yaml
        period: 2024-06-01..2024-06-30
        claims: {gmv: 50万}
        assumptions: [{id: half, title: Half, if: half of it is lost, formula: gmv / 2, unit: CNY}]
    """
    seen: set[tuple[str, str]] = set()
    for place in _assumptions(view):
        retro, _, assumption = place
        if assumption.id in view.model.metrics or (retro.id, assumption.id) in seen:
            yield Finding(_at(place, "id"), {"id": assumption.id})
        seen.add((retro.id, assumption.id))
