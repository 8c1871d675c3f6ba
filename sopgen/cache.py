"""A folder that keeps what large tables came to, from run to run. It may be lost, harmed or shared at any time: it is only a cache."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from hashlib import sha256
from pathlib import Path

VARIABLE = "SOPGEN_CACHE"  # names another folder; empty, it keeps nothing
MOST_BYTES = 256 << 20
_NAME = re.compile(r"[0-9a-f]{64}(\..*)?")  # with an ending, one that was not finished; what else is there is not ours
_CHECK = 16  # bytes of hash before the content, so that harm is seen


class FolderCache:
    """Entries as files in a folder, which is made when the first is written. Trouble with files is a miss, never an error.

    Names are hashes in hexadecimal. The entries hold about `most` bytes in all; those least recently used go first.
    """

    def __init__(self, folder: Path | None = None, most: int = MOST_BYTES) -> None:
        self._given, self._most = folder, most
        self._written = most  # so that the first entry of a run looks at what is there

    @cached_property
    def folder(self) -> Path:
        """The folder: as given, else where this machine keeps caches."""
        if self._given is not None:
            return self._given
        import platformdirs

        return platformdirs.user_cache_path("sopgen", appauthor=False)

    @cached_property
    def now(self) -> int:
        """When this was first asked, ns since 1970 by the clock of the folder's file system; 0 where nothing can be written there."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder) as file:
                return os.fstat(file.fileno()).st_mtime_ns
        except OSError:
            return 0

    def get(self, name: str) -> bytes | None:
        """What was put under a name, unharmed; None where there is none."""
        path = self.folder / name
        try:
            content = path.read_bytes()
            os.utime(path)  # the least recently used entries go first
        except OSError:
            return None
        return content[_CHECK:] if _checked(content[_CHECK:]) == content else None

    def put(self, name: str, content: bytes) -> None:
        """Keep something, written beside and renamed; where that fails, it is not kept."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(dir=self.folder, prefix=f"{name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_checked(content))
                Path(beside).replace(self.folder / name)
            except OSError:
                Path(beside).unlink(missing_ok=True)
                raise
            self._written += len(content)
            if self._written > self._most // 8:
                self._prune()
                self._written = 0

    def _prune(self) -> None:
        """Remove the entries that were least recently used, where there are more than the folder is to hold."""
        with os.scandir(self.folder) as entries:
            ours = [(entry.stat(), entry.path) for entry in entries if _NAME.fullmatch(entry.name)]
        files = sorted((stat.st_mtime_ns, stat.st_size, path) for stat, path in ours)
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= self._most:
                return
            Path(path).unlink(missing_ok=True)
            total -= size


def chosen(environment: Mapping[str, str]) -> FolderCache | None:
    """The cache that the environment asks for; None where it asks for none."""
    folder = environment.get(VARIABLE)
    if folder is None:
        return FolderCache()
    return FolderCache(Path(folder)) if folder else None


def _checked(content: bytes) -> bytes:
    return sha256(content).digest()[:_CHECK] + content
