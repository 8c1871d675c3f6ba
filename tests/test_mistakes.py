"""Mistakes that people make, planted in a good workspace, and what `sopgen validate` prints about them.

Each file of `tests/mistakes/` is one mistake: what it is, the edits that plant it, and the exact text that comes of it.

    @@ data/people.yaml     a file of the starter, or a new one; `(in GBK)`, `(in UTF-16)`, `(with BOM)` say how it is saved
    -old line               lines that are in the file
    +new line               lines in their place; at the end of the file where there are no old ones
    >> en                   what is printed, in English or Chinese

␉ stands for a tab and ␇ for a control character. `Alone:` says why a mistake cannot be planted together with the others.
`pytest tests/test_mistakes.py --update` writes the texts anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sopgen import rules
from sopgen.pipeline import Build
from sopgen.records import KINDS
from sopgen.words.messages import Translator
from sopgen.workspace import kind_of
from tests.workspace import rendered, run, starter

FOLDER = Path(__file__).parent / "mistakes"
_SIGNS = str.maketrans({"␉": "\t", "␇": "\a"})
_SAVED = {"": "utf-8", "in GBK": "gbk", "in UTF-16": "utf-16", "with BOM": "utf-8-sig"}
_EDIT = re.compile(r"^@@ (?P<path>\S+)(?: \((?P<saved>[^)]+)\))?\n(?P<lines>(?:[-+].*\n)*)", re.MULTILINE)
_SAID = re.compile(r"^>> (?P<language>\w+)\n(?P<text>(?:(?!>> ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """Lines that stand in the place of others in a file, and how the file is saved."""

    path: str
    old: str
    new: str
    codec: str

    def apply(self, text: str) -> str:
        """The text of the file with the edit made."""
        if not self.old:
            return text + self.new
        assert text.count(self.old) == 1, f"{self.path} does not hold this once: {self.old}"
        return text.replace(self.old, self.new)


@dataclass(frozen=True)
class Mistake:
    """One file of the folder."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def edits(self) -> list[Edit]:
        return [
            Edit(match["path"], _lines(match["lines"], "-"), _lines(match["lines"], "+"), _SAVED[match["saved"] or ""])
            for match in _EDIT.finditer(self.text.partition("\n>> ")[0] + "\n")
        ]

    @property
    def said(self) -> dict[str, str]:
        return {match["language"]: match["text"].strip("\n") for match in _SAID.finditer(self.text)}

    @property
    def is_alone(self) -> bool:
        return "\nAlone: " in self.text

    def update(self, build: Build) -> None:
        """Write what is printed now."""
        head = self.text.partition("\n>> ")[0]
        said = "\n".join(f">> {language}\n{rendered(build, language)}\n" for language in self.said)
        self.path.write_text(f"{head}\n{said}", "utf-8", newline="\n")


def _lines(text: str, sign: str) -> str:
    return "".join(line[1:] for line in text.translate(_SIGNS).splitlines(keepends=True) if line.startswith(sign))


def planted(mistakes: Iterable[Mistake]) -> Build:
    """The starter with these mistakes in it."""
    texts: dict[str, str] = {}
    codec: dict[str, str] = {}
    for edit in (edit for mistake in mistakes for edit in mistake.edits):
        texts[edit.path] = edit.apply(texts.get(edit.path, starter().get(edit.path, "")))
        codec[edit.path] = edit.codec
    return run({path: text.encode(codec[path]) for path, text in texts.items()})


def sentences(build: Build) -> Counter[tuple[str, str, str]]:
    """The findings without their lines and columns."""
    say = Translator().translate
    return Counter((finding.span.path, finding.rule.name, say(finding.message)) for finding in build.found)


MISTAKES = [Mistake(path) for path in sorted(FOLDER.iterdir())]
CROWD = [mistake for mistake in MISTAKES if not mistake.is_alone]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.path.stem)
def test_a_mistake_is_one_finding_and_this_is_what_it_says(mistake: Mistake, update: bool) -> None:
    build = planted([mistake])
    if update:
        mistake.update(build)
    assert [finding.rule.name for finding in build.found] == [build.found[0].rule.name]
    assert {language: rendered(build, language) for language in mistake.said} == mistake.said


def test_no_mistake_hides_another() -> None:
    expected: Counter[tuple[str, str, str]] = sum((sentences(planted([mistake])) for mistake in CROWD), Counter())
    assert len(CROWD) > 50
    assert sentences(planted(CROWD)) == expected


def test_every_file_of_the_folder_is_a_mistake() -> None:
    strange = [mistake.path.name for mistake in MISTAKES if mistake.path.suffix != ".txt" or not mistake.edits or "en" not in mistake.said]
    assert strange == []


def found() -> Iterator[tuple[str, str]]:
    """The path and the rule of each finding that the files show."""
    for mistake in MISTAKES:
        rule = re.search(r"^\w+\[([\w-]+)\]", mistake.said["en"], re.MULTILINE)
        place = re.search(r"^ *--> (.+):\d+:\d+$", mistake.said["en"], re.MULTILINE)
        if rule and place:
            yield place[1], rule[1]


def test_every_rule_without_examples_on_its_page_is_planted() -> None:
    elsewhere = {check.rule.name for check in rules.CHECKS} | {"symbolic-link"}  # needs a real folder: tests/test_source.py
    assert {rule.name for rule in rules.catalogue()} - elsewhere - {rule for _, rule in found()} == set()


def test_a_mistake_is_planted_in_every_record_kind() -> None:
    planted_in: Mapping[str, set[str]] = {kind.glob: {rule for path, rule in found() if kind_of(path) == kind} for kind in KINDS}
    assert [glob for glob, planted_rules in planted_in.items() if not planted_rules] == []
