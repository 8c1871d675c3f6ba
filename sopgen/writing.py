"""Whole or not at all: what is made is made beside, and takes the place of the old when all of it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from msgspec import Struct

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


class Edit(Struct, frozen=True):
    """A file of a workspace as it will be, and as it was when that was worked out; `before` is None where there was none."""

    path: str
    content: bytes
    before: bytes | None


def write(root: Path, edits: Iterable[Edit]) -> None:
    """Write every file beside its place and then rename all; where one cannot be, those before it are put back.

    Raises SopgenError where a file is no longer as it was, and where one cannot be written.
    """
    edits = tuple(edits)
    for edit in edits:
        if _content(root / edit.path) != edit.before:
            raise SopgenError(f"{edit.path} has changed meanwhile; nothing was written")
    beside: dict[Edit, Path] = {}
    done: list[Edit] = []
    try:
        for edit in edits:
            beside[edit] = _beside(root / edit.path, edit.content)
        for edit, fresh in beside.items():
            fresh.replace(root / edit.path)
            done.append(edit)
    except OSError as error:
        for edit in done:
            _put_back(root / edit.path, edit.before)
        raise SopgenError(f"cannot write {error.filename}: {error.strerror}; nothing was written") from error
    finally:
        for fresh in beside.values():
            fresh.unlink(missing_ok=True)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SopgenError(f"cannot read {path}: {error.strerror}") from error


def _beside(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        file.write(content)
    fresh = Path(file.name)
    fresh.chmod(path.stat().st_mode if path.exists() else 0o644)
    return fresh


def _put_back(path: Path, before: bytes | None) -> None:
    if before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(before)
