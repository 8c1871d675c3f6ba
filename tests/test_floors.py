"""The house keeps its floors: imports go down only, each library stays behind its fence, and checking changes nothing."""

from __future__ import annotations

import ast
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.workspace import STARTER

PACKAGE = STARTER.parent
# From the ground up; what stands on one floor may not import its neighbours, and everything below it it may.
FLOORS = (
    ("words",),
    ("readers",),
    ("records",),
    ("workspace",),
    ("schema", "tables"),
    ("model",),
    ("assembly",),
    ("compute",),
    ("view",),
    ("rules",),
    ("pages",),
    ("pipeline",),
    ("reporters",),
    ("cache", "writing"),
    ("editing",),
    ("exports", "imports", "drafts"),
    ("traces", "alerting"),
    ("plugin",),
    ("cli",),
)
DOORS = ("cli", "plugin")
# Where a library may be imported: a part of the house, or one module of it.
FENCES = {
    "click": ("cli",),
    "mkdocs": ("plugin",),
    "yaml": ("readers.yaml",),
    "jsonschema": ("schema",),
    "jsonschema_rs": ("schema",),
    "referencing": ("schema",),
    "subprocess": ("readers.git",),
    "jinja2": ("pages", "plugin"),
    "jieba": ("plugin",),
    "pandas": ("imports",),
    "platformdirs": ("cache",),
    "pyarrow": ("tables.gate",),
    "python_calamine": ("imports",),
}
# What only a door does: speak, end the program, look at the clock.
DOOR_CALLS = {"print", "input", "exit", "sys.exit", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
WRITES = {"write_text", "write_bytes", "mkdir", "unlink", "rename", "touch", "rmtree", "copyfile"}


@dataclass(frozen=True)
class Module:
    """A module of sopgen: its name without `sopgen.`, and its syntax tree."""

    name: str
    tree: ast.Module

    @property
    def part(self) -> str:
        """The part of the house that it is in."""
        return self.name.partition(".")[0]

    def imports(self) -> Iterator[str]:
        """The full name of everything imported, wherever in the module, for types alone too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name} imports relatively"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def calls(self) -> Iterator[str]:
        """What is called: `print`, `sys.exit`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func)


@cache
def modules() -> tuple[Module, ...]:
    """All modules but the package itself, which only says its version."""
    files = {path.relative_to(PACKAGE).with_suffix(""): path for path in sorted(PACKAGE.rglob("*.py"))}
    named = {".".join(path.parts).removesuffix(".__init__"): file for path, file in files.items() if path != Path("__init__")}
    return tuple(Module(name, ast.parse(file.read_text("utf-8"))) for name, file in named.items())


def floor(part: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if part in parts)


def test_every_module_stands_on_a_floor() -> None:
    assert {module.part for module in modules()} == {part for parts in FLOORS for part in parts}


def test_imports_go_down_only() -> None:
    upwards = [
        f"{module.name} imports {name}"
        for module in modules()
        for name in module.imports()
        if name.startswith("sopgen.") and _is_up(module.part, name.split(".")[1])
    ]
    assert upwards == []


def _is_up(part: str, other: str) -> bool:
    """Whether an import leaves a part for one that does not stand below it; the package's own version is no part."""
    return other != part and other != "__version__" and floor(other) >= floor(part)


@pytest.mark.parametrize("library", FENCES)
def test_a_library_stays_behind_its_fence(library: str) -> None:
    importers = {module.name for module in modules() if any(name.split(".")[0] == library for name in module.imports())}
    outside = {name for name in importers if not any(name == place or name.startswith(f"{place}.") for place in FENCES[library])}
    assert (outside, bool(importers)) == (set(), True)


def test_one_exception_is_defined() -> None:
    bases = {
        node.name: [ast.unparse(base) for base in node.bases]
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"Exception", "BaseException"}
    raised = {name for name, above in bases.items() if known & set(above) or any(base.endswith(("Error", "Exception")) for base in above)}
    assert raised == {"SopgenError"}


def test_below_the_doors_nothing_speaks_ends_or_looks_at_the_clock() -> None:
    called = [f"{module.name}: {call}" for module in modules() if module.part not in DOORS for call in module.calls() if _is_a_doors(call)]
    assert called == []


def _is_a_doors(call: str) -> bool:
    """A call by its last two names, so that `datetime.datetime.now` is one as well."""
    return bool({call, ".".join(call.split(".")[-2:])} & DOOR_CALLS)


def test_what_is_below_the_pages_writes_nothing() -> None:
    written = [
        f"{module.name}: {call}"
        for module in modules()
        if floor(module.part) <= floor("pipeline")
        for call in module.calls()
        if call.split(".")[-1] in WRITES
    ]
    assert written == []


def run(*words: str, cwd: Path) -> str:
    program = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {' '.join(words)}"
    return subprocess.run([sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("words", ["validate", "facts"])
def test_a_good_workspace_waits_for_nothing_heavy(words: str, tmp_path: Path) -> None:
    heavy = {"pandas", "mkdocs", "jinja2", "jsonschema", "babel", "jieba", "numpy", "pyarrow", "platformdirs"}
    command = f"from sopgen.cli import main; print(main(['-C', {str(STARTER)!r}, {words!r}, '--lang', 'en']));"
    out = run(command, f"print(sorted({heavy!r} & set(sys.modules)))", cwd=tmp_path)
    assert out.splitlines()[-2:] == ["0", "[]"]


@pytest.mark.parametrize("words", [["validate"], ["facts"], ["build", "--site-dir", "{out}"]], ids=lambda words: words[0])
def test_a_command_leaves_the_workspace_as_it_was(words: list[str], tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(STARTER, shop)
    before = state(shop)
    command = [word.format(out=tmp_path / "out") for word in words]
    run(f"from sopgen.cli import main; sys.exit(main({['-C', str(shop), *command]!r}))", cwd=tmp_path)
    assert state(shop) == before


def state(folder: Path) -> Mapping[str, tuple[str, int]]:
    """What is in a folder: of each file a hash and when it was last written, of each folder when its list was."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
        )
        for path in sorted([folder, *folder.rglob("*")])
    }
