"""Workbooks into cells, read by calamine through pandas; what cannot be trusted to be what people see is refused."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from msgspec import Struct

from sopgen.imports import ooxml
from sopgen.imports.grid import Area, Cell, Grid, Refusal, refusal
from sopgen.imports.ooxml import Signs
from sopgen.words.diagnostics import N_

if TYPE_CHECKING:
    import pandas as pd

ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAX_BYTES = 1 << 29  # of a workbook, unpacked
_CORRUPT = N_("the workbook cannot be read; it may be damaged: open it in a spreadsheet and save it anew as xlsx")


class Workbook(Struct, frozen=True, dict=True):
    """A workbook: its sheets that people see, those that are hidden, and the cells of each."""

    file: str
    content: bytes
    book: pd.ExcelFile

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets that are to be seen."""
        return tuple(str(name) for name in self.book.sheet_names if name not in self.hidden)

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """The names of the hidden sheets."""
        metadata: Iterable[Any] = self.book.book.sheets_metadata
        return tuple(str(sheet.name) for sheet in metadata if not str(sheet.visible).endswith(".Visible"))

    def grid(self, sheet: str) -> Grid | Refusal:
        """The cells of a sheet."""
        import pandas as pd
        from python_calamine import CalamineError

        try:
            frame = pd.read_excel(self.book, sheet_name=sheet, header=None, dtype=object, na_filter=False)
            merged = self.book.book.get_sheet_by_name(sheet).merged_cell_ranges or ()
            shown = ooxml.signs(self.content, sheet) if self.content.startswith(ZIP) else Signs()
        except (CalamineError, ValueError, BadZipFile, ParseError, KeyError, OSError):
            return refusal(_CORRUPT)
        rows: tuple[tuple[Cell, ...], ...] = tuple(frame.itertuples(index=False, name=None))
        areas = tuple(Area(top, left, bottom, right) for (top, left), (bottom, right) in merged)
        return Grid(self.file, sheet, rows, tuple(range(1, len(rows) + 1)), areas, shown.broken, shown.percents)


def open_workbook(file: str, content: bytes) -> Workbook | Refusal:
    """A workbook of any of Excel's formats; a refusal where it is locked, damaged or a bomb."""
    import pandas as pd
    from python_calamine import CalamineError

    if content.startswith(OLE) and _ENCRYPTED in content:
        return refusal(N_("the workbook is locked with a password: take the password off and save it again"))
    try:
        if content.startswith(ZIP) and _unpacked(content) > _MAX_BYTES:
            return refusal(N_("the workbook is too large: export fewer days at a time"))
        return Workbook(file, content, pd.ExcelFile(BytesIO(content), engine="calamine"))
    except (CalamineError, ValueError, BadZipFile, KeyError, OSError):
        return refusal(_CORRUPT)


def _unpacked(content: bytes) -> int:
    with ZipFile(BytesIO(content)) as package:
        return sum(entry.file_size for entry in package.infolist())
