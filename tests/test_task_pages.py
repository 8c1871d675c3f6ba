"""The page of a plan's tasks: what the Gantt chart says in words, who does what, and that rows come and go with their records."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from sopgen import pipeline
from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from sopgen.plugin import build_site
from sopgen.readers.source import Folder
from sopgen.records.outputs import OUTPUTS
from tests.browser import DESKTOP, PHONE, chromium, served, visit
from tests.workspace import STARTER, run, starter, without_traces

PATH = "plans/2024-06/tasks.md"
TASKS = "plans/2024-06/tasks.yaml"
FILE = "deliverables/shifts.csv"


def page(build: Build, path: str = PATH, language: str = "en") -> str:
    """A page without where its links lead."""
    markdown = next(item.markdown for item in build.pages(language) if item.path == path and isinstance(item, Page))
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", without_traces(markdown))


def charted(build: Build, language: str = "en") -> list[str]:
    """What the rows of the chart say to somebody who sees no bars."""
    rows = re.findall(r"<tr id=.*?</tr>", page(build, language=language))
    return [re.sub(r" +", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def section(markdown: str, anchor: str) -> list[str]:
    """The rows of the table under a heading."""
    text = markdown.partition(f"{{#{anchor}}}")[2].partition("\n## ")[0]
    return [line for line in text.split("\n") if line.startswith("| ")][2:]


def test_the_chart_says_in_words_what_its_bars_show() -> None:
    """As of 15 June: the shifts, due on the 14th, are still being planned."""
    assert charted(run()) == [
        "Choose the products for the sale ◆ critical path 2024-05-27 – 2024-05-31 · ✓ done on 2024-05-30",
        "Prepare the page of the sale ◆ critical path ↳ comes after Choose the products for the sale "
        "2024-06-03 – 2024-06-12 · ✓ done on 2024-06-12",
        "Plan the customer service shifts 2024-06-10 – 2024-06-14 · ◐ in progress, expected by 2024-06-15 · ⚠ late by 1 day",
        "Watch the figures of the sale ◆ critical path ↳ comes after Prepare the page of the sale , Plan the customer service shifts "
        "2024-06-16 – 2024-06-18 · ○ not started, expected by 2024-06-18",
    ]
    assert charted(run(), "zh")[2] == "安排客服班次 2024-06-10 – 2024-06-14 · ◐ 进行中，预计 2024-06-15 完成 · ⚠ 晚1天"


def test_bars_stand_where_their_days_are() -> None:
    """The chart has the 23 days from 27 May to 18 June; the 3rd of June is the 8th of them, and the planned bar is 10 days long."""
    (row,) = re.findall(r'<tr id="task-sale-page">.*?</tr>', page(run()))
    assert 'sop-gantt__bar--plan" style="left: 30.43%; width: 43.48%"' in row  # 7/23 and 10/23
    assert "--sop-gantt-today: 84.78%" in page(run())  # the middle of the 20th day


def test_a_mess_of_tasks_still_makes_a_chart() -> None:
    """Tasks that wait for each other, one due before it starts, one at the end of all days, and a title that would be a tag."""
    tasks = (
        "- {id: a, title: A, start: 2024-06-01, due: 2024-06-02, owner: nobody, after: [b]}\n"
        "- {id: b, title: B, start: 2024-06-05, due: 2024-06-03, owner: shop-manager, after: [a, c]}\n"
        "- {id: far, title: Far, start: 0001-01-01, due: 9999-12-31, owner: shop-manager}\n"
        '- {id: tag, title: "<b>Bold\\n\\n</div>", start: 2024-06-05, due: 2024-06-06, owner: service-lead, with: [nowhere]}\n'
    )
    build = run({TASKS: tasks})
    assert build.has_errors
    text = page(build)
    chart = text[text.index("<div class=") : text.index("\n</div>")]
    assert "\n\n" not in chart
    assert "&lt;b&gt;Bold &lt;/div&gt;" in chart
    assert chart.count("<tr id=") == 4


def test_of_very_many_tasks_the_chart_shows_those_that_matter_now_and_the_table_all() -> None:
    """As of 15 June the three without end are overdue; 120 done ones fill the rest."""
    line = "- {{id: t{0}, title: Task {0}, start: 2024-05-{1:02}, due: 2024-05-{1:02}, owner: shop-manager{2}}}\n"
    done = [line.format(number, number % 28 + 1, ", done: 2024-05-29") for number in range(120)]
    late = [line.format(number, 31, "") for number in range(120, 123)]
    build = run({TASKS: "".join((*done, *late))})
    assert (len(charted(build)), len(section(page(build), "dates"))) == (100, 123)
    assert [row.partition(" 2024")[0] for row in charted(build)[-3:]] == ["Task 120", "Task 121", "Task 122"]


def test_who_does_what_with_deliverable_evidence_and_step() -> None:
    deliverable = f"deliverable: {{title: Shifts, file: {FILE}}}\n  contact: shop-manager\n  done: 2024-06-14\n  with: [operations]"
    tasks = starter()[TASKS].replace("with: [operations]", deliverable)
    build = run({TASKS: tasks, f"plans/2024-06/{FILE}": "day,name\n"})
    assert section(page(build), "assignment") == [
        "| Shop manager | Choose the products for the sale | ✓ done<br>due 2024-05-31 |  | List of products "
        "| The list hangs beside the packing table. |",
        "| Shop manager | Watch the figures of the sale<br>`OPS-001/compare` | ○ not started<br>due 2024-06-18 |  |  |  |",
        "| Traffic specialist | Prepare the page of the sale | ✓ done<br>due 2024-06-12 |  |  |  |",
        "| Customer service lead | Plan the customer service shifts | ✓ done<br>due 2024-06-14 "
        "| Operations<br>contact: Shop manager | Shifts |  |",
    ]
    assert f"source/plans/2024-06/{FILE}.txt" in {asset.path for asset in build.pages("en") if not isinstance(asset, Page)}


def test_who_answers_for_a_task_is_who_answers_for_its_step() -> None:
    tasks = starter()[TASKS].replace("owner: shop-manager\n  step", "owner: service-lead\n  with: [operations]\n  step")
    rows = section(page(run({TASKS: tasks})), "raci")
    assert rows[-1] == "| Watch the figures of the sale | Customer service lead | Shop manager | Operations |  |"
    assert rows[0] == "| Choose the products for the sale | Shop manager | Shop manager |  |  |"


def test_departments_have_their_own_tasks_and_those_they_help_with() -> None:
    assert section(page(run()), "departments") == [
        "| Operations | Choose the products for the sale<br>Prepare the page of the sale<br>Watch the figures of the sale "
        "| Plan the customer service shifts |",
        "| Customer service | Plan the customer service shifts |  |",
    ]


def test_load_is_by_owner_and_week() -> None:
    assert section(page(run()), "load")[2] == "| 2024-W24<br>2024-06-10 | 1 task<br>1 day | 1 task<br>3 days | 1 task<br>5 days |"


@pytest.mark.parametrize("id_", ["sale-products", "service-shifts"])
def test_a_task_leaves_the_chart_and_the_assignment_with_its_record(id_: str) -> None:
    rest = re.sub(r"  after: .*\n", "", re.sub(rf"- id: {id_}\n(  .*\n)+", "", starter()[TASKS]))
    title = "Choose the products for the sale" if id_ == "sale-products" else "Plan the customer service shifts"
    before, after = page(run()), page(run({TASKS: rest}))
    assert (f'<tr id="task-{id_}">' in before, f'<tr id="task-{id_}">' in after) == (True, False)
    for table in ("dates", "assignment", "raci", "departments"):
        assert title in "\n".join(section(before, table))
    assert title not in after


def test_a_plan_without_tasks_has_no_such_page_and_no_link_to_one() -> None:
    build = run({TASKS: "[]\n"})
    assert PATH not in {item.path for item in build.pages("en")}
    assert "Gantt chart" not in page(build, "plans/2024-06.md")
    assert "Gantt chart" in page(run(), "plans/2024-06.md")


def test_tasks_of_a_plan_that_cannot_be_read_are_still_shown() -> None:
    build = run({"plans/2024-06/plan.yaml": "id: 2024-06\n"})
    assert build.has_errors
    assert page(build).startswith("# Gantt chart and division of work: 2024-06\n\n- Plan: 2024-06\n")
    assert len(charted(build)) == 4
    assert "Plan the customer service shifts<br>2024-06" in page(build, "standup.md")


def test_every_paper_leads_from_the_home_page_to_a_page() -> None:
    build = run()
    paths = {item.path for item in build.pages("en")}
    led = {id_: str(places.of(build.view.model, "output", id_)).partition("#")[0] for id_ in OUTPUTS}
    assert set(led.values()) <= paths
    assert (led["gantt"], led["assignment"], led["goal-breakdown"]) == (PATH, PATH, "plans/2024-06.md")
    home = page(build, "index.md")
    assert [title.into("en") for title in OUTPUTS.values() if f"\n- {title.into('en')}\n" in home + "\n"] == [
        title.into("en") for title in OUTPUTS.values()
    ]


# --- in a browser -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the starter's site."""
    root = tmp_path_factory.mktemp("starter") / "shop"
    shutil.copytree(STARTER, root)
    build_site(root, pipeline.run(Folder(root)), root / "site")
    with served(root / "site") as address:
        yield address


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("path", ["en/plans/2024-06/tasks.html", "zh/calendar.html"])
def test_a_chart_fits_the_window(home: str, path: str, width: int) -> None:
    """Its bars lie inside it, beside the names and on a phone below them."""
    with chromium() as browser, visit(browser, home, width) as tab:
        tab.page.goto(f"{home}{path}")
        assert tab.page.locator(".sop-gantt").evaluate("chart => chart.scrollWidth <= chart.clientWidth")
        bars = tab.page.locator(".sop-gantt td .sop-gantt__bar")
        assert bars.evaluate_all("bars => bars.length && bars.every(bar => bar.clientWidth)")
        name, track = (tab.page.locator(f".sop-gantt tbody {each}").first.bounding_box() for each in ("th", ".sop-gantt__track"))
        assert name
        assert track
        assert (track["y"] > name["y"] + 10) is (width == PHONE)
        assert (tab.foreign, tab.complaints, tab.scrolls_sideways()) == ([], [], False)


def test_the_home_page_leads_to_the_row_of_a_late_task(home: str) -> None:
    with chromium() as browser, visit(browser, home) as tab:
        tab.page.goto(f"{home}en/index.html")
        tab.page.get_by_role("link", name="Plan the customer service shifts").click()
        expect(tab.page.locator("tr:target")).to_contain_text("late by 1 day")
