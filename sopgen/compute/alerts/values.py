"""The named values of a rule on a day, worked out from the raw figures of a source: the tables, or what a test gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Protocol

from msgspec import Struct

from sopgen.compute.alerts.baseline import ALWAYS, mean, middle_and_spread, robust_z, safety_stock, variance
from sopgen.records import Alert, Metric, Stock
from sopgen.words.dates import DAY, Duration
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS

WEEK = timedelta(days=7)
LEAST = 3  # figures that a window must have, and half of its days, to say what is usual
NO_FIGURES = Message(N_("no figures"))


class Reading(Struct, frozen=True):
    """A figure of a day; None with a reason where there is none."""

    value: Fraction | None
    reason: Message | None = None


Kept = dict[tuple[str, date], Reading]
"""Values that are worked out, by their name and day."""


class Source(Protocol):
    """Where raw figures come from. Keys are named values, metrics and fields of tables (`ads.impressions`)."""

    def reading(self, key: str, day: date) -> Reading | None:
        """The figure of a day as it stands in the source; None where it is to be worked out from others."""


def nothing(template: str) -> Reading:
    """No figure, and why."""
    return Reading(None, Message(template))


class Values:
    """The named values of one rule and one part of its metric.

    What a later day asks for again is in `kept`, which rules that hold the same part against the same days may share.
    """

    def __init__(self, rule: Alert, metric: Metric, source: Source, is_promo: Callable[[date], bool], kept: Kept | None = None) -> None:
        self.rule, self.metric, self.source, self.is_promo = rule, metric, source, is_promo
        self._kept: Kept = {} if kept is None else kept
        self._worked_out: Mapping[str, Callable[[date], Reading]] = {
            "benchmark": self._benchmark,
            "yesterday": lambda day: self.get("value", day - DAY),
            "last_week": lambda day: self.get("value", day - WEEK),
            "change": lambda day: self._change(day, "yesterday"),
            "change_week": lambda day: self._change(day, "last_week"),
            "mean": self._mean,
            "median": lambda day: self._robust(day)[0],
            "mad": lambda day: self._robust(day)[1],
            "z": self._z,
            "demand": self._demand,
            "in_transit": self._in_transit,
            "days_of_cover": self._days_of_cover,
            "safety_line": self._safety_line,
            "reorder_point": self._reorder_point,
        }

    def get(self, key: str, day: date) -> Reading:
        """A named value, metric or sum of a field on a day."""
        if (key, day) not in self._kept:
            raw = self.source.reading(key, day)
            work_out = self._worked_out.get(key)
            self._kept[key, day] = raw if raw is not None else work_out(day) if work_out else NOTHING
        return self._kept[key, day]

    def window(self, day: date) -> list[date]:
        """The days that a day is held against: those before it, of its weekday or its side of the promotions where the rule says so."""
        length = self.rule.window.days if self.rule.window else 0
        days = [day - DAY * back for back in range(length, 0, -1)]
        if self.rule.same_weekday == "yes":
            days = [each for each in days if each.weekday() == day.weekday()]
        if self.rule.promo == "apart":
            side = self.is_promo(day)
            days = [each for each in days if self.is_promo(each) == side]
        return days

    def _over(self, key: str, day: date) -> list[Fraction] | Message:
        """The figures of the window; where they are too few to say what is usual, that."""
        days = self.window(day)
        found = [reading.value for each in days if (reading := self.get(key, each)).value is not None]
        if len(found) >= max(LEAST, -(-len(days) // 2)):
            return found
        return Message(N_("the window has figures for {count} of {days} days"), {"count": len(found), "days": len(days)})

    def _mean(self, day: date) -> Reading:
        figures = self._over("value", day)
        return Reading(None, figures) if isinstance(figures, Message) else Reading(mean(figures))

    def _robust(self, day: date) -> tuple[Reading, Reading]:
        """The median and the MAD of the window, which are worked out together."""
        figures = self._over("value", day)
        if isinstance(figures, Message):
            return Reading(None, figures), Reading(None, figures)
        middle, spread = (Reading(figure) for figure in middle_and_spread(figures))
        self._kept.setdefault(("median", day), middle)
        self._kept.setdefault(("mad", day), spread)
        return middle, spread

    def _benchmark(self, _: date) -> Reading:
        declared = self.rule.benchmark
        value = declared.value.value_in(self.metric.unit) if declared else None
        return Reading(value, None if value is not None else Message(N_("it is in another unit")))

    def _change(self, day: date, base: str) -> Reading:
        now, before = self.get("value", day), self.get(base, day)
        if now.value is None or before.value is None:
            return now if now.value is None else nothing(N_("the day it is compared with has no figures"))
        if before.value <= 0:
            return nothing(N_("the day it is compared with was zero or less"))
        return Reading((now.value - before.value) / before.value)

    def _z(self, day: date) -> Reading:
        now, middle, spread = self.get("value", day), self.get("median", day), self.get("mad", day)
        if now.value is None or middle.value is None or spread.value is None:
            return now if now.value is None else middle
        z = robust_z(now.value, middle.value, spread.value)
        return Reading(z) if z is not None else nothing(N_("most days of the window are the same, so there is no spread to measure by"))

    # --- stock (domain B8) -------------------------------------------------------------------------------------------

    @cached_property
    def _stock(self) -> Stock:
        assert self.rule.stock is not None
        return self.rule.stock

    def _sold(self, day: date) -> list[Fraction] | Message:
        return self._over(self._stock.demand, day) if self.rule.stock else Message(N_("the rule does not declare `stock`"))

    def _demand(self, day: date) -> Reading:
        sold = self._sold(day)
        return Reading(None, sold) if isinstance(sold, Message) else Reading(mean(sold))

    def _in_transit(self, day: date) -> Reading:
        metric = self.rule.stock.in_transit if self.rule.stock else None
        return self.get(metric, day) if metric else nothing(N_("the rule does not declare `in_transit`"))

    def _days_of_cover(self, day: date) -> Reading:
        stock, demand = self.get("value", day), self.get("demand", day)
        if stock.value is None or demand.value is None:
            return stock if stock.value is None else demand
        return Reading(stock.value / demand.value) if demand.value > 0 else nothing(N_("nothing was sold"))

    def _safety_line(self, day: date) -> Reading:
        """The line as declared, else the safety stock of the window's demand."""
        if self.rule.stock and self.rule.stock.safety:
            return Reading(self.rule.stock.safety.value_in(self.metric.unit))
        sold = self._sold(day)
        if isinstance(sold, Message):
            return Reading(None, sold)
        late = self._stock.lead_time_sd
        sd = (late.value_in(DAYS) if late else None) or Fraction(0)
        level = self._stock.service.number if self._stock.service else ALWAYS
        return Reading(safety_stock(mean(sold), variance(sold), self._lead_days, sd, level))

    def _reorder_point(self, day: date) -> Reading:
        demand, safety = self.get("demand", day), self.get("safety_line", day)
        if demand.value is None or safety.value is None:
            return demand if demand.value is None else safety
        return Reading(demand.value * self._lead_days + safety.value)

    @property
    def _lead_days(self) -> Fraction:
        """How long the stock must last: until new goods arrive, and until it is looked at again."""
        return _days(self._stock.lead_time) + _days(self._stock.review)


NOTHING = Reading(None, NO_FIGURES)


def _days(length: Duration | None) -> Fraction:
    return Fraction(length.days) if length else Fraction(0)
