"""The README is true: its session is run, command by command, and prints what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def session() -> list[tuple[str, str]]:
    """The commands of the console blocks, each with the output below it."""
    blocks = "".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
    return [(command, output) for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", blocks, re.MULTILINE)]


def run(command: str, folder: Path) -> str:
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": paths, "LANG": "C.UTF-8", "NO_COLOR": "1"}
    done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_the_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    folder, said = tmp_path, []
    for command, _ in session():
        if command.startswith("cd "):
            folder = folder / command[3:]
        said.append((command, "" if command.startswith("cd ") else run(command, folder)))
    assert said == session()


def test_the_first_two_commands_are_the_whole_set_up() -> None:
    commands = re.findall(r"^    (make \w+)", README, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert commands == ["make site", "make test"]
    assert all(re.search(rf"^{command[5:]}:", makefile, re.MULTILINE) for command in commands)


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert len(README.splitlines()) < 150


def test_every_path_that_contributing_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`((?:sopgen|tests|schemas)/[\w/.]*)`", text))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
