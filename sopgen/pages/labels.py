"""What the values of closed lists are called. The catalogues translate them; a test sees to it that none is missing."""

from __future__ import annotations

from sopgen.words.diagnostics import N_

LABELS = (
    # kinds of plans, scenes of SOPs
    N_("quarter"),
    N_("campaign"),
    N_("launch"),
    N_("optimisation"),
    N_("growth"),
    N_("daily"),
    # dimensions of targets
    N_("overall"),
    N_("product"),
    N_("traffic"),
    N_("user"),
    # risks: categories and treatments
    N_("fulfilment"),
    N_("stock"),
    N_("rules"),
    N_("payment"),
    N_("system"),
    N_("content"),
    N_("service"),
    N_("partner"),
    N_("other"),
    N_("avoid"),
    N_("reduce"),
    N_("transfer"),
    N_("accept"),
    # briefs: where a strength lies
    N_("supply"),
    N_("brand"),
    N_("users"),
    N_("products"),
    # strategies: what a product is for, where visitors come from, and the rules of a sale
    N_("hot"),
    N_("traffic-builder"),
    N_("profit"),
    N_("new"),
    N_("organic"),
    N_("advertising"),
    N_("community"),
    N_("direct"),
    N_("money-off"),
    N_("flash-sale"),
    N_("gift"),
    N_("coupon"),
    N_("pre-sale"),
    N_("live-room"),
    # resource lists: who a partner is
    N_("influencer"),
    N_("carrier"),
    N_("supplier"),
    N_("platform"),
    N_("agency"),
    # alerts: how bad, and how a table's rows come in
    N_("low"),
    N_("medium"),
    N_("high"),
    N_("critical"),
    N_("late"),
    N_("missing"),
    N_("duplicate"),
    N_("restated"),
    N_("apart"),
    # SOPs: states
    N_("draft"),
    N_("review"),
    N_("effective"),
    N_("retired"),
    # metrics and fields: the money counted, types, how a field adds
    N_("placed"),
    N_("paid"),
    N_("net"),
    N_("string"),
    N_("integer"),
    N_("number"),
    N_("date"),
    N_("sum"),
    N_("last"),
    N_("none"),
)
