"""What others do with the folder of CSV files of `tables.py`: read, check and sum it by day. Run as `rivals.py NAME FOLDER`.

Both check what sopgen checks of these tables: days, the values of two fields and the form of two more, amounts that are filled
and not negative, and rows that repeat a key. pandas goes file by file, which is faster for it than all files at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

KEY = ["date", "store", "channel", "product", "metric"]
CHANNELS, METRICS = ["douyin", "jd", "pdd", "tmall"], ["paid", "refunded"]


def pandas(folder: Path) -> None:
    """With the C engine. Amounts are floats: its exact decimals are Python objects, many times slower."""
    import pandas as pd

    types: dict[str, Any] = {
        "channel": pd.CategoricalDtype(CHANNELS),
        "metric": pd.CategoricalDtype(METRICS),
        "store": "category",
        "product": "category",
    }
    sums = []
    for path in sorted(folder.glob("*.csv")):
        rows = pd.read_csv(path, dtype=types, parse_dates=["date"])
        assert rows["date"].dt.strftime("%Y-%m").iloc[[0, -1]].eq(path.stem).all()
        assert not rows.isna().to_numpy().any()
        assert rows["store"].cat.categories.str.fullmatch("s[0-9]+").all()
        assert rows["product"].cat.categories.str.fullmatch("sku-[0-9]+").all()
        assert rows["value"].min() >= 0
        assert not rows.duplicated(KEY).any()
        sums.append(rows[rows["metric"] == "paid"].groupby("date")["value"].sum())
    print(len(pd.concat(sums)))


def duckdb(folder: Path) -> None:
    """With enumerations and exact decimals."""
    import duckdb as db

    enums = {name: "ENUM(" + ", ".join(f"'{value}'" for value in values) + ")" for name, values in (("c", CHANNELS), ("m", METRICS))}
    types = {
        "date": "DATE",
        "store": "VARCHAR",
        "channel": enums["c"],
        "product": "VARCHAR",
        "metric": enums["m"],
        "value": "DECIMAL(18,2)",
    }
    connection = db.connect()
    connection.execute(
        f"CREATE TABLE rows AS SELECT * FROM read_csv('{folder}/*.csv', header = true, columns = {types}, delim = ',', quote = '')"
    )
    checks = (
        "SELECT count(*) FROM rows WHERE value IS NULL OR value < 0 OR date IS NULL OR channel IS NULL OR metric IS NULL",
        "SELECT count(*) FROM (SELECT DISTINCT store FROM rows) WHERE NOT regexp_full_match(store, 's[0-9]+')",
        "SELECT count(*) FROM (SELECT DISTINCT product FROM rows) WHERE NOT regexp_full_match(product, 'sku-[0-9]+')",
        f"SELECT count(*) FROM (SELECT 1 FROM rows GROUP BY {', '.join(KEY)} HAVING count(*) > 1)",
    )
    for check in checks:
        assert connection.execute(check).fetchone() == (0,)
    print(len(connection.execute("SELECT date, sum(value) FROM rows WHERE metric = 'paid' GROUP BY date").fetchall()))


if __name__ == "__main__":
    {"pandas": pandas, "duckdb": duckdb}[sys.argv[1]](Path(sys.argv[2]))
