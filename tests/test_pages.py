"""Pages: what authors wrote shows as they wrote it, rows come and go with their records, and figures read as people write them."""

from __future__ import annotations

import html
import re
from datetime import date
from fractions import Fraction
from typing import Literal, get_args, get_origin

import markdown as python_markdown
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen import pipeline
from sopgen.compute.figures import Figure
from sopgen.pages.format import amount, day, decimal, duration, signed
from sopgen.pages.labels import LABELS
from sopgen.pages.markdown import code, escape, link
from sopgen.pages.page import Page
from sopgen.pages.sops import PHASES
from sopgen.pipeline import Build
from sopgen.records import Field, FixedList, Metric, Plan, Record, Risk, Sop, Target
from sopgen.words.dates import Duration
from tests.workspace import Files, run, starter, without_traces

HOSTILE = "<script>alert(1)</script> | *bold* _it_ [x](javascript:alert(1)) `a|b` {{ 7*7 }} {#id} &amp; # ~~no~~ ![i](x)"


def page(build: Build, path: str, language: str = "en") -> str:
    return without_traces(next(item.markdown for item in build.pages(language) if item.path == path and isinstance(item, Page)))


def shown(markdown: str) -> str:
    """What a reader sees of a paragraph: rendered as the site renders it, without its tags."""
    rendered = python_markdown.markdown(
        markdown, extensions=["tables", "attr_list", "sane_lists", "def_list", "md_in_html", "toc", "admonition"]
    )
    return html.unescape(re.sub(r"<[^>]+>", "", rendered)).strip()


# --- text is data ----------------------------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=400)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.sampled_from(" `*_|<>&[](){}#!~-+.1:="), max_size=40))
def test_any_text_shows_as_it_was_written(text: str) -> None:
    seen = shown(escape(text)).replace("`", "")
    assert " ".join(seen.split()) == " ".join(text.replace("`", "").split())


@settings(derandomize=True, max_examples=200)
@given(st.text(st.sampled_from(" `*_|<>&[](){}#!~-+.1:=ab"), max_size=20))
def test_any_text_stays_in_its_cell(text: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| {escape(text)} | end |\n"
    rendered = python_markdown.markdown(table, extensions=["tables"])
    assert rendered.count("<td>") == 2
    assert rendered.endswith("<td>end</td>\n</tr>\n</tbody>\n</table>")


def test_hostile_text_does_nothing_anywhere() -> None:
    texts = {path: text.replace("Choose the products for the sale", "HOSTILE") for path, text in starter().items()}
    build = run(texts | {"plans/2024-06/tasks.yaml": texts["plans/2024-06/tasks.yaml"].replace("HOSTILE", "'" + HOSTILE + "'")})
    assert build.found == run().found
    plan = page(build, "plans/2024-06.md")
    row = next(line for line in plan.split("\n") if "alert(1)" in line)
    assert "<script" not in row
    assert shown(f"{'|a' * 9}|\n{'|-' * 9}|\n{row}").count("<script>alert(1)</script> | *bold* _it_ [x](javascript:alert(1))") == 1


def test_code_and_links() -> None:
    assert code("sum(a.b)") == "`sum(a.b)`"
    assert code("a`b") == "`` a`b ``"
    assert escape("run `sopgen build` *now*") == r"run `sopgen build` \*now\*"
    assert escape("1. not a list") == "1&#46; not a list"
    assert escape("1.2.0") == "1.2.0"
    assert link("GMV [net]", "metrics.md#gmv", "plans/q2.md") == r"[GMV \[net\]](../metrics.md#gmv)"
    assert link("here", "plans/q2.md#tasks", "plans/q2.md") == "[here](#tasks)"


# --- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (Fraction(5_000_000), "CNY", "¥5,000,000", "500万元"),
        (Fraction(58_000), "CNY", "¥58,000", "5.8万元"),
        (Fraction("38268059"), "CNY", "¥38,268,059", "3826.81万元"),
        (Fraction("-2000"), "CNY", "-¥2,000", "-2,000元"),
        (Fraction("28.29268"), "CNY", "¥28.29", "28.29元"),
        (Fraction("0.0411"), "percent", "4.11%", "4.11%"),
        (Fraction("-0.005"), "points", "-0.5pp", "-0.5个百分点"),
        (Fraction("3.2"), "1:n", "1:3.2", "1:3.2"),
        (Fraction(1), "days", "1 day", "1天"),
        (Fraction(120_000), "person", "120,000 people", "120,000人"),
        (Fraction(7), "box", "7 box", "7 box"),
        (Fraction("12.3"), "CNY/person", "¥12.30 per person", "12.30元/人"),
        (Fraction("1.25"), "piece/order", "1.25 pieces per order", "1.25件/单"),
    ],
)
def test_figures_read_as_people_write_them(value: Fraction, unit: str, english: str, chinese: str) -> None:
    assert (amount(value, unit, "en"), amount(value, unit, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0.965", 2, "0.97"),
        ("-0.965", 2, "-0.97"),
        ("0.9649999", 2, "0.96"),
        ("-0.001", 2, "0"),
        ("2.5", 0, "3"),
        ("1234567.10", 2, "1,234,567.1"),
    ],
)
def test_rounding_is_half_up_and_away_from_zero(value: str, places: int, text: str) -> None:
    assert decimal(Fraction(value), places) == text


def test_money_has_two_decimals_or_none() -> None:
    assert (amount(Fraction("5.5"), "CNY", "en"), amount(Fraction("5.5"), "CNY", "zh")) == ("¥5.50", "5.50元")


def test_a_difference_of_ratios_is_a_number() -> None:
    assert signed(Figure("gap", Fraction("0.2"), "1:n", "actual - target"), "en") == "+0.2"


def test_a_length_of_time_is_said_in_words() -> None:
    lengths = [Duration.parse(text) for text in ("1h", "30min", "90d", "30s")]
    assert [duration(each, "en") for each in lengths] == ["1 hour", "30 minutes", "90 days", "30 seconds"]
    assert [duration(each, "zh") for each in lengths] == ["1小时", "30分钟", "90天", "30秒"]


def test_a_day_has_its_weekday() -> None:
    assert (day(date(2024, 4, 20), "en"), day(date(2024, 4, 20), "zh")) == ("2024-04-20 Sat", "2024-04-20 周六")


# --- pages follow their records --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "path", "row"),
    [
        ("plans/2024-06/targets.yaml", "visitors", "plans/2024-06.md", "| [Visitors]"),
        ("plans/2024-06/tasks.yaml", "service-shifts", "plans/2024-06.md", "Plan the customer service shifts"),
        ("data/risks.yaml", "late-dispatch", "risks.md", "{#late-dispatch}"),
        ("data/people.yaml", "service-lead", "people.md", "{#service-lead}"),
        ("data/metrics.yaml", "order-value", "metrics.md", "{#order-value}"),
    ],
)
def test_a_row_leaves_with_its_record(file: str, old: str, path: str, row: str) -> None:
    text = starter()[file]
    start = re.search(rf"^(- id: |  )?{old}\b.*\n", text, re.MULTILINE)
    assert start
    depth = len(start[0]) - len(start[0].lstrip(" "))
    rest = re.compile(rf"(?: {{{depth + 1},}}.*\n|\n)*").match(text, start.end())
    assert rest
    assert row in page(run(), path)
    assert row not in page(run({file: text[: start.start()] + text[rest.end() :]}), path)


def test_a_broken_record_leaves_the_others_on_the_page() -> None:
    tasks = starter()["plans/2024-06/tasks.yaml"].replace("due: 2024-06-14", "due: soon")
    build = run({"plans/2024-06/tasks.yaml": tasks})
    assert [found.rule.name for found in build.found if found.severity == "error"] == ["malformed-value"]
    plan = page(build, "plans/2024-06.md")
    assert "Choose the products for the sale" in plan
    assert "Plan the customer service shifts" not in plan


def test_an_incident_has_a_place_even_on_a_day_without_figures() -> None:
    text = "id: 2024-07-20-late\nprocess: Delivery\ndetected: 2024-07-20 10:00\ncause: The van broke down\n"
    build = run({"data/incidents/2024-07-20-late.yaml": text})
    assert build.found == ()
    assert "{#2024-07-20-late}" in page(build, "reports/2024-07.md")
    assert "[20](2024-07.md#2024-07-20)" in page(build, "reports/index.md")


def test_a_waiver_holds_until_its_day() -> None:
    retro = """\
period: 2024-06-01..2024-06-10
problems:
- {id: late, text: Orders left late, waived: {reason: One driver was ill, approver: shop-manager, until: UNTIL}}
"""
    waived, over = (run({"plans/2024-06/retro.yaml": retro.replace("UNTIL", day)}) for day in ("2024-06-30", "2024-06-14"))
    assert "Waived until: 2024-06-30" in page(waived, "retros/2024-06.md")
    assert "Nothing answers this problem yet" in page(over, "retros/2024-06.md")
    assert len(over.view.facts.proposals) == 1


def test_a_problem_whose_incident_names_a_risk_is_proposed_for_that_risk() -> None:
    retro = "period: 2024-06-01..2024-06-10\nproblems:\n- {id: late, text: Orders left late, incidents: [2024-06-03-late]}\n"
    incident = "{id: 2024-06-03-late, detected: 2024-06-03 10:00, cause: The van broke down, risk: late-dispatch}"
    build = run({"plans/2024-06/retro.yaml": retro, "data/incidents/2024-06-03-late.yaml": incident})
    assert [proposal.risk for proposal in build.view.facts.proposals] == ["late-dispatch"]
    assert "let that risk say `answers: [2024-06/late]`" in page(build, "retros/2024-06.md")
    assert "`answers: [2024-06/late]`" in page(build, "risks.md")


def test_a_relative_goal_shows_what_it_rises_from() -> None:
    targets = "gmv: {target: {raise_by: 20%, from: {value: 30万}}, department: operations, owner: shop-manager}\n"
    plan = page(run({"plans/2024-06/targets.yaml": targets}), "plans/2024-06.md")
    assert "20% on 30万" in plan
    assert "¥360,000" in plan


def test_an_empty_workspace_still_has_a_site() -> None:
    build = pipeline.run(Files({"mkdocs.yml": "plugins: [sopgen: {as_of: 2024-06-14}]\n"}))
    assert build.found == ()
    assert "There is no plan yet." in page(build, "index.md")
    assert "还没有计划。" in page(build, "index.md", "zh")


# --- labels ----------------------------------------------------------------------------------------------------------


def choices(shape: object) -> set[str]:
    """Every value of every closed list in a type."""
    if get_origin(shape) is Literal:
        return {str(value) for value in get_args(shape)}
    if isinstance(shape, type) and issubclass(shape, Record):
        return {value for field in msgspec.structs.fields(shape) for value in choices(field.type)}
    return {value for arm in get_args(shape) for value in choices(arm)}


@pytest.mark.parametrize("kind", [Plan, Target, Risk, Sop, Metric, Field, FixedList])
def test_every_choice_that_is_shown_has_a_label(kind: type[Record]) -> None:
    in_sentences = {"up", "down", "band", "skip", "zero", "refuse", "signed", "inverse"}
    not_shown = {"yes", "no", *in_sentences, *PHASES}
    assert choices(kind) - set(LABELS) - not_shown == set()
