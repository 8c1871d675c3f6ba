"""Figures that were changed after they had been recorded, and where readers see it."""

from __future__ import annotations

import re
from fractions import Fraction

from sopgen.compute.figures import Figure, figures
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from tests.workspace import findings, run, without_traces

RECORDED = """\
- {day: 2024-06-03, field: paid, was: "15800.00", now: "15872.50", source: store-0604.xlsx, recorded: 2024-06-04 09:00}
- {day: 2024-06-03, field: paid, was: "15872.50", now: "15872.00", source: store-0610.xlsx, recorded: 2024-06-10 09:00}
- {day: 2024-06-04, field: visitors, was: "", now: "4000", source: store-0610.xlsx, recorded: 2024-06-10 09:00}
"""


def restated(text: str = RECORDED) -> Build:
    """The starter with these restatements of its store."""
    return run({"data/tables/store/restatements.yaml": text})


def metrics_page(build: Build, language: str) -> str:
    """The Markdown of the metric reference."""
    return without_traces(next(page.markdown for page in build.pages(language) if isinstance(page, Page) and page.path == "metrics.md"))


def unlinked(markdown: str) -> str:
    """The text without what its links lead to."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)


def test_a_restatement_gives_what_was_what_is_and_the_difference() -> None:
    build = restated()
    assert findings(build) == []
    facts = build.view.facts.restatements["store"]
    assert [(str(fact.record.recorded), str(fact.record.day)) for fact in facts] == [
        ("2024-06-10 09:00", "2024-06-03"),
        ("2024-06-10 09:00", "2024-06-04"),
        ("2024-06-04 09:00", "2024-06-03"),
    ]
    by_id = {figure.id: figure for figure in figures(facts)}
    assert by_id["restatements/store/2024-06-03/paid/1/difference"] == Figure(
        "restatements/store/2024-06-03/paid/1/difference",
        Fraction(145, 2),  # 15872.50 - 15800
        "CNY",
        "now - was",
        ("restatements/store/2024-06-03/paid/1/now", "restatements/store/2024-06-03/paid/1/was"),
    )
    assert by_id["restatements/store/2024-06-03/paid/2/was"].value == by_id["restatements/store/2024-06-03/paid/1/now"].value
    assert by_id["restatements/store/2024-06-03/paid/2/was"].inputs == ("store.paid", "2024-06-03")
    assert by_id["restatements/store/2024-06-04/visitors/1/was"].value is None
    assert by_id["restatements/store/2024-06-04/visitors/1/difference"].value is None


def test_the_reference_of_the_table_lists_them() -> None:
    build = restated()
    assert """\
### Restated figures {#restated-store}

Changed after they had been recorded, the latest first.

| Figure | Was, and is now | Source |
| --- | --- | --- |
| 2024-06-03<br>Paid | ¥15,872.50<br>¥15,872<br>-¥0.50 | store-0610.xlsx<br>2024-06-10 09:00 |
| 2024-06-04<br>Visitors | — it is missing<br>4,000 person-days | store-0610.xlsx<br>2024-06-10 09:00 |
| 2024-06-03<br>Paid | ¥15,800<br>¥15,872.50<br>+¥72.50 | store-0604.xlsx<br>2024-06-04 09:00 |
""" in unlinked(metrics_page(build, "en"))
    assert "| 2024-06-03<br>成交金额 | 1.58万元<br>1.59万元<br>+72.50元 |" in unlinked(metrics_page(build, "zh"))
    assert "Restated" not in metrics_page(run(), "en")


def test_texts_and_parts_of_a_table_are_restated_too() -> None:
    build = run(
        {
            "data/tables/ads/table.yaml": """\
title: Advertising
grain: day
primaryKey: [date, channel]
fields:
- {name: date, id: date, type: date}
- {name: channel, id: channel, type: string}
- {name: ctr, id: ctr, type: number, unit: percent}
- {name: agency, id: agency, type: string}
""",
            "data/tables/ads/restatements.yaml": """\
- {day: 2024-06-03, key: {channel: jd}, field: ctr, was: "3.2", now: "3.45", source: ads.csv, recorded: 2024-06-04 09:00}
- {day: 2024-06-03, key: {channel: jd}, field: agency, was: "", now: north, source: ads.csv, recorded: 2024-06-04 09:00}
""",
        }
    )
    assert [figure.id for figure in figures(build.view.facts.restatements)] == [
        "restatements/ads/2024-06-03/jd/ctr/1/was",
        "restatements/ads/2024-06-03/jd/ctr/1/now",
        "restatements/ads/2024-06-03/jd/ctr/1/difference",
    ]
    page = unlinked(metrics_page(build, "en"))
    assert "| 2024-06-03<br>ctr<br>jd | 3.2%<br>3.45%<br>+0.25pp |" in page
    assert "| 2024-06-03<br>agency<br>jd | missing<br>north |" in page
