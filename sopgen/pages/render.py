"""Templates into pages. Whatever a template prints is data and is escaped, unless it is Markdown already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct

from sopgen.compute.attainment import TargetFacts
from sopgen.compute.changes import Change
from sopgen.compute.claims import ClaimFacts
from sopgen.compute.daily import DayFacts
from sopgen.compute.figures import Figure
from sopgen.compute.recovery import RecoveryFacts
from sopgen.compute.research import feeds
from sopgen.compute.reviews import Review
from sopgen.model import Model
from sopgen.pages import format as shown
from sopgen.pages import places
from sopgen.pages.markdown import Markdown, code, escape, link, way
from sopgen.pages.page import Page
from sopgen.records import Expectation, Improvement, Mechanic, Problem, Research, Success, Target
from sopgen.records.outputs import OUTPUTS
from sopgen.view import View
from sopgen.words.dates import Duration, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.messages import Translator
from sopgen.words.text import Text

_URL = ":/?#[]@!$&'*+,;=%~"  # what stands for itself in an address; brackets would end the link
_PAPERS = {"research": "market-brief", "resources": "resource-list"}  # kinds of reviews that are of a plan's paper
TEMPLATES = Path(__file__).parent / "templates"


class Writer(Struct, frozen=True):
    """Writes pages in one language about one view of the workspace."""

    view: View
    language: str

    def say(self, label: str) -> str:
        """A label of ours in the reader's language."""
        return Translator(self.language).label(label)

    def titled(self, label: str, plan: str) -> str:
        """The title of a page about one side of a plan: what it is, and what the plan is called."""
        found = self.view.model.plans.get(plan)
        named = found.title.into(self.language) if found else plan
        return Translator(self.language).translate(Message(N_("{label}: {plan}"), {"label": Message(label), "plan": named}))

    def page(
        self,
        template: str,
        path: str,
        title: str,
        section: Iterable[str] = (),
        sources: Iterable[str] = (),
        **values: object,
    ) -> Page:
        """Render a template; `section` holds labels in English, `sources` the files that the page is made from."""
        files = tuple(dict.fromkeys(sources))
        words = _Words(self.view.model, self.view.figures, self.language, path)
        environment = _environment()
        markdown = environment.get_template(f"{template}.md").render(
            view=self.view, model=self.view.model, facts=self.view.facts, title=title, sources=files, w=words, **values
        )
        return Page(path, title, markdown, tuple(self.say(name) for name in section), files)


class _Words(Struct, frozen=True):
    """What templates say things with, on one page in one language."""

    model: Model
    figures: Mapping[str, Figure]
    language: str
    here: str

    def label(self, text: str) -> Markdown:
        """A label of ours."""
        return Markdown(Translator(self.language).label(text))

    def sentence(self, message: Message | None) -> str:
        """A sentence of ours with its arguments."""
        return Translator(self.language).translate(message) if message else ""

    def fill(self, template: str, **args: object) -> Markdown:
        """A sentence of ours with what authors wrote, figures and links in its places."""
        return Markdown(Translator(self.language).translate(Message(template, {name: _printed(value) for name, value in args.items()})))

    def field(self, label: str) -> Markdown:
        """A label before the value that follows it on the line."""
        return self.fill(N_("{label}: "), label=self.label(label))

    def text(self, text: Text | None) -> str:
        """What an author wrote, in the reader's language."""
        return text.into(self.language) if text else ""

    def title(self, kind: str, id_: str) -> str:
        """What a reader calls a record."""
        if kind == "party":
            kind = "person" if id_ in self.model.people else "department"
        if kind == "finding":
            return self.text(next((each.text for each in self._findings(id_)), None)) or id_
        if kind == "aim":
            return self._aim(*id_.split("/"))
        if kind == "opportunity":
            return self._opportunity(*id_.split("/")) or id_
        if kind == "step":
            return code(id_.partition("/")[2])
        if kind == "output":
            return self.text(OUTPUTS.get(id_)) or id_
        known: dict[str, Mapping[str, Any]] = {
            "person": self.model.people,
            "department": self.model.departments,
            "metric": self.model.metrics,
            "table": self.model.tables,
            "list": self.model.lists,
            "alert": self.model.alerts,
            "risk": self.model.risks,
            "plan": self.model.plans,
            "incident": self.model.incidents,
            "sop": self.model.sops,
        }
        record = known[kind].get(id_.partition("/")[0] if kind == "alert" else id_)
        words = self.text(record.title) if record and record.title else ""
        return f"{id_} {words}" if kind == "sop" and words else words or id_

    def _aim(self, plan: str, name: str) -> str:
        """What a target is called, by its metric and the part that it is about, or an item of a strategy."""
        if target := self.model.targets.get(plan, {}).get(name):
            return " · ".join([self.title("metric", target.metric_id), *target.where.values()])
        items = self.model.strategies[plan].items if plan in self.model.strategies else ()
        found = (item.text if isinstance(item, Mechanic) else item.title for _, item in items if item.id == name)
        return self.text(next(found, None)) or f"{plan}/{name}"

    def _opportunity(self, plan: str, name: str) -> str:
        found = (each.title for each in self.model.research[plan].opportunities if each.id == name)
        return self.text(next(found, None))

    def _findings(self, id_: str) -> Iterator[Success | Problem | Improvement]:
        """The finding of a retro with an id, if it is there."""
        plan, _, name = id_.partition("/")
        retro = self.model.retros.get(plan)
        return (each for each in (retro.findings if retro else ()) if each.id == name)

    def to(self, kind: str, id_: str | None) -> Markdown:
        """A link to a record by its id, the bare id where it leads nowhere."""
        if not id_:
            return Markdown("")
        target = places.of(self.model, kind, id_)
        return link(self.title(kind, id_), target, self.here) if target else escape(id_)

    def metric(self, target: Target) -> Markdown:
        """A target's metric, with the part of it that the target is about."""
        return Markdown(" · ".join([self.to("metric", target.metric_id), *map(escape, target.where.values())]))

    def expected(self, expects: Expectation) -> Markdown:
        """What somebody expects to move, by how much and from where, as they wrote it."""
        metric = self.to("metric", expects.metric)
        if expects.base is None:
            return self.fill(N_("{metric} by {change}"), metric=metric, change=expects.change)
        return self.fill(N_("{metric} by {change} from {base}"), metric=metric, change=expects.change, base=expects.base)

    def review(self, each: Review) -> Markdown:
        """What is to be looked at again; of a plan's paper, which and whose."""
        paper = _PAPERS.get(each.kind)
        if paper is None:
            return self.to(each.kind, each.id)
        name = self.fill(N_("{label}: {plan}"), label=self.title("output", paper), plan=self.text(each.title))
        return Markdown(f"[{name}]({way(dict(places.papers(self.model, each.plan))[paper], self.here)})")

    def recovery(self, each: RecoveryFacts) -> Markdown:
        """How much of a shortfall a measure wins back at the return that is expected, and whether that is enough."""
        amounts = {"amount": self.show(each.recovers), "shortfall": self.show(each.shortfall), "ratio": self.show(each.promised)}
        if each.enough is None:
            return self.fill(N_("{amount} at {ratio}; the day fell short by {shortfall}"), **amounts)
        if each.enough:
            return self.fill(N_("✓ {amount} of {shortfall} at {ratio}: enough"), **amounts)
        return self.fill(
            N_("✗ {amount} of {shortfall} at {ratio}: not enough, {needed} is needed"), **amounts, needed=self.show(each.needed)
        )

    def go(self, text: object, target: str) -> Markdown:
        """A link to a place in the tree of pages."""
        return link(text, target, self.here)

    def all(self, kind: str, ids: Iterable[str]) -> Markdown:
        """Links to several records."""
        mark = ", " if self.language == "en" else "、"
        return Markdown(mark.join(self.to(kind, id_) for id_ in ids))

    def show(self, figure: Figure | None) -> Markdown:
        """A figure; its reason beside the dash where there is none."""
        return self._figure(figure, shown.show(figure, self.language)) if figure else Markdown("")

    def goal(self, facts: TargetFacts | DayFacts | ClaimFacts) -> Markdown:
        """What is aimed for: a level, or the bounds of a band."""
        if facts.upper is None:
            return self.show(facts.target)
        return Markdown(f"{self.show(facts.target)} – {self.show(facts.upper)}")

    def needed(self, figure: Figure, target: Figure) -> Markdown:
        """What each remaining day has to bring; where the target is reached already, that."""
        reached = figure.value is not None and target.value is not None and (figure.value > 0) != (target.value > 0)
        return self.label(N_("reached")) if reached else self.show(figure)

    def event(self, id_: str) -> str:
        """What an event of the calendar is called."""
        event = self.model.calendar.events.get(id_) if self.model.calendar else None
        return self.text(event.title) if event else id_

    def last_year(self, day: Mapping[str, DayFacts]) -> Markdown:
        """The heading of the column that compares a day with one of the year before; "" where there is nothing to compare with."""
        base = next((each.year_on_year.base for each in day.values() if each.year_on_year.relative.value is not None), None)
        if base is None or base.days is None:
            return Markdown("")
        named = f"{self.day(base.days.start)} {self.event(base.event)}" if base.event else self.day(base.days.start)
        return self.fill(N_("Against {day}"), day=named)

    def part(self, target: Target, fields: Iterable[str]) -> Markdown:
        """The part that a target is about below its whole."""
        return Markdown(" · ".join(escape(target.where[field]) for field in fields))

    def indent(self, depth: int) -> Markdown:
        """The place of a part below its whole."""
        return Markdown("&emsp;" * (depth - 1) + "└ " if depth else "")

    def count(self, figure: Figure) -> Markdown:
        """A figure without its unit."""
        return self._figure(figure, shown.NOTHING if figure.value is None else shown.decimal(figure.value, 2))

    def amount(self, value: int | Fraction, unit: str) -> str:
        """A number that an author wrote, with its unit."""
        return shown.amount(Fraction(value), unit, self.language)

    def unit(self, name: str | None) -> str:
        """What a unit is called."""
        return shown.unit(name, self.language)

    def coverage(self, covered: Figure, days: Figure) -> Markdown:
        """On how many of the days there are figures, where that is not all of them; on a line of its own."""
        if covered.value == days.value:
            return Markdown("")
        counts = {"covered": self.count(covered), "days": self.count(days)}
        return Markdown("<br>" + self.fill(N_("{covered} of {days} days"), **counts))

    def percent(self, figure: Figure | None) -> Markdown:
        """An attainment or a share, to one decimal."""
        return self._figure(figure, shown.show(figure, self.language, 1)) if figure else Markdown("")

    def signed(self, figure: Figure, places: int = 2) -> Markdown:
        """A difference with its sign."""
        return self._figure(figure, shown.signed(figure, self.language, places))

    def change(self, moved: Change) -> Markdown:
        """A change in percent, for rates in points as well."""
        return self._figure(moved.relative, shown.change(moved, self.language))

    def day(self, value: Any) -> str:
        """A day with its weekday."""
        return shown.day(value, self.language)

    def anchor(self, id_: object) -> Markdown:
        """The id of a heading, so that links to it outlive its words."""
        return Markdown(f"{{#{id_}}}")

    def duration(self, value: Duration) -> str:
        """A length of time in words."""
        return shown.duration(value, self.language)

    def met(self, met: bool | None) -> Markdown:
        """Met or missed, as a sign and a word."""
        if met is None:
            return Markdown("")
        return Markdown("✓ " + self.label(N_("met")) if met else "✗ " + self.label(N_("missed")))

    def attained(self, met: bool | None, attainment: Figure) -> Markdown:
        """Met or missed, and by how much."""
        return Markdown(f"{self.met(met)} {self.percent(attainment)}".lstrip())

    def read_in(self, brief: Research, ids: Iterable[str]) -> Markdown:
        """The sources of a brief that something is from, leading to its list of them."""
        named = (self.text(brief.sources[id_].title) if id_ in brief.sources else id_ for id_ in ids)
        return Markdown(" · ".join(link(name, f"{places.research(brief.id)}#sources", self.here) for name in named))

    def serves(self, aim: str) -> Markdown:
        """The target that another one is a part of, with the plan that it is in."""
        return Markdown(f"{self.to('plan', aim.partition('/')[0])} · {self.to('aim', aim)}")

    def fed_by(self, plan: str, id_: str) -> Markdown:
        """The opportunities that a target or a strategy item takes up."""
        return self.all("opportunity", feeds(self.model).get(f"{plan}/{id_}", ()))

    def elsewhere(self, text: object, url: str | None) -> Markdown:
        """A link to another site where there is one, else the bare text."""
        return Markdown(f"[{escape(text)}]({quote(url, _URL)})") if url else escape(text)

    def source(self, path: str) -> Markdown:
        """A link to the text that something comes from."""
        return link(path, places.source(path), self.here)

    def _figure(self, figure: Figure, text: str) -> Markdown:
        """What is shown of a figure, leading to where it comes from; the reason beside the dash where there is no number."""
        led = link(text, places.trace(figure.id), self.here) if figure.id in self.figures else escape(text)
        if figure.value is None and figure.reason is not None:
            return Markdown(f"{led} {escape(self.sentence(figure.reason))}")
        return led


def _printed(value: object) -> Markdown:
    """What `{{ … }}` puts out. A value that is not there at all is a mistake of ours, not an empty cell."""
    if isinstance(value, Text):
        raise TypeError("a text is printed in no language; use w.text")
    if isinstance(value, Period):
        return Markdown(f"{value.start} – {value.end}")
    return escape("" if value is None else value)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        finalize=_printed,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.globals |= {"places": places, "code": code, "md": Markdown, "_": N_}
    return environment
