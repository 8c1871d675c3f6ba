"""The eleven papers of the work: each is two clicks from home, and what is deleted from its records leaves its page."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path

import pytest

from sopgen import pipeline
from sopgen.pages import places, site
from sopgen.pages.page import Page
from sopgen.readers.source import Folder
from sopgen.records.outputs import OUTPUTS
from tests.workspace import Files, without_traces

ROOT = Path(__file__).parents[1]
_LINK = re.compile(r"\]\(([^)#\s]+\.md)(?:#[^)\s]*)?\)")


@cache
def contents() -> Mapping[str, bytes]:
    """The files of the reference workspace."""
    folder = Folder(ROOT)
    return {path: folder.read(path) for path in folder.paths()}


def pages(files: Mapping[str, bytes]) -> Mapping[str, str]:
    """The English pages of a workspace by their paths, their numbers bare."""
    made = site.render(pipeline.run(Files(files)).view, "en")
    return {page.path: without_traces(page.markdown) for page in made if isinstance(page, Page) and not page.path.startswith(places.TRACES)}


@cache
def reference_pages() -> Mapping[str, str]:
    """Those of the reference workspace."""
    return pages(contents())


def linked(path: str) -> Iterator[str]:
    """The pages that a page leads to."""
    for target in _LINK.findall(reference_pages().get(path, "")):
        yield posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def without(path: str, first: str) -> Mapping[str, bytes]:
    """The reference workspace without the record that begins with the line `first` of a file; without the file where that is empty."""
    if not first:
        return {name: content for name, content in contents().items() if name != path}
    lines = contents()[path].decode().splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if line.startswith(first))
    indent = len(first) - len(first.lstrip())
    inside = [*takewhile(lambda line: not line.strip() or len(line) - len(line.lstrip()) > indent, lines[start + 1 :])]
    return {**contents(), path: "".join([*lines[:start], *lines[start + 1 + len(inside) :]]).encode()}


# Of each paper: its page, the beginning of a row on it, and where the record stands that the row is made of.
ROWS = {
    "market-brief": ("plans/2024-q2/research.md", "Shop A (storage)", "plans/2024-q2/research.yaml", "  - id: box-specialist"),
    "goal-breakdown": ("plans/2024-618.md", "└ jd", "plans/2024-618/targets.yaml", "ad-sales.jd:"),
    "strategy": ("plans/2024-618/strategy.md", "Direct visits", "plans/2024-618/strategy.yaml", "  - id: direct"),
    "gantt": ("plans/2024-618/tasks.md", "Test sign-up and payment", "plans/2024-618/tasks.yaml", "- id: payment-test"),
    "resource-list": ("plans/2024-618/resources.md", "Ten new sets", "plans/2024-618/resources.yaml", "  - id: creatives"),
    "assignment": ("plans/2024-618/tasks.md", "Review the logistics contract", "plans/2024-618/tasks.yaml", "- id: logistics-contract"),
    "daily-log": ("reports/2024-04.md", "The first picture of a product page stayed blank", "data/logs/2024-04-20.yaml", ""),
    "incident-record": ("incidents.md", "Douyin click-through fell by 30%", "data/incidents/2024-05-13-douyin-creative.yaml", ""),
    "daily-report": ("reports/2024-04.md", "The servers slowed down", "data/incidents/2024-04-20-server-lag.yaml", ""),
    "retro-report": ("retros/2024-618.md", "Late dispatch brought 200 bad reviews", "plans/2024-618/retro.yaml", "  - id: late-warehouse"),
    "sop-updates": ("sops/updates.md", "Sign up for a campaign in two steps", "plans/2024-618/retro.yaml", "  - id: simpler-sign-up"),
}


def test_every_paper_is_here() -> None:
    assert set(ROWS) == set(OUTPUTS)


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_paper_is_two_clicks_from_home(output: str) -> None:
    first = set(linked(places.HOME))
    assert ROWS[output][0] in first | {second for path in first for second in linked(path)}


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_deleted_record_leaves_the_page(output: str) -> None:
    page, row, path, first = ROWS[output]
    assert row in reference_pages()[page]
    assert row not in pages(without(path, first))[page]


def test_a_problem_leads_from_the_incident_to_the_pre_flight_list_of_the_next_plan() -> None:
    """Late dispatch: incident -> retro -> risk -> SOP version -> the next campaign's pre-flight list, and each page leads to the next."""
    way = ["incidents.md", "retros/2024-618.md", "risks.md", "3-run/OPS-305.md", "plans/2024-818.md"]
    for page, following in pairwise(way):
        assert following in set(linked(page)), (page, following)
    assert "late-dispatch" in reference_pages()["plans/2024-818.md"].partition("Pre-flight list")[2]
