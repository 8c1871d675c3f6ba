"""The command line: what is printed where, and the exit code. 0 clean, 1 errors, 2 usage or machine, 3 a bug of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

import sopgen
from sopgen.cli import main, workspace
from sopgen.cli.group import group
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import Diagnostic, Rule, Severity, SopgenError, Span

ROOT = Path(__file__).parents[1]
EARLY = Rule(
    "task-due-before-start",
    Severity.ERROR,
    "task `{task}` is due before it starts",
    "set `due` on or after {start}",
    """A task that ends before it starts has no place in a Gantt chart.

    Bad:
        start: 2024-04-10
        due: 2024-04-05
    Good:
        start: 2024-04-10
        due: 2024-04-15
    """,
)
UNUSED = Rule("unused-task", Severity.WARNING, "nothing uses `{task}`")
PLACE = Span("plans/2024-q2/tasks.yaml", 4, 8, 4, 18)
ERROR = Diagnostic(EARLY, PLACE, {"task": "sku-selection", "start": "2024-04-10"})
WARNING = Diagnostic(UNUSED, PLACE, {"task": "sku-selection"})


@dataclass
class Run:
    """A run over a workspace of 14 files with the findings given."""

    found: tuple[Diagnostic, ...] = ()
    files: int = 14

    @property
    def has_errors(self) -> bool:
        return ERROR in self.found

    def read_line(self, path: str, number: int) -> str | None:
        return None


Shop = Callable[..., list[Instant | None]]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Makes the current folder a workspace with these findings; returns the instants that it was run at."""

    def make(*findings: Diagnostic) -> list[Instant | None]:
        instants: list[Instant | None] = []

        def run(root: Path, as_of: Instant | None) -> Run:
            assert root == tmp_path
            instants.append(as_of)
            return Run(findings)

        (tmp_path / "mkdocs.yml").touch()
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(workspace, "run", run)
        return instants

    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return make


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts functions in the place of a heavy module of sopgen."""

    def put(name: str, **functions: object) -> None:
        stand_in = SimpleNamespace(**functions)
        monkeypatch.setitem(sys.modules, f"sopgen.{name}", stand_in)
        monkeypatch.setattr(sopgen, name, stand_in, raising=False)

    return put


def process(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`sopgen` as the shell runs it."""
    settings = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run(
        [sys.executable, "-m", "sopgen.cli", *words], cwd=cwd, env=settings, capture_output=True, encoding="utf-8", check=False
    )


# --- the group -------------------------------------------------------------------------------------------------------


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(group, ["--help"])
    assert [line.split()[0] for line in result.output.partition("Commands:\n")[2].splitlines()] == [
        "alerts",
        "build",
        "explain",
        "facts",
        "import",
        "init",
        "loop",
        "new",
        "render",
        "risks",
        "serve",
        "trace",
        "validate",
    ]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"sopgen {sopgen.__version__}\n"


def test_start_up_is_light() -> None:
    heavy = {"babel", "dataclasses", "jinja2", "jsonschema", "jsonschema_rs", "mkdocs", "numpy", "pandas", "yaml", "sopgen.pipeline"}
    program = f"import sys, sopgen.cli.group; print(*{heavy} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["publish"], "Error: No such command 'publish'."),
        (["validate", "--format", "xml"], "Error: Invalid value for '--format': 'xml' is not one of 'text', 'json', 'github'."),
        (
            ["validate", "--as-of", "noon"],
            "Error: Invalid value for '--as-of': 'noon' is not an instant; write 2024-07-01 or '2024-07-01 09:00'.",
        ),
        (["-C", "nowhere", "validate"], "Error: Invalid value for '-C' / '--directory': Directory 'nowhere' does not exist."),
        (["render"], "Error: Missing argument 'DIR'."),
    ],
)
def test_usage_errors_exit_with_2(words: list[str], complaint: str, tmp_path: Path) -> None:
    ended = process(*words, cwd=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()[-1]) == (2, "", complaint)


def test_outside_a_workspace(tmp_path: Path) -> None:
    ended = process("validate", cwd=tmp_path)
    complaint = f"sopgen: no mkdocs.yml in {tmp_path} or in a folder above it; `sopgen init` makes a new workspace\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", complaint)


def test_the_workspace_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "shop" / "data" / "tables"
    inner.mkdir(parents=True)
    (tmp_path / "mkdocs.yml").touch()
    (tmp_path / "shop" / "mkdocs.yml").touch()
    assert workspace.find(inner) == tmp_path / "shop"


@pytest.mark.parametrize(
    ("trouble", "code", "complaint"),
    [
        (SopgenError("cannot read data/people.yaml: Permission denied"), 2, "sopgen: cannot read data/people.yaml: Permission denied\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_trouble_becomes_an_exit_code(
    trouble: BaseException, code: int, complaint: str, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise trouble

    shop()
    monkeypatch.setattr(workspace, "run", fail)
    assert main(["validate"]) == code
    assert capsys.readouterr() == ("", complaint)


def test_a_bug_is_reported_in_a_file(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("gmv")

    shop()
    monkeypatch.setattr(workspace, "run", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["validate", "--lang", "zh"]) == 3
    [report] = tmp_path.glob("sopgen-*.txt")
    assert capsys.readouterr() == ("", f"sopgen: this is a bug in sopgen: KeyError: 'gmv'\nplease send this file: {report}\n")
    lines = report.read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"sopgen {sopgen.__version__}"
    assert lines[1].startswith("Python 3.")
    assert lines[2:5] == ["sopgen validate --lang zh", "", "Traceback (most recent call last):"]
    assert lines[-1] == "KeyError: 'gmv'"


@pytest.mark.skipif(os.name == "nt", reason="pipes break in another way there")
def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "sopgen.cli", "--help"]
    ended = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


# --- validate --------------------------------------------------------------------------------------------------------


def test_validate_prints_the_findings(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop(ERROR)
    assert main(["validate"]) == 1
    assert capsys.readouterr().out == dedent("""\
        error[task-due-before-start]: task `sku-selection` is due before it starts
         --> plans/2024-q2/tasks.yaml:4:8
          |
          = help: set `due` on or after 2024-04-10

        1 error in 14 files
        """)


@pytest.mark.parametrize(
    ("findings", "fail_on", "code"),
    [
        ((), "error", 0),
        ((WARNING,), "error", 0),
        ((ERROR,), "error", 1),
        ((), "warning", 0),
        ((WARNING,), "warning", 1),
        ((ERROR,), "warning", 1),
    ],
)
def test_fail_on_names_the_least_bad_level_that_fails(findings: tuple[Diagnostic, ...], fail_on: str, code: int, shop: Shop) -> None:
    shop(*findings)
    assert main(["validate", "--fail-on", fail_on]) == code


def test_formats_for_programs(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop(WARNING)
    main(["validate", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["summary"] == {"errors": 0, "warnings": 1, "files": 14}
    main(["validate", "--format", "github"])
    assert capsys.readouterr().out.startswith("::warning file=plans/2024-q2/tasks.yaml,line=4,")


@pytest.mark.parametrize(
    ("locale", "options", "said"),
    [
        ("", [], "14 files checked, nothing to report\n"),
        ("zh_CN.UTF-8", [], "已检查 14 个文件，没有发现问题\n"),
        ("de_DE.UTF-8", [], "14 files checked, nothing to report\n"),
        ("zh_CN.UTF-8", ["--lang", "en"], "14 files checked, nothing to report\n"),
    ],
)
def test_the_language_is_asked_for_or_that_of_the_locale(
    locale: str, options: list[str], said: str, shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    monkeypatch.setenv("LANG", locale)
    main(["validate", *options])
    assert capsys.readouterr().out == said


def test_as_of_is_handed_on(shop: Shop) -> None:
    instants = shop()
    for options in ([], ["--as-of", "2024-07-01"], ["--as-of", "2024-07-01 09:00"]):
        main(["validate", *options])
    assert [str(instant) for instant in instants] == ["None", "2024-07-01 23:59", "2024-07-01 09:00"]


@pytest.mark.parametrize(("choice", "coloured"), [("auto", False), ("always", True), ("never", False)])
def test_colour(choice: str, coloured: bool, shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    shop(ERROR)
    main(["validate", "--color", choice])
    assert ("\x1b[" in capsys.readouterr().out) == coloured


@pytest.mark.parametrize(("settings", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_on_a_terminal(settings: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert workspace.wants_colour("auto", sys.stdout) is coloured


# --- build, render, facts, serve -------------------------------------------------------------------------------------


def test_build_makes_the_site(shop: Shop, module: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop(WARNING)
    calls: list[tuple[Path, Path]] = []
    module("plugin", build_site=lambda root, build, out: calls.append((root, out)))
    assert main(["build"]) == 0
    out, err = capsys.readouterr()
    assert out == "The site is in site\n"
    assert err.endswith("1 warning in 14 files\n")
    assert main(["build", "--site-dir", "public", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "网站已生成在 public\n"
    assert calls == [(tmp_path, tmp_path / "site"), (tmp_path, Path("public"))]


@pytest.mark.parametrize("words", [["build"], ["render", "out"], ["facts"], ["trace", "days"]])
def test_with_errors_nothing_is_made(words: list[str], shop: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop(ERROR)
    assert main(words) == 1
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[-1]) == ("", "1 error in 14 files")
    assert [path.name for path in tmp_path.iterdir()] == ["mkdocs.yml"]


def test_render_writes_the_pages(shop: Shop, module: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    shop()
    folders: list[Path] = []
    module("exports", render=lambda build, folder: folders.append(folder))
    assert main(["render", "pages"]) == 0
    assert (folders, capsys.readouterr()) == ([Path("pages")], ("The pages are in pages\n", ""))


def test_facts_are_printed_alone(shop: Shop, module: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    shop()
    module("exports", facts_text=lambda build, language: "gmv 500万", facts_json=lambda build: '{"gmv": 5000000}')
    assert main(["facts"]) == 0
    assert main(["facts", "--format", "json"]) == 0
    assert capsys.readouterr() == ('gmv 500万\n{"gmv": 5000000}\n', "")


def test_serve_shows_the_findings_of_every_run(shop: Shop, module: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    def serve_site(root: Path, run: Callable[[], Run], host: str, port: int, report: Callable[[Run], str]) -> None:
        assert (run().has_errors, host, port) == (True, "127.0.0.1", 8080)
        assert report(run()).endswith("1 error in 14 files")

    shop(ERROR)
    module("plugin", serve_site=serve_site)
    assert main(["serve", "--port", "8080"]) == 0
    assert capsys.readouterr().err.endswith("1 error in 14 files\n")


# --- explain ---------------------------------------------------------------------------------------------------------


def test_explain_prints_a_rules_page(module: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    module("rules", catalogue=lambda: (UNUSED, EARLY))
    assert main(["explain", "task-due-before-start", "--lang", "en"]) == 0
    assert capsys.readouterr().out == dedent("""\
        error[task-due-before-start]: task `{task}` is due before it starts

        help: set `due` on or after {start}

        A task that ends before it starts has no place in a Gantt chart.

        Bad:
            start: 2024-04-10
            due: 2024-04-05
        Good:
            start: 2024-04-10
            due: 2024-04-15
        """)


def test_explain_lists_all_rules(module: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    module("rules", catalogue=lambda: (UNUSED, EARLY))
    assert main(["explain", "--lang", "en"]) == 0
    assert capsys.readouterr().out == dedent("""\
        task-due-before-start  error    task `{task}` is due before it starts
        unused-task            warning  nothing uses `{task}`
        """)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("unusedtask", "did you mean unused-task?"), ("xyz", "`sopgen explain` lists them all.")],
)
def test_explain_suggests_a_near_name(name: str, hint: str, module: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    module("rules", catalogue=lambda: (UNUSED, EARLY))
    assert main(["explain", name]) == 2
    assert capsys.readouterr().err.endswith(f"Error: Invalid value for RULE: no rule is called {name}; {hint}\n")


# --- init ------------------------------------------------------------------------------------------------------------


def test_init_makes_a_workspace_that_is_clean(tmp_path: Path) -> None:
    made = process("init", "shop", cwd=tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout.endswith(f" files are in shop; read {Path('shop', 'README.md')} next\n")
    checked = process("-C", "shop", "validate", "--fail-on", "warning", cwd=tmp_path)
    assert checked.stdout == "13 files checked, nothing to report\n"
    assert checked.returncode == 0


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text("mine")
    assert main(["init", str(tmp_path)]) == 2
    assert capsys.readouterr() == ("", f"sopgen: {tmp_path} already has README.md; nothing was written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def test_init_says_what_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").touch()
    assert main(["init", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("sopgen: cannot write ")
