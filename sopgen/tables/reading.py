"""The partitions of a table into its rows."""

from __future__ import annotations

from collections.abc import Sequence

from sopgen.readers.csv import Partition
from sopgen.records import Table
from sopgen.tables import sheets
from sopgen.tables.rows import Rows
from sopgen.words.diagnostics import Diagnostic


def read(table: Table, partitions: Sequence[Partition]) -> tuple[Rows, list[Diagnostic]]:
    """The sound rows of a table, and what is wrong in its partitions. A row with a bad cell is a finding and is left out."""
    read = [partition.sheet() for partition in partitions]
    parts, found = sheets.read(table, (sheet for sheet, _ in read))
    return Rows(table, parts), [*(finding for _, more in read for finding in more), *found]
