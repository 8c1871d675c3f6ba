"""Resource lists: what is confirmed, what is missing, and the mistakes that people make in them, on the starter as of 15 June."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sopgen.pages.page import Page
from sopgen.pipeline import Build
from tests.oracle import resources as oracle
from tests.oracle.resources import Needed
from tests.workspace import findings, run, without_traces

PATH = "plans/2024-06/resources.yaml"
TODAY = date(2024, 6, 15)
LIST = """
owner: shop-manager
written: 2024-05-20
review: 2024-06-12
internal:
- {id: packing, department: operations, contact: shop-manager, what: A second packer, needed: 2024-06-10, asked: 2024-05-20,
   confirmed: 2024-06-12}
- {id: shifts, department: service, what: Two people more, needed: 2024-06-18, asked: 2024-06-11, task: service-shifts}
external:
- {id: van, kind: carrier, party: Carrier A, owner: traffic-specialist, contact: Account manager, what: 900 parcels a day,
   needed: 2024-07-15, terms: One van a day, standard: Picked up by 18:00, settlement: By the month}
- {id: live, kind: influencer, party: Home partner, owner: shop-manager, contact: Booking desk, what: One live room,
   needed: 2024-06-14, asked: 2024-05-28, declined: 2024-06-01, terms: A tenth, standard: Two hours, settlement: Afterwards}
"""


def built(listed: str = LIST, changed: Mapping[str, str] | None = None) -> Build:
    return run({PATH: listed, **(changed or {})})


def numbers(build: Build) -> dict[str, Fraction | None]:
    """The figures of the list, by what is behind its home."""
    home = "plans/2024-06/resources/"
    return {id_.removeprefix(home): figure.value for id_, figure in build.view.figures.items() if id_.startswith(home)}


def page(build: Build, path: str = "plans/2024-06/resources.md", language: str = "en") -> str:
    found = without_traces(next(item.markdown for item in build.pages(language) if item.path == path and isinstance(item, Page)))
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", found)


def rows(text: str, heading: str) -> list[str]:
    """The rows of the table below a heading."""
    table = text.split(f"# {heading} ")[1].split("\n#")[0]
    return [line for line in table.split("\n") if line.startswith("|")][2:]


def test_a_sound_list_is_no_finding() -> None:
    assert findings(built()) == []


def test_gaps_are_what_is_not_confirmed_or_has_nobody_to_ask_and_what_is_needed_first_comes_first() -> None:
    assert rows(page(built()), "Gaps") == [
        "| 2024-06-18 | Two people more | ◐ asked 2024-06-11<br>needed in 3 days<br>⚠ no contact | Shop manager |",
        "| 2024-07-15 | 900 parcels a day | ○ not asked yet | Traffic specialist |",
    ]


def test_what_was_confirmed_too_late_says_so() -> None:
    assert rows(page(built()), "From our own departments") == [
        "| Operations<br>Shop manager {#packing} | A second packer | 2024-06-10 | ⚠ confirmed 2024-06-12<br>2 days later than needed |",
        "| Customer service<br>⚠ no contact {#shifts} | Two people more<br>for: Plan the customer service shifts | 2024-06-18 "
        "| ◐ asked 2024-06-11<br>needed in 3 days |",
    ]


def test_a_partner_has_a_table_of_its_own() -> None:
    text = page(built())
    assert rows(text, "Carrier A") == [
        "| Partner | carrier |",
        "| Resource | 900 parcels a day |",
        "| Needed by | 2024-07-15 |",
        "| State | ○ not asked yet |",
        "| Terms | One van a day |",
        "| Delivery standard | Picked up by 18:00 |",
        "| Settlement | By the month |",
        "| Their contact | Account manager |",
        "| Owner | Traffic specialist |",
    ]
    assert rows(text, "Home partner")[3] == "| State | ✗ declined 2024-06-01 |"


def test_the_counts_stand_at_the_head() -> None:
    head = page(built()).split("## ")[0]
    assert [line for line in head.split("\n") if re.search(r"\d \||/ \d", line)][-4:] == [
        "| Confirmed | 1 / 4 |",
        "| Not confirmed | 2 |",
        "| of these needed within 14 days, or before | 1 |",
        "| Without a contact | 1 |",
    ]


def test_a_list_without_gaps_says_so() -> None:
    whole = LIST.replace("asked: 2024-06-11,", "asked: 2024-06-11, confirmed: 2024-06-12, contact: service-lead,")
    whole = whole.replace("needed: 2024-07-15,", "needed: 2024-07-15, confirmed: 2024-06-01,")
    assert "✓ All is confirmed, and has a contact." in page(built(whole))


def test_an_answer_of_tomorrow_is_not_known_today() -> None:
    assert numbers(built(LIST.replace("confirmed: 2024-06-12", "confirmed: 2024-06-16")))["internal/packing/overdue"] == 5


def test_a_row_leaves_the_page_with_its_record() -> None:
    lines = LIST.split("\n")
    without = "\n".join(line for line in lines if "id: shifts" not in line)
    assert "Two people more" in page(built())
    assert "Two people more" not in page(built(without))
    assert numbers(built(without))["total"] == 3


def test_the_plan_and_the_list_of_plans_lead_to_it_and_back() -> None:
    papers = "| Goal breakdown<br>Gantt chart<br>Resource list<br>Task assignment |"
    for path in ("plans/2024-06.md", "plans/index.md"):
        assert papers in page(built(), path)
    assert "| Plan | June 2024 |" in page(built())
    for path in ("plans/2024-06.md", "plans/index.md"):
        assert "Resource list" not in page(run(), path)


def test_the_list_is_in_chinese_too() -> None:
    text = page(built(), language="zh")
    assert rows(text, "缺口")[0] == "| 2024-06-18 | Two people more | ◐ 已提出 2024-06-11<br>还剩 3天<br>⚠ 缺少接口人 | 店长 |"


def test_what_is_missing_is_on_the_weekly_page_and_what_presses_on_the_home_page() -> None:
    shifts = "- ○ Two people more · June 2024 · asked · needed in 3 days · no contact · Shop manager"
    van = "- ○ 900 parcels a day · June 2024 · not asked yet · needed by 2024-07-15 · Traffic specialist"
    weekly, home = page(built(), "weekly.md"), page(built(), "index.md")
    assert [line for line in weekly.split("{#resources}")[1].split("\n## ")[0].split("\n") if line] == [shifts, van]
    assert shifts.replace("○ ", "○ Resource not confirmed: ") in home
    assert "900 parcels" not in home
    late = built(LIST.replace("needed: 2024-06-18", "needed: 2024-06-14"))
    assert "- ⚠ Resource not confirmed: Two people more · June 2024 · asked · needed 1 day ago · no contact · Shop manager" in page(
        late, "index.md"
    )
    assert "#resources" not in page(run(), "weekly.md")


def test_a_list_with_nothing_on_it_says_so() -> None:
    assert "Nothing is on the list yet." in page(built("{owner: shop-manager, written: 2024-05-20}\n"))


def test_its_review_is_one_of_all_reviews() -> None:
    (review,) = (each for each in built().view.facts.reviews if each.kind == "resources")
    assert (review.plan, review.due) == ("2024-06", date(2024, 6, 12))
    assert review.overdue is not None
    assert review.overdue.value == 3


_DAYS = st.none() | st.integers(-40, 40).map(lambda each: TODAY + timedelta(each))
_NEEDED = st.builds(Needed, st.integers(-40, 40).map(lambda each: TODAY + timedelta(each)), _DAYS, _DAYS, _DAYS, st.booleans())
_NAMES = st.sampled_from(["internal", "external"]).flatmap(lambda each: st.sampled_from("abc").map(lambda name: f"{each}/{each}-{name}"))


@settings(max_examples=settings().max_examples // 5)
@given(st.dictionaries(_NAMES, _NEEDED, max_size=5))
def test_every_number_is_that_of_the_second_opinion(resources: dict[str, Needed]) -> None:
    assert numbers(built(written(resources))) == oracle.numbers(resources, TODAY)


def written(resources: Mapping[str, Needed]) -> str:
    sections: dict[str, list[dict[str, str]]] = {"internal": [], "external": []}
    partner = dict.fromkeys(("party", "terms", "standard", "settlement"), "x") | {"kind": "carrier", "owner": "shop-manager"}
    for id_, each in resources.items():
        section, _, name = id_.partition("/")
        dates = {key: str(day) for key in ("needed", "asked", "confirmed", "declined") if (day := getattr(each, key))}
        own = {"department": "operations"} if section == "internal" else partner
        sections[section].append(
            {"id": name, "what": "x", **own, **dates, **({"contact": "shop-manager"} if each.contact else {})},
        )
    return json.dumps({"owner": "shop-manager", "written": "2024-05-20", **sections})


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ("department: service,", "department: services,", "8:28 unknown-reference"),
        ("contact: shop-manager", "contact: shop-managr", "6:50 unknown-reference"),
        ("task: service-shifts", "task: service-shift", "8:105 unknown-reference"),
        ("owner: traffic-specialist", "owner: traffic", "10:53 unknown-reference"),
        ("id: van", "id: shifts", "10:8 duplicate-id"),
        ("confirmed: 2024-06-12", "confirmed: 2024-05-19", "7:15 resource-out-of-order"),
        ("declined: 2024-06-01", "declined: 2024-05-01", "13:53 resource-out-of-order"),
        ("needed: 2024-06-18", "needed: 2024-06-14", "8:68 resource-not-confirmed"),
        (", declined: 2024-06-01", "", "13:12 resource-not-confirmed"),
        ("contact: Account manager", "contact: call 13812345678", "10:82 personal-contact"),
        ("terms: A tenth", "terms: bill to lamp@shop.example", "13:72 personal-contact"),
    ],
)
def test_one_mistake_is_one_finding(good: str, bad: str, finding: str) -> None:
    assert good in LIST
    assert findings(built(LIST.replace(good, bad, 1))) == [f"{PATH}:{finding}"]


def test_what_is_needed_today_is_not_overdue() -> None:
    assert findings(built(LIST.replace("needed: 2024-06-18", "needed: 2024-06-15"))) == []
