"""What rules and pages look at: the records, what follows from them, and the commit they are of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from sopgen.model import Model
from sopgen.readers.git import Commit
from sopgen.readers.source import Source
from sopgen.words.dates import Instant

if TYPE_CHECKING:
    from sopgen.compute import Facts
    from sopgen.compute.figures import Figure
    from sopgen.compute.measures import Measures
    from sopgen.compute.provenance import Provenance


class View(Struct, frozen=True, dict=True):
    """A workspace as of an instant. `facts` are worked out on first use, so that who asks for records alone waits for nothing."""

    model: Model
    as_of: Instant
    source: Source

    @cached_property
    def facts(self) -> Facts:
        """Everything computed from the records."""
        from sopgen.compute import compute

        return compute(self.model, self.measures, self.as_of)

    @cached_property
    def measures(self) -> Measures:
        """The metrics, measured over whatever days are asked for."""
        from sopgen.compute.measures import Measures

        return Measures(self.model)

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure of the facts, by id."""
        from sopgen.compute.figures import by_id

        return by_id(self.facts)

    @cached_property
    def provenance(self) -> Provenance:
        """Where the figures come from."""
        from sopgen.compute.provenance import Provenance

        return Provenance(self.model, self.measures, self.figures)

    @property
    def timestamp(self) -> int:
        """Seconds since 1970 of the commit, else of `as_of`: the only clock that a build goes by."""
        if self.source.commit:
            return int(self.source.commit.date.timestamp())
        return int(self.as_of.replace(tzinfo=ZoneInfo(self.model.settings.time_zone)).timestamp())


def as_of(model: Model, commit: Commit | None, asked: Instant | None) -> tuple[Instant, bool]:
    """The instant to look from, and whether it had to be guessed.

    As asked, else the option in mkdocs.yml, else the commit's own date in the workspace's time zone, else how far the
    figures reach: a guess. The clock of the machine is never asked.
    """
    if given := asked or model.settings.as_of:
        return given, False
    if commit:
        local = commit.date.astimezone(ZoneInfo(model.settings.time_zone))
        return Instant(local.year, local.month, local.day, local.hour, local.minute), False
    return _at(_last_day(model)), True


def _at(day: date) -> Instant:
    return Instant(day.year, day.month, day.day, 23, 59)


def _last_day(model: Model) -> date:
    """The last day that any table reaches; without figures, the last day of the plans."""
    ends = [max(rows.days) for rows in model.rows.values() if rows.days]
    ends = ends or [plan.period.end for plan in model.plans.values()]
    return max(ends, default=date(1970, 1, 1))
