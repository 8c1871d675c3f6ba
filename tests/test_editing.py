"""New entries in files that people wrote: what is there keeps every byte, and what cannot be kept is not touched."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sopgen.editing import Entry, added, as_yaml
from sopgen.readers import yaml
from sopgen.words.diagnostics import Message
from sopgen.words.messages import Translator
from sopgen.writing import Edit

RISK = Entry("late", {"title": {"en": "Late, again", "zh": "又晚了"}, "level": 3, "for": ["campaign"]})
TASK = Entry("late", {"id": "late", "title": "Late"}, in_list=True)
ROW = Entry("late", {"id": "late", "title": {"en": 'Late, "again"', "zh": "又晚了"}, "after": ["a", "b"]}, in_list=True)
ITEM = "- id: late\n  title: Late\n"


def after(content: str | None, entry: Entry, path: str = "x.yaml") -> str:
    """The file with the entry in it, or why there is none."""
    edit = added(path, None if content is None else content.encode(), entry)
    return edit.content.decode() if isinstance(edit, Edit) else Translator().translate(edit)


def test_an_entry_is_written_as_people_write() -> None:
    assert after("# The library\nearly: {level: 1} # rare\n", RISK) == (
        '# The library\nearly: {level: 1} # rare\nlate:\n  title: {en: "Late, again", zh: 又晚了}\n  level: 3\n  for: [campaign]\n'
    )


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (None, ITEM),
        ("", ITEM),
        ("# nothing yet\n", f"# nothing yet\n{ITEM}"),
        ("# nothing yet", f"# nothing yet\n{ITEM}"),
        ("[]\n", ITEM),
        ("--- [] # nothing yet\n", f"--- # nothing yet\n{ITEM}"),
        ("- {id: a}", f"- {{id: a}}\n{ITEM}"),
        ("- id: a\r\n", "- id: a\r\n" + ITEM.replace("\n", "\r\n")),
        ("\ufeff- id: a\n", f"\ufeff- id: a\n{ITEM}"),
        ("- id: a\n\n- id: b\n", f"- id: a\n\n- id: b\n\n{ITEM}"),
        ("  - id: a\n    title: A\n", "  - id: a\n    title: A\n  - id: late\n    title: Late\n"),
        ("- id: a\n# the end\n", f"- id: a\n# the end\n{ITEM}"),
        ("- id: a\n  note: |\n    kept\n", f"- id: a\n  note: |\n    kept\n{ITEM}"),
        ("[{id: a}]\n", "[{id: a}, {id: late, title: Late}]\n"),
        ("[\n  {id: a}, # one\n]\n", "[\n  {id: a}, # one\n{id: late, title: Late}]\n"),
        ("[\n  {id: a} # one\n]\n", "[\n  {id: a} # one\n, {id: late, title: Late}]\n"),
    ],
    ids=repr,
)
def test_it_goes_where_the_style_of_the_file_wants_it(before: str | None, expected: str) -> None:
    assert after(before, TASK) == expected


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("- id: late\n", "x.yaml has `late` already"),
        ("a: 1\n", "x.yaml cannot be read as it stands; `sopgen validate` says what to mend first"),
        ("- id: *a\n", "x.yaml cannot be read as it stands; `sopgen validate` says what to mend first"),
        ("- id: a\n...\n", "x.yaml is written in a way that nothing can be added to safely; add `late` by hand"),
        # Without its last newline the text is `a`; with one it would be another text.
        ("- id: |\n    a", "x.yaml is written in a way that nothing can be added to safely; add `late` by hand"),
    ],
)
def test_what_cannot_be_kept_is_left_alone(before: str, why: str) -> None:
    assert after(before, TASK) == why


def test_a_file_in_another_encoding_is_left_alone() -> None:
    found = added("x.yaml", "- id: 晚".encode("gbk"), TASK)
    assert isinstance(found, Message)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("id,title.zh,title.en,after,note\na,甲,A,,\n", 'id,title.zh,title.en,after,note\na,甲,A,,\nlate,又晚了,"Late, ""again""",a; b,\n'),
        ("id,title.en,title.zh,after\r\na,A,甲,", 'id,title.en,title.zh,after\r\na,A,甲,\r\nlate,"Late, ""again""",又晚了,a; b\r\n'),
        ("id,title.en,title.zh\n", "x.csv has no column `after`; add it to the header first"),
        ("id,title.en,title.zh,after\nlate,A,甲,\n", "x.csv has `late` already"),
        ("", "x.csv cannot be read as it stands; `sopgen validate` says what to mend first"),
    ],
)
def test_a_row_has_the_columns_of_its_file(before: str, expected: str) -> None:
    assert after(before, ROW, "x.csv") == expected


@pytest.mark.parametrize(
    "text", ["618", "007", "1:3", "no: way", "*经理", "a # b", " ", "null", "true", "'", '"', "{a", "a, b]", "：", "-", "\u2028"]
)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    value: dict[str, Any] = {"alone": text, "inside": {"en": text, "zh": [text]}, "below": [{"text": text}]}
    parsed = yaml.read("", as_yaml(value))
    assert (parsed.value, parsed.found) == (value, [])


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.from_regex(r"[a-z][a-z0-9-]{0,5}", fullmatch=True), values, min_size=1, max_size=4)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
PLAIN = st.recursive(TEXTS | st.integers(-99, 99), lambda inner: st.lists(inner, min_size=1) | mappings(inner), max_leaves=8)


@given(mappings(PLAIN), mappings(PLAIN))
@example({"a": [["x"]]}, {"b": [[{"c": "d"}]]})
def test_whatever_is_written_reads_back(old: dict[str, Any], new: dict[str, Any]) -> None:
    before = as_yaml(old)
    edit = added("x.yaml", before.encode(), Entry("zz-new", new))
    assert isinstance(edit, Edit)
    assert edit.content.startswith(before.encode())
    assert yaml.read("", edit.content.decode()).value == {**old, "zz-new": new}
