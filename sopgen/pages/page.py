"""What a rendered site is made of, before any site builder has seen it."""

from __future__ import annotations

from msgspec import Struct


class Page(Struct, frozen=True):
    """A page of plain Markdown in one language.

    `path` is relative to the root of the rendered tree (`plans/2024-q2.md`); `section` holds the titles of the navigation
    sections above it, () for the top; `sources` are the workspace files it is made from, the first one the one to edit.
    """

    path: str
    title: str
    markdown: str
    section: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    in_nav: bool = True


class Asset(Struct, frozen=True):
    """A file of the site that is not a page."""

    path: str
    content: bytes
