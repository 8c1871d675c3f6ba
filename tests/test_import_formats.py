"""The same figures come out of the same data, however it was exported: one file, one a month, shuffled, xlsx, GBK, UTF-16."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from sopgen import pipeline
from sopgen.compute.figures import figures
from sopgen.imports import plan
from sopgen.imports.plan import Plan
from sopgen.readers.source import Folder
from sopgen.words.dates import Instant
from tests.test_store_daily import METRICS, PEOPLE, SETTINGS, SHARED, TABLE
from tests.workspace import Contents, Files

openpyxl = pytest.importorskip("openpyxl")
ROOT = Path(__file__).parents[1]
RECORDED = Instant(2024, 7, 1, 9, 0)

Rows = list[list[str]]
Exported = Mapping[str, bytes]
"""The files of an export by name."""


def imported(contents: Contents, table: str, files: Exported) -> Files:
    """A workspace with every file of an export taken in, one after another."""
    for name, content in files.items():
        build = pipeline.run(Files(contents))
        planned = plan.prepare(build, build.view.model.tables[table], name, content, None, RECORDED)
        assert isinstance(planned, Plan), planned
        assert planned.refused == ()
        contents = {**contents, **{edit.path: edit.content for edit in planned.edits}}
    return Files(contents)


def delimited(rows: Rows, delimiter: str = ",", codec: str = "utf-8-sig") -> bytes:
    """Rows as text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(codec)


def workbook(rows: Rows) -> bytes:
    """Rows as a spreadsheet would hold them: days as days, figures as numbers, texts as texts, under two lines of title."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["店铺日报"])
    sheet.append([])
    sheet.append([f"{name} " for name in rows[0]])
    for row in rows[1:]:
        sheet.append([_typed(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _typed(cell: str) -> object:
    for read in (_day, float):
        try:
            return read(cell)
        except ValueError:
            continue
    return cell


def _day(cell: str) -> date:
    return datetime.strptime(cell, "%Y-%m-%d" if "-" in cell else "%Y/%m/%d").date()


def by_month(rows: Rows) -> Exported:
    """One file a month."""
    months: dict[str, Rows] = {}
    for row in rows[1:]:
        months.setdefault(f"{_day(row[0]):%Y-%m}", []).append(row)
    return {f"{month}.csv": delimited([rows[0], *inner]) for month, inner in months.items()}


def shuffled(rows: Rows) -> Exported:
    """The rows in another order, and the columns too."""
    order = random.Random(618).sample(range(len(rows[0])), len(rows[0]))
    body = random.Random(11).sample(rows[1:], len(rows) - 1)
    return {"all.csv": delimited([[row[place] for place in order] for row in [rows[0], *body]])}


EXPORTS: Mapping[str, Callable[[Rows], Exported]] = MappingProxyType(
    {
        "one file": lambda rows: {"all.csv": delimited(rows)},
        "one file a month": by_month,
        "shuffled": shuffled,
        "xlsx": lambda rows: {"all.xlsx": workbook(rows)},
        "GBK": lambda rows: {"all.csv": delimited(rows, codec="gbk")},
        "UTF-16 with tabs": lambda rows: {"all.tsv": delimited(rows, "\t", "utf-16")},
        "UTF-16 without a mark, big end first": lambda rows: {"all.txt": delimited(rows, ";", "utf-16-be")},
    }
)


def facts(source: Files) -> Mapping[str, object]:
    """Every figure by its id."""
    build = pipeline.run(source)
    assert [finding for finding in build.found if finding.severity == "error"] == []
    return {figure.id: (figure.value, figure.unit) for figure in figures(build.view.facts)}


def reference() -> tuple[dict[str, bytes], Rows]:
    """The reference workspace without its sales by channel of advertising, and those as rows."""
    source = Folder(ROOT)
    contents = {path: source.read(path) for path in source.paths()}
    parts = [path for path in contents if path.startswith("data/tables/ads/")]
    texts = [contents[path].decode() for path in sorted(parts) if path.endswith(".csv")]
    rows = [list(csv.reader(io.StringIO(text))) for text in texts]
    kept = {path: content for path, content in contents.items() if path not in parts or path.endswith("table.yaml")}
    return kept, [rows[0][0], *(row for file in rows for row in file[1:])]


def test_the_same_rows_make_the_same_files_and_the_same_figures() -> None:
    contents, rows = reference()
    results = {name: imported(contents, "ads", export(rows)) for name, export in EXPORTS.items()}
    first = results["one file"]
    # Every byte of the partitions is the same, so the figures are: those that the rows were taken from.
    assert {name for name, result in results.items() if sheets(result, "ads") != sheets(first, "ads")} == set()
    there = Folder(ROOT)
    assert sheets(first, "ads") == {path: there.read(path) for path in sheets(first, "ads")}
    assert len(facts(first)) > 1000
    assert facts(first) == facts(results["one file a month"])


def sheets(source: Files, table: str) -> Mapping[str, bytes]:
    """The partitions of the table."""
    return {path: source.read(path) for path in source.paths() if path.startswith(f"data/tables/{table}/") and path.endswith(".csv")}


@pytest.mark.skipif(not SHARED.is_dir(), reason="shared/data/store-daily is not beside this checkout")
def test_a_real_export_gives_the_same_figures_in_every_format() -> None:
    contents = {"mkdocs.yml": SETTINGS, "data/people.yaml": PEOPLE, "data/metrics.yaml": METRICS, "data/tables/store/table.yaml": TABLE}
    text = (SHARED / "store_daily.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    results = {name: imported(contents, "store", export(rows)) for name, export in EXPORTS.items()}
    first = results["one file"]
    assert {name for name, result in results.items() if sheets(result, "store") != sheets(first, "store")} == set()
    assert facts(first) == facts(Files({**contents, "data/tables/store/all.csv": text}))
