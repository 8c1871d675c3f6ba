"""Sentences in English and Chinese, and a catalogue that says exactly what the program says."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from sopgen.words.diagnostics import Message
from sopgen.words.messages import CATALOGUES, PLACEHOLDER, Translator

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = Translator("en"), Translator("zh")


def test_english_is_the_template_filled() -> None:
    assert ENGLISH.translate(Message("{errors} in {count} files", {"errors": "1 error", "count": 14})) == "1 error in 14 files"


def test_another_language_is_looked_up_before_it_is_filled() -> None:
    assert CHINESE.translate(Message("{count} errors", {"count": 2})) == "2 个错误"


def test_an_argument_may_be_a_message_itself() -> None:
    said = Message("{findings} in {files}", {"findings": Message("1 error"), "files": Message("{count} files", {"count": 14})})
    assert ENGLISH.translate(said) == "1 error in 14 files"
    assert CHINESE.translate(said) == "14 个文件中有 1 个错误"


def test_braces_in_an_argument_are_data() -> None:
    assert ENGLISH.translate(Message("{a} and {b}", {"a": "{b}", "b": "{0!r:>{a}}"})) == "{b} and {0!r:>{a}}"


def test_a_missing_argument_leaves_its_name() -> None:
    assert ENGLISH.translate(Message("`{key}` is {what}", {"key": "due"})) == "`due` is {what}"


def test_what_the_catalogue_lacks_is_said_in_english() -> None:
    assert CHINESE.label("nobody ever translated this") == "nobody ever translated this"
    assert Translator("fr").label("warning") == "warning"


def test_nothing_is_said_for_nothing() -> None:
    assert CHINESE.label("") == ""  # gettext would give the catalogue's header


def test_english_does_not_wait_for_babel() -> None:
    program = "import sys; from sopgen.words.messages import Translator; Translator().label('error'); sys.exit('babel' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every sentence of the program, found as babel.cfg says."""
    template = tmp_path_factory.mktemp("messages") / "messages.pot"
    extract = ["babel.messages.frontend", "--quiet", "extract", "-F", "babel.cfg", "-o", str(template), "."]
    subprocess.run([sys.executable, "-m", *extract], cwd=ROOT, check=True)
    with template.open("rb") as source:
        return {str(message.id) for message in read_po(source) if message.id}


@pytest.fixture(scope="module", params=sorted(CATALOGUES.glob("*.po")), ids=lambda path: path.name)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with request.param.open("rb") as source:
        return read_po(source, locale=request.param.stem)


def listed(sentences: Iterable[str]) -> str:
    return "".join(f"\n  {sentence}" for sentence in sorted(sentences))


def test_every_sentence_is_translated(said: set[str], catalogue: Catalog) -> None:
    missing = said - {str(message.id) for message in catalogue if message.string}
    assert not missing, f"{len(missing)} sentences have no translation; `make messages` adds them to be translated:{listed(missing)}"


def test_every_translation_is_of_a_sentence_that_is_said(said: set[str], catalogue: Catalog) -> None:
    known = {str(message.id) for message in [*catalogue, *catalogue.obsolete.values()] if message.id}
    assert not known - said, f"nothing says these any more; remove them:{listed(known - said)}"


def test_no_translation_is_a_guess(catalogue: Catalog) -> None:
    guesses = {str(message.id) for message in catalogue if message.id and message.fuzzy}
    assert not guesses, f"look at these and take the mark `fuzzy` away:{listed(guesses)}"


def test_every_translation_has_the_placeholders_of_its_sentence(catalogue: Catalog) -> None:
    different = {
        str(message.id)
        for message in catalogue
        if message.id and message.string and set(PLACEHOLDER.findall(str(message.id))) != set(PLACEHOLDER.findall(str(message.string)))
    }
    assert not different, f"placeholders differ:{listed(different)}"
