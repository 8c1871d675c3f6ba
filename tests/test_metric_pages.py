"""What a metric's page says about it: how its figures of several days and of parts come about."""

from __future__ import annotations

import pytest

from sopgen.compute.measures import Measures
from sopgen.pages.metrics import Reading, reading
from sopgen.pages.page import Page
from sopgen.words.diagnostics import Message
from sopgen.words.messages import Translator
from tests.workspace import run, starter

TABLE = """
title: Channels
grain: day
primaryKey: [date, channel]
fields:
- {name: date, id: date, type: date}
- {name: channel, id: channel, type: string}
- {name: shop, id: shop, type: string}
- {name: members, id: members, type: integer, unit: person, time: none, across: none}
- {name: stock, id: stock, type: integer, unit: piece, time: last, across: sum}
- {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
"""
DAYS = "data/tables/t/2024-06.csv"
FILES = {"data/tables/t/table.yaml": TABLE, DAYS: "date,channel,shop,members,stock,paid\n2024-06-01,tmall,a,1,2,3\n"}


def read(formula: str) -> Reading:
    """How a metric with this formula is to be read."""
    metrics = f"{starter()['data/metrics.yaml']}x: {{title: X, formula: '{formula}', unit: score}}\n"
    model = run({**FILES, "data/metrics.yaml": metrics}).view.model
    return reading(Measures(model), model.metrics["x"])


def said(message: Message | None) -> str:
    """A sentence in English."""
    return Translator().translate(message) if message else ""


@pytest.mark.parametrize(
    ("formula", "period"),
    [
        ("sum(t.paid) - 2 * sum(t.paid)", "the days are added up"),
        ("sum(t.paid) / count(t)", "both sides are added up over the days, then divided; never a mean of daily rates"),
        ("last(t.stock)", "a level: the last day that has figures stands for the period"),
        ("last(t.stock) / last(t.members)", "both sides are those of the last day that has figures, then divided"),
        ("mean(t.paid)", "the mean of the days"),
        ("max(t.paid)", "the largest day"),
        ("top(3, t.paid by channel)", "added up over the days for each, then the largest are taken"),
        ("sum(t.members)", "none, only single days have figures: distinct people of several days cannot be added: `t.members`"),
        ("last(t.stock) / mean(t.paid)", "each part of the formula is taken over the whole period, then it is worked out"),
        ("sum(", "the formula cannot be read"),
    ],
)
def test_how_a_figure_of_several_days_comes_about(formula: str, period: str) -> None:
    assert said(read(formula).period) == period


@pytest.mark.parametrize(
    ("formula", "dimensions", "parts"),
    [
        ("sum(t.paid)", ("channel", "shop"), "add up to the whole"),
        ("sum(t.paid) / count(t)", ("channel", "shop"), "each is divided on its own; they do not add up to the whole"),
        (
            "sum(t.members)",
            ("channel", "shop"),
            "stand side by side and are not added: distinct people of several rows cannot be added: `t.members`",
        ),
        ("max(t.paid)", ("channel", "shop"), "stand side by side and are not added"),
        ("gmv / sum(t.paid)", (), "each is divided on its own; they do not add up to the whole"),
    ],
)
def test_whether_parts_make_the_whole(formula: str, dimensions: tuple[str, ...], parts: str) -> None:
    found = read(formula)
    assert (found.dimensions, said(found.parts)) == (dimensions, parts)


def test_who_takes_the_largest_is_told_that_they_flatter() -> None:
    assert "(biased upward)" in said(read("top(3, t.paid by channel) / sum(t.paid)").caution)
    assert read("sum(t.paid where channel = tmall) / sum(t.paid)").caution is None


def test_the_page_says_it_in_both_languages() -> None:
    build = run()
    pages = {language: next(page for page in build.pages(language) if page.path == "metrics.md") for language in ("en", "zh")}
    rows = {language: page.markdown.splitlines() for language, page in pages.items() if isinstance(page, Page)}
    assert "| Smallest denominator | 100 person-days; below that the figure is shown and not judged |" in rows["en"]
    assert "| 最小分母 | 100人次，低于此数仅展示、不评判 |" in rows["zh"]
    assert "| 多日取值 | 分子、分母分别累计后相除，不取每日比率的平均 |" in rows["zh"]
