"""Bytes of a partition into columns: fast, and only where nothing is wrong.

The gate is strict: what it is not sure of it refuses, and the partition is then read cell by cell. So what it lets
through has no finding but for its header, and its values are those that `sheets` would have read.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
from numpy.typing import NDArray

from sopgen.records import Field, Table
from sopgen.tables.cells import MAX_DIGITS, Value, digits_of, reader, wrong
from sopgen.tables.columns import Bools, Coded, Codes, Column, Columns, Ints, Numbers, apart, least_type
from sopgen.tables.sheets import month_of

_PIECE = 1 << 22  # bytes parsed at a time: few enough to keep memory low, enough to keep Arrow busy
_AHEAD = 2  # pieces parsed before they are asked for
_LONGEST_CELL = csv.field_size_limit()
_MOST_WHOLE_DIGITS = 15  # as cell by cell
_INT64_DIGITS = 18
_INT64_MOST = 2**63 - 1
_DOT, _SIGNS = ord("."), np.frombuffer(b"+-", np.uint8)
_POWERS = 10 ** np.arange(MAX_DIGITS + 1, dtype=np.int64)
_LIMITS = _INT64_MOST // _POWERS
_IS_MARK = np.array([chr(byte) not in "0123456789" for byte in range(256)])


def read(table: Table, path: str, content: bytes) -> Columns | None:
    """The rows of a partition that has nothing wrong in it but columns that nobody declared; None where that is not sure.

    The table has fields of different ids and names, and a day.
    """
    header, body = header_of(content)
    names = [name.strip() for name in header.split(",")]
    if b'"' in content or b"\0" in content or len(names) == 1 or len(set(names)) < len(names):
        return None
    if not all(field.name in names for field in table.fields):
        return None
    builders = {names.index(field.name): _builder(table, field) for field in table.fields}
    kinds = {place: builder.kind for place, builder in builders.items()}
    rows = 0
    for cells in _ahead(lambda piece: _cells(piece, len(names), kinds), _pieces(content, body)):
        if cells is None or not all(builder.take(cells.column(f"{place}").chunk(0)) for place, builder in builders.items()):
            return None
        rows += len(cells)
    columns = [builder.column() for builder in builders.values()] if rows else []
    sound = {field.id: column for field, column in zip(table.fields, columns, strict=False) if column is not None}
    found = Columns(table, path, header, sound)
    return found if len(sound) == len(table.fields) and _in_month(found) and apart(table, [found]) else None


def _ahead(work: Callable[[bytes], Any], pieces: Iterator[bytes]) -> Iterator[Any]:
    """What `work` makes of each piece, in order; the next ones are made while one is used, so that processors share a large file."""
    with ThreadPoolExecutor(_AHEAD) as pool:
        waiting = [pool.submit(work, piece) for piece in islice(pieces, _AHEAD)]
        for piece in pieces:
            waiting.append(pool.submit(work, piece))
            yield waiting.pop(0).result()
        for last in waiting:
            yield last.result()


def header_of(content: bytes) -> tuple[str, int]:
    """The first line of a file, and where the second starts; "" where the first is not plain."""
    end = content.find(b"\n")
    try:
        line = content[: max(end, 0)].decode("utf-8-sig").removesuffix("\r")
    except UnicodeDecodeError:
        return "", 0
    return ("", 0) if "\r" in line else (line, end + 1)


def _in_month(columns: Columns) -> bool:
    month = month_of(columns.path)
    return month is None or all(f"{day:%Y-%m}" == month for day in columns.days)


def _pieces(content: bytes, start: int) -> Iterator[bytes]:
    """The lines from `start` on, some megabytes at a time, without the end of the last of each and the empty lines at the end of all."""
    end = len(content)
    while end > start and content[end - 1] in b"\r\n":
        end -= 1
    while start < end:
        newline = content.find(b"\n", start + _PIECE, end)
        cut = end if newline < 0 else newline
        yield content[start:cut]
        start = cut + 1


def _cells(piece: bytes, width: int, kinds: Mapping[int, Any]) -> Any:
    """The wanted columns of some lines as an Arrow table; None where a line is empty, too long or does not fit, or is not UTF-8."""
    if b"\r" in piece:
        piece = piece.replace(b"\r\n", b"\n").removesuffix(b"\r")
    lines = np.flatnonzero(np.frombuffer(piece, np.uint8) == ord("\n"))
    if b"\r" in piece or np.diff(lines, prepend=-1, append=len(piece)).max() > _LONGEST_CELL or not _is_text(piece):
        return None
    names = [f"{place}" for place in range(width)]
    read = pyarrow.csv.ReadOptions(use_threads=False, block_size=len(piece) + 1, column_names=names)
    types = {f"{place}": kind for place, kind in kinds.items()}
    convert = pyarrow.csv.ConvertOptions(check_utf8=False, column_types=types, include_columns=list(types))
    try:
        cells = pyarrow.csv.read_csv(pa.py_buffer(piece), read, pyarrow.csv.ParseOptions(quote_char=False), convert)
    except pa.ArrowInvalid:
        return None
    return cells if len(cells) == len(lines) + 1 else None


def _is_text(piece: bytes) -> bool:
    try:
        return piece.isascii() or bool(piece.decode())
    except UnicodeDecodeError:
        return False


def _builder(table: Table, field: Field) -> _Texts | _Figures:
    return _Texts(table, field) if field.type in ("string", "date") else _Figures(table, field)


class _Texts:
    """Gathers a column of texts or days. Each distinct text is looked at once, by what reads cells one by one."""

    kind = pa.dictionary(pa.int32(), pa.string())

    def __init__(self, table: Table, field: Field) -> None:
        self.read = reader(table, field, 0)
        self.codes: dict[Value | None, int] = {}
        self.pieces: list[Codes] = []

    def take(self, cells: Any) -> bool:
        """Add some rows; False where a text is not sound."""
        read = [self.read(text) for text in _strings(cells.dictionary)]
        if any(broken for _, broken in read):
            return False
        codes = np.array([self.codes.setdefault(value, len(self.codes)) for value, _ in read], least_type(len(self.codes)))
        self.pieces.append(codes[np.frombuffer(cells.indices.buffers()[1], np.int32, len(cells))])
        return True

    def column(self) -> Column:
        """What was gathered."""
        return Coded(np.concatenate(self.pieces), tuple(self.codes))


class _Figures:
    """Gathers a column of numbers: their digits as whole numbers, how many of the digits are decimals, and which cells are filled."""

    kind = pa.string()

    def __init__(self, table: Table, field: Field) -> None:
        self.table, self.field = table, field
        self.missing = [text for text in table.missing_values if text]
        self.pieces: list[tuple[Ints, Ints, Bools]] = []

    def take(self, cells: Any) -> bool:
        """Add some rows; False where a cell is no number, or one of too many digits."""
        there = np.ones(len(cells), bool)
        if self.missing:
            named = pyarrow.compute.is_in(cells, value_set=_array(self.missing))
            there = np.unpackbits(np.frombuffer(named.buffers()[1], np.uint8), count=len(cells), bitorder="little") == 0
            cells = cells.filter(pyarrow.compute.invert(named))
        read = _numbers(cells, whole=self.field.type == "integer")
        if read is None or not (read[2].all() or "" in self.table.missing_values):
            return False
        self.pieces.append((_spread(read[0], there), _spread(read[1], there), _spread(read[2], there)) if self.missing else read)
        return True

    def column(self) -> Column | None:
        """What was gathered, in units that all of it is whole in; None where a sum could leave 64 bits, or a constraint is broken."""
        numbers, decimals, filled = (np.concatenate([piece[place] for piece in self.pieces]) for place in range(3))
        digits = digits_of(self.field, ["0." + "0" * int(decimals.max())])
        shift = digits - decimals
        if shift.min() < 0 or (abs(numbers) > _LIMITS[shift]).any():
            return None
        values = numbers * _POWERS[shift]
        limits = [int(values[filled].min()), int(values[filled].max())] if filled.any() else []
        if max(map(abs, limits), default=0) * len(values) > _INT64_MOST:
            return None
        broken = [wrong(self.table, self.field, digits, "", limit, False) for limit in limits]
        if filled.all():
            return None if any(broken) else Numbers(values, None, digits)
        return None if any(broken) or wrong(self.table, self.field, digits, "", None, True) else Numbers(values, filled, digits)


def _numbers(cells: Any, *, whole: bool) -> tuple[Ints, Ints, Bools] | None:
    """The digits of each cell as a whole number with its sign, the count of decimals among them, and whether there are any.

    None where a cell is neither empty nor `12`, `+12`, `-12.5` or `12.`, or without decimals where it is to be `whole`.
    """
    starts = np.frombuffer(cells.buffers()[1], np.int32, len(cells) + 1).astype(np.int64)
    data = np.frombuffer(cells.buffers()[2] or b"", np.uint8, starts[-1])
    lengths = np.diff(starts)
    marks = np.flatnonzero(_IS_MARK[data])
    are_dots = data[marks] == _DOT
    dots, signs = marks[are_dots], marks[~are_dots]
    dotted, signed = _cells_of(dots, starts), _cells_of(signs, starts)
    if (
        (dotted[1:] == dotted[:-1]).any()
        or (starts[signed] != signs).any()
        or not np.isin(data[signs], _SIGNS).all()
        or (whole and len(dots))
    ):
        return None
    decimals, marked = np.zeros(len(cells), np.int64), np.zeros(len(cells), np.int64)
    decimals[dotted] = starts[1:][dotted] - dots - 1
    marked[dotted] = 1
    marked[signed] += 1
    filled, digits = lengths > 0, lengths - marked
    before = (digits - decimals)[filled]
    if len(before) and (before.min() < 1 or before.max() > _MOST_WHOLE_DIGITS or digits.max() > _INT64_DIGITS):
        return None
    ends = np.cumsum(digits, dtype=np.int32)
    buffers = (
        np.concatenate([np.zeros(1, np.int32), ends]),
        data.tobytes().translate(None, b".+-"),
        np.packbits(filled, bitorder="little"),
    )
    read = pa.StringArray.from_buffers(len(cells), *map(pa.py_buffer, buffers)).cast(pa.int64())
    numbers = np.where(filled, np.frombuffer(read.buffers()[1], np.int64, len(cells)), 0)
    numbers[signed[data[signs] == ord("-")]] *= -1
    return numbers, decimals, filled


def _cells_of(positions: Ints, starts: Ints) -> Ints:
    """The number of the cell that each position is in."""
    if len(positions) == len(starts) - 1 and (starts[:-1] <= positions).all() and (positions < starts[1:]).all():
        return np.arange(len(positions))  # one in each, as in every column of money: no need to search
    return np.searchsorted(starts, positions, "right") - 1


def _spread(values: NDArray[Any], there: Bools) -> NDArray[Any]:
    """The values at the places that are there, 0 between them."""
    whole = np.zeros(len(there), values.dtype)
    whole[there] = values
    return whole


def _strings(array: Any) -> list[str]:
    """The texts of an Arrow array. Its own way to a list would import pandas first."""
    starts = np.frombuffer(array.buffers()[1], np.int32, len(array) + 1).tolist()
    data = bytes(array.buffers()[2] or b"")
    return [data[start:end].decode() for start, end in pairwise(starts)]


def _array(texts: list[str]) -> Any:
    """Texts as an Arrow array, likewise."""
    encoded = [text.encode() for text in texts]
    starts = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(starts), pa.py_buffer(b"".join(encoded)))
