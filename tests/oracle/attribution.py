"""What contributes to a change, by its definitions (domain B6): shares, contributions, driver trees, and rate and mix.

A driver tree is split by LMDI with sixty digits where every factor is above zero on both sides, and elsewhere by Shapley, over
every order one by one. Nothing is a share of a change that is under 0.5 % of what it started from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import permutations
from math import prod

from tests.oracle import measures
from tests.oracle.pacing import days_so_far, period_before
from tests.oracle.plans import ZERO, Numbers, day_target, reported
from tests.oracle.shop import Aggregate, Band, Metric, Plan, Shop, Where

Values = Sequence[Fraction]
Ratio = tuple[Fraction, Fraction]
Pair = tuple[Fraction | None, Fraction | None]
"""What something was and what it is now."""


def lmdi(before: Values, after: Values) -> list[Fraction]:
    """`L(V1, V0) * ln(x1 / x0)` of every factor, L the logarithmic mean."""
    with localcontext() as context:
        context.prec = 60
        old, new = (
            Decimal(each.numerator) / each.denominator for each in (prod(before, start=Fraction(1)), prod(after, start=Fraction(1)))
        )
        mean = old if old == new else (new - old) / (new / old).ln()
        ratios = [now / was for was, now in zip(before, after, strict=True)]
        return [Fraction(mean * (Decimal(ratio.numerator) / ratio.denominator).ln()) for ratio in ratios]


def shapley(before: Values, after: Values) -> list[Fraction]:
    """The mean over all orders of what each factor changes when its turn comes."""
    effects = [ZERO] * len(before)
    orders = list(permutations(range(len(before))))
    for order in orders:
        now = list(before)
        for place in order:
            was, now[place] = prod(now, start=Fraction(1)), after[place]
            effects[place] += prod(now, start=Fraction(1)) - was
    return [effect / len(orders) for effect in effects]


def rate_and_mix(before: Mapping[str, Ratio], after: Mapping[str, Ratio]) -> dict[str, tuple[Fraction, Fraction]] | None:
    """By part, the mean weight times the change of its rate, and the change of its weight times its mean rate less that of all.

    Who enters or leaves has one rate, and so no rate effect. None where all together have nothing to divide by, or a part has a
    numerator over nothing.
    """
    sides = [{name: side.get(name, (ZERO, ZERO)) for name in {**before, **after}} for side in (before, after)]
    below = [sum((each[1] for each in side.values()), ZERO) for side in sides]
    if min(below) <= 0 or any(each[0] and not each[1] for side in sides for each in side.values()):
        return None
    overall = sum((sum((each[0] for each in side.values()), ZERO) / whole for side, whole in zip(sides, below, strict=True)), ZERO) / 2
    found = {}
    for name in sides[0]:
        weights = [side[name][1] / whole for side, whole in zip(sides, below, strict=True)]
        rates = [side[name][0] / side[name][1] for side in sides if side[name][1]]
        mix = (weights[1] - weights[0]) * (sum(rates, ZERO) / len(rates) - overall) if rates else ZERO
        found[name] = (sum(weights, ZERO) / 2 * (rates[1] - rates[0]) if len(rates) == 2 else ZERO, mix)
    return found


def of_change(effect: Fraction, change: Fraction, base: Fraction) -> Fraction | None:
    """An effect as a part of a change; None where that is negligible."""
    return effect / change if change and abs(change) * 200 >= abs(base) else None


def tree(home: str, whole: Pair, factors: Mapping[str, Pair]) -> Numbers:
    """The figures of a product's change: itself, each driver's effect, ratio and share, and what they leave."""
    before, after = whole
    change = after - before if before is not None and after is not None else None
    effects: dict[str, Fraction] = {}
    old, new = ([side for side in (pair[place] for pair in factors.values()) if side is not None] for place in (0, 1))
    known = len(old) == len(new) == len(factors) and change is not None
    if known and prod(old, start=Fraction(1)) == before and prod(new, start=Fraction(1)) == after:
        effects = dict(zip(factors, (lmdi if min(*old, *new) > 0 else shapley)(old, new), strict=True))
    numbers: Numbers = {home: change, f"{home}-residual": ZERO if effects else None}
    for name, (was, now) in factors.items():
        effect = effects.get(name)
        numbers |= {f"{home}/{name}": effect, f"{home}/{name}/share": None}
        numbers[f"{home}/{name}/ratio"] = now / was if was is not None and now is not None and was > 0 else None
        if effect is not None and change is not None and before is not None:
            numbers[f"{home}/{name}/share"] = of_change(effect, change, before)
    return numbers


def of_days(shop: Shop) -> Numbers:
    """Every day's metrics with drivers: against the day before, and from the target of the day."""
    numbers: Numbers = {}
    days = reported(shop)
    for day in days:
        for id_, metric in shop.metrics.items():
            if metric.drivers and metric.daily:
                home, was, now = f"days/{day}/{id_}", _on(shop, id_, day - timedelta(1)), _on(shop, id_, day)
                if day - timedelta(1) in days and was is not None and now is not None:
                    pairs = {name: (_on(shop, name, day - timedelta(1)), _on(shop, name, day)) for name in metric.drivers}
                    numbers |= tree(f"{home}/drivers", (was, now), pairs)
                numbers |= _gap(shop, id_, day)
    return numbers


def _gap(shop: Shop, id_: str, day: date) -> Numbers:
    """Drivers with a target of the day apart, the others together: what those leave of the metric."""
    metric, home = shop.metrics[id_], f"days/{day}/{id_}/gap"
    aimed, now = _aimed(shop, id_, day), _on(shop, id_, day)
    apart: dict[str, Pair] = {
        name: (_aimed(shop, name, day), _on(shop, name, day)) for name in metric.drivers if _aimed(shop, name, day) is not None
    }
    if aimed is None or now is None or not apart:
        return {}
    others, numbers = "*".join(name for name in metric.drivers if name not in apart), Numbers()
    if others:
        left = (_left(aimed, [pair[0] for pair in apart.values()]), _left(now, [pair[1] for pair in apart.values()]))
        numbers |= {f"{home}/{others}/target": left[0], f"{home}/{others}/actual": left[1]}
        apart[others] = left
    return numbers | tree(home, (aimed, now), apart)


def _left(whole: Fraction, known: Sequence[Fraction | None]) -> Fraction | None:
    given = [each for each in known if each]
    return whole / prod(given, start=Fraction(1)) if len(given) == len(known) else None


def of_plans(shop: Shop) -> Numbers:
    """The metrics that plans have targets for, over their days so far and as many before, by drivers and by parts."""
    numbers: Numbers = {}
    for plan_id, plan in shop.plans.items():
        for id_ in (target.metric for target in plan.targets.values() if not target.where):
            metric = shop.metrics[id_]
            if (metric.drivers or metric.parts) and days_so_far(shop, plan, metric):
                numbers |= _of_plan(shop, plan, f"plans/{plan_id}/attribution", id_)
    return numbers


def _of_plan(shop: Shop, plan: Plan, home: str, id_: str) -> Numbers:
    metric = shop.metrics[id_]
    now = days_so_far(shop, plan, metric)
    then = period_before(plan.period, now)
    sides = {each: (_over(shop, each, then), _over(shop, each, now)) for each in (id_, *metric.drivers)}
    numbers: Numbers = {f"{home}/{id_}/before": sides[id_][0], f"{home}/{id_}/after": sides[id_][1]}
    if any(measures.over(shop, metric, days).covered < len(days) for days in (then, now)):
        return numbers
    if metric.drivers:
        numbers |= {f"{home}/{each}/{name}": pair[n] for each, pair in sides.items() for n, name in enumerate(("before", "after"))}
        numbers |= tree(f"{home}/{id_}/drivers", sides[id_], {each: sides[each] for each in metric.drivers})
    for field in metric.parts:
        numbers |= _parts(shop, metric, field, f"{home}/{id_}", then, now)
    return numbers


def _parts(shop: Shop, metric: Metric, field: str, home: str, then: list[date], now: list[date]) -> Numbers:
    """A sum or a ratio by the texts that the rows of either period have in a field."""
    tables = {part.table for part in measures.aggregates(metric.formula)}
    rows = [row for table in tables for row in shop.tables[table].rows if row.day in then or row.day in now]
    wheres: dict[str, Where] = {name: ((field, name),) for name in sorted({row.at[field] for row in rows})}
    for days in (then, now):
        if any(measures.over(shop, metric, days, where).covered < len(days) for where in wheres.values()):
            return {}
    if measures.adds_across(shop, metric.formula):
        each = {
            name: (measures.over(shop, metric, then, where).value or ZERO, measures.over(shop, metric, now, where).value or ZERO)
            for name, where in wheres.items()
        }
        return _of_sum(home, field, each)
    ratios = {name: (_sums(shop, metric, then, where), _sums(shop, metric, now, where)) for name, where in wheres.items()}
    return _of_ratio(home, field, ratios)


def _of_sum(home: str, field: str, parts: Mapping[str, tuple[Fraction, Fraction]]) -> Numbers:
    old, new = (sum((pair[place] for pair in parts.values()), ZERO) for place in (0, 1))
    numbers: Numbers = {f"{home}/change": new - old, f"{home}/growth": (new - old) / old if old > 0 else None}
    numbers |= {f"{home}/by/{field}-share-residual": ZERO, f"{home}/by/{field}-change-residual": ZERO}
    for name, (was, now) in parts.items():
        id_ = f"{home}/by/{field}/{name}"
        numbers |= {f"{id_}/before": was, f"{id_}/after": now, f"{id_}/change": now - was}
        numbers[f"{id_}/share"] = now / new if new > 0 else None
        numbers[f"{id_}/of-change"] = of_change(now - was, new - old, old)
        numbers[f"{id_}/points"] = (now - was) / old if old > 0 else None
    return numbers


def _of_ratio(home: str, field: str, parts: Mapping[str, tuple[Ratio, Ratio]]) -> Numbers:
    before, after = ({name: pair[place] for name, pair in parts.items()} for place in (0, 1))
    found = rate_and_mix(before, after)
    if found is None:
        return {}
    (above, below), (above_now, below_now) = (
        tuple(sum((each[n] for each in side.values()), ZERO) for n in (0, 1)) for side in (before, after)
    )
    change, numbers = above_now / below_now - above / below, Numbers()
    for name, (rate, mix) in found.items():
        id_ = f"{home}/by/{field}/{name}"
        for side, (over, under), whole in (("before", before[name], below), ("after", after[name], below_now)):
            numbers |= {f"{id_}/{side}": over / under if under else None, f"{id_}/weight-{side}": under / whole}
        numbers |= {f"{id_}/rate-effect": rate, f"{id_}/mix-effect": mix, f"{id_}/effect": rate + mix}
        numbers[f"{id_}/of-change"] = of_change(rate + mix, change, above / below)
    numbers |= {f"{home}/change": change, f"{home}/by/{field}-mix-residual": ZERO}
    numbers[f"{home}/by/{field}-rate"] = sum((rate for rate, _ in found.values()), ZERO)
    numbers[f"{home}/by/{field}-mix"] = sum((mix for _, mix in found.values()), ZERO)
    return numbers


def _sums(shop: Shop, metric: Metric, days: list[date], where: Where) -> Ratio:
    """What a ratio of two aggregates divides by what."""
    node = metric.formula
    assert not isinstance(node, Aggregate | Fraction)
    over, under = (measures.over(shop, Metric(side, metric.unit), days, where).value or ZERO for side in (node.left, node.right))
    return over, under


def _on(shop: Shop, id_: str, day: date) -> Fraction | None:
    return measures.over(shop, shop.metrics[id_], [day]).value


def _over(shop: Shop, id_: str, days: list[date]) -> Fraction | None:
    return measures.over(shop, shop.metrics[id_], days).value


def _aimed(shop: Shop, id_: str, day: date) -> Fraction | None:
    aimed = day_target(shop, id_, day)
    return None if isinstance(aimed, Band) else aimed
