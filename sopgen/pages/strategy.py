"""Strategies: what each channel is expected to bring against the target, the products and their stock, and the campaign."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from sopgen.compute.research import feeds
from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.records import Strategy
from sopgen.words.diagnostics import N_

TITLE = N_("Operations strategy")


def strategies(write: Writer) -> Iterator[Page]:
    """A page a strategy, reached from the page of its plan."""
    model, facts = write.view.model, write.view.facts
    for strategy in model.strategies.values():
        aims = {id_: each for (plan, id_), each in facts.targets.items() if plan == strategy.id}
        page = write.page(
            "strategy",
            places.strategy(strategy.id),
            write.titled(TITLE, strategy.id),
            (N_("Plans"),),
            (model.path(strategy),),
            strategy=strategy,
            expected=facts.strategies[strategy.id],
            aims=aims,
            stocked=[each for each in strategy.products if each.forecast or each.supply],
            taken_up=_taken_up(write, strategy),
            compared=any(each.target in aims for each in strategy.channels),
        )
        yield replace(page, in_nav=False)


def _taken_up(write: Writer, strategy: Strategy) -> dict[str, list[str]]:
    """By opportunity, the items of the strategy that it feeds."""
    found: dict[str, list[str]] = {}
    fed = feeds(write.view.model)
    for item in (f"{strategy.id}/{each.id}" for _, each in strategy.items):
        for chance in fed.get(item, ()):
            found.setdefault(chance, []).append(item)
    return found
