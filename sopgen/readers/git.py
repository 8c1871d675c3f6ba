"""What sopgen asks git: which commit, and the files of a tree. Nothing of the repository is run or changed."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from sopgen.words.diagnostics import SopgenError


class Commit(Struct, frozen=True):
    """A commit: its id, and when it was made (with the committer's offset)."""

    id: str
    date: datetime


def commit(root: Path, revision: str) -> Commit | None:
    """The commit that `revision` names, or None where there is no git, no repository or no such commit."""
    try:
        answer = _git(root, "log", "-1", "--no-show-signature", "--format=%H %cI", "--end-of-options", revision, "--")
    except SopgenError:
        return None
    words = answer.decode().split()
    return Commit(words[0], datetime.fromisoformat(words[1])) if words else None


def tree(root: Path, revision: str, names: tuple[str, ...]) -> Mapping[str, bytes]:
    """The files below `names` in a commit, by their path from `root`. Raises SopgenError where git has no such commit."""
    blobs = {path: blob for mode, blob, path in _listed(root, revision, names) if mode.startswith("100")}
    content = _git(root, "cat-file", "--batch", send="\n".join(blobs.values()).encode())
    files, place = {}, 0
    for path in blobs:
        end = content.index(b"\n", place)
        size = int(content[place:end].split()[2])
        files[path] = content[end + 1 : end + 1 + size]
        place = end + size + 2
    return files


def links(root: Path, revision: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The symbolic links below `names` in a commit, sorted."""
    return tuple(sorted(path for mode, _, path in _listed(root, revision, names) if mode == "120000"))


def _listed(root: Path, revision: str, names: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Mode, object and path from `root` of every entry below `names`."""
    top = _git(root, "rev-parse", "--show-prefix").decode().strip()
    listing = _git(root, "ls-tree", "-r", "-z", "--end-of-options", revision, "--", *names).decode()
    entries = [line.split("\t", 1) for line in listing.split("\0") if line]
    return [(words.split()[0], words.split()[2], path.removeprefix(top)) for words, path in entries]


def _git(root: Path, *args: str, send: bytes | None = None) -> bytes:
    # Hooks, file-system monitors and pagers of the repository stay off: reading a workspace runs nothing that is in it.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager", *args]
    try:
        done = subprocess.run(command, cwd=root, input=send, capture_output=True, check=False)
    except OSError as error:
        raise SopgenError(f"cannot run git: {error.strerror}") from error
    if done.returncode:
        raise SopgenError(f"git {args[0]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
