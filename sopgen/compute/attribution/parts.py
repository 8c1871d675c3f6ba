"""A metric by the values of a field: shares and contributions of a sum, rate and mix of a ratio."""

from __future__ import annotations

from msgspec import Struct

from sopgen.compute.attribution import ratios, sums
from sopgen.compute.attribution.ratios import MixFacts
from sopgen.compute.attribution.slices import Compared, Slices
from sopgen.compute.attribution.sums import ContributionFacts, ShareFacts
from sopgen.compute.measures import Measures
from sopgen.words.diagnostics import N_, Message


class PartsFacts(Struct, frozen=True):
    """A metric by one field. A sum has shares and contributions, a ratio has rate and mix; with a `reason` there is none of them."""

    field: str
    share: ShareFacts | None = None
    contribution: ContributionFacts | None = None
    mix: MixFacts | None = None
    reason: Message | None = None


def parts(measures: Measures, compared: Compared, field: str) -> PartsFacts:
    """The metric by the values that the field has in either of the two periods."""
    metric = compared.metric
    names = {*measures.segments(metric, field, compared.previous), *measures.segments(metric, field, compared.period)}
    slices = Slices(measures, compared, field, tuple(sorted(names)))
    if not names:
        return PartsFacts(field, reason=Message(N_("its tables have no `{field}` to split it by"), {"field": field}))
    if measures.adds_across(metric):
        both = sums.sides(slices)
        if isinstance(both, Message):
            return PartsFacts(field, reason=both)
        return PartsFacts(field, sums.share(slices, both), sums.contribution(slices, both))
    if measures.ratio_adds_across(metric):
        found = ratios.mix(slices)
        return PartsFacts(field, reason=found) if isinstance(found, Message) else PartsFacts(field, mix=found)
    return PartsFacts(field, reason=Message(N_("its parts do not add up to the whole")))
