"""`sopgen trace`: from a figure to the lines of the files, on the starter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from referencing import Registry, Resource

from sopgen import pipeline, traces
from sopgen.cli.group import main
from sopgen.compute.figures import Figure
from sopgen.pipeline import Build
from sopgen.readers.source import Folder
from sopgen.reporters.columns import width, wrapped
from sopgen.words.dates import Instant
from tests.workspace import STARTER, Files, run, starter

ROOT = Path(__file__).parents[1]

# 8 June: 17,820.00 yuan on line 9. The day weighs 13,000 of the 387,000 that all days of June weigh: 50万 * 13 / 387 = 16,795.87.
ATTAINMENT = """\
as of 2024-06-15 09:00

days/2024-06-08/gmv/attainment  106.1%
  exact  344817/325000
  formula  1 + (actual - target) / |target|
  days/2024-06-08/gmv/actual  ¥17,820
    exact  17820 CNY
    formula  sum(store.paid)
    store.paid · 2024-06-08
      data/tables/store/2024-06.csv:9 (1 row)
  days/2024-06-08/gmv/target  ¥16,795.87
    exact  6500000/387 CNY
    formula  target * weight(day) / sum(weights)
    written  data/calendar.yaml:3:3
    plans/2024-06/targets/gmv/target  ¥500,000
      exact  500000 CNY
      formula  as written
      written  plans/2024-06/targets.yaml:2:11  50万"""

# The starter's figures end on 14 June, so 14 of the 30 days of June have some.
CONVERSION = """\
截至 2024-07-01 09:00

plans/2024-06/targets/conversion/actual  3.87%
  精确值  2005/51776
  公式  sum(store.buyers) / sum(store.visitors)
  store.buyers, store.visitors · 2024-06-01..2024-06-30 · 30 天中有 14 天的数据
    data/tables/store/2024-06.csv:2-15 (14 行)"""


def test_an_amount_is_printed_as_a_decimal_where_it_ends() -> None:
    # 197,646.50 of 500,000 yuan.
    assert "  exact  -302353.5 CNY" in traces.trace_text(run(), "plans/2024-06/targets/gmv/gap").splitlines()


def test_a_figure_is_followed_to_rows_and_to_written_values() -> None:
    assert traces.trace_text(run(), "days/2024-06-08/gmv/attainment") == ATTAINMENT


def test_in_the_language_of_the_reader() -> None:
    july = pipeline.run(Files(starter()), Instant.parse("2024-07-01 09:00"))
    assert traces.trace_text(july, "plans/2024-06/targets/conversion/actual", "zh") == CONVERSION


def test_a_figure_that_goes_in_twice_is_printed_once() -> None:
    """The target of a plan and of the plan within it that shares its days: both go into the target of a day outside."""
    day = pipeline.run(Folder(ROOT)).view.figures["days/2024-04-20/gmv/target"]
    twice = replace(day, id="twice", inputs=(day.id, *day.inputs))
    lines = traces.trace_text(_with(twice), "twice").splitlines()
    assert [line.strip() for line in lines if "see above" in line] == [
        f"plans/{plan}/targets/gmv/target  {target}  (see above)"
        for plan, target in (("2024-q2", "¥5,000,000"), ("2024-618", "¥3,000,000"))
    ]


def test_a_figure_that_there_is_not_says_why() -> None:
    assert traces.trace_text(run(), "days/2024-06-08/order-value/target").splitlines()[2:] == [
        "days/2024-06-08/order-value/target  —",
        "  reason  no plan has a target for it",
    ]


def _with(figure: Figure) -> Build:
    build = pipeline.run(Folder(ROOT))
    build.view.__dict__["figures"] = {**build.view.figures, figure.id: figure}
    return build


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_is_wider_than_a_terminal(language: str) -> None:
    """Of every figure of the reference workspace, in both languages; ids and paths are shorter than 80 columns there."""
    build = pipeline.run(Folder(ROOT))
    ids = [id_ for id_ in build.view.figures if not id_.startswith("days/") or id_.startswith("days/2024-04-20")]
    assert max(width(line) for id_ in ids for line in traces.trace_text(build, id_, language).splitlines()) <= 80


def test_the_beginning_of_ids_lists_them() -> None:
    assert str(traces.listing(run(), "plans/2024-06/tasks/sale-page")).splitlines() == [
        "plans/2024-06/tasks/sale-page/days             10 days",
        "plans/2024-06/tasks/sale-page/time-progress    100%",
        "plans/2024-06/tasks/sale-page/earliest-finish  15 days",
        "plans/2024-06/tasks/sale-page/latest-finish    15 days",
        "plans/2024-06/tasks/sale-page/float            0 days",
        "plans/2024-06/tasks/sale-page/start-slip       0 days",
        "plans/2024-06/tasks/sale-page/finish-slip      0 days",
    ]
    assert traces.listing(run(), "plans/2024-07") is None


def test_the_json_is_what_its_schema_says() -> None:
    files = {path.name: json.loads(path.read_text("utf-8")) for path in (ROOT / "schemas").glob("*.json")}
    registry: Registry[Any] = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in files.items())
    validator = Draft202012Validator({"$ref": "trace.json"}, registry=registry)
    build = pipeline.run(Folder(ROOT))
    for id_ in build.view.figures:
        if not id_.startswith("days/") or id_.startswith("days/2024-04-20"):
            assert [error.message for error in validator.iter_errors(json.loads(traces.trace_json(build, id_)))] == [], id_


def test_the_json_has_every_line_however_many_they_are() -> None:
    """The list `hot` names 3 of the 12 products, which come first on every day: 3 lines of 12, 30 times in June."""
    told = json.loads(traces.trace_json(pipeline.run(Folder(ROOT)), "plans/2024-q2/targets/hot-share/actual"))
    (figure,) = told["figures"]
    june = figure["rows"][0]["files"][-1]
    assert (june["path"], june["rows"]) == ("data/tables/sales/2024-06.csv", 90)
    assert june["lines"] == [[first, first + 2] for first in range(2, 2 + 12 * 30, 12)]


@pytest.mark.parametrize(("numbers", "shown"), [([9], "9"), ([2, 3, 4, 7], "2-4, 7"), (range(1, 30, 2), "1, 3, 5, 7, 9, …, 29")])
def test_line_numbers_are_drawn_together(numbers: list[int], shown: str) -> None:
    assert traces.numbers(numbers) == shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", [""]), ("one two three", ["one two", "three"]), ("abcdefghijk", ["abcdefgh", "ijk"]), ("转化率下降", ["转化率下", "降"])],
)
def test_text_is_wrapped_by_columns(text: str, lines: list[str]) -> None:
    assert list(wrapped(text, 8)) == lines


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_prints_the_tree_and_the_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    words = ["-C", str(STARTER), "trace", "days/2024-06-08/gmv/actual"]
    assert main(words) == 0
    assert "data/tables/store/2024-06.csv:9 (1 row)" in capsys.readouterr().out
    assert main([*words, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"][0]["exact"] == "17820"
    assert main([*words[:3], "days/2024-06-08"]) == 0
    assert capsys.readouterr().out.startswith("days/2024-06-08/gmv/actual ")


@pytest.mark.parametrize(
    ("id_", "hint"),
    [
        ("days/2024-06-08/gmv/actuall", "did you mean days/2024-06-08/gmv/actual or"),
        ("nothing-of-the-kind", "`sopgen facts` lists them."),
    ],
)
def test_an_unknown_id_is_a_mistake_of_the_call(id_: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-C", str(STARTER), "trace", id_]) == 2
    assert f"no figure is called {id_}; {hint}" in " ".join(capsys.readouterr().err.split())
