"""What a finding looks like: for people, for programs, for GitHub."""

from __future__ import annotations

import json
from collections.abc import Mapping
from textwrap import dedent

import pytest
from msgspec.structs import replace

from sopgen.reporters import FORMATS
from sopgen.reporters.columns import width
from sopgen.reporters.report import Report
from sopgen.words.diagnostics import Diagnostic, Label, Message, Rule, Severity, Span
from sopgen.words.messages import Translator

TASKS = "plans/2024-q2/tasks.yaml"
FILES = {
    TASKS: dedent("""\
        - id: sku-selection
          owner: ops-manager
          start: 2024-04-10
          due: 2024-04-05
          title: {en: Select, zh: 选品}
          note: the last line
        """),
    "plans/2024-q2/plan.yaml": "id: 2024-q2\nperiod: 2024-04-01..2024-06-30\n",
}
EARLY = Rule(
    "task-due-before-start",
    Severity.ERROR,
    "task `{task}` is due before it starts",
    "set `due` on or after {start}",
)
UNUSED = Rule("unused-task", Severity.WARNING, "nothing uses `{task}`")
ARGS = {"task": "sku-selection", "start": "2024-04-10"}


def span(line: int, column: int, length: int, path: str = TASKS) -> Span:
    return Span(path, line, column, line, column + length)


FINDING = Diagnostic(
    EARLY,
    span(4, 8, 10),
    ARGS,
    Message("{days} days earlier", {"days": 5}),
    (Label(span(3, 10, 10), Message("starts here")),),
)


def report(*findings: Diagnostic, files: Mapping[str, str] = FILES, language: str = "en") -> Report:
    def read_line(path: str, number: int) -> str | None:
        lines = files.get(path, "").splitlines()
        return lines[number - 1] if number <= len(lines) else None

    return Report(findings, 14, read_line, Translator(language))


def text(shown: Report) -> str:
    return FORMATS["text"](shown) + "\n"


def test_a_finding_shows_both_places_and_the_mend() -> None:
    assert text(report(FINDING)) == dedent("""\
        error[task-due-before-start]: task `sku-selection` is due before it starts
         --> plans/2024-q2/tasks.yaml:4:8
          |
        3 |   start: 2024-04-10
          |          ---------- starts here
        4 |   due: 2024-04-05
          |        ^^^^^^^^^^ 5 days earlier
          |
          = help: set `due` on or after 2024-04-10

        1 error in 14 files
        """)


def test_the_frame_is_in_the_readers_language() -> None:
    assert (
        text(report(FINDING, replace(FINDING, rule=replace(UNUSED, help="")), language="zh")).splitlines()[-1]
        == "14 个文件中有 1 个错误、1 个警告"
    )
    assert text(report(replace(FINDING, related=(), label=None), language="zh")) == dedent("""\
        错误[task-due-before-start]: 任务 `sku-selection` 的截止早于开始
         --> plans/2024-q2/tasks.yaml:4:8
          |
        4 |   due: 2024-04-05
          |        ^^^^^^^^^^
          |
          = 提示: 把 `due` 设在 2024-04-10 当天或之后

        14 个文件中有 1 个错误
        """)


def test_wide_characters_take_two_columns() -> None:
    related = Label(span(5, 29, 1), Message("后面"))
    assert text(report(Diagnostic(UNUSED, span(5, 27, 2), ARGS, Message("选品"), (related,)))) == dedent("""\
        warning[unused-task]: nothing uses `sku-selection`
         --> plans/2024-q2/tasks.yaml:5:27
          |
        5 |   title: {en: Select, zh: 选品}
          |                           ^^^^ 选品
          |                               - 后面

        1 warning in 14 files
        """)


def test_lines_far_apart_are_joined_by_dots_and_a_single_one_between_is_shown() -> None:
    finding = Diagnostic(
        UNUSED, span(6, 3, 4), ARGS, None, (Label(span(1, 3, 2), Message("this")), Label(span(4, 3, 3), Message("and this")))
    )
    assert text(report(finding)) == dedent("""\
        warning[unused-task]: nothing uses `sku-selection`
         --> plans/2024-q2/tasks.yaml:6:3
          |
        1 | - id: sku-selection
          |   -- this
        ...
        4 |   due: 2024-04-05
          |   --- and this
        5 |   title: {en: Select, zh: 选品}
        6 |   note: the last line
          |   ^^^^

        1 warning in 14 files
        """)


def test_places_in_other_files_follow() -> None:
    elsewhere = Label(span(2, 9, 22, "plans/2024-q2/plan.yaml"), Message("the plan's days"))
    finding = replace(FINDING, span=span(12, 1, 1), related=(elsewhere,))
    padding = {TASKS: "\n" * 11 + "due: 2024-07-05\n", "plans/2024-q2/plan.yaml": FILES["plans/2024-q2/plan.yaml"]}
    assert text(report(finding, files=padding)) == dedent("""\
        error[task-due-before-start]: task `sku-selection` is due before it starts
          --> plans/2024-q2/tasks.yaml:12:1
           |
        12 | due: 2024-07-05
           | ^ 5 days earlier
           |
          ::: plans/2024-q2/plan.yaml:2:9
           |
         2 | period: 2024-04-01..2024-06-30
           |         ---------------------- the plan's days
           |
           = help: set `due` on or after 2024-04-10

        1 error in 14 files
        """)


def test_a_place_without_a_source_line_keeps_its_words() -> None:
    assert text(report(replace(FINDING, related=()), files={})) == dedent("""\
        error[task-due-before-start]: task `sku-selection` is due before it starts
         --> plans/2024-q2/tasks.yaml:4:8
          = 5 days earlier
          |
          = help: set `due` on or after 2024-04-10

        1 error in 14 files
        """)


def test_a_span_over_several_lines_is_underlined_on_its_first() -> None:
    finding = Diagnostic(UNUSED, Span(TASKS, 3, 3, 4, 9), ARGS)
    assert text(report(finding)).splitlines()[3:5] == ["3 |   start: 2024-04-10", "  |   ^^^^^^^^^^^^^^^^^"]


@pytest.mark.parametrize(
    ("source", "column", "expected"),
    [
        ("\tdue: 1", 2, ["1 |     due: 1", "  |     ^^^"]),
        ("", 1, ["1 |", "  | ^^^"]),
        ("a\x1b[2J due", 7, ["1 | a\ufffd[2J due", "  |       ^^^"]),
        ("due", 4, ["1 | due", "  |    ^"]),
    ],
    ids=["tab", "empty", "escape", "past the end"],
)
def test_odd_lines_stay_aligned(source: str, column: int, expected: list[str]) -> None:
    finding = Diagnostic(UNUSED, span(1, column, 3), ARGS)
    lines = text(report(finding, files={TASKS: source + "\n"})).splitlines()[3:5]
    assert [line.replace("^^^", "^") for line in lines] == [line.replace("^^^", "^") for line in expected]


@pytest.mark.parametrize("filler", ["x", "选"])
@pytest.mark.parametrize("before", [0, 200])
@pytest.mark.parametrize("after", [0, 200])
def test_a_long_line_is_cut_around_the_span(filler: str, before: int, after: int) -> None:
    source = filler * before + "HERE" + filler * after
    finding = Diagnostic(UNUSED, span(1, before + 1, 4), ARGS)
    line, marks = text(report(finding, files={TASKS: source})).splitlines()[3:5]
    assert width(line) <= 100
    assert width(line[: line.index("HERE")]) == marks.index("^^^^")
    assert (line[4] == "…", line[-1] == "…") == (before > 0, after > 0)


def test_a_sentence_stays_on_its_line() -> None:
    assert "nothing uses `a b\ufffd`" in text(report(Diagnostic(UNUSED, span(1, 1, 1), {"task": "a\nb\x1b"})))


def test_colour_is_given_only_when_asked_for() -> None:
    coloured = FORMATS["text"](replace(report(FINDING), colour=True)).splitlines()
    assert coloured[0] == "\x1b[1;31merror[task-due-before-start]\x1b[0m\x1b[1m: task `sku-selection` is due before it starts\x1b[0m"
    assert coloured[6] == "\x1b[1;34m  |\x1b[0m        \x1b[1;31m^^^^^^^^^^ 5 days earlier\x1b[0m"
    assert "\x1b" not in text(report(FINDING))


def test_findings_are_ordered_by_path_line_and_column() -> None:
    places = [span(4, 1, 1), span(1, 9, 1), span(1, 2, 1), span(9, 1, 1, "data/people.yaml")]
    ordered = report(*(Diagnostic(UNUSED, place, ARGS) for place in places)).ordered
    assert [finding.span for finding in ordered] == [places[3], places[2], places[1], places[0]]


@pytest.mark.parametrize(
    ("errors", "warnings", "english", "chinese"),
    [
        (0, 0, "14 files checked, nothing to report", "已检查 14 个文件，没有发现问题"),
        (1, 0, "1 error in 14 files", "14 个文件中有 1 个错误"),
        (0, 2, "2 warnings in 14 files", "14 个文件中有 2 个警告"),
        (2, 1, "2 errors, 1 warning in 14 files", "14 个文件中有 2 个错误、1 个警告"),
    ],
)
def test_the_summary_counts(errors: int, warnings: int, english: str, chinese: str) -> None:
    findings = [FINDING] * errors + [Diagnostic(UNUSED, span(1, 1, 1), ARGS)] * warnings
    assert report(*findings).summary == english
    assert report(*findings, language="zh").summary == chinese


def test_json_holds_every_place_and_sentence() -> None:
    assert json.loads(FORMATS["json"](report(FINDING))) == {
        "version": 1,
        "findings": [
            {
                "rule": "task-due-before-start",
                "severity": "error",
                "message": "task `sku-selection` is due before it starts",
                "path": "plans/2024-q2/tasks.yaml",
                "line": 4,
                "column": 8,
                "end_line": 4,
                "end_column": 18,
                "label": "5 days earlier",
                "help": "set `due` on or after 2024-04-10",
                "related": [
                    {
                        "message": "starts here",
                        "path": "plans/2024-q2/tasks.yaml",
                        "line": 3,
                        "column": 10,
                        "end_line": 3,
                        "end_column": 20,
                    }
                ],
            }
        ],
        "summary": {"errors": 1, "warnings": 0, "files": 14},
    }


def test_json_is_the_same_object_when_there_is_nothing_to_report() -> None:
    empty = {"version": 1, "findings": [], "summary": {"errors": 0, "warnings": 0, "files": 14}}
    assert json.loads(FORMATS["json"](report())) == empty


def test_github_gets_errors_first_with_paths_from_the_root_of_the_repository() -> None:
    warning = Diagnostic(UNUSED, Span("data/a,b.yaml", 2, 1, 3, 4), {"task": "100%\nsure"})
    assert FORMATS["github"](replace(report(warning, FINDING), folder="shop")).splitlines() == [
        "::error file=shop/plans/2024-q2/tasks.yaml,line=4,endLine=4,col=8,endColumn=18,title=task-due-before-start"
        "::task `sku-selection` is due before it starts%0Aset `due` on or after 2024-04-10",
        "::warning file=shop/data/a%2Cb.yaml,line=2,endLine=3,title=unused-task::nothing uses `100%25%0Asure`",
        "1 error, 1 warning in 14 files",
    ]


def test_github_gets_all_findings() -> None:
    assert FORMATS["github"](report(*[FINDING] * 30)).count("::error ") == 30
