"""`sopgen import`: what is shown before anything is written, what is refused, and what is written then."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sopgen import pipeline, writing
from sopgen.cli import main
from sopgen.cli.group import group
from sopgen.imports import plan, preview
from sopgen.imports.plan import Plan, Stopped
from sopgen.readers.source import Folder
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import Message, SopgenError
from sopgen.words.messages import Translator
from sopgen.writing import Edit
from tests.workspace import Contents, Files, findings, run, starter

openpyxl = pytest.importorskip("openpyxl")

RECORDED = Instant(2024, 6, 20, 9, 0)
STORE = "data/tables/store/2024-06.csv"
RESTATED = "data/tables/store/restatements.yaml"
MAPPING = "columns: {日期: date, 访客数: visitors, 支付买家数: buyers, 支付金额: paid}\n"
MAPPED = {"data/tables/store/import.yaml": MAPPING}
HEADER = "日期,访客数,支付买家数,支付金额\n"
ADS = {
    "data/tables/ads/table.yaml": """\
title: Advertising
grain: day
primaryKey: [date, channel]
fields:
- {name: 日期, id: date, type: date, format: "%Y/%m/%d"}
- {name: 渠道, id: channel, type: string, constraints: {enum: [tmall, jd, douyin]}}
- {name: 花费, id: cost, type: number, unit: CNY, time: sum, across: sum}
- {name: 点击率, id: ctr, type: number, unit: percent}
""",
    "data/tables/ads/import.yaml": "columns: {日期: date, 渠道: channel, 花费: cost, 点击率: ctr}\nunits: {点击率: fraction}\n",
}


def prepared(content: bytes | str, changed: Contents = MAPPED, table: str = "store", file: str = "export.csv") -> Plan | Stopped:
    """What importing a file into the starter, with some of its files changed, would do."""
    build = run(changed)
    return plan.prepare(build, build.view.model.tables[table], file, _bytes(content), None, RECORDED)


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def shown(content: bytes | str, changed: Contents = MAPPED, table: str = "store", file: str = "export.csv", language: str = "en") -> str:
    """What is shown of it."""
    planned = prepared(content, changed, table, file)
    return preview.of_plan(planned, language) if isinstance(planned, Plan) else preview.of_stopped(planned, file, language)


def refused(content: bytes | str, changed: Contents = MAPPED, table: str = "store", file: str = "export.csv") -> list[str]:
    """What is refused, each with its places before it."""
    say = Translator()
    found = prepared(content, changed, table, file).refused
    places = [", ".join(say.translate(Message("{place}", {"place": place})) for place in refusal.places) for refusal in found]
    return [f"{place}: {say.translate(each.message)}".removeprefix(": ") for place, each in zip(places, found, strict=True)]


def written(content: bytes | str, changed: Contents = MAPPED, table: str = "store", file: str = "export.csv") -> Mapping[str, str]:
    """The files that would be written."""
    planned = prepared(content, changed, table, file)
    assert isinstance(planned, Plan)
    return {edit.path: edit.content.decode() for edit in planned.edits}


def workbook(rows: Iterable[Iterable[object]], *more: Iterable[Iterable[object]]) -> bytes:
    """A workbook with a sheet of these rows, and further sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, each in enumerate((rows, *more), 1):
        sheet = book.create_sheet(f"日报{number}")
        for row in each:
            sheet.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


# --- the preview -----------------------------------------------------------------------------------------------------

SYCM = """\
生意参谋 店铺日报
统计周期：2024-06-13~2024-06-20

统计日期 ,访客数,支付买家数,支付金额(万元),跳失率
2024-06-13,"3,402",131,1.30,40%
2024/6/14,3510,138,1.3662,-
20240615,"3,999",150,￥1.5,41%
2024年6月16日,４０００,151,1.51万,41%
2024-06-10~2024-06-16,1,2,3,4%
2024-06-17,--,-,-,-
2024-06-18 09:00,1,1,1,1
2024-07-01,1,5.5,1,1
2024-07-02,20,-5,1,1
20240615,"3,999",150,￥1.5,41%
合计,15609,609,6.1,
导出时间：2024-06-18
"""


def test_the_export_of_a_back_end_is_shown_before_it_is_written() -> None:
    assert shown(SYCM.encode("gbk"), {}, file="sycm.csv") == dedent("""\
        sycm.csv, header in line 4 -> table store
          统计日期        -> date (date)
          访客数          -> visitors (visitors)
          支付买家数      -> buyers (buyers)
          支付金额(万元)  -> paid (paid) in 万
          not read: 跳失率

        data/tables/store/2024-06.csv: 2 added, 1 changed, 1 unchanged
          + 2024-06-15..2024-06-16
          ~ 2024-06-13 paid: 12838.00 -> 13000.00
        data/tables/store/import.yaml (new): the mapping above
        left out, rows without a figure: line 10
        left out, total rows: line 15
        left out, notes: line 16
        left out, repeated rows: line 14

        refused:
          line 9 统计日期: `2024-06-10~2024-06-16` is a period of 7 days: export it day
            by day
          line 11 统计日期: `2024-06-18 09:00` is a time of a day: one row stands for a
            whole day
          line 12 支付买家数: `5.5` is not a whole number
          line 13 支付买家数: `-5` breaks a constraint of `buyers`: the least allowed is
            0""")


def test_the_same_in_chinese() -> None:
    assert shown(SYCM.encode("utf-16"), {}, file="sycm.csv", language="zh") == dedent("""\
        sycm.csv，表头在第 4 行 -> 表 store
          统计日期        -> date (date)
          访客数          -> visitors (visitors)
          支付买家数      -> buyers (buyers)
          支付金额(万元)  -> paid (paid) 单位 万
          不读取：跳失率

        data/tables/store/2024-06.csv：新增 2 行，改动 1 行，不变 1 行
          + 2024-06-15..2024-06-16
          ~ 2024-06-13 paid：12838.00 -> 13000.00
        data/tables/store/import.yaml（新建）：以上对应关系
        略过无数据行：第 10 行
        略过合计行：第 15 行
        略过说明行：第 16 行
        略过重复行：第 14 行

        被拒绝：
          第 9 行 统计日期：`2024-06-10~2024-06-16` 是 7 天的周期：请按天导出
          第 11 行 统计日期：`2024-06-18 09:00` 是某个时刻：每行应为一整天
          第 12 行 支付买家数：`5.5` 不是整数
          第 13 行 支付买家数：`-5` 不符合 `buyers` 的约束：最小允许值为 0""")


def test_a_workbook_is_read_as_people_see_it_and_its_cells_are_named() -> None:
    content = workbook(
        [
            ["店铺日报"],
            ["日期 ", "渠道", "花费", "点击率"],
            ["2024-06-01", "tmall", 1666.45, "3.2%"],
            ["2024-06-01", "jd", "￥691.49", 0.03],
            ["2024-06-02", "taobao", 12, 0.02],
            ["2024-06-02", "jd", "n/a", 0.02],
            ["小计", "", 2369.94, ""],
        ]
    )
    assert shown(content, ADS, "ads", "ads.xlsx") == dedent("""\
        ads.xlsx, sheet 日报1, header in row 2 -> table ads
          日期    -> 日期 (date)
          渠道    -> 渠道 (channel)
          花费    -> 花费 (cost)
          点击率  -> 点击率 (ctr) in fraction

        data/tables/ads/2024-06.csv (new): 2 added
          + 2024-06-01
        left out, total rows: row 7

        refused:
          B5: `taobao` breaks a constraint of `渠道`: it is not one of the values listed
          C6: `n/a` is not a number""")
    assert written(content, ADS, "ads", "ads.xlsx") == {
        "data/tables/ads/2024-06.csv": "日期,渠道,花费,点击率\n2024/06/01,tmall,1666.45,3.2\n2024/06/01,jd,691.49,3\n"
    }


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "sentences"),
    [
        (
            "2024-06-15,1,1,1\n2024-06-15,2,1,1\n",
            ["line 2: line 3 has other figures for the same key: keep one of the rows"] * 1
            + ["line 3: line 2 has other figures for the same key: keep one of the rows"],
        ),
        (",5,5,5\n", ["line 2 日期: `date` is empty, so what the row is of cannot be told"]),
        ("2024-06-15,1,234,5,6\n", ["line 2: the row has 5 cells, the header has 4: a figure with commas in it needs quotes"]),
        ("2024-06-15,1\n", ["line 2: the row ends too early: it has 2 cells, the header has 4"]),
        (
            "1999-06-15,1,1,1\n",
            [
                "line 2 日期: `1999-06-15` is far from any day that figures are of: correct the year: figures are of days"
                " between 2000 and 2099"
            ],
        ),
        ("2024-06-15,#N/A,1,1\n", ["line 2 访客数: the formula shows #N/A: mend it in the spreadsheet, or clear the cell"]),
        ("2024-06-15,-,1,1\n", ["line 2 访客数: `visitors` is missing, and the table needs it"]),
        ("2024-06-15,a,1,1\n2024-06-16,a,1,1\n", ["line 2 访客数: `a` is not a number", "line 3 访客数: `a` is not a number"]),
        ('2024-06-15,"1,1,1\n', ["line 2: a quote is not closed, or there is text after it: look at the quotes of the row"]),
    ],
)
def test_a_row_that_is_in_doubt_is_refused(rows: str, sentences: list[str]) -> None:
    assert refused(HEADER + rows) == sentences


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"\x00\x01\x02\x03" * 20, "the file is no text and no workbook that sopgen can read: save it as xlsx or CSV UTF-8"),
        (b"\xff\xfe\x00\xd8", "the file is neither UTF-8, UTF-16 nor GBK text: save it as CSV UTF-8"),
        (b"PK\x03\x04 no archive", "the workbook cannot be read; it may be damaged: open it in a spreadsheet and save it anew as xlsx"),
        (workbook([["日期"]])[:-200], "the workbook cannot be read; it may be damaged: open it in a spreadsheet and save it anew as xlsx"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
            "the workbook cannot be read; it may be damaged: open it in a spreadsheet and save it anew as xlsx",
        ),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            "the workbook is locked with a password: take the password off and save it again",
        ),
        (
            b"<html><table><tr><td>1</td></tr></table></html>",
            "the file is a web page under another name: open it in a spreadsheet and save it as xlsx",
        ),
        (b"a,b\n1,2\n", "no row is the header: none has the columns `日期`, `访客数`, `支付买家数`, `支付金额` of import.yaml"),
        (
            "日期,访客人数,支付买家数,支付金额\n".encode(),
            "line 1: the header has no `访客数`, which import.yaml names; did you mean `访客人数`?",
        ),
        ("日期,PV,支付买家数,支付金额\n".encode(), "line 1: the header has no `访客数`, which import.yaml names: correct one of the two"),
        ("日期,访客数,访客数 ,支付买家数,支付金额\n".encode(), "line 1, line 1: two columns are called `访客数`: rename or remove one"),
        (workbook([]), "the workbook holds nothing that is to be seen"),
        (
            workbook([["日期", "访客数", "支付买家数", "支付金额"]], [["日期", "访客数", "支付买家数", "支付金额"]]),
            "several sheets have the columns: `日报1`, `日报2`; name one with --sheet",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, sentence: str) -> None:
    assert refused(content) == [sentence]


def test_cells_that_are_not_what_they_seem_are_refused() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(workbook([["日期", "访客数", "支付买家数", "支付金额"]] + [[f"2024-06-1{n}", 5, 5, 5] for n in range(5, 9)]))
    )
    sheet = book.active
    sheet["B2"].value, sheet["B2"].data_type = "#REF!", "e"
    sheet["C3"] = "=B3*2"  # never calculated: the file holds no result
    sheet.merge_cells("D4:D5")
    assert refused(saved(book)) == [
        "B2: the formula shows #REF!: mend it in the spreadsheet, or clear the cell",
        "C3: the formula has no result yet: open the file in a spreadsheet and save it",
        "D4: the cell is merged with others: unmerge them and fill each",
        "D5: the cell is merged with others: unmerge them and fill each",
    ]


def test_hidden_sheets_are_not_read_and_a_percent_sign_is_not_lost() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([["日期", "渠道", "花费", "点击率"], ["2024-06-01", "jd", 5, 0.032]])))
    book.active["D2"].number_format = "0.0%"
    hidden = book.copy_worksheet(book.active)
    hidden.title, hidden.sheet_state = "旧", "hidden"
    plain = {**ADS, "data/tables/ads/import.yaml": "columns: {日期: date, 渠道: channel, 花费: cost, 点击率: ctr}\n"}
    assert written(saved(book), plain, "ads") == {"data/tables/ads/2024-06.csv": "日期,渠道,花费,点击率\n2024/06/01,jd,5.00,3.2\n"}
    named = {**plain, "data/tables/ads/import.yaml": "columns: {日期: date, 渠道: channel}\nsheet: 旧\n"}
    assert refused(saved(book), named, "ads") == ["the sheet `旧` is hidden: look at it first, and show it"]
    absent = {**plain, "data/tables/ads/import.yaml": "columns: {日期: date, 渠道: channel}\nsheet: 月报\n"}
    assert refused(saved(book), absent, "ads") == ["there is no sheet `月报`; there are `日报1`"]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(b"\xfe\xff")
@example(HEADER.encode("utf-16-le") + b"\x00")
@settings(max_examples=60, deadline=None)
def test_no_file_is_a_traceback(content: bytes) -> None:
    build = run(MAPPED)
    for start in (b"", HEADER.encode(), b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")):
        assert plan.prepare(build, build.view.model.tables["store"], "x", start + content, None, RECORDED) is not None


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_damaged_workbook_is_a_traceback(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for place in data.draw(st.lists(st.integers(0, len(WHOLE) - 1), min_size=1, max_size=20)):
        content[place] ^= data.draw(st.integers(1, 255))
    build = run(MAPPED)
    assert plan.prepare(build, build.view.model.tables["store"], "x.xlsx", bytes(content), None, RECORDED) is not None


WHOLE = workbook([["日期", "访客数", "支付买家数", "支付金额"], ["2024-06-15", 5, 5, 5]])


# --- mappings --------------------------------------------------------------------------------------------------------


def test_the_first_import_proposes_a_mapping_and_writes_it() -> None:
    planned = prepared("统计时间,UV,成交客户数,成交金额（元）,备注\n2024-06-15,5,5,5,\n", {})
    assert isinstance(planned, Plan)
    assert planned.proposal is not None
    assert planned.proposal.near == ()
    assert {edit.path: edit.content.decode() for edit in planned.edits}["data/tables/store/import.yaml"] == dedent("""\
        # Which column of an export fills which field, for `sopgen import`.
        columns:
          统计时间: date
          UV: visitors
          成交客户数: buyers
          成交金额（元）: paid
        """)


def test_a_column_that_is_only_like_a_field_is_marked() -> None:
    text = shown("日期,总访客数,成交客户数,成交总金额\n2024-06-15,5,5,5\n", {})
    assert "  总访客数    -> visitors (visitors) (only alike: look twice)\n" in text
    assert "  成交总金额  -> paid (paid) (only alike: look twice)\n" in text


def test_without_a_day_nothing_can_be_proposed() -> None:
    assert refused("访客数,成交金额\n5,5\n", {}) == [
        "no column is called `date`, which tells rows apart: name it in import.yaml, under `columns` or `fixed`"
    ]
    assert refused("a,b\n5,5\n", {}) == [
        "no row is the header: none of the first rows has a column called `date`, `visitors`, `buyers`, `paid`"
    ]


def test_fixed_values_and_the_row_of_the_header_are_taken_from_the_mapping() -> None:
    mapping = "columns: {日期: date, 花费: cost}\nfixed: {channel: jd}\nheader: 3\n"
    content = "日期,花费\n2024-06-01,1\n日期,花费\n2024-06-02,2\n"
    assert written(content, {**ADS, "data/tables/ads/import.yaml": mapping}, "ads") == {
        "data/tables/ads/2024-06.csv": "日期,渠道,花费,点击率\n2024/06/02,jd,2.00,\n"
    }


def test_an_export_of_one_day_may_have_its_day_fixed() -> None:
    mapping = "columns: {渠道: channel, 花费: cost}\nfixed: {date: 2024-06-01}\n"
    assert written("渠道,花费\njd,1\n备注：不含退款,\n", {**ADS, "data/tables/ads/import.yaml": mapping}, "ads") == {
        "data/tables/ads/2024-06.csv": "日期,渠道,花费,点击率\n2024/06/01,jd,1.00,\n"
    }


def test_brackets_that_hold_no_unit_are_part_of_the_name() -> None:
    mapping = "columns: {日期: date, 访客数(PC): visitors, 支付买家数: buyers, 支付金额: paid}\n"
    content = "日期,访客数(无线),访客数（PC）,支付买家数,支付金额(千元)\n2024-06-15,7,5,5,5\n"
    assert written(content, {"data/tables/store/import.yaml": mapping})[STORE].endswith("2024-06-15,5,5,5000.00\n")


# --- persons ---------------------------------------------------------------------------------------------------------


def test_columns_about_persons_stop_the_import_and_are_never_shown() -> None:
    content = "日期,访客数,支付买家数,支付金额,收货人,备注\n2024-06-15,5,5,5,王小明,\n2024-06-16,5,5,5,李雷,请联系 13812345678\n"
    text = shown(content, {})
    assert text == dedent("""\
        export.csv cannot be imported
          line 1: `收货人` is about single persons: export aggregates, or list it under
            `ignore` of import.yaml
          line 3 备注: `备注` holds phone or identity numbers or e-mail addresses: list
            it under `ignore` of import.yaml

        An import.yaml to start from, beside table.yaml; read it first:

          # Which column of an export fills which field, for `sopgen import`.
          columns:
            日期: date
            访客数: visitors
            支付买家数: buyers
            支付金额: paid
          ignore:
            - 收货人
            - 备注""")
    ignoring = {"data/tables/store/import.yaml": f"{MAPPING}ignore: [收货人, 备注]\n"}
    assert refused(content, ignoring) == []
    assert set(written(content, ignoring)) == {STORE}
    assert not {"王", "李", "138"} & set("".join(written(content, ignoring).values()))


def test_a_long_figure_is_no_phone_and_the_number_of_a_good_is_none() -> None:
    content = "日期,访客数,支付买家数,支付金额,商品ID\n2024-06-15,5,5,13812345678,13912345678\n2024-06-16,5,5,5,13912345678\n"
    assert refused(content) == []


# --- what is written -------------------------------------------------------------------------------------------------


def test_rows_go_to_the_file_of_their_month_and_a_changed_figure_is_recorded() -> None:
    files = written(
        f"{HEADER}2024-07-02,5,5,5\n2024-06-15,3,2,1\n2024-06-14,3510,138,13662\n2024-06-03,3120,115,11155.00\n2024-07-01,5,5,5\n"
    )
    before = starter()[STORE]
    assert "2024-06-03,3120,115,11155.50\n" in before
    assert files == {
        STORE: before.replace("11155.50", "11155.00") + "2024-06-15,3,2,1.00\n",
        "data/tables/store/2024-07.csv": "date,visitors,buyers,paid\n2024-07-01,5,5,5.00\n2024-07-02,5,5,5.00\n",
        RESTATED: "# Figures that changed after they had been recorded; `sopgen import` adds to this list.\n"
        '- {day: 2024-06-03, field: paid, was: "11155.50", now: "11155.00", source: "export.csv", recorded: 2024-06-20 09:00}\n',
    }
    build = run({**MAPPED, **files})
    assert findings(build) == []
    assert [(each.record.was, each.record.now) for each in build.view.facts.restatements["store"]] == [("11155.50", "11155.00")]


def test_a_later_restatement_is_added_below_and_what_was_written_by_hand_stays() -> None:
    by_hand = '# ours\n- {day: 2024-06-03, field: paid, was: "1", now: "11155.50", source: a.csv, recorded: 2024-06-04 09:00} # why\n'
    files = written(f"{HEADER}2024-06-03,3120,115,1\n", {**MAPPED, RESTATED: by_hand}, file='六月 "final".csv')
    assert files[RESTATED] == by_hand + (
        '- {day: 2024-06-03, field: paid, was: "11155.50", now: "1.00", source: "六月 \\"final\\".csv", recorded: 2024-06-20 09:00}\n'
    )
    assert findings(run({**MAPPED, **files})) == []


def test_what_is_not_changed_keeps_every_byte() -> None:
    """Line ends, order, a byte order mark, quotes, blank lines and columns that nobody declared."""
    before = (
        '\ufeffpaid,date,note,visitors,buyers\r\n16236.00,2024-06-01,"a ""b""",4210,164\r\n\r\n1.5,2024-06-03,c,7,1\r\n"2",2024-06-02,,8,2'
    )
    changed = {**MAPPED, STORE: before}
    files = written(f"{HEADER}2024-06-03,7,1,3\n2024-06-05,5,5,5\n2024-06-01,4210,164,16236\n", changed)
    assert files[STORE] == before.replace("1.5,2024-06-03,c", "3.00,2024-06-03,c") + "\r\n5.00,2024-06-05,,5,5\r\n"


def test_a_new_row_stands_after_the_rows_of_its_day() -> None:
    there = "日期,渠道,花费,点击率\n2024/06/01,tmall,1.00,\n2024/06/03,jd,1.00,\n"
    content = "日期,渠道,花费,点击率\n2024-06-02,douyin,4,\n2024-06-02,tmall,3,\n2024-06-01,jd,2,\n"
    assert written(content, {**ADS, "data/tables/ads/2024-06.csv": there}, "ads")["data/tables/ads/2024-06.csv"] == (
        "日期,渠道,花费,点击率\n2024/06/01,tmall,1.00,\n2024/06/01,jd,2.00,\n2024/06/02,tmall,3.00,\n2024/06/02,douyin,4.00,\n2024/06/03,jd,1.00,\n"
    )


def test_the_only_file_of_a_table_stays_the_only_one() -> None:
    whole = {**MAPPED, "data/tables/store/all.csv": starter()[STORE], STORE: "date,visitors,buyers,paid\n"}
    source = Files({path: text for path, text in {**starter(), **whole}.items() if path != STORE})
    build = pipeline.run(source)
    planned = plan.prepare(build, build.view.model.tables["store"], "x.csv", f"{HEADER}2024-07-02,5,5,5\n".encode(), None, RECORDED)
    assert isinstance(planned, Plan)
    assert [edit.path for edit in planned.edits] == ["data/tables/store/all.csv"]


def test_columns_that_the_export_lacks_stay_as_they_are() -> None:
    mapping = {"data/tables/store/import.yaml": "columns: {日期: date, 支付金额: paid}\n"}
    text = shown("日期,支付金额\n2024-06-14,7\n2024-06-15,7\n", mapping)
    assert "  not in the export, so left as they are: visitors, buyers\n" in text
    assert "~ 2024-06-14 paid: 13662.00 -> 7.00\n" in text
    assert refused("日期,支付金额\n2024-06-15,7\n", mapping) == [
        "line 2: `` breaks a constraint of `visitors`: it must not be empty",
        "line 2: `` breaks a constraint of `buyers`: it must not be empty",
    ]


def test_a_figure_that_is_gone_is_a_restatement_too() -> None:
    there = {**ADS, "data/tables/ads/2024-06.csv": "日期,渠道,花费,点击率\n2024/06/01,jd,1.00,2.5\n"}
    text = shown("日期,渠道,花费,点击率\n2024-06-01,jd,1,-\n", there, "ads")
    assert "  ~ 2024-06-01 jd 点击率: 2.5 -> missing" in text


# --- laws ------------------------------------------------------------------------------------------------------------

FIGURES = st.tuples(
    st.integers(0, 10**6).map(str),
    st.integers(0, 10**6).map(str),
    st.decimals(0, 10**9, places=2).map(str),
)
DAYS = st.dates(Instant(2024, 1, 1).date(), Instant(2024, 12, 31).date()).map(str)


@given(st.dictionaries(DAYS, FIGURES, min_size=1, max_size=12), st.randoms())
@settings(max_examples=25, deadline=None)
def test_what_is_imported_and_exported_is_the_same_and_a_second_import_changes_nothing(
    figures: Mapping[str, tuple[str, str, str]], chance: Random
) -> None:
    rows = [[day, *figures[day]] for day in figures]
    contents: Contents = {path: text for path, text in {**starter(), **MAPPED}.items() if path != STORE}
    for _ in range(2):
        text = io.StringIO()
        csv.writer(text).writerows([["日期", "访客数", "支付买家数", "支付金额"], *rows])
        build = pipeline.run(Files(contents))
        planned = plan.prepare(build, build.view.model.tables["store"], "x.csv", text.getvalue().encode("gbk"), None, RECORDED)
        assert isinstance(planned, Plan)
        assert planned.refused == ()
        after = {**contents, **{edit.path: edit.content for edit in planned.edits}}
        if contents.keys() >= {f"data/tables/store/{day[:7]}.csv" for day in figures}:
            assert planned.edits == ()
        contents = after
        chance.shuffle(rows)
    kept = [row for path in sorted(contents) if path.startswith("data/tables/store/2") for row in _rows(contents[path])]
    assert kept == sorted([day, *figures[day]] for day in figures)


def _rows(content: bytes | str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(_bytes(content).decode())))[1:]


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The starter in a folder, with an export beside it."""
    root = tmp_path / "shop"
    main(["init", str(root)])
    (tmp_path / "export.csv").write_text(f"{HEADER}2024-06-14,3510,138,13700\n2024-06-15,5,5,5\n", "utf-8")
    monkeypatch.chdir(root)
    return root


def state(root: Path) -> Mapping[str, bytes]:
    """Every file of a workspace, those beside too."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def command(*words: str, answer: str = "") -> Result:
    return CliRunner().invoke(
        group, ["import", "../export.csv", "--table", "store", "--lang", "en", *words], input=answer, standalone_mode=False
    )


def test_it_asks_before_it_writes(shop: Path) -> None:
    before = state(shop)
    asked = command(answer="n\n")
    assert (asked.return_value, asked.output.splitlines()[-2:]) == (0, ["Write this? [y/N]: n", "Nothing was written."])
    assert command("--dry-run").output.endswith("\n\nNothing was written: this was a dry run.\n")
    assert state(shop) == before
    assert command(answer="y\n").return_value == 0
    assert set(state(shop)) - set(before) == {"data/tables/store/import.yaml", RESTATED}


def test_the_instant_of_a_restatement_is_asked_for_or_the_clock(shop: Path) -> None:
    assert command("--yes", "--as-of", "2024-06-20 09:30").return_value == 0
    assert (shop / RESTATED).read_text("utf-8").endswith("recorded: 2024-06-20 09:30}\n")
    (shop.parent / "export.csv").write_text(f"{HEADER}2024-06-14,3510,138,1\n", "utf-8")
    assert command("--yes").return_value == 0
    assert "recorded: 20" in (shop / RESTATED).read_text("utf-8").splitlines()[-1]
    assert main(["validate", "--fail-on", "warning", "--as-of", "2024-06-20"]) == 0


def test_a_second_import_writes_nothing(shop: Path) -> None:
    assert command("--yes").output.splitlines()[-3:] == [f"Written: {path}" for path in (STORE, "data/tables/store/import.yaml", RESTATED)]
    before = state(shop)
    again = command("--yes")
    assert (again.return_value, again.output.splitlines()[-1]) == (0, "Nothing is new: no file changes.")
    assert state(shop) == before


def test_a_refused_row_stops_everything_but_for_skip_refused(shop: Path) -> None:
    (shop.parent / "export.csv").write_text(f"{HEADER}2024-06-15,5,5,5\n2024-06-16,x,5,5\n", "utf-8")
    before = state(shop)
    assert command("--yes").return_value == 1
    assert state(shop) == before
    assert command("--yes", "--skip-refused").return_value == 0
    assert (shop / STORE).read_text("utf-8").endswith("\n2024-06-15,5,5,5.00\n")


def test_a_guessed_mapping_is_not_taken_unseen(shop: Path) -> None:
    (shop.parent / "export.csv").write_text("日期,总访客数,成交客户数,成交总金额\n2024-06-15,5,5,5\n", "utf-8")
    before = state(shop)
    assert command("--yes").return_value == 1
    assert state(shop) == before
    assert command(answer="y\n").return_value == 0


def test_no_such_table_and_a_table_with_errors(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "../export.csv", "--table", "stor"]) == 2
    assert "no table is called stor; did you mean store?" in capsys.readouterr().err
    (shop / STORE).write_text("date,visitors\n", "utf-8")
    assert main(["import", "../export.csv", "--table", "store", "--yes"]) == 1
    assert "error[missing-column]" in capsys.readouterr().err


# --- writing ---------------------------------------------------------------------------------------------------------


def test_files_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"1")
    edits = [Edit("a", b"2", b"1"), Edit("c/d", b"2", None), Edit("b", b"2", b"1")]
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if target.name == "b":
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(SopgenError, match=r"cannot write .*b: No space left on device; nothing was written"):
            writing.write(tmp_path, edits)
    assert state(tmp_path) == {"a": b"1", "b": b"1"}
    writing.write(tmp_path, edits)
    assert state(tmp_path) == {"a": b"2", "b": b"2", "c/d": b"2"}


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"theirs")
    with pytest.raises(SopgenError, match="a has changed meanwhile; nothing was written"):
        writing.write(tmp_path, [Edit("a", b"2", b"1")])
    assert state(tmp_path) == {"a": b"theirs"}


def test_the_reference_workspace_takes_the_export_it_describes() -> None:
    source = Folder(Path(__file__).parents[1])
    build = pipeline.run(source)
    content = SYCM_REFERENCE.encode("gb18030")
    planned = plan.prepare(build, build.view.model.tables["store"], "生意参谋_0701.csv", content, None, RECORDED)
    assert isinstance(planned, Plan)
    assert [edit.path for edit in planned.edits] == ["data/tables/store/2024-07.csv"]


SYCM_REFERENCE = """\
生意参谋
店铺：示例店铺

统计日期,浏览量,访客数,支付买家数,支付新买家数,支付金额,跳失率,平均停留时长
2024-07-01,"62,311","21,871",931,599,"26,075.40",41.2%,97.01
"""
