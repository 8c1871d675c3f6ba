"""The site as plain Markdown: View in, pages out. To add a page: a function in the module of its subject, its template, its name here."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator

from sopgen.pages import places
from sopgen.pages.alerts import alerts
from sopgen.pages.calendar import calendar
from sopgen.pages.home import home
from sopgen.pages.incidents import incidents
from sopgen.pages.loop import loop
from sopgen.pages.page import Asset, Page
from sopgen.pages.plans import plans
from sopgen.pages.reference import reference
from sopgen.pages.render import Writer
from sopgen.pages.reports import reports
from sopgen.pages.research import research
from sopgen.pages.resources import resources
from sopgen.pages.retros import retros
from sopgen.pages.risks import risks
from sopgen.pages.scenes import scenes
from sopgen.pages.sops import sops
from sopgen.pages.standup import standup
from sopgen.pages.strategy import strategies
from sopgen.pages.tasks import handed_over, tasks
from sopgen.pages.traces import traces
from sopgen.pages.weekly import weekly
from sopgen.view import View

# In the order of the navigation.
MEETINGS = (standup, weekly, calendar)
PLANS = (plans, research, tasks, strategies, resources)
PAGES = (home, *MEETINGS, *PLANS, reports, alerts, incidents, retros, risks, sops, scenes, reference, loop)


def render(view: View, language: str) -> tuple[Page | Asset, ...]:
    """Every page in one language, and copies of the texts that they are made from."""
    write = Writer(view, language)
    made = [page for pages in PAGES for page in pages(write)]
    made += traces(write, tuple(made))
    return (*made, *_sources(view, made))


def names(view: View) -> Iterator[str]:
    """The workspace's own words in every language: what its metrics, plans, SOPs, risks and people are called."""
    model = view.model
    for records in (model.metrics, model.plans, model.sops, model.alerts, model.risks, model.people, model.departments, model.lists):
        for record in records.values():
            yield from record.title.versions.values() if record.title else ()


def _sources(view: View, made: list[Page]) -> Iterator[Asset]:
    """Copies of the linked files.

    The mark at the start of a text makes a browser read it as UTF-8 even from a folder, where no header says so.
    """
    files = frozenset(view.source.paths())
    linked = {path for page in made for path in page.sources} | {path for path in files if "/deliverables/" in path}
    linked |= files & {f"plans/{plan}/{each}" for plan, listed in view.model.tasks.items() for task in listed for each in handed_over(task)}
    for path in sorted(linked):
        content = view.source.read(path)
        yield Asset(places.source(path), BOM_UTF8 + content.removeprefix(BOM_UTF8) if path.endswith(places.TEXTS) else content)
