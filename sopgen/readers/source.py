"""Where the files of a workspace come from: a folder, or a tree of a git repository."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from sopgen.readers import git
from sopgen.words.diagnostics import SopgenError

SETTINGS = "mkdocs.yml"
FOLDERS = ("data", "plans", "sop")


class Stamp(Struct, frozen=True):
    """What the file system says of a file: `text` is another one after every change, and the last was at `changed`, ns since 1970.

    A change that comes within the clock's own resolution of another leaves no trace: a stamp is to be trusted from some seconds on.
    """

    text: str
    changed: int


class Source(Protocol):
    """Paths (relative, with `/`) to bytes, and the commit they belong to."""

    def paths(self) -> tuple[str, ...]:
        """Every file of the workspace, sorted."""
        ...

    def links(self) -> tuple[str, ...]:
        """Every symbolic link where a file could be, sorted; what they lead to is not read."""
        ...

    def size(self, path: str) -> int:
        """How many bytes a file has. Raises SopgenError where that cannot be told."""
        ...

    def stamp(self, path: str) -> Stamp | None:
        """What tells whether a file was changed; None where only its content does."""
        ...

    def read(self, path: str) -> bytes:
        """The content of a file. Raises SopgenError where it cannot be read."""
        ...

    @property
    def commit(self) -> git.Commit | None:
        """The commit that the files are of, or stand on; None without git."""
        ...


class Folder(Struct, frozen=True, dict=True):
    """A workspace in a folder of this machine. Links are not followed: what they lead to is no part of it, as in git."""

    root: Path

    def paths(self) -> tuple[str, ...]:
        """Every file of the workspace, sorted: those that were there when it was first asked."""
        return self._walked[0]

    def links(self) -> tuple[str, ...]:
        """Every symbolic link where a file or a folder of files could be, sorted."""
        return self._walked[1]

    @cached_property
    def _walked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if not (self.root / SETTINGS).is_file():
            raise SopgenError(f"{self.root} is not a workspace: it has no {SETTINGS} (`sopgen init` makes one)")
        files, links = [SETTINGS], list[str]()
        for folder in FOLDERS:
            stack = [folder]
            while stack:
                here = stack.pop()
                for entry in _entries(self.root / here):
                    path = f"{here}/{entry.name}"
                    (links if entry.is_symlink() else stack if entry.is_dir() else files).append(path)
        return tuple(sorted(files)), tuple(sorted(links))

    def size(self, path: str) -> int:
        """How many bytes a file has. Raises SopgenError where that cannot be told."""
        return self._stat(path).st_size

    def stamp(self, path: str) -> Stamp | None:
        """What tells whether a file was changed; None on Windows, which does not say when a file's content last was."""
        if os.name == "nt":
            return None
        stat = self._stat(path)
        text = f"{stat.st_dev} {stat.st_ino} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"
        return Stamp(text, max(stat.st_mtime_ns, stat.st_ctime_ns))

    def _stat(self, path: str) -> os.stat_result:
        try:
            return (self.root / path).stat()
        except OSError as error:
            raise SopgenError(f"cannot read {path}: {error.strerror}") from error

    def read(self, path: str) -> bytes:
        """The content of a file. Raises SopgenError where it cannot be read."""
        try:
            with open(f"{self.root}/{path}", "rb") as file:
                return file.read()
        except OSError as error:
            raise SopgenError(f"cannot read {path}: {error.strerror}") from error

    @cached_property
    def commit(self) -> git.Commit | None:
        """The commit that is checked out, None without git."""
        return git.commit(self.root, "HEAD")


class GitTree(Struct, frozen=True, dict=True):
    """A workspace as of a commit, read from git without a checkout; `root` is the workspace's folder in the repository."""

    root: Path
    revision: str

    @cached_property
    def _files(self) -> Mapping[str, bytes]:
        files = git.tree(self.root, self.revision, (SETTINGS, *FOLDERS))
        return {path: content for path, content in files.items() if not path.startswith(".") and "/." not in path}

    def paths(self) -> tuple[str, ...]:
        """Every file of the workspace, sorted."""
        if SETTINGS not in self._files:
            raise SopgenError(f"{self.revision} holds no workspace: it has no {SETTINGS}")
        return tuple(sorted(self._files))

    def links(self) -> tuple[str, ...]:
        """Every symbolic link where a file could be, sorted."""
        return git.links(self.root, self.revision, FOLDERS)

    def size(self, path: str) -> int:
        """How many bytes a file has. Raises SopgenError where there is none."""
        return len(self.read(path))

    def stamp(self, path: str) -> Stamp | None:
        """None: what a commit holds is in memory."""
        return None

    def read(self, path: str) -> bytes:
        """The content of a file. Raises SopgenError where there is none."""
        if path not in self._files:
            raise SopgenError(f"cannot read {path}: not in {self.revision}")
        return self._files[path]

    @cached_property
    def commit(self) -> git.Commit | None:
        """The commit that was named."""
        return git.commit(self.root, self.revision)


class Overlaid(Struct, frozen=True):
    """A workspace with some of its files, by path, as they would be: what is meant to be written can be checked before it is."""

    below: Source
    files: Mapping[str, bytes]

    def paths(self) -> tuple[str, ...]:
        """Every file of the workspace, sorted."""
        return tuple(sorted({*self.below.paths(), *self.files}))

    def links(self) -> tuple[str, ...]:
        """Every symbolic link where a file could be, sorted."""
        return self.below.links()

    def size(self, path: str) -> int:
        """How many bytes a file has. Raises SopgenError where that cannot be told."""
        return len(self.files[path]) if path in self.files else self.below.size(path)

    def stamp(self, path: str) -> Stamp | None:
        """What tells whether a file was changed; None of one that is as it would be."""
        return None if path in self.files else self.below.stamp(path)

    def read(self, path: str) -> bytes:
        """The content of a file. Raises SopgenError where it cannot be read."""
        return self.files[path] if path in self.files else self.below.read(path)

    @property
    def commit(self) -> git.Commit | None:
        """The commit that the files below stand on."""
        return self.below.commit


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What is in a folder, hidden things left out; nothing where there is no folder."""
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not entry.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SopgenError(f"cannot read {folder}: {error.strerror}") from error
