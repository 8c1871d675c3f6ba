"""A metric as the product of its drivers, on two sides: one day and another, a target and what was reached."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from msgspec import Struct

from sopgen.compute.attribution.contribution import share_of
from sopgen.compute.attribution.drivers import Method, split
from sopgen.compute.figures import Figure
from sopgen.readers import formula
from sopgen.readers.formula import Binary, MetricName, Node, Number
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import PERCENT, POINTS

FORMULAS = {
    Method.LMDI: "change * ln(after / before) / ln(product after / product before)",
    Method.SHAPLEY: "mean over all orders of the drivers of the change each makes",
}
TOO_SMALL = N_("the change is too small to be shared out (under 0.5% of what it started from)")


class Product(Struct, frozen=True):
    """What `drivers` says: metrics multiplied, or `divided` by, and a constant."""

    metrics: tuple[str, ...]
    divided: frozenset[str]
    constant: Fraction


class Factor(Struct, frozen=True):
    """A driver on both sides. Where the product is `divided` by it, it works the other way. `product` is what it is made of itself."""

    name: str
    before: Figure
    after: Figure
    divided: bool = False
    product: tuple[Factor, ...] = ()
    constant: Fraction = Fraction(1)


class DriverFacts(Struct, frozen=True):
    """One driver: where it stood, the `ratio` of the two, and what it contributes to the metric's change: `effect`, and `share` of it.

    `drivers` are its own: their effects, on the metric at the top, sum to this one's.
    """

    name: str
    before: Figure
    after: Figure
    ratio: Figure
    effect: Figure
    share: Figure
    drivers: tuple[DriverFacts, ...] = ()


class ProductFacts(Struct, frozen=True):
    """A metric's change and what its drivers contribute to it; `method` is None, with a `reason`, where they cannot be told apart.

    `residual` is what the effects leave of the change: 0.
    """

    method: Method | None
    before: Figure
    after: Figure
    change: Figure
    drivers: tuple[DriverFacts, ...]
    residual: Figure
    reason: Message | None = None


def product(text: str | None) -> Product | None:
    """What `drivers` says; None where it is not a product in which every metric comes once."""
    node = formula.parse(text) if text else None
    if node is None or isinstance(node, formula.Problem):
        return None
    names: list[str] = []
    divided: list[str] = []
    constant = _factors(node, False, names, divided)
    if constant is None or constant <= 0 or not names or len(set(names)) < len(names):
        return None
    return Product(tuple(names), frozenset(divided), constant)


def _factors(node: Node, below: bool, names: list[str], divided: list[str]) -> Fraction | None:
    """Collects the metrics of a product and gives its constant, None where it is none. `below` a fraction line, it divides."""
    if isinstance(node, Number):
        return None if node.value == 0 else 1 / node.value if below else node.value
    if isinstance(node, MetricName):
        names.append(node.id)
        divided.extend([node.id] if below else [])
        return Fraction(1)
    if isinstance(node, Binary) and node.operator in ("*", "/"):
        left = _factors(node.left, below, names, divided)
        right = _factors(node.right, below != (node.operator == "/"), names, divided)
        return None if left is None or right is None else left * right
    return None


def tree(home: str, before: Figure, after: Figure, factors: Sequence[Factor], constant: Fraction = Fraction(1)) -> ProductFacts:
    """The change from `before` to `after` split among the factors. The change itself is the figure `home`, an effect `home/<driver>`."""
    change = difference(home, before, after)
    old = _side(before, [(each, each.before) for each in factors], constant)
    new = _side(after, [(each, each.after) for each in factors], constant)
    if isinstance(old, Message) or isinstance(new, Message):
        reason = old if isinstance(old, Message) else new if isinstance(new, Message) else None
        drivers = tuple(_driver(home, each, change, before, None, _Working("", reason=reason)) for each in factors)
        return ProductFacts(None, before, after, change, drivers, _residual(home, change, drivers, reason), reason)
    found = split(old, new)
    # The constant scales every effect alike; the split is of the product of the factors alone.
    # Of the other drivers LMDI needs the product alone, which is in the change; Shapley needs each of them.
    others = () if found.method is Method.LMDI else tuple(id_ for each in factors for id_ in (each.before.id, each.after.id))
    working = _Working(FORMULAS[found.method], others)
    drivers = tuple(
        _driver(home, each, change, before, effect * constant, working) for each, effect in zip(factors, found.effects, strict=True)
    )
    return ProductFacts(found.method, before, after, change, drivers, _residual(home, change, drivers, None))


def difference(id_: str, before: Figure, after: Figure) -> Figure:
    """`after - before`; between two rates it is in percentage points (domain B2)."""
    value = None if before.value is None or after.value is None else after.value - before.value
    return Figure(id_, value, change_unit(after.unit), "after - before", (after.id, before.id), after.reason or before.reason)


def change_unit(unit: str) -> str:
    """What a difference of two figures in `unit` is in."""
    return POINTS if unit == PERCENT else unit


def _side(whole: Figure, factors: Sequence[tuple[Factor, Figure]], constant: Fraction) -> list[Fraction] | Message:
    """The factors of one side as they multiply, or why they do not make the metric."""
    if whole.value is None:
        return whole.reason or Message(N_("no figures"))
    values = []
    for factor, figure in factors:
        if figure.value is None:
            return Message(N_("{driver} has no figure: {reason}"), {"driver": factor.name, "reason": figure.reason or ""})
        if factor.divided and figure.value == 0:
            return Message(N_("{driver} is zero, and the drivers are divided by it"), {"driver": factor.name})
        values.append(1 / figure.value if factor.divided else figure.value)
    made = prod(values, start=constant)
    if made != whole.value:
        numbers = {"product": _digits(made), "value": _digits(whole.value), "unit": whole.unit}
        return Message(N_("the drivers multiply to {product}, and the figure is {value} ({unit})"), numbers)
    return values


def _digits(value: Fraction) -> str:
    """A number inside a sentence, to twelve digits: two that differ in the cents must not look the same."""
    return f"{float(value):.12g}"


class _Working(Struct, frozen=True):
    """How an effect is worked out: by which formula, from which figures besides the driver's own; or why it is not."""

    formula: str
    inputs: tuple[str, ...] = ()
    reason: Message | None = None


def _driver(home: str, factor: Factor, change: Figure, base: Figure, effect: Fraction | None, working: _Working) -> DriverFacts:
    id_ = f"{home}/{factor.name}"
    inputs = tuple(dict.fromkeys((change.id, factor.before.id, factor.after.id, *working.inputs)))
    contributes = Figure(id_, effect, change.unit, working.formula, inputs, working.reason)
    return DriverFacts(
        factor.name,
        factor.before,
        factor.after,
        _ratio(f"{id_}/ratio", factor),
        contributes,
        of_change(f"{id_}/share", contributes, change, base),
        _below(id_, factor, effect, base, change) if effect else (),
    )


def _below(id_: str, factor: Factor, effect: Fraction, base: Figure, change: Figure) -> tuple[DriverFacts, ...]:
    """The drivers of a driver: each has that part of its effect that it has of its own change.

    With LMDI all the way down this is the split of the tree's leaves; () where the driver's own drivers do not make it.
    """
    if not factor.product:
        return ()
    own = tree(id_, factor.before, factor.after, factor.product, factor.constant)
    if own.method is None or not own.change.value:
        return ()
    scale = effect / own.change.value
    working = _Working(f"{FORMULAS[own.method]}, times effect / change of {factor.name}", (id_,))
    return tuple(
        _driver(id_, each, change, base, scale * (found.effect.value or 0), working)
        for each, found in zip(factor.product, own.drivers, strict=True)
    )


def _ratio(id_: str, factor: Factor) -> Figure:
    """What a driver is of what it was: 1.06 is 6 % more."""
    before, after = factor.before.value, factor.after.value
    value = after / before if before is not None and after is not None and before > 0 else None
    reason = factor.after.reason or factor.before.reason or Message(N_("what it started from was zero or less"))
    return Figure(id_, value, PERCENT, "after / before", (factor.after.id, factor.before.id), None if value is not None else reason)


def of_change(id_: str, effect: Figure, change: Figure, base: Figure) -> Figure:
    """A contribution as a part of the whole change, which may exceed 100 % or be negative; none of a change that is negligible."""
    value, reason = None, effect.reason or change.reason
    if effect.value is not None and change.value is not None and base.value is not None:
        value = share_of(effect.value, change.value, base.value)
        reason = None if value is not None else Message(TOO_SMALL)
    return Figure(id_, value, PERCENT, "effect / change", (effect.id, change.id), reason)


def _residual(home: str, change: Figure, drivers: Sequence[DriverFacts], reason: Message | None) -> Figure:
    return residual(f"{home}-residual", change, [each.effect for each in drivers], reason)


def residual(id_: str, whole: Figure, parts: Sequence[Figure], reason: Message | None = None) -> Figure:
    """What the parts leave of the whole: 0, by which a reader sees that nothing is left out."""
    value = None
    if reason is None and whole.value is not None:
        value = whole.value - sum((part.value or Fraction(0) for part in parts), Fraction(0))
    return Figure(id_, value, whole.unit, "whole - sum of the parts", (whole.id, *(part.id for part in parts)), reason or whole.reason)
