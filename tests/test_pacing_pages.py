"""What plan pages, the home page and the daily report say of pace, parts, bands and earlier periods."""

from __future__ import annotations

from tests.test_pages import page
from tests.workspace import run, starter

TARGETS = "plans/2024-06/targets.yaml"
OWNED = "department: operations, owner: shop-manager"
SALES = "data/tables/sales/table.yaml"
BY_CHANNEL = {
    "data/metrics.yaml": f"{starter()['data/metrics.yaml']}sales: {{title: Sales, formula: sum(sales.paid), unit: CNY, better: up}}\n",
    SALES: """
title: Sales by channel
grain: day
primaryKey: [date, channel]
fields:
- {name: day, id: date, type: date}
- {name: channel, id: channel, type: string}
- {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
""",
    "data/tables/sales/2024-06.csv": "day,channel,paid\n2024-06-01,tmall,60\n2024-06-01,jd,30\n",
    TARGETS: f"""
sales: {{target: 3000, {OWNED}}}
sales.tmall: {{metric: sales, where: {{channel: tmall}}, target: 1500, {OWNED}}}
sales.jd: {{metric: sales, where: {{channel: jd}}, target: 600, {OWNED}}}
""",
}


def test_a_running_plan_shows_its_pace() -> None:
    """14 of 30 days; they weigh 15.2 of June's 38.7, so 196,382.43 of 500,000 were expected (see test_pacing for the arithmetic)."""
    plan, home = page(run(), "plans/2024-06.md"), page(run(), "index.md")
    assert (
        "| [Sales](../metrics.md#gmv)<br>14 of 30 days over | 100.6% | ¥197,646.50<br>/ ¥196,382.43 "
        "| ¥503,218.39<br>linear ¥423,528.21 | ¥18,897.09<br>planned for 2024-06-15: ¥16,795.87 |"
    ) in plan
    assert "- Pace: [Sales](metrics.md#gmv) 100.6% · Forecast: ¥503,218.39 · Needed a day: ¥18,897.09\n" in home
    assert "| [成交金额](../metrics.md#gmv)<br>已过 14 / 30 天 | 100.6% |" in page(run(), "plans/2024-06.md", "zh")


def test_a_plan_that_is_over_has_no_pace() -> None:
    plan = {"plans/2024-06/plan.yaml": starter()["plans/2024-06/plan.yaml"].replace("2024-06-01..2024-06-30", "2024-06-01..2024-06-14")}
    plan["plans/2024-06/plan.yaml"] = plan["plans/2024-06/plan.yaml"].replace("period: 2024-06\n", "period: 2024-06-01..2024-06-14\n")
    build = run(plan)
    assert "{#pace}" not in page(build, "plans/2024-06.md")
    assert "Pace" not in page(build, "index.md")


def test_a_reached_target_needs_nothing_more() -> None:
    build = run({TARGETS: f"gmv: {{target: 10万, {OWNED}}}\n"})
    assert "| reached<br>planned for 2024-06-15:" in page(build, "plans/2024-06.md")
    assert "日均还需：已达成" in page(build, "index.md", "zh")


def test_parts_stand_below_their_whole_with_what_is_left() -> None:
    build = run(BY_CHANNEL)
    lines = page(build, "plans/2024-06.md").splitlines()
    start = lines.index("## Whole and parts {#parts}")
    assert lines[start + 4 : start + 8] == [
        "| [Sales](../metrics.md#sales) | 3% | ¥3,000 | ¥90 | -¥2,910 |",
        "| └ tmall | 4% | ¥1,500<br>50% of the whole | ¥60 | -¥1,440 |",
        "| └ jd | 5% | ¥600<br>20% of the whole | ¥30 | -¥570 |",
        "| └ not shared out by channel | | ¥900 | | |",
    ]
    attainment = lines[: start - 1]
    assert not [line for line in attainment if "tmall" in line]  # the parts have their own table
    assert "| └ 未按 channel 分配 | | 900元 | | |" in page(build, "plans/2024-06.md", "zh")


def test_a_band_shows_both_bounds_and_its_formula() -> None:
    metrics = starter()["data/metrics.yaml"].replace("  unit: percent\n  better: up\n", "  unit: percent\n  better: band\n")
    build = run({"data/metrics.yaml": metrics, TARGETS: f"conversion: {{target: {{from: 4%, to: 5%}}, {OWNED}}}\n"})
    plan = page(build, "plans/2024-06.md")
    assert "| 96.8% | 3.87% | 4% – 5% | -0.13pp |" in plan
    assert "Of [Conversion](../metrics.md#conversion) attainment is 100% within the band" in plan
    assert "Attainment is 1 + s" not in plan


def test_the_period_before_is_named_with_its_figure() -> None:
    """The first 14 days of May brought 14 times 7,000: 197,646.50 is 101.7 % more than 98,000."""
    may = "date,visitors,buyers,paid\n" + "".join(f"2024-05-{day:02},1000,50,7000.00\n" for day in range(1, 15))
    build = run({"data/tables/store/2024-05.csv": may})
    assert "| [Sales](../metrics.md#gmv) | ¥197,646.50 | +101.7%<br>from ¥98,000<br>2024-05-01 – 2024-05-14 |" in page(
        build, "plans/2024-06.md"
    )
    assert "环比与同比" in page(build, "plans/2024-06.md", "zh")
    assert "Against last year" not in page(build, "plans/2024-06.md")


def test_the_report_names_the_day_of_last_year() -> None:
    """12 June was the day of the fair, as 10 June was the year before, which stands beside 8 June too: the same Saturday, 364 days on."""
    calendar = "events: {fair: {title: {en: Fair, zh: 春季大促}, days: [2023-06-10..2023-06-10, 2024-06-12..2024-06-12]}}\n"
    last = "date,visitors,buyers,paid\n2023-06-10,3355,127,10000.00\n"
    build = run({"data/calendar.yaml": calendar, "data/tables/store/2023-06.csv": last})
    report = page(build, "reports/2024-06.md")
    assert report.count("Against 2023-") == 2
    assert "| Against 2023-06-10 Sat Fair |" in report
    assert "| Against 2023-06-10 Sat |" in report
    assert "| +25.7% |" in report  # 12,573 against 10,000
    assert "| +78.2% |" in report  # 17,820 against 10,000
    assert "| 同比（2023-06-10 周六 春季大促） |" in page(build, "reports/2024-06.md", "zh")
