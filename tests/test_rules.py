"""The rules: each has a page that `sopgen explain` prints, and the examples on it are true.

An example is laid over the starter. A record of it takes the place of the one with its id, or is added; a file that holds one
record is replaced as a whole.
"""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import walk_packages
from textwrap import dedent
from typing import get_origin

import pytest

import sopgen
from sopgen import rules
from sopgen.rules.rule import Check
from sopgen.words.diagnostics import Rule
from sopgen.workspace import kind_of
from tests.workspace import findings, run, starter

CATALOGUE = rules.catalogue()
_SECTION = re.compile(r"^(Bad|Good):\n((?:    .*\n|\n)+)", re.MULTILINE)
_FILE = re.compile(r"^# (\S+)\n((?:(?!# ).*\n)+)", re.MULTILINE)
_RECORD = re.compile(r"^\S.*\n(?:[ \n].*\n|\n)*", re.MULTILINE)
_ID = re.compile(r"- \{?(?:id|day): ([^\s,]+)|([^\s:]+):")


def examples(rule: Rule) -> dict[str, dict[str, str]]:
    """The files of the bad and of the good example."""
    return {name: dict(_FILE.findall(dedent(body))) for name, body in _SECTION.findall(f"{rule.why}\n")}


def laid_over(files: dict[str, str]) -> dict[str, str]:
    """The files of an example as they are in the workspace."""
    return {path: _merged(path, starter().get(path, ""), text) for path, text in files.items()}


def _merged(path: str, below: str, above: str) -> str:
    kind = kind_of(path)
    if kind is None or get_origin(kind.shape) is None:
        return above
    renewed = {id_ for id_, _ in _records(above)}
    return "".join(record for id_, record in _records(below) if id_ not in renewed) + above


def _records(text: str) -> list[tuple[str, str]]:
    """The records of a list or a mapping, each with its id."""
    return [(_id(record), record) for record in _RECORD.findall(text)]


def _id(record: str) -> str:
    match = _ID.match(record)
    assert match, f"this does not start a record: {record}"
    return match[1] or match[2]


def found(files: dict[str, str]) -> list[str]:
    """The findings of an example, without their places."""
    return [line.split()[1] for line in findings(run(laid_over(files)))]


def test_the_workspace_below_the_examples_is_clean() -> None:
    assert findings(run()) == []


@pytest.mark.parametrize("check", rules.CHECKS, ids=lambda check: check.rule.name)
def test_the_bad_example_has_this_one_finding_and_the_good_one_none(check: Check) -> None:
    pages = examples(check.rule)
    assert list(pages) == ["Bad", "Good"]
    assert found(pages["Bad"]) == [check.rule.name]
    assert found(pages["Good"]) == []


def test_names_are_unique_and_in_kebab_case() -> None:
    names = [rule.name for rule in CATALOGUE]
    assert [name for name in names if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name)] == []
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("rule", CATALOGUE, ids=lambda rule: rule.name)
def test_a_rule_says_what_is_wrong_and_why(rule: Rule) -> None:
    assert rule.message
    assert rule.why.splitlines()[0].endswith((".", ":", "?"))


def test_what_a_module_defines_is_listed() -> None:
    modules = [import_module(name) for _, name, _ in walk_packages(sopgen.__path__, "sopgen.") if not name.endswith("__main__")]
    defined = [value for module in modules for value in vars(module).values()]
    assert {check.rule.name for check in defined if isinstance(check, Check)} == {check.rule.name for check in rules.CHECKS}
    assert {rule.name for rule in defined if isinstance(rule, Rule)} <= {rule.name for rule in CATALOGUE}
