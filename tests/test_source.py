"""Where a workspace comes from: a folder, or a tree of a git repository that nobody has checked out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sopgen import pipeline
from sopgen.readers import git
from sopgen.readers.source import Folder, GitTree, Source
from sopgen.words.dates import Instant
from sopgen.words.diagnostics import SopgenError
from tests.workspace import findings, starter

ODD_NAMES = {
    "sop/运营 手册/OPS-008.md": "---\n{id: OPS-008, title: 盘点, version: 1.0.0, status: draft, owner: shop-manager, phase: run}\n---\n",
    "plans/2024-06/deliverables/选品 清单.csv": "sku\nA1\n",
    'data/tables/store/a "quoted" name.csv': "date,visitors,buyers,paid\n2024-06-15,3500,130,13000.00\n",
}
Git = Callable[..., str]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with nothing in it."""
    root = tmp_path / "repository"
    root.mkdir()
    run_git(root, "init", "--quiet", "--initial-branch=main")
    return root


def run_git(root: Path, *words: str) -> str:
    names = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_COMMITTER_DATE": "2024-06-20T23:30:00+00:00"}
    done = subprocess.run(["git", *words], cwd=root, env={**os.environ, **names, **alone}, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8", newline="")


def commit(root: Path, files: Mapping[str, str]) -> str:
    write(root, files)
    run_git(root, "add", "--all")
    run_git(root, "commit", "--quiet", "--message", "files")
    return run_git(root, "rev-parse", "HEAD")


def contents(source: Source) -> dict[str, bytes]:
    return {path: source.read(path) for path in source.paths()}


def without_as_of() -> dict[str, str]:
    settings = "".join(line for line in starter()["mkdocs.yml"].splitlines(keepends=True) if "as_of" not in line)
    return {**starter(), "mkdocs.yml": settings}


def test_a_tree_is_read_without_a_checkout(repository: Path) -> None:
    first = commit(repository, starter())
    write(repository, {"data/people.yaml": "changed\n"})
    (repository / "data/risks.yaml").unlink()
    tree = GitTree(repository, first)
    assert contents(tree) == {path: text.encode() for path, text in starter().items()}
    assert findings(pipeline.run(tree)) == []


@pytest.mark.parametrize("inside", ["", "teams/店铺 one"])
def test_a_folder_and_the_tree_of_a_clean_checkout_are_the_same(repository: Path, inside: str) -> None:
    root = repository / inside
    write(repository, {"README.md": "no part of the workspace\n", "other/data/x.yaml": "a: 1\n"})
    commit(repository, {f"{inside}/{path}" if inside else path: text for path, text in {**starter(), **ODD_NAMES}.items()})
    folder, tree = Folder(root), GitTree(root, "HEAD")
    assert contents(tree) == contents(folder)
    assert set(ODD_NAMES) <= set(tree.paths())
    assert tree.commit == folder.commit
    assert findings(pipeline.run(tree)) == findings(pipeline.run(folder)) == []


def test_an_older_tree_is_read_as_it_was(repository: Path) -> None:
    old = commit(repository, starter())
    commit(repository, {"data/lists.yaml": "hot: {title: Hot, values: [a]}\n"})
    assert "data/lists.yaml" not in GitTree(repository, old).paths()
    assert GitTree(repository, "HEAD").read("data/lists.yaml") == b"hot: {title: Hot, values: [a]}\n"


def test_links_and_hidden_files_are_no_files_of_the_workspace(repository: Path) -> None:
    write(repository, {**starter(), "data/.hidden.yaml": "a: 1\n"})
    (repository / "data/incidents").symlink_to(repository / "sop")
    (repository / "data/lists.yaml").symlink_to(repository / "data/metrics.yaml")
    commit(repository, {})
    assert Folder(repository).paths() == tuple(sorted(starter()))
    assert GitTree(repository, "HEAD").paths() == Folder(repository).paths()
    assert Folder(repository).links() == GitTree(repository, "HEAD").links() == ("data/incidents", "data/lists.yaml")
    assert findings(pipeline.run(Folder(repository))) == ["data/incidents:1:1 symbolic-link", "data/lists.yaml:1:1 symbolic-link"]


def test_what_is_not_there_is_trouble_with_the_call(repository: Path, tmp_path: Path) -> None:
    commit(repository, {"README.md": "hello\n"})
    with pytest.raises(SopgenError, match=r"HEAD holds no workspace: it has no mkdocs\.yml"):
        GitTree(repository, "HEAD").paths()
    with pytest.raises(SopgenError, match="git ls-tree"):
        GitTree(repository, "no-such-branch").paths()
    with pytest.raises(SopgenError, match=r"is not a workspace: it has no mkdocs\.yml"):
        Folder(tmp_path).paths()
    with pytest.raises(SopgenError, match=r"cannot read data/people\.yaml"):
        Folder(tmp_path).read("data/people.yaml")


def test_a_revision_is_a_revision_and_no_option(repository: Path) -> None:
    commit(repository, starter())
    with pytest.raises(SopgenError):
        GitTree(repository, "--output=written").paths()
    assert git.commit(repository, "--output=written") is None
    assert not (repository / "written").exists()


# --- which day it is -------------------------------------------------------------------------------------------------


def test_the_commits_date_in_the_workspaces_time_zone_is_the_day(repository: Path) -> None:
    commit(repository, without_as_of())
    build = pipeline.run(Folder(repository))
    assert (str(build.view.as_of), findings(build)) == ("2024-06-21 07:30", [])  # 23:30 in London


def test_the_option_comes_before_the_commit_and_what_is_asked_before_both(repository: Path) -> None:
    commit(repository, starter())
    assert str(pipeline.run(Folder(repository)).view.as_of) == "2024-06-15 09:00"
    assert str(pipeline.run(Folder(repository), Instant.parse("2024-07-01 08:00")).view.as_of) == "2024-07-01 08:00"


def test_without_git_it_is_how_far_the_figures_reach_and_that_is_said(tmp_path: Path) -> None:
    write(tmp_path, without_as_of())
    build = pipeline.run(Folder(tmp_path))
    assert (str(build.view.as_of), findings(build)) == ("2024-06-14 23:59", ["mkdocs.yml:1:1 guessed-as-of"])
