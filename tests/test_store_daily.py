"""A real export of 400 days of one store, put in unchanged, gives the figures of an independent calculation.

Both lie beside the checkout (`shared/data/store-daily`, see its README) and are not part of it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sopgen import exports, pipeline
from sopgen.compute.attribution.drivers import shapley
from sopgen.pages.format import decimal
from sopgen.pipeline import Build
from sopgen.readers.source import Folder
from sopgen.words.dates import Instant

SHARED = Path(__file__).parents[2] / "shared" / "data" / "store-daily"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="shared/data/store-daily is not beside this checkout")

TABLE = """
title: 店铺日报
grain: day
fields:
  - {name: 日期, id: date, type: date, format: "%Y/%m/%d", constraints: {required: true}}
  - {name: 浏览量, id: views, type: integer, unit: times, time: sum, across: sum}
  - {name: 访客数, id: visitors, type: integer, unit: person-days, time: sum}
  - {name: 人均浏览量, id: views-each, type: number, unit: times}
  - {name: 平均停留时间, id: stay, type: number, unit: seconds}
  - {name: 跳失率, id: bounce, type: number}
  - {name: 成交客户数, id: buyers, type: integer, unit: person-days, time: sum}
  - {name: 成交单量, id: orders, type: integer, unit: order, time: sum, across: sum}
  - {name: 成交金额, id: paid, type: number, unit: CNY, time: sum, across: sum}
  - {name: 客单价, id: value-each, type: number, unit: CNY}
  - {name: 成交商品件数, id: pieces, type: integer, unit: piece, time: sum, across: sum}
  - {name: 下单客户数, id: placing, type: integer, unit: person-days, time: sum}
  - {name: 下单单量, id: placed-orders, type: integer, unit: order, time: sum, across: sum}
  - {name: 下单金额, id: placed, type: number, unit: CNY, time: sum, across: sum}
  - {name: 下单商品件数, id: placed-pieces, type: integer, unit: piece, time: sum, across: sum}
primaryKey: [date]
"""
METRICS = """
gmv: {title: GMV, formula: sum(store.paid), unit: CNY, better: up, reports: [daily], drivers: visitors * conversion * order-value}
visitors: {title: 访客数, formula: sum(store.visitors), unit: person-days, better: up, reports: [daily]}
conversion: {title: 转化率, formula: sum(store.buyers) / sum(store.visitors), unit: percent, better: up, reports: [daily]}
order-value: {title: 客单价, formula: sum(store.paid) / sum(store.buyers), unit: CNY, better: up, reports: [daily]}
"""
ALERTS = """
low-conversion: {title: 转化率偏低, metric: conversion, when: value < 10%, for: 3d, severity: high, owner: ops}
gmv-halved: {title: 成交金额腰斩, metric: gmv, when: change < -50%, severity: high, owner: ops}
gmv-unusual: {title: 成交金额异常, metric: gmv, when: z > 3.5 or z < -3.5, window: 14d, severity: medium, owner: ops}
"""
PEOPLE = """
departments: {operations: {title: 运营部}}
people: {ops: {title: 运营经理, department: operations}}
"""
SETTINGS = """
site_name: Store
docs_dir: sop
theme: material
plugins:
  - search
  - sopgen: {title: 店铺运营, language: zh, languages: [zh], as_of: "2023-02-05 09:00"}
"""
PLAN = "id: m{month}\nkind: daily\ntitle: {month}\nperiod: {month}\nowner: ops\n"
TARGET = "{metric}: {{target: {target}, department: operations, owner: ops}}\n"


@pytest.fixture(scope="module")
def truth() -> Mapping[str, Any]:
    """The reference figures, decimals as text."""
    found: Mapping[str, Any] = json.loads((SHARED / "truth.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def root(truth: Mapping[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the export as it came, and a plan a month: with the invented target where there is one, else any."""
    root = tmp_path_factory.mktemp("store")
    files = {"mkdocs.yml": SETTINGS, "data/people.yaml": PEOPLE, "data/metrics.yaml": METRICS, "data/alerts.yaml": ALERTS}
    files["data/tables/store/table.yaml"] = TABLE
    for month in truth["monthly"]:
        target = truth["attainment"].get(month, {"target": "1"})["target"]
        wanted = {"gmv": target, "visitors": "1", "conversion": "10%", "order-value": "100"}
        files[f"plans/m{month}/plan.yaml"] = PLAN.format(month=month)
        files[f"plans/m{month}/targets.yaml"] = "".join(TARGET.format(metric=metric, target=text) for metric, text in wanted.items())
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    (root / "sop").mkdir()
    shutil.copy(SHARED / "store_daily.csv", root / "data/tables/store")
    return root


@pytest.fixture(scope="module")
def build(root: Path) -> Build:
    return pipeline.run(Folder(root))


@pytest.fixture(scope="module")
def exact(build: Build) -> Mapping[str, Fraction | None]:
    return figures(build)


def figures(build: Build) -> Mapping[str, Fraction | None]:
    """The exact numbers that `sopgen facts --format json` prints, by the ids of their figures."""
    found = json.loads(exports.facts_json(build))["figures"]
    return {figure["id"]: figure["exact"] and Fraction(figure["exact"]) for figure in found}


def assert_says(number: Fraction | None, written: str | None, scale: Fraction | int = 1) -> None:
    """The number, times `scale`, rounds to what is written, to its last digit."""
    if written is None or number is None:
        assert number is None
        assert written is None
        return
    places = len(written.partition(".")[2])
    assert Fraction(decimal(number * scale, places).replace(",", "")) == Fraction(written)


def test_nothing_is_wrong_with_the_export(build: Build, truth: Mapping[str, Any]) -> None:
    assert [finding.rule.name for finding in build.found if finding.span.path.startswith("data/tables")] == []
    assert not build.has_errors
    assert len(build.view.facts.days) == truth["rows"]
    assert build.view.facts.data_through == {"store": date.fromisoformat(truth["date_max"])}


def test_months(exact: Mapping[str, Fraction | None], truth: Mapping[str, Any]) -> None:
    assert len(truth["monthly"]) == 14
    for month, sums in truth["monthly"].items():
        home = f"plans/m{month}/targets"
        assert_says(exact[f"{home}/gmv/actual"], sums["gmv"])
        assert_says(exact[f"{home}/gmv/actual"], sums["gmv_wan"], Fraction(1, 10_000))
        assert_says(exact[f"{home}/visitors/actual"], sums["visitors"])
        assert_says(exact[f"{home}/conversion/actual"], sums["conversion_sum_over_sum"])
        assert_says(exact[f"{home}/order-value/actual"], sums["aov_per_buyer_sum_over_sum"])
        assert exact[f"{home}/gmv/covered"] == sums["days"]


def test_attainments(exact: Mapping[str, Fraction | None], truth: Mapping[str, Any]) -> None:
    for month, line in truth["attainment"].items():
        home = f"plans/m{month}/targets/gmv"
        assert_says(exact[f"{home}/target"], line["target"])
        assert_says(exact[f"{home}/attainment"], line["attainment"])
        assert_says(exact[f"{home}/attainment"], line["attainment_1dp"].rstrip("%"), 100)
        assert_says(exact[f"{home}/gap"], line["gap"])


def test_days(exact: Mapping[str, Fraction | None], truth: Mapping[str, Any]) -> None:
    for day, (visitors, buyers, paid) in truth["all_days"].items():
        assert_says(exact[f"days/{day}/gmv/actual"], paid)
        assert_says(exact[f"days/{day}/visitors/actual"], visitors)
        assert exact[f"days/{day}/conversion/actual"] == Fraction(buyers) / Fraction(visitors)


def test_changes(exact: Mapping[str, Fraction | None], truth: Mapping[str, Any]) -> None:
    for day, line in truth["daily_examples"].items():
        home = f"days/{day}"
        assert_says(exact[f"{home}/gmv/actual"], line["gmv"])
        assert_says(exact[f"{home}/conversion/actual"], line["conversion"])
        assert_says(exact[f"{home}/order-value/actual"], line["aov"])
        assert_says(exact[f"{home}/gmv/day-on-day"], line["gmv_dod_relative"])
        assert_says(exact[f"{home}/gmv/week-on-week"], line["gmv_vs_same_weekday_last_week"])
        assert_says(exact[f"{home}/conversion/day-on-day"], line["conversion_dod_relative"])
        assert_says(exact[f"{home}/conversion/day-on-day/points"], line["conversion_dod_pp"], 100)


def test_the_changes_of_every_day(exact: Mapping[str, Fraction | None], truth: Mapping[str, Any]) -> None:
    """Worked out here from the raw figures: against the day before, the same weekday, and 52 weeks before."""
    sums = {date.fromisoformat(day): [Fraction(text) for text in texts] for day, texts in truth["all_days"].items()}
    rates = {day: {"gmv": paid, "conversion": buyers / visitors} for day, (visitors, buyers, paid) in sums.items()}
    assert len(rates) == 400
    for day, now in rates.items():
        for name, back in {"day-on-day": 1, "week-on-week": 7, "year-on-year": 364}.items():
            before = rates.get(day - timedelta(days=back), {})
            for metric, value in now.items():
                found = exact[f"days/{day}/{metric}/{name}"]
                assert found == (value / before[metric] - 1 if before else None)
            assert exact[f"days/{day}/conversion/{name}/points"] == (now["conversion"] - before["conversion"] if before else None)


def test_months_against_the_month_and_the_year_before(exact: Mapping[str, Fraction | None], truth: Mapping[str, Any]) -> None:
    for month, change in list(truth["month_over_month_gmv"].items())[:-1]:
        assert_says(exact[f"plans/m{month}/targets/gmv/previous"], change)
    assert_says(exact["plans/m2023-01/targets/gmv/last-year"], truth["yoy_gmv_2023-01_vs_2022-01"])
    # The last month has four days: they are compared with four days of January, not with all 31 as in the reference.
    paid = {day: Fraction(figures[2]) for day, figures in truth["all_days"].items()}
    february, january = (sum(paid[f"2023-{month}-0{day}"] for day in (1, 2, 3, 4)) for month in ("02", "01"))
    assert exact["plans/m2023-02/targets/gmv/previous"] == february / january - 1


def test_pacing_in_the_middle_of_a_month(root: Path, truth: Mapping[str, Any]) -> None:
    """The file holds the days after as well; none of them shows."""
    line = truth["pacing"]
    found = figures(pipeline.run(Folder(root), Instant.parse(line["as_of"])))
    target, pace = (f"plans/m{line['period']}/targets/gmv{part}" for part in ("", "/pace"))
    assert_says(found[f"{target}/actual"], line["mtd_actual"])
    assert (found[f"{pace}/elapsed"], found[f"{target}/days"]) == (line["elapsed_days"], line["total_days"])
    assert_says(found[f"{target}/attainment"], line["attainment"])
    assert_says(found[f"{pace}/time"], line["time_progress"])
    assert_says(found[f"{pace}/expected"], line["linear_expected"])
    assert_says(found[f"{pace}/pace"], line["pace_index_actual_over_linear_expected"])
    assert_says(found[f"{pace}/linear"], line["linear_forecast_month_end"])
    assert_says(found[f"{pace}/forecast"], line["linear_forecast_month_end"])  # no calendar: every day weighs the same
    assert_says(found[f"{pace}/needed"], line["required_daily_run_rate_rest"])


def fired(build: Build, rule: str) -> list[str]:
    """The days that a rule fired on."""
    return [str(day) for alert in build.view.facts.alerts.values() if alert.rule == rule for day in alert.seen]


def test_alerts(build: Build, truth: Mapping[str, Any]) -> None:
    """The reference names every day that ends three days in a row below 10 %: of a row of four days the third and the fourth."""
    assert fired(build, "low-conversion") == truth["alerts"]["conversion_below_10pct_at_least_3_consecutive_days"]
    assert fired(build, "gmv-halved") == truth["alerts"]["gmv_dod_drop_over_50pct"]


def test_robust_z(build: Build, exact: Mapping[str, Fraction | None], truth: Mapping[str, Any]) -> None:
    flags = truth["robust_z_flags_gmv_w14"]
    assert fired(build, "gmv-unusual") == [flag["date"] for flag in flags]
    for flag in flags:
        home = f"alerts/gmv-unusual/{flag['date']}"
        assert_says(exact[f"days/{flag['date']}/gmv/actual"], flag["value"])
        assert_says(exact[f"{home}/median"], flag["median"])
        assert_says(exact[f"{home}/mad"], flag["mad"])
        assert_says(exact[f"{home}/z"], flag["z"])


NAMES = {"visitors": "visitors", "conversion": "conversion", "aov": "order-value"}


def test_decompositions(build: Build, exact: Mapping[str, Fraction | None], truth: Mapping[str, Any]) -> None:
    """LMDI as the facts have it, of days and of months; Shapley by the same factors. Every sum is the change, exactly."""
    for line in truth["decompositions"]:
        day = len(line["to"]) == len("2022-06-11")
        home = f"days/{line['to']}/gmv/drivers" if day else f"plans/m{line['to']}/attribution/gmv/drivers"
        effects = {name: exact[f"{home}/{metric}"] for name, metric in NAMES.items()}
        assert_says(exact[home], line["delta_gmv"])
        assert sum(effect or 0 for effect in effects.values()) == exact[home]
        assert exact[f"{home}-residual"] == 0
        facts = build.view.facts
        tree = facts.drivers[date.fromisoformat(line["to"])]["gmv"] if day else facts.attribution[f"m{line['to']}", "gmv"].drivers
        assert tree is not None
        before, after = ([getattr(each, side).value or Fraction(0) for each in tree.drivers] for side in ("before", "after"))
        means = dict(zip(NAMES, shapley(before, after), strict=True))
        for name, metric in NAMES.items():
            assert_says(effects[name], f"{line['lmdi'][name]:.6f}")
            assert_says(exact[f"{home}/{metric}/share"], f"{line['lmdi_share_of_delta'][name]:.8f}")
            assert_says(means[name], f"{line['shapley'][name]:.6f}")
        for side, written in ((before, line["factors_from"]), (after, line["factors_to"])):
            for value, name in zip(side, NAMES, strict=True):
                assert_says(value, written[name])


def test_the_site_shows_the_figures_as_people_read_them(root: Path, build: Build, tmp_path: Path) -> None:
    plugin = pytest.importorskip("sopgen.plugin")
    site = tmp_path / "site"
    plugin.build_site(root, build, site)
    pages = "\n".join(path.read_text("utf-8") for path in site.rglob("*.html"))
    for shown in ("3826.81万", "93.7%", "103.3%", "102.8%"):
        assert shown in pages
