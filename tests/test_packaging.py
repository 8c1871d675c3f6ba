"""What users install is what was tested: the wheel works alone, and the lock file pins all that it needs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = [Requirement(text) for text in PROJECT["dependencies"]]
DEVELOPMENT = [Requirement(text) for text in PROJECT["optional-dependencies"]["dev"]]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def run(*command: str | Path, cwd: Path) -> str:
    """What `command` prints on both streams, in English; fails unless it exits with 0. The checkout is kept off Python's path."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=cwd, env=environment, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    return done.stdout


def files_of_package() -> Iterator[str]:
    """The paths in the wheel of everything that is written in `sopgen/` and `schemas/`."""
    for path in (*ROOT.glob("sopgen/**/*"), *ROOT.glob("schemas/**/*")):
        if path.is_file() and "__pycache__" not in path.parts:
            inside = path.relative_to(ROOT).as_posix()
            yield inside if inside.startswith("sopgen/") else f"sopgen/{inside}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist as a package index would have it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts folder of a fresh environment outside the checkout with sopgen from the wheel.

    Its dependencies are lent by the running environment through a path entry, which spares installing them again. Only path files
    in an environment's own site-packages are read, so an editable sopgen is not lent with them; the wheel's comes first anyhow.
    """
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    venv.create(folder, with_pip=False)
    places = {"base": str(folder), "platbase": str(folder)}
    python = Path(sysconfig.get_path("scripts", "venv", places)) / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=folder)
    lent = Path(sysconfig.get_path("purelib", "venv", places)) / "lent.pth"
    lent.write_text("\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}), "utf-8")
    return python.parent


def test_the_sdist_and_the_checkout_make_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert held == set(files_of_package())


def test_the_wheel_is_what_a_fresh_environment_imports(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import sopgen; print(sopgen.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(installed.parent)


def test_the_wheel_makes_checks_and_builds_a_workspace(installed: Path, tmp_path: Path) -> None:
    sopgen = installed / "sopgen"
    demo = tmp_path / "demo"

    assert "demo" in run(sopgen, "init", "demo", cwd=tmp_path)
    assert "error[" not in run(sopgen, "validate", cwd=demo)
    assert "site" in run(sopgen, "-C", demo, "build", cwd=tmp_path)

    for language in ("en", "zh"):
        page = (demo / "site" / language / "index.html").read_text("utf-8")
        assert f'<html lang="{language}' in page


def locked() -> dict[str, list[tuple[str, str]]]:
    """Each locked project with the version and the hashes of each of its entries."""
    entries: dict[str, list[tuple[str, str]]] = {}
    for name, version, rest in re.findall(r"^([\w.-]+)==(\S+)((?:.*\\\n)*.*)$", LOCK, re.MULTILINE):
        entries.setdefault(canonicalize_name(name), []).append((version, rest))
    return entries


@pytest.mark.parametrize("requirement", RUNTIME + DEVELOPMENT, ids=str)
def test_the_lock_answers_each_direct_dependency(requirement: Requirement) -> None:
    versions = [version for version, _ in locked()[canonicalize_name(requirement.name)]]
    assert all(requirement.specifier.contains(version) for version in versions)


def test_each_locked_version_has_a_hash() -> None:
    without = [name for name, entries in locked().items() for _, hashes in entries if "--hash=sha256:" not in hashes]
    assert without == []


def test_the_lock_is_only_names_versions_hashes_and_markers() -> None:
    entry = r"[a-z0-9-]+==[\w.]+( ; [\w.'<>=!() ]+)?( \\)?|    --hash=sha256:[0-9a-f]{64}( \\)?"
    assert [line for line in LOCK.splitlines() if not re.fullmatch(entry, line)] == []
    for address in ("://", "/opt", "--index", "--find-links"):
        assert address not in LOCK


def imported() -> set[str]:
    """The top-level modules that the package's source imports."""
    found: set[str] = set()
    for path in ROOT.glob("sopgen/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


def test_the_package_declares_what_it_imports() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in RUNTIME} | {"sopgen"}
    owners = packages_distributions()
    foreign = imported() - sys.stdlib_module_names - {"sopgen"}
    undeclared = {name for name in foreign if declared.isdisjoint(canonicalize_name(owner) for owner in owners.get(name, []))}
    assert undeclared == set()
