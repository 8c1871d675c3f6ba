"""Where the loop does not close: `sopgen loop` and the page of the same name."""

from __future__ import annotations

from sopgen.exports import loop_text
from tests.workspace import run, starter

TARGET = "visitors: {target: 9000, department: operations, owner: shop-manager}\n"
METRIC = "idle: {title: Idle, formula: sum(store.visitors), unit: person-days}\n"


def loose_ends(**files: str) -> list[str]:
    """What `sopgen loop` prints that the starter alone does not; `__` in a name stands for `/`, `_yaml` for the ending."""
    changed = {name.replace("__", "/").replace("_yaml", ".yaml"): text for name, text in files.items()}
    known = loop_text(run()).split("\n")
    return [line for line in loop_text(run(changed)).split("\n") if line not in known]


def test_a_plan_without_targets_tasks_and_retro_is_a_dead_end() -> None:
    plan = "{id: may, kind: daily, title: May, period: 2024-05-01..2024-05-31, owner: shop-manager}\n"
    assert loose_ends(plans__may__plan_yaml=plan) == [
        "dead end plan may: the plan has no target",
        "  `sopgen new target may METRIC`",
        "dead end plan may: the plan has no task",
        "  `sopgen new task may TASK`",
        "dead end plan may: the plan is over and has no retro",
        "  `sopgen new retro may`",
    ]


def test_a_metric_that_nothing_uses_is_an_orphan() -> None:
    metrics = starter()["data/metrics.yaml"] + METRIC
    assert loose_ends(data__metrics_yaml=metrics) == [
        "orphan metric idle: no target, alert rule, SOP, formula or report uses the metric",
        "  `sopgen new target PLAN idle`",
    ]


def test_a_metric_in_a_formula_is_none() -> None:
    metrics = starter()["data/metrics.yaml"] + METRIC + "half: {title: Half, formula: idle / 2, unit: person-days, reports: [daily]}\n"
    assert loose_ends(data__metrics_yaml=metrics) == []


def test_an_improvement_that_nobody_took_up_is_a_dead_end() -> None:
    retro = "period: 2024-06-01..2024-06-14\nimprovements: [{id: faster, text: Load faster, owner: shop-manager}]\n"
    assert loose_ends(**{"plans__2024-06__retro_yaml": retro}) == [
        "dead end finding 2024-06/faster: no task, SOP change, risk or alert rule takes the improvement up",
        "  `sopgen new task PLAN TASK --answers 2024-06/faster`",
    ]
