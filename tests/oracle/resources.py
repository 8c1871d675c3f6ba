"""Resource lists by their definitions: what is open, what presses and what came too late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

Numbers = dict[str, Fraction | None]


@dataclass(frozen=True)
class Needed:
    """A resource: the day it is needed, what became of asking for it, and whether anybody can be asked."""

    needed: date
    asked: date | None
    confirmed: date | None
    declined: date | None
    contact: bool

    def answer(self, today: date) -> str:
        """Where it stands: declined and confirmed of one day are declined."""
        yes, no = (day if day and day <= today else None for day in (self.confirmed, self.declined))
        if yes and no:
            return "declined" if no >= yes else "confirmed"
        return "confirmed" if yes else "declined" if no else ""


def numbers(resources: Mapping[str, Needed], today: date) -> Numbers:
    """Every figure of a list, by what stands behind its home; the ids of the resources have their section before them."""
    found: Numbers = dict.fromkeys(("total", "confirmed", "unconfirmed", "urgent", "without-contact"), Fraction(0))

    def count(name: str) -> None:
        found[name] = (found[name] or Fraction(0)) + 1

    for id_, each in resources.items():
        answer = each.answer(today)
        count("total")
        if answer == "confirmed":
            count("confirmed")
            if each.confirmed and each.confirmed > each.needed:
                found[f"{id_}/late"] = Fraction((each.confirmed - each.needed).days)
        if answer == "":
            count("unconfirmed")
            if today > each.needed:
                found[f"{id_}/overdue"] = Fraction((today - each.needed).days)
            elif each.needed <= today + timedelta(14):
                found[f"{id_}/left"] = Fraction((each.needed - today).days)
            if each.needed <= today + timedelta(14):
                count("urgent")
        if not each.contact and (answer == "" or (answer == "confirmed" and today <= each.needed)):
            count("without-contact")
    return found
