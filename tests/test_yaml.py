"""YAML into plain values: nothing is changed on the way, everything has its place, and nothing brings the reader down."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen.readers import yaml
from sopgen.readers.yaml import Pointer
from tests.workspace import rendered, run, starter

steady = settings(derandomize=True, deadline=None, database=None)

# Every text that YAML can hold in quotes; line ends become plain newlines before the reader sees them.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff"))


def value(text: str) -> Any:
    parsed = yaml.read("a.yaml", text)
    assert parsed.found == []
    return parsed.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5),
        ("-5", -5),
        ("0", 0),
        ("5.2", 5.2),
        ("0.5", 0.5),
        ("-0.5", -0.5),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        # Writing these as numbers would give another text.
        ("007", "007"),
        ("5.20", "5.20"),
        ("5.0", 5.0),
        ("-0", "-0"),
        ("+5", "+5"),
        (".5", ".5"),
        ("5.", "5."),
        ("1e3", "1e3"),
        ("0x1f", "0x1f"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("0.10000000000000000001", "0.10000000000000000001"),
        ("12345678901234567890", "12345678901234567890"),
        (".inf", ".inf"),
        ("１２", "１２"),
        # These are numbers, days and truths to other readers of YAML.
        ("1:3", "1:3"),
        ("12:30", "12:30"),
        ("2024-04-01", "2024-04-01"),
        ("2024-04-01 14:10", "2024-04-01 14:10"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("True", "True"),
        ("NULL", "NULL"),
        ("500万", "500万"),
        ("35%", "35%"),
        ('"5"', "5"),
        ("'true'", "true"),
        ('""', ""),
    ],
)
def test_a_scalar_is_a_number_only_where_writing_it_back_gives_the_same_text(text: str, expected: object) -> None:
    got = value(f"a: {text}\n")["a"]
    assert (type(got), got) == (type(expected), expected)


@steady
@given(st.from_regex(r"[-+]?[0-9.][0-9._e]{0,20}", fullmatch=True))
def test_what_becomes_a_number_is_written_back_the_same(text: str) -> None:
    got = value(f"a: {text}\n")["a"]
    assert str(got) == text


@steady
@given(TEXT)
def test_quoted_text_comes_back(text: str) -> None:
    single = text.replace("'", "''")
    assert value(f"a: {json.dumps(text, ensure_ascii=False)}\n") == {"a": text}
    assert value(f"a: '{single}'\n") == {"a": text}


def test_keys_are_text() -> None:
    assert value("1: a\nyes: b\n2024-04-01: c\nnull: d\n") == {"1": "a", "yes": "b", "2024-04-01": "c", "null": "d"}


def test_a_block_of_text_keeps_its_lines() -> None:
    assert value("a: |\n  one\n  two\nb: >-\n  one\n  two\n") == {"a": "one\ntwo\n", "b": "one two"}


def test_an_alias_is_read_at_each_use() -> None:
    assert value("a: &days [mon, tue]\nb: *days\n") == {"a": ["mon", "tue"], "b": ["mon", "tue"]}


def test_only_what_is_inside_is_read() -> None:
    text = "plugins:\n- search\n- sopgen: {title: Shop}\nemoji: !!python/name:material.emoji\n"
    parsed = yaml.read("mkdocs.yml", text, ("plugins", "sopgen"))
    assert (parsed.value, parsed.found) == ({"title": "Shop"}, [])
    span = parsed.locate(("title",), False)
    assert (span.line, span.column, span.end_column) == (3, 19, 23)


@pytest.mark.parametrize(
    "text", ["plugins: [search]\n", "plugins:\n- sopgen\n", "site_name: Shop\n", "- plugins\n", "", "plugins: {sopgen: }\n"]
)
def test_nothing_may_be_inside(text: str) -> None:
    parsed = yaml.read("mkdocs.yml", text, ("plugins", "sopgen"))
    assert (parsed.value, parsed.found) == (None, [])


# --- places ----------------------------------------------------------------------------------------------------------

DOCUMENT = "数据:\n  visitors: [10, 'two, three']\n  note: |\n    first\n    second\nend: 完\n"


@pytest.mark.parametrize(
    ("pointer", "key", "place"),
    [
        (("数据",), True, (1, 1, 3)),
        (("数据", "visitors"), True, (2, 3, 11)),
        (("数据", "visitors"), False, (2, 13, 31)),
        (("数据", "visitors", 1), False, (2, 18, 30)),
        (("数据", "note"), False, (3, 9, 10)),
        (("end",), False, (6, 6, 7)),
        # What is not there is shown at the nearest thing above it.
        (("数据", "buyers"), True, (1, 1, 3)),
        (("数据", "visitors", 7), True, (2, 3, 11)),
    ],
)
def test_places(pointer: Pointer, key: bool, place: tuple[int, int, int]) -> None:
    span = yaml.read("a.yaml", DOCUMENT).locate(pointer, key)
    assert (span.line, span.column, span.end_column) == place


WORDS = st.text("abc数万", min_size=1, max_size=4)
NESTED = st.recursive(
    WORDS | st.integers(0, 999),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(WORDS, inner, min_size=1, max_size=3),
    max_leaves=8,
)


def leaves(nested: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    members = nested.items() if isinstance(nested, Mapping) else enumerate(nested) if isinstance(nested, list) else ()
    if not isinstance(nested, list | Mapping):
        yield pointer, nested
    for name, item in members:
        yield from leaves(item, (*pointer, name))


def written(nested: Any, indent: str) -> str:
    """In block style, one leaf a line."""
    if isinstance(nested, Mapping):
        return "".join(f"\n{indent}{name}: {written(item, indent + '  ')}" for name, item in nested.items())
    if isinstance(nested, list):
        return "".join(f"\n{indent}- {written(item, indent + '  ')}" for item in nested)
    return str(nested)


@steady
@given(st.dictionaries(WORDS, NESTED, min_size=1, max_size=3))
def test_a_span_covers_the_words_of_its_value(nested: dict[str, Any]) -> None:
    for text in (written(nested, "").lstrip("\n"), json.dumps(nested, ensure_ascii=False)):
        parsed = yaml.read("a.yaml", text)
        assert parsed.value == nested
        lines = text.split("\n")
        for pointer, leaf in leaves(nested):
            span = parsed.locate(pointer, False)
            assert lines[span.line - 1][span.column - 1 : span.end_column - 1].strip('"') == str(leaf)


# --- whatever the bytes ----------------------------------------------------------------------------------------------

PATHS = sorted(starter())
PIECES = [*"[]{}:,-*&!|>'\"%@`#?\t\n\r 0.万", "\u2028", "\x00", "\ufeff", "---\n", "null", "2024-02-30", "9" * 30, "id: ", "- ", "- {"]


@settings(steady, max_examples=150)
@given(st.sampled_from([*PATHS, "data/lists.yaml", "plans/2024-06/tasks.csv", "sop/a.md", "data/tables/x/a.csv"]), st.binary(max_size=200))
def test_any_bytes_in_any_file_give_findings_and_never_an_exception(path: str, content: bytes) -> None:
    rendered(run({path: content}))


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str]:
    """A file of the starter, with a stretch of it taken out, doubled, or something put in."""
    path = draw(st.sampled_from(PATHS))
    text = starter()[path]
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 40)))
    between = draw(st.sampled_from(["", text[start:end] * 2, *PIECES]))
    return path, text[:start] + between + text[end:]


@settings(steady, max_examples=600)
@given(st.lists(mutated(), min_size=1, max_size=2))
def test_a_file_with_a_slip_gives_findings_or_none_and_never_an_exception(slips: list[tuple[str, str]]) -> None:
    build = run(dict(slips))
    rendered(build, "zh")
    for finding in build.found:
        line = build.read_line(finding.span.path, finding.span.line)
        assert line is not None
        assert 1 <= finding.span.column <= len(line) + 1
