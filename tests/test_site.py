"""The site: what is built, what stays as it was, and what a reader's browser makes of it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jieba
import pytest
from playwright.sync_api import Browser, expect

from sopgen.pages.page import Asset, Page
from sopgen.plugin import build_site, search, serve_site
from sopgen.plugin.content import enrich
from sopgen.plugin.hooks import navigation
from sopgen.plugin.site import builder
from sopgen.records import Settings
from sopgen.words.diagnostics import SopgenError
from sopgen.words.text import Text
from tests.browser import DESKTOP, PHONE, Scheme, chromium, served, visit

SETTINGS = "site_name: Handbook\ndocs_dir: sop\ntheme: material\nplugins: [search, sopgen]\n"

TARGETS = """\
| Target | Dimension | Target | Actual | Attainment | Status | Owner | Department |
|---|---|--:|--:|--:|---|---|---|
| Sales of the quarter | overall | ¥5,000,000 | ¥5,214,330 | 104.3% | ✓ met | Operations manager | Operations |
| Conversion | overall | 4.5% | 4.1% | 91.1% | ✗ missed | Operations manager | Operations |
"""
ENGLISH = (
    Page("index.md", "Today", "# Today\n\nOf 2 targets [1 is met](plans/618.md#targets).\n"),
    Page("plans/index.md", "Plans", "# Plans\n\n- [618](618.md)\n", section=("Plans",)),
    Page(
        "plans/618.md",
        "618 & more",
        f"# Mid-year sale\n\n![](../images/dot.svg)\n\n## Targets {{#targets}}\n\n{TARGETS}",
        section=("Plans",),
        sources=("plans/618/plan.yaml",),
    ),
    Page("sop/OPS-302.md", "OPS-302", "# Monitor\n\nWatch.\n", section=("SOP", "Run"), sources=("sop/3-run/OPS-302.md",)),
    Asset("images/dot.svg", b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"),
)
CHINESE = (
    Page("index.md", "今日", "# 今日\n\n库存预警：百亿补贴的客单价上升，SKU编码已核对，24小时内处理。\n"),
    Page("plans/index.md", "计划", "# 计划\n\n- [618](618.md)\n", section=("计划",)),
    Page("plans/618.md", "618 大促", f"# 618 大促\n\n## 目标 {{#targets}}\n\n{TARGETS}", section=("计划",)),
    Page("sop/OPS-302.md", "OPS-302", "# 数据监控\n\n投产比(ROI)为 1:3.2。\n", section=("SOP", "执行")),
)


@dataclass
class Handbook:
    """What a pipeline hands over: two pages on plans, one SOP, in two languages."""

    english: Sequence[Page | Asset] = ENGLISH
    chinese: Sequence[Page | Asset] = CHINESE
    has_errors: bool = False
    settings: Settings = field(default_factory=lambda: Settings(title=Text({"en": "Handbook", "zh": "运营手册"})))
    timestamp: int = 1_719_795_600  # 2024-07-01 09:00 in Shanghai

    def pages(self, language: str) -> Sequence[Page | Asset]:
        return self.english if language == "en" else self.chinese

    def names(self) -> Sequence[str]:
        return ("客单价", "库存预警")


def workspace(folder: Path, settings: str = SETTINGS) -> Path:
    """A workspace that has nothing but its settings and an SOP that no page is made from."""
    (folder / "sop").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(settings, "utf-8")
    (folder / "sop" / "source.md").write_text("# Source\n", "utf-8")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with its site built."""
    folder = workspace(tmp_path_factory.mktemp("handbook"))
    build_site(folder, Handbook(), folder / "site")
    return folder


@pytest.fixture(scope="module")
def site(root: Path) -> Path:
    return root / "site"


# --- What is built ------------------------------------------------------------------------------------------------


def test_every_page_is_there_in_every_language_and_no_source_is(site: Path) -> None:
    english, chinese = (
        {path.relative_to(site / language).as_posix() for path in (site / language).rglob("*.html")} for language in ("en", "zh")
    )
    assert english == chinese == {"index.html", "plans/index.html", "plans/618.html", "sop/OPS-302.html"}
    assert (site / "en/images/dot.svg").read_bytes().startswith(b"<svg")


def test_a_page_is_in_its_language_and_links_to_the_same_page_in_the_other(site: Path) -> None:
    page = (site / "zh/plans/618.html").read_text("utf-8")
    assert '<html lang="zh"' in page
    assert "<title>618 大促 - 运营手册</title>" in page
    assert 'href="../../en/plans/618.html" hreflang="en"' in page


def test_a_page_that_the_other_language_lacks_leads_to_its_front_page(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    build_site(folder, Handbook(chinese=CHINESE[:1]), folder / "site")
    assert 'href="../../zh/index.html" hreflang="zh"' in (folder / "site/en/plans/618.html").read_text("utf-8")


def test_the_root_page_links_to_each_language(site: Path) -> None:
    page = (site / "index.html").read_text("utf-8")
    assert re.findall(r'<a href="(.*?)"', page) == ["en/index.html", "zh/index.html"]


def test_nothing_in_the_site_is_fetched_from_another_host(site: Path) -> None:
    fetched = re.compile(r"""(?:<(?!a\b)[a-z]+\b[^>]*?\s(?:src|href)=["']?|url\(["']?|@import\s+["'])\s*((?:https?:)?//[^"')\s>]+)""")
    found = {path: fetched.findall(text.decode("utf-8")) for path, text in files(site).items() if path.endswith((".html", ".css"))}
    assert found
    assert {path: addresses for path, addresses in found.items() if addresses} == {}


def test_the_same_build_gives_the_same_bytes(root: Path, site: Path, tmp_path: Path) -> None:
    build_site(root, Handbook(), tmp_path / "again")
    assert files(tmp_path / "again") == files(site)


def test_nothing_but_the_site_is_written_and_the_environment_is_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    folder = workspace(tmp_path / "handbook")
    build_site(folder, Handbook(), folder / "site")
    assert sorted(path.name for path in folder.iterdir()) == ["mkdocs.yml", "site", "sop"]
    assert os.environ["SOURCE_DATE_EPOCH"] == "1"


def test_the_edit_link_leads_to_the_file_that_the_page_is_made_from(tmp_path: Path) -> None:
    folder = workspace(tmp_path, f"{SETTINGS}edit_uri_template: https://git.example/edit/sop/{{path}}\n")
    build_site(folder, Handbook(), folder / "site")
    links = [
        re.findall(r'href="(https://git.*?)"', (folder / "site/en" / page).read_text("utf-8"))
        for page in ("plans/618.html", "sop/OPS-302.html")
    ]
    assert links == [["https://git.example/edit/sop/../plans/618/plan.yaml"], ["https://git.example/edit/sop/3-run/OPS-302.md"]]


def test_navigation_keeps_the_order_and_gathers_sections() -> None:
    pages = [
        Page("index.md", "Today", ""),
        Page("a.md", "A", "", ("SOP", "Run")),
        Page("hidden.md", "Hidden", "", ("SOP",), in_nav=False),
        Page("b.md", "<B>", "", ("SOP",)),
        Page("c.md", "C", "", ("SOP", "Run")),
    ]
    assert navigation(pages) == [{"Today": "index.md"}, {"SOP": [{"Run": [{"A": "a.md"}, {"C": "c.md"}]}, {"&lt;B&gt;": "b.md"}]}]


def test_a_plain_mkdocs_build_makes_the_site_in_the_workspace_s_own_language(tmp_path: Path) -> None:
    settings = Path(__file__).parent.parent / "mkdocs.yml"
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--config-file",
        settings,
        "--site-dir",
        tmp_path / "site",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "site/index.html").read_text("utf-8")
    assert '<html lang="en"' in page
    assert "hreflang" not in page


# --- What stays as it was -----------------------------------------------------------------------------------------


def test_a_build_that_fails_says_why_and_leaves_the_site_alone(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    build_site(folder, Handbook(), folder / "site")
    before = files(folder)
    broken = Page("plans/index.md", "Plans", "[nowhere](missing.md) [anchor](../index.md#missing)\n")
    with pytest.raises(SopgenError) as caught:
        build_site(folder, Handbook(english=(ENGLISH[0], broken)), folder / "site")
    assert "missing.md" in str(caught.value)
    assert "#missing" in str(caught.value)
    assert files(folder) == before


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("site_name: Handbook\ndocs_dir: sop\ntheme: material\nplugins: [search]\n", "does not name `sopgen`"),
        (SETTINGS.replace("docs_dir: sop", "docs_dir: nowhere"), "nowhere"),
        ("site_name: [\n", "mkdocs.yml"),
    ],
)
def test_settings_that_mkdocs_cannot_take_are_named(tmp_path: Path, settings: str, words: str) -> None:
    folder = workspace(tmp_path, settings)
    with pytest.raises(SopgenError, match=re.escape(words)):
        build_site(folder, Handbook(), folder / "site")


def test_a_folder_that_is_no_site_is_not_replaced(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    with pytest.raises(SopgenError, match="holds something that sopgen has not made"):
        build_site(folder, Handbook(), folder / "sop")
    assert (folder / "sop/source.md").exists()


# --- While writing ------------------------------------------------------------------------------------------------


def test_with_errors_the_sound_pages_are_shown_and_each_leads_to_the_findings(tmp_path: Path) -> None:
    out = tmp_path / "out"
    finding = "error: due before start\n  --> plans/618/tasks.yaml:12:10"
    builder(workspace(tmp_path / "w"), lambda: Handbook(has_errors=True), lambda build: finding, out)()
    assert 'href="../findings.html"' in (out / "zh/plans/618.html").read_text("utf-8")
    assert "plans/618/tasks.yaml:12:10" in (out / "en/findings.html").read_text("utf-8")


def test_trouble_is_logged_and_shown_on_every_page_until_it_is_mended(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder, out = workspace(tmp_path / "w"), tmp_path / "out"
    builds = iter([Handbook(), None, Handbook()])

    def run() -> Handbook:
        build = next(builds)
        if build is None:
            raise ValueError("cannot read\n<this>")
        return build

    rebuild = builder(folder, run, lambda build: "", out)
    rebuild()
    sound = files(out)
    rebuild()
    assert "cannot read\n&lt;this&gt;" in (out / "zh/plans/618.html").read_text("utf-8")
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "The site cannot be built: cannot read <this>"
    ]
    rebuild()
    assert files(out) == sound


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    folder = workspace(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SopgenError, match=f"cannot serve at 127.0.0.1:{port}"):
            serve_site(folder, Handbook, "127.0.0.1", port, lambda _: "")


# --- What is added to a page --------------------------------------------------------------------------------------


def test_a_status_is_coloured_by_its_sign_and_still_said_in_words() -> None:
    html = enrich("<td>✗ missed, by 2 days</td><li>✓ checked</li><td>✗</td>", "Page")
    sign = '<span class="sop-status__sign" aria-hidden="true">{}</span>'.format
    assert html == (
        f'<td><span class="sop-status sop-status--bad">{sign("✗")} missed</span>, by 2 days</td>'
        f'<li><span class="sop-status sop-status--good">{sign("✓")}</span> checked</li>'
        f'<td><span class="sop-status sop-status--bad">{sign("✗")} </span></td>'
    )


def test_a_table_is_a_region_named_after_the_heading_above_it() -> None:
    table = "<table><tr><td>1</td></tr></table>"
    html = enrich(f'{table}<h2 id="a">A &amp; B<a class="headerlink" href="#a">¶</a></h2>{table}{table}', "Page")
    assert re.findall(r'role="region" tabindex="0" aria-label="(.*?)"', html) == ["Page", "A &amp; B", "A &amp; B (2)"]
    assert html.count("</table></div>") == 3


def test_a_table_without_words_in_its_head_is_a_list_of_facts() -> None:
    html = enrich(
        "<table><thead><tr><th></th><th></th></tr></thead><tbody><tr><td>Due</td><td>2024-06-10</td></tr></tbody></table>", "Page"
    )
    assert "<thead>" not in html
    assert '<tr><th scope="row" class="sop-short">Due</th><td class="sop-short"><span class="sop-date">2024-06-10</span></td></tr>' in html


def test_a_short_line_stays_whole_a_long_one_gets_room_and_a_date_is_never_broken() -> None:
    cells = ("用户运营助理", "¥1<br>last on 2024-06-10", "a text of more than forty columns, on 2024-06-10", "")
    html = enrich(f"<table><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></table>", "Page")
    assert re.findall(r"<td.*?</td>", html) == [
        '<td class="sop-short">用户运营助理</td>',
        '<td class="sop-medium">¥1<br>last on <span class="sop-date">2024-06-10</span></td>',
        '<td class="sop-long">a text of more than forty columns, on <span class="sop-date">2024-06-10</span></td>',
        "<td></td>",
    ]


def test_a_name_is_taught_where_it_would_fall_into_characters_and_forgotten_by_the_next_build() -> None:
    search.teach(["客单价", "库存预警", "GMV"])
    assert list(jieba.cut("客单价与库存预警")) == ["客单价", "与", "库存", "预警"]
    search.teach([])
    assert list(jieba.cut("客单价")) == ["客", "单价"]


# --- In a browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module", params=["server", "folder"])
def home(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """The address of the site: on a server, and as a folder of this machine."""
    if request.param == "folder":
        yield f"{site.as_uri()}/"
    else:
        with served(site) as address:
            yield address


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["en/index.html", "zh/plans/618.html"])
def test_pages_open_without_complaint_request_or_sideways_scroll(
    browser: Browser, home: str, path: str, width: int, scheme: Scheme
) -> None:
    with visit(browser, home, width, scheme) as tab:
        tab.page.goto(f"{home}{path}", wait_until="networkidle")
        expect(tab.page.locator("body")).to_have_attribute("data-md-color-scheme", "slate" if scheme == "dark" else "default")
        assert (tab.foreign, tab.complaints, tab.scrolls_sideways()) == ([], [], False)


def test_a_page_may_not_ask_another_host_even_if_it_tries(browser: Browser, home: str) -> None:
    with visit(browser, home) as tab:
        tab.page.goto(f"{home}en/index.html")
        refused = "fetch('https://other.example/').then(() => 'sent', () => 'refused')"
        assert tab.page.evaluate(refused) == "refused"
        assert tab.foreign == []


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh"), ("en-GB", "en"), ("fr-FR", "en")])
def test_the_root_page_sends_a_reader_on_to_their_language(browser: Browser, home: str, locale: str, language: str) -> None:
    with visit(browser, home, locale=locale) as tab:
        tab.page.goto(f"{home}index.html")
        tab.page.wait_for_url(f"{home}{language}/index.html")
        assert tab.complaints == []


def test_the_language_switch_keeps_the_page_and_the_section_and_is_remembered(browser: Browser, home: str) -> None:
    with visit(browser, home) as tab:
        tab.page.goto(f"{home}en/plans/618.html#targets")
        tab.page.hover(".md-select")
        tab.page.click(".md-select__link[hreflang=zh]")
        tab.page.wait_for_url(f"{home}zh/plans/618.html#targets")
        tab.page.goto(f"{home}index.html")
        tab.page.wait_for_url(f"{home}zh/index.html")
        assert (tab.foreign, tab.complaints) == ([], [])


def test_links_lead_to_pages_and_sections(browser: Browser, home: str) -> None:
    with visit(browser, home) as tab:
        tab.page.goto(f"{home}en/index.html")
        tab.page.click("text=1 is met")
        tab.page.wait_for_url(f"{home}en/plans/618.html#targets")
        assert tab.page.title() == "618 & more - Handbook"


@pytest.mark.parametrize(
    ("language", "found"),
    [
        (
            "zh",
            {
                "库存预警": "今日",
                "预警": "今日",
                "客单价": "今日",
                "百亿补贴": "今日",
                "SKU编码": "今日",
                "24小时": "今日",
                "投产比": "数据监控",
            },
        ),
        ("en", {"attainment": "Mid-year sale", "watch": "Monitor"}),
    ],
)
def test_search_finds_words_in_both_languages(browser: Browser, home: str, language: str, found: dict[str, str]) -> None:
    with visit(browser, home) as tab:
        tab.page.goto(f"{home}{language}/index.html")
        box = tab.page.locator(".md-search__input")
        box.click()
        for query, page in found.items():
            box.fill(query)
            box.press("End")  # the search listens for keys
            expect(tab.page.locator(".md-search-result__item h1")).to_have_text([re.compile("\u200b*".join(page))])
            box.fill("nowhere")
            box.press("End")
            expect(tab.page.locator(".md-search-result__item")).to_have_count(0)
        assert (tab.foreign, tab.complaints) == ([], [])


def test_a_wide_table_scrolls_in_its_own_box_and_is_reached_by_keyboard_only_then(browser: Browser, home: str) -> None:
    for width, tabindex in ((PHONE, "0"), (2560, None)):
        with visit(browser, home, width) as tab:
            tab.page.goto(f"{home}en/plans/618.html")
            box = tab.page.get_by_role("region", name="Targets")
            expect(box).to_have_class("sop-table" if tabindex is None else re.compile("sop-table--scrolls"))
            assert box.get_attribute("tabindex") == tabindex
