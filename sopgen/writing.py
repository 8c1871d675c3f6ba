"""Whole folders or nothing: what is made is made beside, and takes the place of the old one when all of it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sopgen.words.diagnostics import SopgenError


@contextmanager
def replacing(folder: Path, is_ours: Callable[[Path], bool] = lambda _: True) -> Iterator[Path]:
    """A new folder to fill, which takes the place of `folder` at the end; after any exception `folder` is as it was.

    Raises SopgenError where `folder` holds anything and is not one that `is_ours`, or where it cannot be written.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not is_ours(folder))):
        raise SopgenError(f"{folder} holds something that sopgen has not made: name another folder, or empty it")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
            fresh = Path(beside, "new")
            fresh.mkdir()
            yield fresh
            _swap(fresh, folder, Path(beside, "old"))
    except OSError as error:
        raise SopgenError(f"cannot write {folder}: {error.strerror}") from error


def _swap(fresh: Path, folder: Path, old: Path) -> None:
    """Move `fresh` to `folder`, and what was there to `old`; when the second step fails the first is undone."""
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
