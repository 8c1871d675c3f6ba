"""Every figure leads to files and lines, on a shop of two channels and three days in June."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sopgen import pipeline
from sopgen.compute.provenance import Step
from sopgen.compute.sources import Source as Counting
from sopgen.readers.source import Folder, Source
from tests.workspace import Files

ROOT = Path(__file__).parents[1]
HEADER = "date,channel,paid,stock\n"
OWNED = "department: operations, owner: ops"
SHOP: Mapping[str, str] = {
    "mkdocs.yml": "plugins: [{sopgen: {as_of: 2024-06-20 09:00}}]\n",
    "data/people.yaml": "departments: {operations: {title: Operations}}\npeople: {ops: {title: Operations, department: operations}}\n",
    "data/lists.yaml": "big: {title: Big channels, values: [tmall, douyin]}\n",
    "data/metrics.yaml": """
gmv: {title: GMV, formula: sum(store.paid), unit: CNY, better: up, reports: [daily]}
big-share: {title: Share of big channels, formula: sum(store.paid where channel in big) / sum(store.paid), unit: percent, better: up}
stock: {title: Stock, formula: last(store.stock), unit: piece}
""",
    "data/tables/store/table.yaml": """
title: Store
grain: day
fields:
- {name: date, id: date, type: date}
- {name: channel, id: channel, type: string}
- {name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}
- {name: stock, id: stock, type: integer, unit: piece, time: last, across: sum}
primaryKey: [date, channel]
""",
    # 1 June in the middle of the file, 2 June without the stock of jd, 3 June in a file of its own.
    "data/tables/store/first.csv": HEADER + "2024-06-02,tmall,10,40\n2024-06-01,tmall,20,50\n2024-06-01,jd,5,5\n2024-06-02,jd,7,\n",
    "data/tables/store/second.csv": HEADER + "2024-06-03,jd,9,6\n2024-06-03,tmall,30,30\n",
    "plans/june/plan.yaml": "{id: june, kind: campaign, title: June, period: 2024-06-01..2024-06-03, owner: ops}\n",
    "plans/june/targets.yaml": f"""
gmv: {{target: 100, {OWNED}}}
big-share: {{target: 60%, {OWNED}}}
stock: {{target: 30, {OWNED}}}
gmv.jd: {{metric: gmv, where: {{channel: jd}}, target: {{raise_by: 50%, from: {{period: 2024-06-01..2024-06-01}}}}, {OWNED}}}
""",
}


def chain(id_: str, changed: Mapping[str, str] | None = None) -> dict[str, Step]:
    """The steps below a figure of the shop, by the figure's id."""
    view = pipeline.run(Files({**SHOP, **(changed or {})})).view
    return {step.figure.id: step for step in view.provenance.chain(id_)}


def rows(step: Step) -> list[str]:
    """The rows of a step: the field, and the files with their lines."""
    return [f"{', '.join(each.fields)}: {lines.path.rpartition('/')[2]}:{lines.numbers}" for each in step.counted for lines in each.lines]


def test_a_figure_leads_to_its_inputs_and_they_to_rows_and_to_what_was_written() -> None:
    steps = chain("plans/june/targets/gmv/attainment")
    assert list(steps) == [f"plans/june/targets/gmv/{name}" for name in ("attainment", "actual", "target")]
    _, actual, target = steps.values()
    assert rows(actual) == ["store.paid: first.csv:(2, 3, 4, 5)", "store.paid: second.csv:(2, 3)"]
    assert [(each.period.start.day, each.period.end.day, each.days, each.rows) for each in actual.counted] == [(1, 3, 3, 6)]
    assert [(f"{each.span.path}:{each.span.line}:{each.span.column}", each.text) for each in target.written] == [
        ("plans/june/targets.yaml:2:15", "100")
    ]


def test_conditions_of_a_formula_choose_the_rows() -> None:
    actual = chain("plans/june/targets/big-share/actual")["plans/june/targets/big-share/actual"]
    assert rows(actual) == [
        "sum(store.paid where channel in big): first.csv:(2, 3)",
        "sum(store.paid where channel in big): second.csv:(3,)",
        "store.paid: first.csv:(2, 3, 4, 5)",
        "store.paid: second.csv:(2, 3)",
    ]


def test_the_part_that_a_target_is_about_chooses_the_rows_of_its_actual_and_of_its_base() -> None:
    steps = chain("plans/june/targets/gmv.jd/gap")
    assert rows(steps["plans/june/targets/gmv.jd/actual"]) == [
        "sum(store.paid where channel = jd): first.csv:(4, 5)",
        "sum(store.paid where channel = jd): second.csv:(2,)",
    ]
    assert rows(steps["plans/june/targets/gmv.jd/target"]) == ["sum(store.paid where channel = jd): first.csv:(4,)"]
    assert [each.text for each in steps["plans/june/targets/gmv.jd/target"].written] == [""]  # a mapping has no one text


def test_of_a_last_value_only_the_rows_of_the_last_day_count() -> None:
    """Stock of the three days is that of 3 June: 6 and 30 pieces, on the two lines of the second file."""
    actual = chain("plans/june/targets/stock/actual")["plans/june/targets/stock/actual"]
    assert rows(actual) == ["last(store.stock): second.csv:(2, 3)"]


def test_rows_of_a_day_without_figures_are_not_counted() -> None:
    """On 2 June jd's stock is missing, so that day has none; without 3 June the last one is 1 June."""
    actual = chain("plans/june/targets/stock/actual", {"data/tables/store/second.csv": HEADER})
    assert rows(actual["plans/june/targets/stock/actual"]) == ["last(store.stock): first.csv:(3, 4)"]


def test_where_days_without_rows_count_as_nothing_the_rows_of_all_days_count() -> None:
    """2 June has no returns. Left out, it would take its sales with it; counted as nothing, it does not."""
    returns = {
        "data/tables/returns/table.yaml": "{title: Returns, grain: day, fields: [{name: date, id: date, type: date}, "
        "{name: paid, id: paid, type: number, unit: CNY, time: sum, across: sum}], primaryKey: [date]}\n",
        "data/tables/returns/all.csv": "date,paid\n2024-06-01,1\n2024-06-03,2\n",
    }
    net = "net: {title: Net, formula: sum(store.paid) - sum(returns.paid), unit: CNY, better: up%s}\n"
    target = "net: {target: 100, department: operations, owner: ops}\n"
    for missing, lines in (("", "(3, 4)"), (", missing: zero", "(2, 3, 4, 5)")):
        metrics, targets = SHOP["data/metrics.yaml"] + net % missing, SHOP["plans/june/targets.yaml"] + target
        changed = {**returns, "data/metrics.yaml": metrics, "plans/june/targets.yaml": targets}
        actual = chain("plans/june/targets/net/actual", changed)["plans/june/targets/net/actual"]
        assert rows(actual)[0].endswith(f"first.csv:{lines}")


@pytest.mark.parametrize("source", [Files(SHOP), Folder(ROOT)], ids=["shop", "reference"])
def test_every_input_of_every_figure_leads_somewhere(source: Source) -> None:
    """Nothing is named as an input that is no figure, field, day or place in a file."""
    view = pipeline.run(source).view
    alone = {(figure.id, name): replace(figure, inputs=(name,)) for figure in view.figures.values() for name in figure.inputs}
    lost = [
        place for place, figure in alone.items() if not Counting.parse(figure.inputs[0]) and view.provenance.step(figure) == Step(figure)
    ]
    assert lost == []


def test_a_figure_that_is_not_there_has_no_chain() -> None:
    with pytest.raises(KeyError):
        chain("plans/june/targets/gmv/attainmentt")


@given(st.text(max_size=50).filter(lambda text: not ({"'", '"'} <= set(text))))
def test_the_name_of_what_is_counted_is_read_back(value: str) -> None:
    """Whatever the value of a filter is, but one with both quotation marks."""
    part = _part(_part("last(store.stock where channel != jd)").name((("channel", value),))).aggregate
    assert part.function == "last"
    assert [(each.field, each.operator, each.value) for each in part.where] == [("channel", "!=", "jd"), ("channel", "=", value)]


@pytest.mark.parametrize(
    "name",
    [
        "store.paid",
        "store.paid else 0",
        "last(store.stock)",
        "count(store)",
        "count(store.channel where channel not in big)",
        "top(3, store.paid by channel where channel != 'by')",
    ],
)
def test_each_thing_that_is_counted_has_one_name(name: str) -> None:
    assert _part(name).name() == name


@pytest.mark.parametrize("text", ["2024-06-01", "plans/june/targets/gmv/target", "as of", "sum(", "1 + 2", "plans/june/targets.yaml#/gmv"])
def test_other_inputs_are_no_names_of_what_is_counted(text: str) -> None:
    assert Counting.parse(text) is None


def _part(text: str) -> Counting:
    part = Counting.parse(text)
    assert part is not None
    return part
