"""From a number on a page to the lines of a file: the trace pages, and the way a reader takes through the built site."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from importlib import import_module

import pytest
from playwright.sync_api import expect

from sopgen import pipeline
from sopgen.pages import places
from sopgen.pages.page import Asset, Page
from sopgen.pipeline import Build
from sopgen.plugin import build_site
from sopgen.plugin.held import Held
from sopgen.readers.git import Commit
from sopgen.readers.source import Folder
from tests.browser import DESKTOP, PHONE, chromium, served, visit
from tests.workspace import STARTER, Files, run, starter

DAY = "days/2024-06-08/gmv"


def page(build: Build, path: str, language: str = "en") -> Page:
    return next(item for item in build.pages(language) if isinstance(item, Page) and item.path == path)


def row(build: Build, id_: str, language: str = "en") -> list[str]:
    """The cells of a figure's row, with their tags gone and a `|` where a line ends."""
    path, _, anchor = places.trace(id_).partition("#")
    found = re.search(rf'<tr id="{re.escape(anchor)}">(.*)</tr>', page(build, path, language).markdown)
    assert found, id_
    return [unescape(re.sub(r"<[^>]*>", "", cell.replace("<br>", " | "))) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found[1])]


# --- the pages -------------------------------------------------------------------------------------------------------


def test_a_number_on_a_page_leads_to_its_row() -> None:
    assert "[106.1%](../trace/days/2024-06.md#2024-06-08/gmv/attainment)" in page(run(), "reports/2024-06.md").markdown


def test_a_row_says_what_goes_in_and_where_that_is_written() -> None:
    build = run()
    assert row(build, f"{DAY}/attainment") == [
        "gmv/attainment",
        "106.1%",
        "1 + (actual - target) / |target| | gmv/actual ¥17,820 · gmv/target ¥16,795.87",
    ]
    assert row(build, f"{DAY}/actual")[2] == "sum(store.paid) | store.paid · 2024-06-08 · data/tables/store/2024-06.csv:9"
    assert row(build, "plans/2024-06/targets/gmv/target") == ["gmv/target", "¥500,000", "as written | plans/2024-06/targets.yaml:2 50万"]
    assert row(build, "plans/2024-06/targets/conversion/actual")[2] == (
        "sum(store.buyers) / sum(store.visitors)"
        " | store.buyers, store.visitors · 2024-06-01..2024-06-14 · data/tables/store/2024-06.csv:2-15"
    )


def test_a_row_is_in_the_language_of_its_reader() -> None:
    """3 June is taken out of the file, so 13 of the 14 days have figures."""
    table = "data/tables/store/2024-06.csv"
    lacking = "".join(line for line in starter()[table].splitlines(keepends=True) if not line.startswith("2024-06-03"))
    assert row(run({table: lacking}), f"{DAY}/target", "zh")[1] == "1.68万元"
    assert "2024-06-01..2024-06-14 (14 天中有 13 天的数据) · " in row(run({table: lacking}), "plans/2024-06/targets/gmv/actual", "zh")[2]


def test_figures_of_other_pages_are_linked_by_the_way_there() -> None:
    """The target of a day comes from the target of the plan, which stands on the page of the plan's figures."""
    assert '<a href="../plans/2024-06.md#targets/gmv/target">plans/2024-06/targets/gmv/target</a>' in (
        page(run(), "trace/days/2024-06.md").markdown
    )


def test_every_figure_that_is_shown_and_all_that_goes_in_has_a_row() -> None:
    build = run()
    made = [item for item in build.pages("en") if isinstance(item, Page)]
    rows = {f"{item.path}#{id_}" for item in made for id_ in re.findall(r'<tr id="([^"]+)"', item.markdown)}
    linked = {match for item in made for match in re.findall(r"\]\((?:\.\./)*(trace/[^)]+)\)", item.markdown)}
    assert linked
    assert linked <= rows
    inputs = {name for id_, figure in build.view.figures.items() if places.trace(id_) in rows for name in figure.inputs}
    assert {places.trace(name) for name in inputs & set(build.view.figures)} <= rows


def test_the_pages_say_of_when_and_of_which_commit_they_are() -> None:
    commit = Commit("3f786850e387550fdab836ed7e6dc881de23001b", datetime(2024, 6, 14, tzinfo=UTC))
    made = page(pipeline.run(Files(starter(), commit)), "trace/plans/2024-06.md")
    assert "As of 2024-06-15 09:00 · commit `3f786850e387`" in made.markdown
    assert "commit" not in page(run(), "trace/plans/2024-06.md").markdown


def test_they_are_found_neither_in_the_navigation_nor_by_the_search() -> None:
    for item in run().pages("en"):
        if isinstance(item, Page) and item.path.startswith("trace/"):
            assert not item.in_nav
            assert item.markdown.startswith("---\nsearch: {exclude: true}\n---\n")


def test_what_authors_write_does_nothing_there() -> None:
    """A text like a tag, in the condition of a formula."""
    metrics = "data/metrics.yaml"
    changed = starter()[metrics].replace("sum(store.paid)", 'sum(store.paid where date != "<b>&")', 1)
    text = page(run({metrics: changed}), "trace/days/2024-06.md").markdown
    assert "<b>" not in text
    assert "&lt;b&gt;&amp;" in text


def test_a_large_file_is_named_and_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("sopgen.pages.traces"), "LARGEST_COPY", 200)
    build = run()
    assert "store/2024-06.csv" in row(build, f"{DAY}/actual")[2]
    assert "2024-06.csv.txt" not in page(build, "trace/days/2024-06.md").markdown
    assert not [item for item in build.pages("en") if isinstance(item, Asset) and item.path.endswith("2024-06.csv.txt")]


@pytest.mark.parametrize(
    ("id_", "place"),
    [
        ("days/2024-06-08/gmv/actual", "trace/days/2024-06.md#2024-06-08/gmv/actual"),
        ("plans/2024-q2/targets/gmv.jd/actual", "trace/plans/2024-q2.md#targets/gmv.jd/actual"),
        ("risks/late/score", "trace/risks.md#late/score"),
        ("plans/x/share/天猫 (new)", "trace/plans/x.md#share/天猫~20~~28~new~29~"),
    ],
)
def test_where_the_row_of_a_figure_is(id_: str, place: str) -> None:
    assert places.trace(id_) == place


# --- past Markdown ---------------------------------------------------------------------------------------------------

TABLE = '<table class="sop-trace">\n<tr id="a/b"><td><a href="../x.md#y">x</a> <a href="https://e.example/r.md">r</a></td></tr>\n</table>'


def test_tables_and_links_pass_markdown_by() -> None:
    held = Held()
    marked = held.out_of(f"| [5.8万元](../trace/days/2024-04.md#a/b) | [GMV](metrics.md) |\n\n{TABLE}\n")
    assert "trace" not in marked
    assert "<table" not in marked
    assert "[GMV](metrics.md)" in marked
    assert held.anchors == {"a/b"}
    html = held.into("".join(f"<p>{line}</p>" for line in marked.splitlines() if line))
    assert '<a class="sop-figure" href="../trace/days/2024-04.html#a/b">5.8万元</a>' in html
    assert '<td><a href="../x.html#y">x</a> <a href="https://e.example/r.md">r</a></td>' in html


@pytest.mark.parametrize("text", ["[a \\* b](../trace/risks.md#x)", "## Missed by [5 %](../trace/risks.md#x)"])
def test_a_link_with_marked_up_words_or_in_a_heading_is_left_to_markdown(text: str) -> None:
    assert Held().out_of(text) == text


def test_a_text_with_the_characters_of_the_marks_is_left_to_markdown() -> None:
    text = f"\ue000 {TABLE}"
    assert Held().out_of(text) == text


# --- the site --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the starter's site."""
    root = tmp_path_factory.mktemp("starter") / "shop"
    shutil.copytree(STARTER, root)
    build_site(root, pipeline.run(Folder(root)), root / "site")
    with served(root / "site") as address:
        yield address


@pytest.mark.parametrize(("start", "number", "heading"), [("reports/2024-06", "¥17,820", "2024-06-08"), ("plans/2024-06", "¥500,000", "")])
def test_a_reader_goes_from_a_number_to_its_row_and_on_to_the_file(home: str, start: str, number: str, heading: str) -> None:
    with chromium() as browser, visit(browser, home) as tab:
        tab.page.goto(f"{home}en/{start}.html")
        link = tab.page.locator("a.sop-figure", has_text=number).first
        assert link.evaluate("node => getComputedStyle(node).color === getComputedStyle(node.parentElement).color")
        link.click()
        tab.page.wait_for_url(re.compile("/trace/"))
        target = tab.page.locator("tr:target")
        expect(target).to_be_in_viewport()
        expect(target).to_contain_text(number)
        target.locator("a", has_text=re.compile(r"\.(csv|yaml)$")).first.click()
        tab.page.wait_for_url(re.compile(r"/source/(data|plans)/.*\.txt$"))
        expect(tab.page.locator("body")).to_contain_text("2024-06-08" if heading else "50万")
        assert (tab.foreign, tab.complaints) == ([], [])


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_rows_fit_the_window(home: str, width: int) -> None:
    with chromium() as browser, visit(browser, home, width) as tab:
        tab.page.goto(f"{home}zh/trace/days/2024-06.html#2024-06-08/gmv/attainment")
        expect(tab.page.locator("tr:target th")).to_have_text("gmv/attainment")
        assert not tab.scrolls_sideways()


def test_the_search_does_not_know_the_rows(home: str) -> None:
    with chromium() as browser, visit(browser, home) as tab:
        tab.page.goto(home)
        index = json.loads(str(tab.page.evaluate(f"fetch('{home}en/search/search_index.json').then(answer => answer.text())")))
        assert index["docs"]
        assert [entry["location"] for entry in index["docs"] if entry["location"].startswith("trace/")] == []
