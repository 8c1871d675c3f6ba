"""Tables read by columns and cell by cell: the same rows, sums and findings, with a cache and without."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen import pipeline, tables
from sopgen.cache import FolderCache, chosen
from sopgen.exports import facts_json
from sopgen.readers.csv import Partition
from sopgen.readers.source import Folder, Stamp
from sopgen.records import Constraints, Field, Table
from sopgen.tables import Cache, Filter, Lines, Tally, gate, reading, remembered
from sopgen.words.diagnostics import SopgenError
from sopgen.words.text import Text
from tests.workspace import STARTER, findings

steady = settings(derandomize=True, deadline=None, database=None, max_examples=60)
FOLDER = "data/tables/sales"
DAY = Field(name="day", id="date", type="date")
CHANNEL = Field(name="channel", id="channel", type="string", constraints=Constraints(enum=("tmall", "jd", "抖音", "")))
UNITS = Field(name="units", id="units", type="integer", unit="piece", constraints=Constraints(minimum=Fraction(-5), maximum=Fraction(900)))
PAID = Field(name="paid", id="paid", type="number", unit="CNY")
SCORE = Field(name="score", id="score", type="number")
SALES = Table(
    id="sales",
    title=Text({"": "Sales"}),
    grain="day",
    fields=(DAY, CHANNEL, UNITS, PAID, SCORE),
    primary_key=("date", "channel"),
    missing_values=("", "-"),
)
GOOD = "day,channel,units,paid,score\n2024-06-01,tmall,5,16236.00,4.5\n2024-06-01,jd,-2,-30,\n2024-06-02,tmall,,0.5,+4.25\n"


@dataclass
class Memory:
    """A cache in memory, ten seconds after 1970 began."""

    kept: dict[str, bytes] = field(default_factory=dict)
    now: int = 10**10

    def get(self, name: str) -> bytes | None:
        """What was put under a name."""
        return self.kept.get(name)

    def put(self, name: str, content: bytes) -> None:
        """Keep something."""
        self.kept[name] = content


def partitions(files: Mapping[str, bytes | str]) -> list[Partition]:
    encoded = {path: content.encode() if isinstance(content, str) else content for path, content in files.items()}
    return [Partition(f"{FOLDER}/{path}", len(content), partial(encoded.__getitem__, path)) for path, content in sorted(encoded.items())]


@contextmanager
def large_from(size: int) -> Iterator[None]:
    """Read tables by columns from some bytes on, a few lines at a time."""
    with patch.object(reading, "LARGE", size), patch.object(gate, "_PIECE", 60):
        yield


def read(table: Table, files: Mapping[str, bytes | str], cache: Cache | None = None) -> object:
    """Everything that a table says when it is read by columns."""
    with large_from(0):
        return answers(*tables.read(table, partitions(files), cache))


def read_slowly(table: Table, files: Mapping[str, bytes | str]) -> object:
    """Everything that a table says when it is read cell by cell."""
    with large_from(1 << 40):
        return answers(*tables.read(table, partitions(files)))


def answers(rows: tables.Rows, found: Sequence[object]) -> object:
    ids = [each.id for each in rows.table.fields]
    filters = [(), *((Filter(id_, frozenset(sorted(rows.texts(id_))[:2]), inside),) for id_ in ids for inside in (True, False))]
    return {
        "found": sorted(map(repr, found)),
        "days": rows.days,
        "digits": rows.digits,
        "texts": {id_: rows.texts(id_) for id_ in ids},
        "tallies": {(id_, each, by): rows.tallies(id_, each, by) for id_ in ids for each in filters for by in (None, *ids[1::3])},
        "lines": rows.lines(date(2024, 6, 1), date(2024, 6, 30)),
        "written": {each: dict(rows.written(each)) for each in filters},
    }


# --- by columns --------------------------------------------------------------------------------------------------------


def test_sums_by_day_are_exact() -> None:
    with large_from(0):
        rows, found = tables.read(SALES, partitions({"2024-06.csv": GOOD}))
    first, second = date(2024, 6, 1), date(2024, 6, 2)
    assert found == []
    assert rows.days == {first, second}
    # 16236.00 - 30 is 16206.00, in fen; 0.5 is 50 fen.
    assert rows.tallies("paid") == {"": {first: Tally(2, 0, 1620600, -3000, 1623600), second: Tally(1, 0, 50, 50, 50)}}
    assert rows.tallies("units", by="channel") == {
        "jd": {first: Tally(1, 0, -2, -2, -2)},
        "tmall": {first: Tally(1, 0, 5, 5, 5), second: Tally(1, 1, 0, None, None)},
    }
    assert rows.tallies("score", (Filter("channel", frozenset(["jd"]), inside=False),)) == {
        "": {first: Tally(1, 0, 450, 450, 450), second: Tally(1, 0, 425, 425, 425)}
    }
    assert rows.texts("channel") == {"tmall", "jd"}
    assert rows.lines(first, first) == (Lines(f"{FOLDER}/2024-06.csv", (2, 3)),)
    with pytest.raises(KeyError):
        rows.tallies("paid", (Filter("shop", frozenset(["x"])),))


def test_a_total_that_leaves_52_bits_is_exact() -> None:
    most = "999999999999999.99"
    with large_from(0):
        rows, _ = tables.read(
            SALES, partitions({"a.csv": f"day,channel,units,paid,score\n2024-06-01,jd,1,{most},\n2024-06-01,tmall,1,{most},\n"})
        )
    assert rows.tallies("paid")[""][date(2024, 6, 1)].total == 2 * 99999999999999999


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD + "\n\n",
        GOOD.rstrip("\n"),
        GOOD.replace("tmall", "抖音"),
        GOOD.replace(",,", ",-,"),
        GOOD.replace("16236.00", "16236."),
        GOOD.replace("day,", " day ,"),
        GOOD.replace("\n", ",x\n").replace("score,x", "score,note"),
    ],
)
def test_what_is_read_by_columns(text: str) -> None:
    assert gate.read(SALES, f"{FOLDER}/2024-06.csv", text.encode()) is not None
    assert read(SALES, {"2024-06.csv": text}) == read_slowly(SALES, {"2024-06.csv": text})


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("tmall", '"tmall"'),
        GOOD.replace("2024-06-02", "2024-06-31"),
        GOOD.replace("2024-06-02", "2024-07-02"),
        GOOD.replace("2024-06-02", "1924-06-02"),
        GOOD.replace("2024-06-02", ""),
        GOOD.replace("2024-06-02", "2024-06-01"),
        GOOD.replace("tmall", "pdd"),
        GOOD.replace("16236.00", "16236.005"),
        GOOD.replace("16236.00", " 16236"),
        GOOD.replace("16236.00", "1623600e-2"),
        GOOD.replace("16236.00", ".5"),
        GOOD.replace("16236.00", "1.2.3"),
        GOOD.replace("16236.00", "5-3"),
        GOOD.replace("16236.00", "--5"),
        GOOD.replace("16236.00", "１"),
        GOOD.replace("16236.00", "9" * 16),
        GOOD.replace("4.5", "0." + "1" * 10),
        GOOD.replace("4.5", "9" * 15 + "." + "1" * 9),
        GOOD.replace("tmall,5", "tmall,0x5"),
        GOOD.replace("tmall,5", "tmall,5.0"),
        GOOD.replace("tmall,5", "tmall,901"),
        GOOD.replace("tmall,5", "tmall,-6"),
        GOOD.replace("4.25", "4.25,"),
        GOOD.replace(",0.5,", ","),
        GOOD.replace("2024-06-02", "\n2024-06-02"),
        GOOD.replace("2024-06-02", ",,,,\n2024-06-02"),
        GOOD.replace("2024-06-02", "\r2024-06-02"),
        GOOD.replace("score", "units"),
        GOOD.replace("score", "points"),
        GOOD.replace(",", ";"),
        "\n" + GOOD,
        "day,channel,units,paid,score\n",
        "",
    ],
)
def test_what_is_refused_and_explained_cell_by_cell(text: str) -> None:
    assert gate.read(SALES, f"{FOLDER}/2024-06.csv", text.encode()) is None
    assert read(SALES, {"2024-06.csv": text}) == read_slowly(SALES, {"2024-06.csv": text})


def test_text_that_is_not_utf8_is_refused() -> None:
    assert gate.read(SALES, "a.csv", GOOD.replace("tmall", "抖音").encode("gbk")) is None


DAYS = st.dates(date(2024, 5, 28), date(2024, 6, 4)).map(str) | st.sampled_from(
    ["2024-06-01", "2024/6/1", "", "-", "2024-6-1", "1024-06-01"]
)
TEXTS = st.sampled_from(["tmall", "jd", "抖音", "", "-", "pdd", " jd", '"jd"', "tm;all"])
AMOUNTS = st.decimals(-99, 10**6, places=2).map(str) | st.sampled_from(
    ["5", "+5", "5.", "-", "", "1e3", " 5", "0.125", "9" * 15, "NaN", "-0"]
)
COUNTS = st.integers(-6, 901).map(str) | st.sampled_from(["007", "", "-", "5.0", "0x1f", "--", "+3"])
ROW = st.tuples(DAYS, TEXTS, COUNTS, AMOUNTS, AMOUNTS)
CLEAN_ROW = st.tuples(
    st.dates(date(2024, 6, 1), date(2024, 6, 30)).map(str),
    st.sampled_from(["tmall", "jd", "抖音"]),
    st.integers(-5, 900).map(str),
    st.decimals(-99, 10**6, places=2).map(str) | st.sampled_from(["+5", "5."]),
    st.decimals(-9, 9, places=4).map(str) | st.just("7"),
)
KEYS = st.sampled_from([("date",), ("date", "channel"), ("units", "date", "paid"), ("date", "score")])
NAMES = ["2024-06.csv", "a.csv", "b.csv"]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Table, dict[str, str]]:
    """A table and its files, about half of them without a mistake."""
    fields = [DAY, CHANNEL, UNITS, PAID, SCORE]
    if draw(st.booleans()):
        fields[4] = Field(name="score", id="score", type="number", constraints=Constraints(required=True, unique=draw(st.booleans())))
    missing = draw(st.sampled_from([("",), ("", "-"), ("-",), ("-", "")]))
    table = Table(id="sales", title=SALES.title, grain="day", fields=tuple(fields), primary_key=draw(KEYS), missing_values=missing)
    files = {}
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)):
        clean, noted = draw(st.integers(0, 3)) > 0, draw(st.booleans())
        order = draw(st.permutations(range(5)))
        rows = draw(st.lists(CLEAN_ROW if clean else ROW, max_size=6, unique_by=lambda row: row[:2]))
        if clean and draw(st.booleans()):
            rows = [(*row[:3], missing[0], row[4]) for row in rows]
        lines = [[cells[place] for place in order] for cells in [tuple(each.name for each in fields), *rows]]
        ragged = draw(st.integers(0, 6)) if not clean else len(lines)
        lines = [[*line, "note"] if noted and number != ragged else line for number, line in enumerate(lines)]
        files[name] = draw(st.sampled_from(["\n", "\r\n"])).join([*map(",".join, lines), *draw(st.sampled_from([[], [""], ["", ""]]))])
    return table, files


@steady
@given(cases())
def test_both_ways_of_reading_agree(case: tuple[Table, dict[str, str]]) -> None:
    table, files = case
    assert read(table, files) == read_slowly(table, files)


@steady
@given(cases())
def test_a_cache_changes_nothing(case: tuple[Table, dict[str, str]]) -> None:
    table, files = case
    cache = Memory()
    assert read(table, files, cache) == read(table, files)
    assert read(table, files, cache) == read(table, files)


@steady
@given(
    st.lists(CLEAN_ROW, min_size=1, max_size=12, unique_by=lambda row: row[:2]).flatmap(lambda rows: st.permutations(rows)),
    st.integers(1, 3),
)
def test_neither_order_nor_partitions_matter(rows: list[tuple[str, ...]], parts: int) -> None:
    header = ",".join(each.name for each in SALES.fields)
    texts = ["\n".join([header, *map(",".join, part)]) for part in (sorted(rows), *(rows[start::parts] for start in range(parts)))]
    with large_from(0):
        one, _ = tables.read(SALES, partitions({"a.csv": texts[0]}))
        many, found = tables.read(SALES, partitions({f"{number}.csv": text for number, text in enumerate(texts[1:]) if text != header}))
    assert found == []
    for each in ("units", "paid", "score"):
        assert many.tallies(each, by="channel") == one.tallies(each, by="channel")


# --- with a cache ------------------------------------------------------------------------------------------------------


MONTHS = {
    "2024-05.csv": GOOD.replace("2024-06", "2024-05"),
    "2024-06.csv": GOOD,
    "b.csv": "note," + GOOD.replace("2024-06", "x,2024-07"),
}


def parsed(files: Mapping[str, str], cache: Cache) -> list[str]:
    """The files that were parsed by columns to answer one question."""
    seen = []

    def spy(table: Table, path: str, content: bytes) -> object:
        seen.append(path.rpartition("/")[2])
        return by_columns(table, path, content)

    by_columns = remembered.by_columns
    with large_from(0), patch.object(remembered, "by_columns", spy):
        rows, _ = tables.read(SALES, partitions(files), cache)
        rows.tallies("paid", by="channel")
        rows.texts("channel")
    return sorted(seen)


def test_one_changed_month_costs_one_month() -> None:
    cache = Memory()
    assert parsed(MONTHS, cache) == ["2024-05.csv", "2024-06.csv", "b.csv"]
    assert parsed(MONTHS, cache) == []
    changed = {**MONTHS, "2024-05.csv": MONTHS["2024-05.csv"].replace("16236.00", "16237.00")}
    assert parsed(changed, cache) == ["2024-05.csv"]
    assert parsed(MONTHS, cache) == []


def test_a_changed_description_is_another_question() -> None:
    cache = Memory()
    first = read(SALES, MONTHS, cache)
    dear = Field(name="paid", id="paid", type="number", unit="CNY", constraints=Constraints(minimum=Fraction(0)))
    strict = Table(id="sales", title=SALES.title, grain="day", fields=(DAY, CHANNEL, UNITS, dear, SCORE), primary_key=("date", "channel"))
    assert read(strict, MONTHS, cache) == read_slowly(strict, MONTHS) != first


def test_a_repeat_in_another_file_is_found_with_a_warm_cache_too() -> None:
    files, cache = {"a.csv": GOOD, "b.csv": GOOD.replace("2024-06-02", "2024-06-03")}, Memory()
    for _ in range(2):
        with large_from(0):
            _, found = tables.read(SALES, partitions(files), cache)
        assert [(each.rule.name, each.span.path, each.span.line) for each in found] == [
            ("duplicate-row", f"{FOLDER}/b.csv", 2),
            ("duplicate-row", f"{FOLDER}/b.csv", 3),
        ]


def test_a_file_that_changes_while_it_is_read_is_trouble_with_the_machine() -> None:
    contents, cache = {"a.csv": GOOD.encode()}, Memory()
    read(SALES, {"a.csv": GOOD}, cache)
    with large_from(0):
        rows, _ = tables.read(SALES, [Partition(f"{FOLDER}/a.csv", 1, lambda: contents["a.csv"])], cache)
    contents["a.csv"] = GOOD.replace("5", "6").encode()
    with pytest.raises(SopgenError, match="was changed while it was read"):
        rows.lines(date(2024, 6, 1), date(2024, 6, 2))


@pytest.mark.parametrize(("changed", "reads"), [(10**9, 1), (9 * 10**9, 2)])
def test_a_settled_file_is_known_by_its_stamp_and_a_fresh_one_is_read(changed: int, reads: int) -> None:
    seen, cache = [], Memory()

    def content() -> bytes:
        seen.append(1)
        return GOOD.encode()

    for _ in range(2):
        with large_from(0):
            rows, _ = tables.read(SALES, [Partition(f"{FOLDER}/a.csv", 1, content, Stamp("1 2 3", changed))], cache)
        assert rows.tallies("units")[""][date(2024, 6, 1)].total == 3
    assert len(seen) == reads


def test_the_stamp_of_a_file_is_another_one_after_a_change(tmp_path: Path) -> None:
    def stamp() -> Stamp | None:
        return Folder(tmp_path).stamp("a.csv")

    (tmp_path / "a.csv").write_text(GOOD, "utf-8")
    first = stamp()
    (tmp_path / "b.csv").write_text(GOOD.replace("5", "6"), "utf-8")
    os.utime(tmp_path / "b.csv", ns=((tmp_path / "a.csv").stat().st_mtime_ns,) * 2)
    (tmp_path / "b.csv").replace(tmp_path / "a.csv")  # of the same size, and dated as the one before
    assert first is not None
    assert stamp() != first


# --- the folder --------------------------------------------------------------------------------------------------------


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_harmed_or_foreign_entry_is_a_miss(tmp_path: Path) -> None:
    cache, name = FolderCache(tmp_path / "new" / "cache"), "a" * 64
    assert cache.get(name) is None
    cache.put(name, b"sums")
    assert (cache.get(name), names(tmp_path / "new" / "cache")) == (b"sums", [name])
    for harmed in (b"", b"sums", (cache.folder / name).read_bytes()[:-1], (cache.folder / name).read_bytes() + b"!"):
        (cache.folder / name).write_bytes(harmed)
        assert cache.get(name) is None


def test_what_cannot_be_written_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    cache = FolderCache(tmp_path / "file")
    cache.put("a" * 64, b"sums")
    assert (cache.get("a" * 64), (tmp_path / "file").read_text("utf-8")) == (None, "no folder")


def test_the_least_recently_used_entries_go_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"x" * 500)
    for hour, letter in enumerate("abc"):
        FolderCache(tmp_path).put(letter * 64, b"x" * 34)  # 50 bytes with the hash before them
        os.utime(tmp_path / (letter * 64), (hour, hour))
    assert FolderCache(tmp_path).get("a" * 64)  # used just now
    FolderCache(tmp_path, most=150).put("d" * 64, b"x" * 34)
    assert [name[0] for name in names(tmp_path)] == ["a", "c", "d", "n"]


def test_the_environment_chooses_the_folder(tmp_path: Path) -> None:
    assert chosen({"SOPGEN_CACHE": ""}) is None
    named, usual = chosen({"SOPGEN_CACHE": str(tmp_path)}), chosen({})
    assert isinstance(named, FolderCache)
    assert named.folder == tmp_path
    assert isinstance(usual, FolderCache)
    assert usual.folder.name == "sopgen"


# --- a whole workspace -------------------------------------------------------------------------------------------------


def test_cold_warm_and_harmed_caches_give_the_same_facts_and_findings(tmp_path: Path) -> None:
    reference = Folder(STARTER.parents[1])

    def seen(cache: Cache | None, size: int) -> tuple[str, list[str]]:
        with large_from(size):
            build = pipeline.run(reference, cache=cache)
            return facts_json(build), findings(build)

    cache = FolderCache(tmp_path)
    slow, columns, cold, warm = seen(None, 1 << 40), seen(None, 0), seen(cache, 0), seen(cache, 0)
    for name in names(tmp_path)[::2]:
        (tmp_path / name).write_bytes(b"harmed")
    assert slow == columns == cold == warm == seen(cache, 0)
    assert slow[1] == []
