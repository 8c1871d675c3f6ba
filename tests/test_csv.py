"""CSV into rows of text with places, and cells into exact values."""

from __future__ import annotations

from datetime import date
from io import StringIO
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen.readers import csv
from sopgen.readers.csv import Sheet
from sopgen.readers.encoding import decode
from sopgen.records import Constraints, Field, Table
from sopgen.tables import sheets
from sopgen.words.text import Text
from tests.workspace import findings, run

steady = settings(derandomize=True, deadline=None, database=None)


def sheet(text: str) -> Sheet:
    read, found = csv.read("a.csv", text)
    assert found == []
    return read


def shown(read: Sheet, row: int, column: int) -> str:
    """What stands in the file at the place of a cell."""
    span = read.cell(row, column)
    return read.text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def test_a_csv_file_may_start_with_the_mark_that_spreadsheets_write() -> None:
    marked = "\ufeffid,title,start,due,owner\ncount,盘点,2024-06-03,2024-06-05,shop-manager\n"
    plan = "{id: june, kind: daily, title: June, period: 2024-06, owner: shop-manager}\n"
    build = run({"plans/june/plan.yaml": plan, "plans/june/tasks.csv": marked})
    assert findings(build) == []
    assert [task.id for task in build.view.model.tasks["june"]] == ["count"]
    assert decode("data/tables/store/2024-06.csv", marked.encode()) == (marked[1:], [])


def test_a_cell_is_the_text_between_its_commas() -> None:
    read = sheet("day,paid,note\n2024-06-01, 007 ,NA\n2024-06-02,,null\n")
    assert read.header == ("day", "paid", "note")
    assert read.rows == (("2024-06-01", " 007 ", "NA"), ("2024-06-02", "", "null"))


def test_rows_without_a_filled_cell_are_skipped_and_lines_still_count() -> None:
    read = sheet("\nday,paid\n\n2024-06-01,5\n,\n2024-06-02,6\n")
    assert (read.header_line, read.lines) == (2, (4, 6))
    assert shown(read, -1, 1) == "paid"
    assert shown(read, 1, 0) == "2024-06-02"


def test_places_of_quoted_cells() -> None:
    read = sheet('a,b,c\n"1,5","say ""hi"", twice",5" wide\n"two\nlines",x,y\nlast,x,y\n')
    assert [shown(read, 0, column) for column in range(3)] == ['"1,5"', '"say ""hi"", twice"', '5" wide']
    assert shown(read, 1, 0) == '"two'
    assert read.lines == (2, 3, 5)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like(ending: str) -> None:
    text, found = decode("a.csv", f'day,note{ending}2024-06-01,"two{ending}lines"{ending}2024-06-02,x{ending}'.encode())
    read = sheet(text)
    assert found == []
    assert (read.rows, read.lines) == ((("2024-06-01", "two\nlines"), ("2024-06-02", "x")), (2, 4))


def test_rows_that_do_not_fit_are_named() -> None:
    read, found = csv.read("a.csv", "a,b\n1,2\n1\n1,2,3\n")
    assert read.ragged == {1, 2}
    assert [(finding.rule.name, finding.span.line, finding.args) for finding in found] == [
        ("ragged-row", 3, {"cells": 1, "columns": 2}),
        ("ragged-row", 4, {"cells": 3, "columns": 2}),
    ]


@steady
@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_is_written_in_quotes_comes_back(rows: list[list[str]]) -> None:
    out = StringIO()
    for row in rows:
        out.write(",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) + "\n")
    text, _ = decode("a.csv", out.getvalue().encode())
    read, found = csv.read("a.csv", text)
    plain = [tuple(cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row) for row in rows]
    filled = [row for row in plain if any(cell.strip() for cell in row)]
    assert list(read.rows) == filled[1:]
    assert {finding.rule.name for finding in found} <= {"ragged-row", "duplicate-header", "empty-table"}


@steady
@given(st.text(st.characters(codec="utf-8"), max_size=60) | st.text('",;\n\tab', max_size=40))
def test_any_text_is_read_and_every_place_is_in_it(text: str) -> None:
    text, _ = decode("a.csv", text.encode())
    read, found = csv.read("a.csv", text)
    lines = text.split("\n")
    spans = [finding.span for finding in found] + [read.cell(row, 1) for row in range(-1, len(read.rows))]
    assert [span for span in spans if not 1 <= span.column <= span.end_column <= len(lines[span.line - 1]) + 1] == []


# --- cells -----------------------------------------------------------------------------------------------------------


def table(*fields: Field) -> Table:
    return Table(id="store", title=Text({"": "Store"}), grain="day", fields=fields, primary_key=(fields[0].id,), missing_values=("", "-"))


DAY = Field(name="day", id="day", type="string")


def cells(field: Field, *written: str) -> list[object]:
    """The values of a column, and the rules that its cells break."""
    written_rows = "".join(f'{number},"{cell}"\n' for number, cell in enumerate(written))
    (rows,), found = sheets.read(table(DAY, field), [sheet(f"day,{field.name}\n{written_rows}")])
    return [*rows.values[field.id], *(finding.rule.name for finding in found)]


@pytest.mark.parametrize("cell", ["NA", "1,000", "1e3", "1.0", "１２", "0x1f", " 5", "5 ", "500万", "9" * 16])
def test_what_is_no_whole_number(cell: str) -> None:
    assert cells(Field(name="n", id="n", type="integer"), cell) == ["bad-cell"]


def test_money_is_exact_and_in_its_smallest_coin() -> None:
    paid = Field(name="paid", id="paid", type="number", unit="CNY")
    assert cells(paid, "0.1", "0.20", "-3", "19.99", "-") == [10, 20, -300, 1999, None]
    assert cells(paid, "0.005", "¥5", "NaN") == ["bad-cell"] * 3
    assert cells(Field(name="paid", id="paid", type="number", unit="JPY"), "5", "5.5") == [5, "bad-cell"]


def test_other_numbers_keep_as_many_decimals_as_there_are() -> None:
    assert cells(Field(name="n", id="n", type="number"), "1", "2.5", "0.125") == [1000, 2500, 125]


def test_text_stays_text() -> None:
    assert cells(Field(name="sku", id="sku", type="string"), "007", "NA", " x ") == ["007", "NA", " x "]


def test_days_are_read_in_the_fields_own_form() -> None:
    day = Field(name="d", id="d", type="date", format="%Y年%m月%d日")
    assert cells(day, "2024年6月1日", "2024年06月30日") == [date(2024, 6, 1), date(2024, 6, 30)]
    assert cells(day, "2024-06-01", "2024年6月31日") == ["bad-cell"] * 2


@pytest.mark.parametrize(
    ("constraints", "good", "bad"),
    [
        (Constraints(required=True), "x", ""),
        (Constraints(enum=("tmall", "jd")), "jd", "pdd"),
        (Constraints(pattern="sku-[0-9]+"), "sku-1", "sku-1a"),
    ],
)
def test_constraints_of_text(constraints: Constraints, good: str, bad: str) -> None:
    field = Field(name="x", id="x", type="string", constraints=constraints)
    assert cells(field, good, bad) == [good, "cell-constraint"]


def test_a_unique_value_comes_once() -> None:
    field = Field(name="order", id="order", type="string", constraints=Constraints(unique=True))
    assert cells(field, "A1", "A2", "A1", "-", "-") == ["A1", "A2", None, None, "cell-constraint"]


def test_a_row_without_its_key_is_one_finding() -> None:
    text = dedent("""\
        day,n
        ,1
        ,2
        """)
    _, found = sheets.read(table(DAY, Field(name="n", id="n", type="integer")), [sheet(text)])
    assert [(finding.rule.name, finding.span.line) for finding in found] == [("cell-constraint", 2), ("cell-constraint", 3)]
