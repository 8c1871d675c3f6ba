"""The same commit gives the same bytes, whatever the day."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

BUILD = """
import sys
import time_machine
with time_machine.travel(sys.argv[1], tick=True):
    from sopgen.cli import main
    sys.argv = ["sopgen", "build", "--site-dir", sys.argv[2]]
    sys.exit(main())
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The reference workspace, committed on its own, and without the option that says when it is."""
    folder = tmp_path / "workspace"
    for name in ("sop", "plans", "data"):
        shutil.copytree(ROOT / name, folder / name)
    settings = (ROOT / "mkdocs.yml").read_text("utf-8").splitlines(keepends=True)
    (folder / "mkdocs.yml").write_text("".join(line for line in settings if "as_of" not in line), "utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "first", "--date", "2024-07-01T09:00:00+08:00")
    return folder


def git(folder: Path, *args: str) -> None:
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}
    subprocess.run(["git", *args], cwd=folder, env={**who, "GIT_COMMITTER_DATE": "2024-07-01T09:00:00+08:00"}, check=True)


def tree(folder: Path) -> dict[str, str]:
    """Each file below a folder with the hash of its content."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_two_builds_on_two_days_are_the_same(workspace: Path, tmp_path: Path) -> None:
    before = tree(workspace)
    days = {"2024-07-02T08:00:00": tmp_path / "first", "2031-12-31T23:00:00": tmp_path / "second"}
    running = [subprocess.Popen([sys.executable, "-c", BUILD, day, str(out)], cwd=workspace) for day, out in days.items()]
    assert [process.wait(timeout=300) for process in running] == [0, 0]
    first, second = (tree(out) for out in days.values())
    assert "en/index.html" in first
    assert first == second
    assert tree(workspace) == before
    assert "2024-07-01 09:00" in (tmp_path / "first/en/index.html").read_text("utf-8")
