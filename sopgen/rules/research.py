"""Market and competitor briefs: enough competitors, sources that are fresh, and opportunities that lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity

LEAST, MOST = 3, 5


@rule(
    Severity.WARNING,
    N_("the brief compares {count} competitors"),
    N_("name the 3 to 5 that matter: fewer say little of the market, and nobody watches more"),
)
def not_three_to_five_competitors(view: View) -> Iterator[Finding]:
    """A brief compares three to five core competitors.

    Bad:
        # plans/2024-06/research.yaml
        owner: shop-manager
        written: 2024-05-20
        market: {size: {text: 4000 shops, sources: [panel]}, growth: {text: 6% a year, sources: [panel]},
          preferences: [{text: One discount, sources: [panel]}]}
        competitors:
        - {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel]}
        opportunities: [{id: one-rule, title: One rule, feeds: [gmv]}]
        sources: {panel: {title: Category panel, date: 2024-04-30}}

    Good:
        # plans/2024-06/research.yaml
        owner: shop-manager
        written: 2024-05-20
        market: {size: {text: 4000 shops, sources: [panel]}, growth: {text: 6% a year, sources: [panel]},
          preferences: [{text: One discount, sources: [panel]}]}
        competitors:
        - {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel]}
        - {id: b, title: B, products: Lamps, promotion: Live rooms, reviews: Good, traffic: Live, sources: [panel]}
        - {id: c, title: C, products: Socks, promotion: None, reviews: Mixed, traffic: Search, sources: [panel]}
        opportunities: [{id: one-rule, title: One rule, feeds: [gmv]}]
        sources: {panel: {title: Category panel, date: 2024-04-30}}
    """
    for brief in view.model.research.values():
        if not LEAST <= len(brief.competitors) <= MOST:
            yield Finding(At(brief, ("competitors",), key=True), {"count": len(brief.competitors)})


@rule(
    Severity.WARNING,
    N_("opportunity `{id}` feeds no target and no strategy item"),
    N_("name those that take it up under `feeds`, or leave it out"),
)
def opportunity_feeds_nothing(view: View) -> Iterator[Finding]:
    """An opportunity that no target and no item of a strategy takes up is a thought and no plan.

    Bad:
        # plans/2024-06/research.yaml
        owner: shop-manager
        written: 2024-05-20
        market: {size: {text: 4000 shops, sources: [panel]}, growth: {text: 6% a year, sources: [panel]},
          preferences: [{text: One discount, sources: [panel]}]}
        competitors:
        - {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel]}
        - {id: b, title: B, products: Lamps, promotion: Live rooms, reviews: Good, traffic: Live, sources: [panel]}
        - {id: c, title: C, products: Socks, promotion: None, reviews: Mixed, traffic: Search, sources: [panel]}
        opportunities: [{id: one-rule, title: One rule}]
        sources: {panel: {title: Category panel, date: 2024-04-30}}

    Good:
        # plans/2024-06/research.yaml
        owner: shop-manager
        written: 2024-05-20
        market: {size: {text: 4000 shops, sources: [panel]}, growth: {text: 6% a year, sources: [panel]},
          preferences: [{text: One discount, sources: [panel]}]}
        competitors:
        - {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel]}
        - {id: b, title: B, products: Lamps, promotion: Live rooms, reviews: Good, traffic: Live, sources: [panel]}
        - {id: c, title: C, products: Socks, promotion: None, reviews: Mixed, traffic: Search, sources: [panel]}
        opportunities: [{id: one-rule, title: One rule, feeds: [gmv]}]
        sources: {panel: {title: Category panel, date: 2024-04-30}}
    """
    for brief in view.model.research.values():
        for number, each in enumerate(brief.opportunities):
            if not each.feeds:
                yield Finding(At(brief, ("opportunities", number, "id")), {"id": each.id})


@rule(
    Severity.WARNING,
    N_("source `{id}` is {days} days old when the plan begins"),
    N_("read a newer one: what is older than {limit} days is of another market"),
)
def source_out_of_date(view: View) -> Iterator[Finding]:
    """A source is no older than a year on the first day of the plan.

    Bad:
        # plans/2024-06/research.yaml
        owner: shop-manager
        written: 2024-05-20
        market: {size: {text: 4000 shops, sources: [panel]}, growth: {text: 6% a year, sources: [panel]},
          preferences: [{text: One discount, sources: [panel]}]}
        competitors:
        - {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel]}
        - {id: b, title: B, products: Lamps, promotion: Live rooms, reviews: Good, traffic: Live, sources: [panel]}
        - {id: c, title: C, products: Socks, promotion: None, reviews: Mixed, traffic: Search, sources: [panel]}
        opportunities: [{id: one-rule, title: One rule, feeds: [gmv]}]
        sources: {panel: {title: Category panel, date: 2022-04-30}}

    Good:
        # plans/2024-06/research.yaml
        owner: shop-manager
        written: 2024-05-20
        market: {size: {text: 4000 shops, sources: [panel]}, growth: {text: 6% a year, sources: [panel]},
          preferences: [{text: One discount, sources: [panel]}]}
        competitors:
        - {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel]}
        - {id: b, title: B, products: Lamps, promotion: Live rooms, reviews: Good, traffic: Live, sources: [panel]}
        - {id: c, title: C, products: Socks, promotion: None, reviews: Mixed, traffic: Search, sources: [panel]}
        opportunities: [{id: one-rule, title: One rule, feeds: [gmv]}]
        sources: {panel: {title: Category panel, date: 2024-04-30}}
    """
    from sopgen.compute.research import OLD, days_old

    for brief in view.model.research.values():
        plan = view.model.plans.get(brief.id)
        for id_, source in brief.sources.items() if plan else ():
            if plan and (age := days_old(plan, source)) > OLD:
                related = ((At(plan, ("period",)), Message(N_("the plan's period"))),)
                yield Finding(At(brief, ("sources", id_, "date")), {"id": id_, "days": age, "limit": OLD}, related=related)


@rule(Severity.ERROR, N_("source `{id}` is later than the brief, of {written}"), N_("correct one of the two days"))
def source_after_brief(view: View) -> Iterator[Finding]:
    """A brief is of the day, or later, than what it was read from.

    Bad:
        # plans/2024-06/research.yaml
        owner: shop-manager
        written: 2024-05-20
        market: {size: {text: 4000 shops, sources: [panel]}, growth: {text: 6% a year, sources: [panel]},
          preferences: [{text: One discount, sources: [panel]}]}
        competitors:
        - {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel]}
        - {id: b, title: B, products: Lamps, promotion: Live rooms, reviews: Good, traffic: Live, sources: [panel]}
        - {id: c, title: C, products: Socks, promotion: None, reviews: Mixed, traffic: Search, sources: [panel]}
        opportunities: [{id: one-rule, title: One rule, feeds: [gmv]}]
        sources: {panel: {title: Category panel, date: 2024-05-21}}

    Good:
        # plans/2024-06/research.yaml
        owner: shop-manager
        written: 2024-05-20
        market: {size: {text: 4000 shops, sources: [panel]}, growth: {text: 6% a year, sources: [panel]},
          preferences: [{text: One discount, sources: [panel]}]}
        competitors:
        - {id: a, title: A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel]}
        - {id: b, title: B, products: Lamps, promotion: Live rooms, reviews: Good, traffic: Live, sources: [panel]}
        - {id: c, title: C, products: Socks, promotion: None, reviews: Mixed, traffic: Search, sources: [panel]}
        opportunities: [{id: one-rule, title: One rule, feeds: [gmv]}]
        sources: {panel: {title: Category panel, date: 2024-05-20}}
    """
    for brief in view.model.research.values():
        for id_, source in brief.sources.items():
            if source.date > brief.written:
                related = ((At(brief, ("written",)), Message(N_("the day of the brief"))),)
                yield Finding(At(brief, ("sources", id_, "date")), {"id": id_, "written": str(brief.written)}, related=related)
