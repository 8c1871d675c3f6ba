"""Market and competitor briefs, and the one list of what is to be looked at again, on the starter with a brief of June."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest

from sopgen.compute.research import feeds
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from tests.workspace import findings, run, without_traces

PATH = "plans/2024-06/research.yaml"
BRIEF = """
owner: shop-manager
written: 2024-05-20
review: 2024-06-10
period: 2024-06-01..2024-06-02
market:
  size: {text: 4000 shops, sources: [panel]}
  growth: {text: 6% a year, sources: [panel]}
  preferences: [{text: One discount, sources: [survey]}]
competitors:
- {id: boxes, title: Shop A, products: Boxes, promotion: Coupons, reviews: Slow, traffic: Search, sources: [panel],
   figures: {gmv: 4万, conversion: 5.5%}}
- {id: lamps, title: Shop B, products: Lamps, promotion: Live rooms, reviews: Good, traffic: Live, sources: [panel]}
- {id: socks, title: Shop C, products: Socks, promotion: No, reviews: Mixed, traffic: Search, sources: [panel], figures: {gmv: 1万}}
opportunities:
- {id: one-rule, title: One rule, text: Buyers leave carts, feeds: [conversion, gmv]}
- {id: search, title: Hold search, feeds: [2024-06/gmv], sources: [survey]}
sources:
  panel: {title: Category panel, date: 2024-04-30, url: "https://example.com/a_(b)"}
  survey: {title: Survey, date: 2024-05-18}
"""


def built(brief: str = BRIEF, changed: Mapping[str, str] | None = None) -> Build:
    return run({PATH: brief, **(changed or {})})


def page(build: Build, path: str = "plans/2024-06/research.md") -> str:
    found = without_traces(next(item.markdown for item in build.pages("en") if item.path == path and isinstance(item, Page)))
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", found)


def rows(build: Build, start: str) -> list[str]:
    return [line for line in page(build).split("\n") if line.startswith(f"| {start} |")]


def test_a_sound_brief_is_no_finding() -> None:
    assert findings(built()) == []


def test_our_own_figures_stand_beside_those_of_the_competitors() -> None:
    """On 1 and 2 June the starter's shop took 16,236 and 17,150 yuan; of 4,210 and 4,385 visitors 164 and 175 bought."""
    table = page(built()).split("### In figures")[1].split("###")[0]
    assert [line for line in table.split("\n") if line.startswith(("| We", "| Shop "))] == [
        "| Shop | Sales | Conversion |",
        "| We | ¥33,386 | 3.94% |",
        "| Shop A | ¥40,000 | 5.5% |",
        "| Shop B | — | — |",
        "| Shop C | ¥10,000 | — |",
    ]


def test_a_brief_without_days_has_no_figures_of_our_own() -> None:
    ours = built(BRIEF.replace("period: 2024-06-01..2024-06-02\n", "")).view.facts.research["2024-06"].ours["gmv"]
    assert (ours.value, str(ours.reason and ours.reason.template)) == (None, "the brief names no `period`")


def test_an_opportunity_leads_to_what_it_feeds_and_back() -> None:
    build = built()
    assert rows(build, "One rule") == ["| One rule | Conversion<br>Sales |"]
    assert feeds(build.view.model) == {
        "2024-06/conversion": ("2024-06/one-rule",),
        "2024-06/gmv": ("2024-06/one-rule", "2024-06/search"),
    }


def test_an_opportunity_may_feed_another_plan() -> None:
    sale = "{id: sale, kind: growth, title: Sale, parent: 2024-06, period: 2024-06-16..2024-06-18, owner: shop-manager}\n"
    target = "gmv: {target: 10万, department: operations, owner: shop-manager}\n"
    changed = {"plans/sale/plan.yaml": sale, "plans/sale/targets.yaml": target}
    build = built(BRIEF.replace("[2024-06/gmv]", "[sale/gmv]"), changed)
    assert findings(build) == []
    assert feeds(build.view.model)["sale/gmv"] == ("2024-06/search",)


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ("feeds: [conversion, gmv]", "feeds: [conversion, gmw]", "16:81 unknown-reference"),
        ("feeds: [2024-06/gmv]", "feeds: [2024-07/gmv]", "17:44 unknown-reference"),
        ("sources: [survey]}\nsources", "sources: [surveys]}\nsources", "17:68 unknown-reference"),
        ("id: socks", "id: lamps", "14:8 duplicate-id"),
        ("id: search", "id: one-rule", "17:8 duplicate-id"),
        ("conversion: 5.5%", "conversion: 5.5元", "12:35 unit-mismatch"),
        ("date: 2024-05-18", "date: 2024-05-21", "20:33 source-after-brief"),
        ("date: 2024-04-30", "date: 2023-05-31", "19:40 source-out-of-date"),
        (", feeds: [conversion, gmv]", "", "16:8 opportunity-feeds-nothing"),
    ],
)
def test_one_mistake_is_one_finding(good: str, bad: str, finding: str) -> None:
    assert good in BRIEF
    assert findings(built(BRIEF.replace(good, bad))) == [f"{PATH}:{finding}"]


def test_a_source_of_just_a_year_is_not_out_of_date() -> None:
    """From 2023-06-02 to the first day of the plan there are 365 days, of which one is 29 February."""
    assert findings(built(BRIEF.replace("date: 2024-04-30", "date: 2023-06-02"))) == []


def test_what_hides_behind_targets_that_cannot_be_read_is_no_finding_of_its_own() -> None:
    """With the target of gmv unreadable only conversion is known to be missing; with the whole file, nothing is."""
    lots = built(changed={"plans/2024-06/targets.yaml": "gmv: {target: lots, department: operations, owner: shop-manager}\n"})
    assert [line for line in findings(lots) if line.startswith(PATH)] == [f"{PATH}:16:69 unknown-reference"]
    broken = built(changed={"plans/2024-06/targets.yaml": "gmv: [\n"})
    assert [line for line in findings(broken) if line.startswith(PATH)] == []


def test_an_address_is_a_link_that_ends_where_it_should() -> None:
    source = next(line for line in _markdown().split("\n") if "Category panel" in line and "2024-04-30" in line)
    assert source == "| [Category panel](https://example.com/a_%28b%29) | 2024-04-30 |  |"


def _markdown() -> str:
    return next(item.markdown for item in built().pages("en") if item.path == "plans/2024-06/research.md" and isinstance(item, Page))


def test_a_row_leaves_the_page_with_its_record() -> None:
    whole = page(built())
    for gone, said in (("- {id: lamps", "Live rooms"), ("- {id: search", "Hold search")):
        less = page(built("\n".join(line for line in BRIEF.split("\n") if not line.startswith(gone))))
        assert said in whole
        assert said not in less


def test_the_plan_leads_to_its_brief_and_no_plan_to_one_that_is_not_there() -> None:
    assert "| Papers | Market and competitor brief<br>Goal breakdown<br>" in page(built(), "plans/2024-06.md")
    assert "Market and competitor brief" not in page(run(), "plans/2024-06.md")


def test_reviews_of_briefs_risks_and_sops_are_one_list() -> None:
    """As of 15 June the brief is five days late; the risks and the SOP of the starter come later."""
    found = built().view.facts.reviews
    late = {f"{each.kind} {each.id}": each.overdue.value for each in found if each.overdue}
    assert late == {"research 2024-06": 5}
    assert found[0].due == date(2024, 6, 10)
    assert {each.kind for each in found} == {"research", "risk", "sop"}
    assert [each.due for each in found] == sorted(each.due for each in found)
