"""Large tables: rows to checked daily sums, as whole programs beside pandas and duckdb, and one changed month of 24 beside all.

The rows are random, in a file a month. sopgen does what `sopgen facts` does: it checks the whole workspace and prints every figure.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.bench.rivals import CHANNELS, METRICS

ROOT = Path(__file__).parents[2]
DAYS = [date(2023, 1, 1) + timedelta(days=number) for number in range(731)]
KEYS = [f"s{s:02},{c},sku-{p:03},{m}" for s in range(20) for c in CHANNELS for p in range(200) for m in METRICS]
SMALL = 30_000  # rows: little more than a table has that is read cell by cell
TABLE = """\
title: Deals
grain: day
primaryKey: [date, store, channel, product, metric]
fields:
- {name: date, id: date, type: date, constraints: {required: true}}
- {name: store, id: store, type: string, constraints: {pattern: "s[0-9]+"}}
- {name: channel, id: channel, type: string, constraints: {enum: [tmall, jd, douyin, pdd]}}
- {name: product, id: product, type: string, constraints: {pattern: "sku-[0-9]+"}}
- {name: metric, id: metric, type: string, constraints: {enum: [paid, refunded]}}
- {name: value, id: value, type: number, unit: CNY, time: sum, across: sum, constraints: {required: true, minimum: 0}}
"""
METRIC = "deals: {title: Deals, formula: sum(deals.value where metric = paid), unit: CNY, basis: paid, better: up}\n"
PLAN = "{id: deals, kind: growth, title: Deals, period: 2023-01-01..2024-12-31, owner: shop-manager}\n"
TARGETS = "deals: {target: 2500000万, dimension: overall, department: operations, owner: shop-manager, logic: as before}\n"


@dataclass(frozen=True)
class Run:
    """What one run of a program took: seconds of the wall clock and of the processors, and its peak of memory in MiB."""

    wall: float
    cpu: float
    peak: float


def workspace(shop: Path, rows: int) -> Path:
    """The starter with a table of `rows` rows, a metric of it and a target of two years for that; returns the table's folder."""
    shutil.copytree(ROOT / "sopgen" / "starter", shop)
    with (shop / "data" / "metrics.yaml").open("a", encoding="utf-8") as metrics:
        metrics.write(METRIC)
    folder, plan = shop / "data" / "tables" / "deals", shop / "plans" / "deals"
    folder.mkdir(parents=True)
    plan.mkdir()
    (plan / "plan.yaml").write_text(PLAN, "utf-8")
    (plan / "targets.yaml").write_text(TARGETS, "utf-8")
    (folder / "table.yaml").write_text(TABLE, "utf-8")
    chance = random.Random(1)
    for day, lines in _days(rows, chance):
        path = folder / f"{day:%Y-%m}.csv"
        start = "" if path.exists() else "date,store,channel,product,metric,value\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(start + lines)
    return folder


def _days(rows: int, chance: random.Random) -> Iterator[tuple[date, str]]:
    for number, day in enumerate(DAYS):
        count = rows * (number + 1) // len(DAYS) - rows * number // len(DAYS)
        yield day, "".join(f"{day},{key},{chance.randrange(10**6) / 100:.2f}\n" for key in chance.sample(KEYS, count))


def run(*words: str, environment: Mapping[str, str] | None = None) -> Run:
    """Run a Python program of this environment to its end."""
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL, env={**os.environ, **(environment or {})}) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return Run(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def facts(shop: Path, cache: Path | str = "") -> Run:
    """`sopgen facts`, with a cache folder or without a cache."""
    return run("-m", "sopgen.cli", "-C", str(shop), "facts", "--format", "json", environment={"SOPGEN_CACHE": str(cache)})


def median(runs: list[Run]) -> Run:
    """The median of each measure."""
    return Run(*(statistics.median(getattr(each, name) for each in runs) for name in ("wall", "cpu", "peak")))


def shown(name: str, found: Run, ours: Run) -> None:
    """A line of the comparison, with how many times as long as ours it took."""
    times = f"{found.wall / ours.wall:9.1f}{found.cpu / ours.cpu:9.1f}"
    print(f"  {name:<46}{found.wall:9.2f}{found.cpu:9.2f}{found.peak:10.0f}{times}")


def compare(folder: Path, rows: int, runs: int) -> None:
    """All comparisons on one table."""
    shop = folder / f"deals-{rows}"
    table = workspace(shop, rows)
    rivals = str(Path(__file__).with_name("rivals.py"))
    print(f"{f'sum {rows:,} rows by day, median of {runs}':<48}   wall s    CPU s  peak MiB   x wall    x CPU")
    turns = [(facts(shop), run(rivals, "pandas", str(table)), run(rivals, "duckdb", str(table))) for _ in range(runs)]
    ours, pandas, duckdb = (median([turn[place] for turn in turns]) for place in range(3))
    for name, found in (("sopgen facts, no cache", ours), ("pandas", pandas), ("duckdb", duckdb)):
        shown(name, found, ours)
    changed_month(folder, shop, table, runs)
    shutil.rmtree(shop)


def changed_month(folder: Path, shop: Path, table: Path, runs: int) -> None:
    """All months with an empty cache, then one that is changed and 23 that are not, then none.

    What remains when the table is just large enough to be read by columns is the start of the program, of what reads columns, and
    the rest of the workspace. It is counted apart: with it, the ratio is one of whole commands, without it, one of reading tables.
    """
    cache, month = folder / "cache", table / "2024-06.csv"
    cold, changed, same = [], [], []
    for turn in range(runs):
        shutil.rmtree(cache, ignore_errors=True)
        cold.append(facts(shop, cache))
        text = month.read_text("utf-8")
        month.write_text(text[: text.rindex(",")] + f",{turn}.25\n", "utf-8")
        changed.append(facts(shop, cache))
        same.append(facts(shop, cache))
    workspace(folder / "small", SMALL)
    start = median([facts(folder / "small") for _ in range(runs)])
    shutil.rmtree(folder / "small")
    all_, one = median(cold), median(changed)
    for name, found in (("all 24 months, empty cache", all_), ("one month changed", one), ("nothing changed", median(same))):
        shown(name, found, one)
    shown(f"the same workspace with {SMALL:,} rows", start, one)
    if one.cpu - start.cpu < start.cpu / 20:
        print("  one month takes too little beside the start to be told from it\n")
        return
    ratios = [(getattr(all_, clock) - getattr(start, clock)) / (getattr(one, clock) - getattr(start, clock)) for clock in ("wall", "cpu")]
    print(f"  {'all over one month, the start taken off both':<66}{ratios[0]:9.1f}{ratios[1]:9.1f}\n")
