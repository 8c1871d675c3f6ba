"""The reference workspace at the top of the repository: sound, readable by others, and whole on the site."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from sopgen.pages.page import Asset, Page
from sopgen.pipeline import Build, run
from sopgen.readers.source import Folder
from sopgen.records import KINDS
from sopgen.records.outputs import OUTPUTS
from sopgen.rules.sops import SITE_PAGES
from tests.workspace import without_traces

ROOT = Path(__file__).parents[1]
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def build() -> Build:
    return run(Folder(ROOT))


def page(build: Build, language: str, path: str) -> str:
    return without_traces(next(page.markdown for page in build.pages(language) if page.path == path and isinstance(page, Page)))


def test_nothing_is_wrong_with_it(build: Build) -> None:
    assert build.found == ()


@pytest.mark.parametrize("kind", sorted({kind.name for kind in KINDS if kind.glob.endswith(".yaml")}))
def test_another_validator_accepts_it(kind: str) -> None:
    globs = [each.glob for each in KINDS if each.name == kind and each.glob.endswith(".yaml")]
    files = [str(path) for glob in globs for path in sorted(ROOT.glob(glob))]
    assert files
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(ROOT / "schemas" / f"{kind}.json"), *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "ok -- validation done\n")


def test_the_goal_breakdown_is_template_1(build: Build) -> None:
    rows = page(build, "zh", "plans/2024-q2.md").split("\n")
    gmv = next(row for row in rows if row.startswith("| 整体 | [GMV]"))
    assert re.sub(r"\[(.*?)\]\(.*?\)", r"\1", gmv) == "| 整体 | GMV | 500万元 | 日均销售额×90天<br>日均5.49万元 | 运营部 | 运营经理 |"


def test_the_task_table_is_template_2(build: Build) -> None:
    tasks = page(build, "zh", "plans/2024-618.md")
    assert "| 618 活动商品选品 | ✓ 已完成<br>晚9天 | 确定 20 款主推 SKU，完成毛利核算 | 2024-04-01 | 2024-04-15 |" in tasks
    assert "| 物流合同复核 | ⚠ 进行中<br>晚3天 |" in tasks


def test_the_day_of_the_sample_is_template_3(build: Build) -> None:
    report = page(build, "zh", "reports/2024-04.md")
    day = report.split("## 2024-04-20")[1].split("\n## ")[0]
    gmv, conversion = (next(row for row in day.split("\n") if row.startswith(f"| [{name}]")) for name in ("GMV", "转化率"))
    assert [cell.strip() for cell in gmv.split("|")[2:6]] == ["✗ 未达成 96.7%", "5.8万元", "6万元", "-2.1%"]
    assert [cell.strip() for cell in conversion.split("|")[2:6]] == ["✗ 未达成 91.1%", "4.1%", "4.5%", "-0.5个百分点（-10.9%）"]
    assert "- 异常原因：商品详情页某主图加载失败" in day
    assert "技术部已修复" in day


def test_the_retro_is_template_4(build: Build) -> None:
    retro = page(build, "en", "retros/2024-618.md")
    assert "| 110% | ¥3,000,000 | ¥3,300,000 | ¥3,300,000 | ✓ agree |" in retro
    assert "| 120% | 100,000 people | 120,000 people | 120,000 people | ✓ agree |" in retro
    assert "| 106.7% | 1:3 | 1:3.2 | 1:3.2 | ✓ agree |" in retro
    assert "- Answered by: [A flash-sale product runs out](../risks.md#flash-sale-stock)" in retro


def test_the_front_page_says_what_needs_attention(build: Build) -> None:
    """What was missed on the last day, what is late, and what nobody has answered."""
    attention = page(build, "zh", "index.md").split("## 今日关注")[1].split("\n## ")[0]
    lines = [re.sub(r"\[(.*?)\]\(.*?\)", r"\1", line) for line in attention.split("\n") if line.startswith("- ")]
    assert lines == [
        "- ✗ 2024-06-30 周日未达成：GMV 70% · 转化率 88.8%",
        "- ‼ 极高 · 库存低于安全线：`desk-fan` · `storage-box` · `umbrella` · `sticky-hooks` · 自 2024-06-25 起 · 商品主管",
        "- ⚠ 高 · GMV 明显低于当日目标 · 自 2024-06-19 起 · 运营经理",
        "- △ 中 · 转化率未达目标 · 自 2024-06-19 起 · 流量专员",
        "- ○ 低 · 库存到达补货点：`night-light` · `data-cable` · `cotton-socks` · `dish-cloth` · `ice-tray` · `phone-stand` · "
        "`thermal-cup` · 自 2024-06-18 起 · 商品主管",
        "- ⚠ 任务逾期：物流合同复核 · 晚3天 · 仓储主管",
        "- ⚠ 任务逾期：收首批货 · 晚4天 · 仓储主管",
        "- ○ 资源待确认：提前三天通知即可日揽收 5000 单的常备运力 · 618 年中大促 · 已提出 · 还剩 4天 · 缺少接口人 · 仓储主管",
        "- ⚠ 风险评审逾期：第三方交付风险 · 晚16天 · 运营经理",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere(build: Build, language: str) -> None:
    made = build.pages(language)
    found = {item.path: re.findall(r"\{#([^}]+)\}|<tr id=\"([^\"]+)\"", item.markdown) for item in made if isinstance(item, Page)}
    anchors = {path: {heading or row for heading, row in each} for path, each in found.items()}
    files = {item.path for item in made}
    broken = []
    for item in made:
        for target in re.findall(r"(?:\]\(|<a href=\")([^)\s\"]+)", item.markdown) if isinstance(item, Page) else ():
            path, _, anchor = target.partition("#")
            there = normpath(join(dirname(item.path), path)) if path else item.path
            if not target.startswith("http") and (there not in files or (anchor and anchor not in anchors[there])):
                broken.append((item.path, target))
    assert broken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_of_the_eleven_papers_is_one_click_from_the_home_page(build: Build, language: str) -> None:
    """The home page leads to a paper itself, not to a list in which somebody has to find it, where plans have one."""
    listed = page(build, language, "index.md").partition("{#papers}")[2]
    led = dict(re.findall(r"- \[(.*?)\]\((.*?)\)", listed))
    assert list(led) == [title.into(language) for title in OUTPUTS.values()]
    assert [path for path in led.values() if path == "plans/index.md"] == []


def test_the_rule_on_links_knows_every_page_of_the_site(build: Build) -> None:
    made = [item.path for item in build.pages("en") if isinstance(item, Page)]
    others = [path for path in made if f"sop/{path}" not in build.source.paths()]
    assert [path for path in others if not path.startswith(SITE_PAGES)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_what_it_is_made_from(build: Build, language: str) -> None:
    copies = {item.path for item in build.pages(language) if isinstance(item, Asset)}
    for item in build.pages(language):
        if isinstance(item, Page) and item.path != "index.md":
            assert item.sources, item.path
            assert {f"source/{path}.txt" for path in item.sources} <= copies


def test_the_sites_have_the_same_pages(build: Build) -> None:
    english, chinese = ([item.path for item in build.pages(language)] for language in LANGUAGES)
    assert english == chinese


def test_home_begins_with_the_plan_that_is_next(build: Build) -> None:
    """None is running on the morning of 1 July: the launch of the 2nd, then 818, then the past, the last one first."""
    home = next(item.markdown for item in build.pages("en") if isinstance(item, Page) and item.path == "index.md")
    assert re.findall(r"(?m)^### .*\{#plan-(.*)\}$", home) == ["2024-storage-launch", "2024-818", "2024-q2", "2024-618"]


def test_no_label_is_left_in_english(build: Build) -> None:
    """Everything on a Chinese page is Chinese but names, ids, code and what an author wrote in one language only.

    The pages below trace/ name figures by their ids and formulas.
    """
    text = "\n".join(
        item.markdown
        for item in build.pages("zh")
        if isinstance(item, Page) and not item.path.startswith(("1-", "2-", "3-", "4-", "trace/"))
    )
    bare = re.sub(r"`[^`]*`|@[\w-]+|\]\([^)]*\)|\{#[^}]*\}|<[^<>]+>|---[|: -]*", "", text)
    words = set(re.findall(r"\b[a-z]{3,}\b", bare)) - {"yaml", "csv", "table", "txt"}
    names = set(re.findall(r"[a-z]{3,}", "\n".join(build.source.paths()))) | {"other", "box", "tmall"}  # SKUs and a channel
    assert words - names == set()
