"""Single cells of exports: what each becomes in a partition, and what is refused rather than guessed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sopgen.imports import cells, days
from sopgen.imports.cells import Column
from sopgen.imports.grid import Cell, letters
from sopgen.records import Constraints, Field, Table
from sopgen.words.messages import Translator
from sopgen.words.privacy import is_personal, is_personal_header, masked
from sopgen.words.text import Text

DAY = Field(name="日期", id="date", type="date", format="%Y/%m/%d")
PAID = Field(name="支付金额", id="paid", type="number", unit="CNY")
VISITORS = Field(name="访客数", id="visitors", type="integer", unit="person-days")
RATE = Field(name="转化率", id="rate", type="number", unit="percent")
DEPTH = Field(name="人均浏览量", id="depth", type="number")
WAIT = Field(name="响应时长", id="wait", type="integer", unit="seconds")
ROI = Field(name="投产比", id="roi", type="number", unit="1:n")
SKU = Field(name="商品编码", id="sku", type="string", constraints=Constraints())
TABLE = Table(id="t", title=Text.parse("T"), grain="day", fields=(DAY, PAID), primary_key=("date",), missing_values=("", "无"))


def read(cell: Cell, field: Field, unit: str = "", *, in_percent: bool = False) -> str:
    """The text of a cell, or the sentence that refuses it."""
    found = cells.read(cell, Column(field, unit), in_percent)
    return found if isinstance(found, str) else Translator().translate(found)


@pytest.mark.parametrize(
    ("cell", "field", "text"),
    [
        ("58000", PAID, "58000.00"),
        ("58,000.5", PAID, "58000.50"),
        ("￥58，000.50", PAID, "58000.50"),
        ("¥ 5.8万", PAID, "58000.00"),
        ("5.8万元", PAID, "58000.00"),
        ("1.2亿", PAID, "120000000.00"),
        ("５８０００．５０元", PAID, "58000.50"),
        ("-1,234.50", PAID, "-1234.50"),
        ("－1234.5", PAID, "-1234.50"),
        ("−1234.5", PAID, "-1234.50"),
        ("¥-1234.5", PAID, "-1234.50"),
        ("(1,234.50)", PAID, "-1234.50"),
        ("（￥1,234.50）", PAID, "-1234.50"),
        ('="58000"', PAID, "58000.00"),
        ("\t58000 ", PAID, "58000.00"),
        (58000, PAID, "58000.00"),
        (0.1 + 0.2, PAID, "0.30"),  # as a spreadsheet shows it: 15 digits
        ("4,210", VISITORS, "4210"),
        (4210.0, VISITORS, "4210"),
        ("4210.0", VISITORS, "4210"),
        ("4210人", VISITORS, "4210"),
        ("1.2w", VISITORS, "12000"),
        ("0.123456789012", DEPTH, "0.123456789"),
        ("6.50", DEPTH, "6.5"),
        (6.0, DEPTH, "6"),
        ("0.0000000005", DEPTH, "0.000000001"),  # half up at the ninth decimal
        ("4.10%", RATE, "4.1"),
        ("４.1％", RATE, "4.1"),
        ("1分钟", WAIT, "60"),
        ("45秒", WAIT, "45"),
        ("1:3.2", ROI, "3.2"),
        ("3.2", ROI, "3.2"),
        ("007", SKU, "007"),
        ('="007"', SKU, "007"),
        ("'007", SKU, "007"),
        (1003.0, SKU, "1003"),
        (1003, SKU, "1003"),
        ("hot\n sale", SKU, "hot sale"),
    ],
)
def test_a_figure_becomes_plain_digits(cell: Cell, field: Field, text: str) -> None:
    assert read(cell, field) == text


@pytest.mark.parametrize(
    ("cell", "field", "sentence"),
    [
        ("about 5", PAID, "`about 5` is not a number"),
        ("1,23,4", PAID, "`1,23,4` is not a number"),
        ("5.8.1", PAID, "`5.8.1` is not a number"),
        (True, PAID, "`True` is not a number"),
        (datetime(2024, 4, 20), PAID, "`2024-04-20 00:00:00` is not a number"),
        ("33.333", PAID, "`33.333` is finer than the smallest coin of CNY: round it in the export"),
        ("$5", PAID, "`$5` is not in CNY, the unit of `支付金额`"),
        ("5%", PAID, "`5%` is not in CNY, the unit of `支付金额`"),
        ("5元", VISITORS, "`5元` is not in person-days, the unit of `访客数`"),
        ("5单", VISITORS, "`5单` is not in person-days, the unit of `访客数`"),
        ("5%", DEPTH, "`5%` has a unit, and `人均浏览量` has none: write the bare number"),
        ("4210.5", VISITORS, "`4210.5` is not a whole number"),
        ("0.041", RATE, "whether `0.041` is in percent or a fraction of 1 cannot be told: say so under `units` of import.yaml"),
        (0.041, RATE, "whether `0.041` is in percent or a fraction of 1 cannot be told: say so under `units` of import.yaml"),
        ("#REF!", PAID, "the formula shows #REF!: mend it in the spreadsheet, or clear the cell"),
        ("#N/A", SKU, "the formula shows #N/A: mend it in the spreadsheet, or clear the cell"),
        (1.234567890123456e17, SKU, "the spreadsheet has rounded this long number: export the column as text"),
        (datetime(2024, 3, 1), SKU, "the spreadsheet has made a date of this text: set the column to text and write it again"),
        ("电话 13812345678 转 2", PAID, "`电话 *** 转 2` is not a number"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_is_refused(cell: Cell, field: Field, sentence: str) -> None:
    assert read(cell, field) == sentence


@pytest.mark.parametrize(
    ("cell", "field", "unit", "text"),
    [
        ("5.8", PAID, "万", "58000.00"),
        (5.8, PAID, "万", "58000.00"),
        ("58,000", PAID, "千", "58000000.00"),
        ("5.8万", PAID, "万", "58000.00"),  # the cell says it itself
        ("58000元", PAID, "万", "58000.00"),
        ("0.041", RATE, "fraction", "4.1"),
        (0.041, RATE, "fraction", "4.1"),
        ("4.1", RATE, "percent", "4.1"),
        ("4.1%", RATE, "fraction", "4.1"),
        ("4.1", DEPTH, "percent", "the column is in percent, and `人均浏览量` is not"),
    ],
)
def test_the_unit_of_a_column_is_that_of_its_bare_numbers(cell: Cell, field: Field, unit: str, text: str) -> None:
    assert read(cell, field, unit) == text


def test_a_percent_sign_that_only_the_sheet_shows_counts() -> None:
    assert read(0.041, RATE, in_percent=True) == "4.1"
    assert read(0.041, DEPTH, in_percent=True) == "0.041"


@pytest.mark.parametrize("cell", ["", " ", "-", "--", "—", "——", "－", '=""', "无", "　"])
def test_what_stands_for_nothing(cell: str) -> None:
    assert cells.is_missing(cell, TABLE)


@pytest.mark.parametrize("cell", ["0", 0, 0.0, "-1", "a", False])
def test_zero_is_a_figure(cell: Cell) -> None:
    assert not cells.is_missing(cell, TABLE)


@pytest.mark.parametrize(
    "cell",
    [
        *("2024-04-20", "2024/4/20", "2024.4.20", "2024年4月20日", "2024 年 04 月 20 日", "20240420", "２０２４－０４－２０"),
        *("2024-04-20 00:00", "2024-04-20 00:00:00", "2024-04-20T00:00:00", "2024-04-20 周六", "2024-04-20（星期六）", "2024-04-20 Sat"),
        *("45402", 45402, 45402.0, 20240420, datetime(2024, 4, 20), "2024-04-20~2024-04-20"),
    ],
)
def test_a_day_is_read_however_it_is_written(cell: Cell) -> None:
    assert days.read(cell) == date(2024, 4, 20)  # day 45402 of Excel


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("2024-04-01~2024-04-07", "`2024-04-01~2024-04-07` is a period of 7 days: export it day by day"),
        ("2024/4/1 至 2024/4/30", "`2024/4/1 至 2024/4/30` is a period of 30 days: export it day by day"),
        ("20240401-20240407", "`20240401-20240407` is a period of 7 days: export it day by day"),
        ("2024.06.01-06.18", "`2024.06.01-06.18` is a period: export it day by day"),
        ("2024-04", "`2024-04` is a period: export it day by day"),
        ("2024年4月", "`2024年4月` is a period: export it day by day"),
        ("2024年第16周", "`2024年第16周` is a period: export it day by day"),
        ("2024-02-30", "there is no such day as `2024-02-30`"),
        ("20240431", "there is no such day as `20240431`"),
        ("4月20日", "`4月20日` has no year: write it like 2024-04-20"),
        ("04-20", "`04-20` has no year: write it like 2024-04-20"),
        ("4/20/2024", "which of `4/20/2024` is the year cannot be told: write it like 2024-04-20"),
        ("24-04-20", "which of `24-04-20` is the year cannot be told: write it like 2024-04-20"),
        ("2024-04-20 09:30", "`2024-04-20 09:30` is a time of a day: one row stands for a whole day"),
        (datetime(2024, 4, 20, 9, 30), "`2024-04-20 09:30` is a time of a day: one row stands for a whole day"),
        (45402.5, "`45402.5` is a time of a day: one row stands for a whole day"),
        (7, "`7` is not a day: write it like 2024-04-20"),
        (time(9, 30), "`09:30:00` is not a day: write it like 2024-04-20"),
        (timedelta(hours=30), "`1 day, 6:00:00` is not a day: write it like 2024-04-20"),
        ("yesterday", "`yesterday` is not a day: write it like 2024-04-20"),
        ("13812345678", "`***` is not a day: write it like 2024-04-20"),
    ],
)
def test_what_is_no_single_whole_day_is_refused(cell: Cell, sentence: str) -> None:
    found = days.read(cell)
    assert not isinstance(found, date)
    assert Translator().translate(found) == sentence


@given(
    st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d 00:00"])
)
def test_every_day_is_read_back(day: date, form: str) -> None:
    assert days.read(day.strftime(form)) == day
    assert days.read((day - date(1899, 12, 30)).days) == day
    assert cells.read(day.strftime(form), Column(DAY), False) == day.strftime("%Y/%m/%d")


@given(st.decimals(-(10**12), 10**12, places=2))
def test_every_amount_is_read_back_with_all_its_digits(amount: object) -> None:
    assert read(str(amount), PAID) in (str(amount), str(amount).removeprefix("-"))  # -0.00 is 0.00
    assert read(f"￥{amount:,}", PAID) == read(str(amount), PAID)


@example(float("inf"))
@example(float("nan"))
@given(st.text() | st.floats() | st.integers() | st.datetimes() | st.times() | st.timedeltas() | st.booleans())
def test_no_cell_is_a_traceback(cell: Cell) -> None:
    for field in (DAY, PAID, VISITORS, RATE, DEPTH, SKU):
        if not cells.is_missing(cell, TABLE):
            assert read(cell, field) is not None


def test_the_columns_of_a_sheet_have_letters() -> None:
    assert [letters(number) for number in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


# --- what is about persons -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        *("姓名", "收货人", "收货人姓名", "买家昵称", "买家会员名", "手机", "手机号码", "联系电话", "收货地址", "地址", "身份证号", "邮箱"),
        *("旺旺ID", "收货人（必填）", "name", "Buyer Name", "buyer_name", "phone", "Mobile No.", "E-mail", "Shipping address", "recipient"),
    ],
)
def test_a_header_about_persons_is_known(header: str) -> None:
    assert is_personal_header(header)


@pytest.mark.parametrize(
    "header",
    ["商品名称", "店铺名称", "手机端访客数", "电话咨询量", "渠道", "支付金额", "sku name", "channel", "新客数", "微信访客数", "地区"],
)
def test_a_header_about_figures_is_not(header: str) -> None:
    assert not is_personal_header(header)


def test_phones_identity_numbers_and_addresses_are_known_by_their_form() -> None:
    # 11010519491231002X is the example of the standard (GB 11643); its last sign checks, that of ...0021 does not.
    personal = ["13812345678", "+86 138-1234-5678", "电话13812345678", "11010519491231002X", "a.b@example.com"]
    others = ["1381234567", "138123456789", "2024-04-20", "110105194912310021", "58000.50", "13812345678.5", "618@", "SKU13812345678901"]
    assert [text for text in personal if not is_personal(text)] == []
    assert [text for text in others if is_personal(text)] == []
    assert masked("王某 13812345678\na.b@example.com 送到门口，谢谢，请尽快，谢谢") == "王某 *** *** 送到门口,谢谢,请尽快,…"
