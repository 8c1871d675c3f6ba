"""What leaves the program: figures as JSON and as text, pages as plain Markdown."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from sopgen import exports, pipeline
from sopgen.compute.figures import figures
from sopgen.pages.format import show
from sopgen.pages.page import Asset, Page
from sopgen.pipeline import Build
from sopgen.readers.source import Folder
from sopgen.records import Settings
from sopgen.reporters.columns import width
from sopgen.words.diagnostics import SopgenError

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "schemas"


@pytest.fixture(scope="module")
def build() -> Build:
    return pipeline.run(Folder(ROOT))


@pytest.fixture(scope="module")
def printed(build: Build) -> dict[str, Any]:
    """The object, its decimals as the text that they are written with."""
    found: dict[str, Any] = json.loads(exports.facts_json(build), parse_float=str)
    return found


@pytest.fixture(scope="module")
def text(build: Build) -> str:
    return exports.facts_text(build)


# --- figures as JSON -------------------------------------------------------------------------------------------------


def test_the_json_is_what_its_schema_says(build: Build) -> None:
    files = {path.name: json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.json")}
    registry: Registry[Any] = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in files.items())
    validator = Draft202012Validator({"$ref": "facts.json"}, registry=registry)
    assert [error.message for error in validator.iter_errors(json.loads(exports.facts_json(build)))] == []


def test_a_figure_has_its_number_its_exact_value_and_where_it_comes_from(printed: dict[str, Any]) -> None:
    found = {figure["id"]: figure for figure in printed["figures"]}
    assert found["days/2024-04-20/gmv/attainment"] == {
        "id": "days/2024-04-20/gmv/attainment",
        "value": "0.966666666667",
        "exact": "29/30",
        "unit": "percent",
        "formula": "1 + (actual - target) / |target|",
        "inputs": ["days/2024-04-20/gmv/actual", "days/2024-04-20/gmv/target"],
        "reason": None,
    }
    assert found["days/2024-04-20/gmv/actual"]["inputs"] == ["store.paid", "2024-04-20"]
    assert found["days/2024-04-20/order-value/target"]["value"] is None
    assert found["days/2024-04-20/order-value/target"]["reason"] == "no plan has a target for it"


def test_what_the_file_is_about(printed: dict[str, Any]) -> None:
    assert (printed["version"], printed["as_of"], printed["data_through"]["store"]) == (1, "2024-07-01 09:00", "2024-06-30")


def test_a_number_is_there_or_a_reason_why_not(printed: dict[str, Any]) -> None:
    for figure in printed["figures"]:
        assert (figure["value"] is None) == (figure["exact"] is None) == (figure["reason"] is not None), figure["id"]


def test_the_number_is_the_exact_one_rounded(printed: dict[str, Any]) -> None:
    for figure in printed["figures"]:
        if figure["exact"] is not None:
            assert abs(Fraction(str(figure["value"])) - Fraction(figure["exact"])) <= Fraction(1, 2 * 10**12)


def test_every_figure_has_an_id_of_its_own(build: Build, printed: dict[str, Any]) -> None:
    ids = [figure["id"] for figure in printed["figures"]]
    assert [id_ for id_, times in Counter(ids).items() if times > 1] == []
    every = list(figures(build.view.facts))
    assert {figure.id: figure for figure in every} == {figure.id: figure for figure in reversed(every)}, "one id, two figures"
    assert {figure.id for figure in every} == set(ids)


@pytest.mark.parametrize(
    "id_",
    [
        "plans/2024-q2/targets/gmv/attainment",
        "plans/2024-618/tasks/logistics-contract/overdue",
        "plans/2024-618/retro/gmv/computed",
        "days/2024-04-20/gmv/actual",
        "days/2024-04-20/conversion/day-on-day/points",
        "risks/late-dispatch/score",
    ],
)
def test_ids_begin_with_a_place_of_the_workspace_so_that_no_plan_collides_with_a_day(id_: str, printed: dict[str, Any]) -> None:
    assert id_ in {figure["id"] for figure in printed["figures"]}


def test_the_same_workspace_gives_the_same_bytes(build: Build) -> None:
    assert exports.facts_json(pipeline.run(Folder(ROOT))) == exports.facts_json(build)


# --- figures as text -------------------------------------------------------------------------------------------------


def test_the_text_shows_figures_as_pages_do(text: str, build: Build) -> None:
    target = build.view.facts.targets["2024-q2", "gmv"].target
    (line,) = (line for line in _group(text, "plans/2024-q2/targets") if line.split()[0] == "gmv/target")
    assert line.split()[1:] == [show(target, "en"), "CNY", "as", "written"]


def test_columns_are_aligned_and_lines_fit_a_terminal(text: str) -> None:
    for day in ("days/2024-06-29", "days/2024-06-30"):
        units = {line.index("  percent  ") for line in _group(text, day) if "  percent  " in line}
        assert len(units) == 1
    assert max(map(width, text.splitlines())) <= 100


def test_of_the_days_only_the_last_week_is_shown(text: str, build: Build) -> None:
    groups = re.findall(r"(?m)^days/.*$", text)
    assert groups == [f"days/2024-06-{day}" for day in range(24, 31)]
    assert f"{len(build.view.facts.days) - 7} earlier days not shown: use --format json" in text


def test_a_figure_that_there_is_not_says_why(text: str) -> None:
    (line,) = (line for line in _group(text, "days/2024-06-30") if line.split()[0] == "order-value/target")
    assert line.split(maxsplit=3)[1:] == ["—", "CNY", "no plan has a target for it"]


def test_groups_come_in_their_order(text: str) -> None:
    groups = re.findall(r"(?m)^(?:plans/.*|days/.*|risks)$", text)
    kinds = [re.sub(r"/2024[^/]*", "", group) for group in groups]
    assert list(dict.fromkeys(kinds)) == [
        "plans/targets",
        "days",
        "plans/attribution",
        "plans/tasks",
        "plans/schedule",
        "plans/follows",
        "plans/retro",
        "plans/research",
        "plans/strategy",
        "plans/resources",
        "risks",
    ]


def _group(text: str, name: str) -> list[str]:
    """The lines below the heading of a group."""
    lines = text.split(f"\n{name}\n", 1)[1].split("\n\n", 1)[0]
    return lines.splitlines()


# --- pages -----------------------------------------------------------------------------------------------------------


@dataclass
class Made:
    """A build with two pages and a picture in every language."""

    settings: Settings = field(default_factory=Settings)
    title: str = "618"

    def pages(self, language: str) -> Sequence[Page | Asset]:
        return Page("index.md", "Home", f"# {language}\n"), Page("plans/618.md", "618", f"# {self.title}\n"), Asset("files/a.bin", b"\0")


def render(folder: Path, title: str = "618") -> None:
    exports.render(cast(Build, Made(title=title)), folder)


def tree(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_pages_are_written_below_their_language(tmp_path: Path) -> None:
    render(tmp_path / "new" / "out")
    pages = [f"{language}/{path}" for language in ("en", "zh") for path in ("files/a.bin", "index.md", "plans/618.md")]
    assert tree(tmp_path) == [f"new/out/{path}" for path in (".sopgen", *pages)]
    assert (tmp_path / "new/out/zh/index.md").read_bytes() == b"# zh\n"


def test_an_earlier_rendering_is_replaced_whole(tmp_path: Path) -> None:
    render(tmp_path / "out", "old")
    (tmp_path / "out/en/left-over.md").write_text("gone")
    render(tmp_path / "out", "new")
    assert (tmp_path / "out/en/plans/618.md").read_text() == "# new\n"
    assert not (tmp_path / "out/en/left-over.md").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    render(tmp_path)
    assert (tmp_path / "en/index.md").is_file()


def test_a_folder_with_something_else_in_it_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    with pytest.raises(SopgenError, match="holds something that sopgen has not made"):
        render(tmp_path)
    assert tree(tmp_path) == ["mine.md"]


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(SopgenError, match="holds something that sopgen has not made"):
        render(tmp_path / "out")
    with pytest.raises(SopgenError, match="cannot write"):
        render(tmp_path / "out" / "below")
