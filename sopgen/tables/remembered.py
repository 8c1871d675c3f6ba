"""What partitions answered before, by their content: a partition that has not changed is neither parsed nor checked again.

An entry's name is a hash of all that its content follows from, so an entry is never out of date; it is there or it is not.
Only sound partitions are remembered, so there are no findings to keep but those of the header.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec
from msgspec import Struct

from sopgen.readers.csv import Partition
from sopgen.records import Table
from sopgen.tables.rows import Filter, Lines, Tallies, Tally
from sopgen.tables.sheets import month_of
from sopgen.words.diagnostics import SopgenError

if TYPE_CHECKING:
    from sopgen.tables.columns import Columns

_VERSION = 1  # to be raised with every change of what is kept, or of what the gate lets through
_SETTLED = 2_000_000_000  # ns: the coarsest that file systems count in
_Figures = tuple[int, int, int, int | None, int | None]
_T = TypeVar("_T")


class Cache(Protocol):
    """Keeps bytes under names from run to run, as long as it likes."""

    def get(self, name: str) -> bytes | None:
        """What was put under a name, unharmed; None where there is none."""
        ...

    def put(self, name: str, content: bytes) -> None:
        """Keep something, or do not."""
        ...

    @property
    def now(self) -> int:
        """A time before the first question that was asked, ns since 1970 as file systems count; 0 where it cannot be told."""
        ...


class Summary(msgspec.Struct, frozen=True):
    """What checking a sound partition found: its first line, the decimal places of its fields, and its days."""

    header: str
    digits: dict[str, int]
    days: tuple[date, ...]


class Remembered(Struct, frozen=True, dict=True):
    """The rows of a sound partition: what was asked before is answered from the cache, what was not from its columns.

    `name` stands for the partition's content and what table.yaml says of it; `read` are its columns where they were needed.
    """

    table: Table
    partition: Partition
    digest: bytes
    name: str
    summary: Summary
    cache: Cache
    read: Columns | None = None

    @property
    def path(self) -> str:
        """The file."""
        return self.partition.path

    @property
    def header(self) -> str:
        """The first line of the file."""
        return self.summary.header

    @property
    def digits(self) -> Mapping[str, int]:
        """The decimal places of each field."""
        return self.summary.digits

    @cached_property
    def days(self) -> frozenset[date]:
        """The days that have a row."""
        return frozenset(self.summary.days)

    def texts(self, field: str) -> frozenset[str]:
        """The distinct texts of a field."""
        return frozenset(self._answer(("texts", field), tuple[str, ...], lambda columns: tuple(sorted(columns.texts(field)))))

    def tallies(self, field: str, filters: tuple[Filter, ...], by: str | None) -> Tallies:
        """A field by day, over the rows that all filters let through."""
        question = ("tallies", field, [(each.field, sorted(each.values), each.inside) for each in filters], by)
        kept = self._answer(question, dict[str, dict[int, _Figures]], lambda columns: _packed(columns.tallies(field, filters, by)))
        return {text: {date.fromordinal(day): Tally(*figures) for day, figures in days.items()} for text, days in kept.items()}

    def written(self, filters: tuple[Filter, ...]) -> Mapping[date, Lines]:
        """By day, where its rows are written, of those that all filters let through."""
        return self.columns.written(filters)

    @cached_property
    def columns(self) -> Columns:
        """The rows themselves, read when first needed. Raises SopgenError where the file is no longer what was checked."""
        if self.read is not None:
            return self.read
        columns = by_columns(self.table, self.path, _content(self.partition, self.digest))
        assert columns is not None  # it was sound when it was remembered
        return columns

    def _answer(self, question: object, shape: type[_T], work: Callable[[Columns], _T]) -> _T:
        name = entry(self.name, question)
        kept = recall(self.cache, name, shape)
        if kept is None:
            kept = work(self.columns)
            self.cache.put(name, msgspec.msgpack.encode(kept))
        return kept


def gated(table: Table, partition: Partition, cache: Cache | None) -> Columns | Remembered | None:
    """The rows of a partition, from the cache or read by columns; None where it is to be read cell by cell."""
    if cache is None:
        return by_columns(table, partition.path, partition.content())
    digest, content = _digest(partition, cache)
    name = entry(_VERSION, _words(table), month_of(partition.path), digest)
    summary, columns = recall(cache, name, Summary), None
    if summary is None:
        columns = by_columns(table, partition.path, _content(partition, digest) if content is None else content)
        if columns is None:
            return None
        summary = Summary(columns.header, dict(columns.digits), tuple(sorted(columns.days)))
        cache.put(name, msgspec.msgpack.encode(summary))
    return Remembered(table, partition, digest, name, summary, cache, columns)


def _digest(partition: Partition, cache: Cache) -> tuple[bytes, bytes | None]:
    """The hash of a partition's content, and the content where it had to be read.

    A file whose stamp is known is not read. A stamp is kept only of a file that had settled before it was read, as git does.
    """
    name = entry("stamp", partition.stamp.text if partition.stamp else "")
    known = recall(cache, name, bytes) if partition.stamp else None
    if known is not None:
        return known, None
    settled = partition.stamp is not None and partition.stamp.changed + _SETTLED < cache.now
    content = partition.content()
    digest = sha256(content).digest()
    if settled:
        cache.put(name, msgspec.msgpack.encode(digest))
    return digest, content


def _content(partition: Partition, digest: bytes) -> bytes:
    """What a partition held when it was hashed. Raises SopgenError where it no longer does."""
    content = partition.content()
    if sha256(content).digest() != digest:
        raise SopgenError(f"{partition.path} was changed while it was read")
    return content


def by_columns(table: Table, path: str, content: bytes) -> Columns | None:
    """The rows of a sound partition; what reads them is imported when first needed, and by one thread at a time."""
    from sopgen.tables import gate

    return gate.read(table, path, content)


def apart(table: Table, parts: Sequence[Columns | Remembered], cache: Cache | None) -> bool:
    """Whether no row of the partitions repeats one of another. That they do not is remembered."""
    name = entry("apart", [part.name for part in parts if isinstance(part, Remembered)])
    if cache is not None and recall(cache, name, bool):
        return True
    from sopgen.tables import columns

    found = columns.apart(table, [part.columns if isinstance(part, Remembered) else part for part in parts])
    if found and cache is not None:
        cache.put(name, msgspec.msgpack.encode(found))
    return found


def recall(cache: Cache, name: str, shape: type[_T]) -> _T | None:
    """An entry of the cache; None where there is none of this shape."""
    content = cache.get(name)
    try:
        return None if content is None else msgspec.msgpack.decode(content, type=shape)
    except msgspec.MsgspecError:
        return None


def entry(*of: object) -> str:
    """The name of the entry that follows from some things and nothing else."""
    return sha256(msgspec.msgpack.encode(of)).hexdigest()


def _words(table: Table) -> object:
    """What table.yaml says that bears on the values of cells, and on what is wrong with them."""
    fields = [
        (each.name, each.id, each.type, each.format, each.unit, [str(limit) for limit in msgspec.structs.astuple(each.constraints)])
        for each in table.fields
    ]
    return fields, table.primary_key, table.missing_values


def _packed(tallies: Tallies) -> dict[str, dict[int, _Figures]]:
    return {
        text: {day.toordinal(): (each.rows, each.missing, each.total, each.least, each.most) for day, each in days.items()}
        for text, days in tallies.items()
    }
