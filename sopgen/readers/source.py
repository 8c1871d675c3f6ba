"""Where the files of a workspace come from: a folder, or a tree of a git repository."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from sopgen.readers import git
from sopgen.words.diagnostics import SopgenError

SETTINGS = "mkdocs.yml"
FOLDERS = ("data", "plans", "sop")


class Source(Protocol):
    """Paths (relative, with `/`) to bytes, and the commit they belong to."""

    def paths(self) -> tuple[str, ...]:
        """Every file of the workspace, sorted."""
        ...

    def read(self, path: str) -> bytes:
        """The content of a file. Raises SopgenError where it cannot be read."""
        ...

    @property
    def commit(self) -> git.Commit | None:
        """The commit that the files are of, or stand on; None without git."""
        ...


@dataclass(frozen=True)
class Folder:
    """A workspace in a folder of this machine. Links are not followed: what they lead to is no part of it, as in git."""

    root: Path

    def paths(self) -> tuple[str, ...]:
        """Every file of the workspace, sorted: those that were there when it was first asked."""
        return self._paths

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        if not (self.root / SETTINGS).is_file():
            raise SopgenError(f"{self.root} is not a workspace: it has no {SETTINGS} (`sopgen init` makes one)")
        found = [SETTINGS]
        for folder in FOLDERS:
            for here, folders, files in os.walk(self.root / folder):
                folders[:] = [name for name in folders if not name.startswith(".")]
                base = os.path.relpath(here, self.root).replace(os.sep, "/")
                found.extend(f"{base}/{name}" for name in files if not name.startswith(".") and not Path(here, name).is_symlink())
        return tuple(sorted(found))

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


@dataclass(frozen=True)
class GitTree:
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

    def read(self, path: str) -> bytes:
        """The content of a file. Raises SopgenError where there is none."""
        if path not in self._files:
            raise SopgenError(f"cannot read {path}: not in {self.revision}")
        return self._files[path]

    @cached_property
    def commit(self) -> git.Commit | None:
        """The commit that was named."""
        return git.commit(self.root, self.revision)
