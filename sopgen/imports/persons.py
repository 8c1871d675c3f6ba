"""Columns about single persons stop an import: git forgets nothing, so only aggregates may enter it."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.imports.grid import Grid, Refusal, refusal
from sopgen.imports.layout import Layout
from sopgen.words.diagnostics import N_
from sopgen.words.privacy import is_of_goods, is_personal, is_personal_header

_FIGURES = ("integer", "number", "date")


def found(grid: Grid, layout: Layout) -> Iterator[Refusal]:
    """The columns that are read, or not ignored on purpose, and look like names, phones, addresses or identity numbers."""
    for column in sorted({*layout.columns, *layout.left}):
        header = grid.text(layout.header, column)
        if is_personal_header(header):
            template = N_("`{column}` is about single persons: export aggregates, or list it under `ignore` of import.yaml")
            yield refusal(template, grid.place(layout.header, column, layout.header), column=header)
        elif not is_of_goods(header) and (rows := _personal(grid, layout, column)):
            template = N_("`{column}` holds phone or identity numbers or e-mail addresses: list it under `ignore` of import.yaml")
            yield refusal(template, grid.place(rows[0], column, layout.header), column=header)


def _personal(grid: Grid, layout: Layout, column: int) -> list[int]:
    """The rows whose cell is personal. Among figures a single one may just have the length of a phone number: there it takes most."""
    filled = [row for row in range(layout.header + 1, len(grid.rows)) if grid.text(row, column)]
    rows = [row for row in filled if is_personal(_digits(grid, row, column))]
    is_figure = column in layout.columns and layout.columns[column].field.type in _FIGURES
    return rows if not is_figure or 2 * len(rows) > len(filled) else []


def _digits(grid: Grid, row: int, column: int) -> str:
    cell = grid.cell(row, column)
    return f"{cell:.0f}" if isinstance(cell, float) and cell == int(cell) else str(cell)
