"""Tables: partitions of text into rows that answer by day, every cell checked. Money and other decimals are exact integers."""

from __future__ import annotations

from sopgen.tables.cells import RULES, Value, day_field, names_a_day, pattern
from sopgen.tables.reading import read
from sopgen.tables.remembered import Cache
from sopgen.tables.rows import Filter, Lines, Part, Rows, Tally, together

__all__ = ["RULES", "Cache", "Filter", "Lines", "Part", "Rows", "Tally", "Value", "day_field", "names_a_day", "pattern", "read", "together"]
