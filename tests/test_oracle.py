"""Every number that sopgen works out equals a slow second opinion, on random workspaces, to the last digit."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, note, settings

from sopgen import exports, pipeline
from sopgen.pipeline import Build
from tests.oracle import attribution, days, pacing, plans, smart, tasks
from tests.oracle.days import Happened, Logged
from tests.oracle.shop import Shop
from tests.oracle.strategies import NOW, long_shops, moving_shops, rounds, shops, troubles
from tests.oracle.writing import written, written_days

DIGITS = 30


def build_of(shop: Shop) -> Build:
    """The workspace, read from the files that say the same; each is printed where a comparison fails."""
    files = written(shop)
    for path, content in files.contents.items():
        note(f"--- {path}\n{content!s}")
    return pipeline.run(files)


def numbers(build: Build) -> Mapping[str, Fraction | None]:
    """The exact numbers that `sopgen facts --format json` prints, by the ids of their figures."""
    found = json.loads(exports.facts_json(build))["figures"]
    return {figure["id"]: figure["exact"] and Fraction(figure["exact"]) for figure in found}


def verdicts(build: Build) -> Mapping[str, bool | None]:
    """Whether each target is met, of plans and of days."""
    facts = build.view.facts
    found = {f"{plan} {target}": line.met for (plan, target), line in facts.targets.items()}
    return found | {f"{day} {metric}": line.met for day, lines in facts.days.items() for metric, line in lines.items()}


def differences(ours: Mapping[str, object], theirs: Mapping[str, object]) -> dict[str, tuple[object, object]]:
    """By id, what sopgen says and what the second opinion says, where these are not the same; "nothing" where one is silent."""
    both = {id_: (ours.get(id_, "nothing"), theirs.get(id_, "nothing")) for id_ in {**ours, **theirs}}
    found = {id_: pair for id_, pair in both.items() if not same(id_, *pair)}
    for id_, pair in found.items():
        note(f"{id_}: sopgen says {pair[0]}, the second opinion {pair[1]}")
    return found


def same(id_: str, ours: object, theirs: object) -> bool:
    """Whether two numbers are one: exactly, but for what LMDI contributes, which has logarithms in it: to thirty digits."""
    if isinstance(ours, Fraction) and isinstance(theirs, Fraction) and re.search("/(drivers|gap)/", id_):
        return bool(abs(ours - theirs) * 10**DIGITS <= max(abs(ours), abs(theirs), 1))
    return ours == theirs


@given(shops())
def test_every_number_is_that_of_the_second_opinion(shop: Shop) -> None:
    build = build_of(shop)
    of_targets, of_days = plans.targets(shop), plans.days(shop)
    assert differences(numbers(build), of_targets[0] | smart.rises(shop) | pacing.paces(shop) | of_days[0]) == {}
    assert differences(verdicts(build), of_targets[1] | of_days[1]) == {}


@settings(max_examples=settings().max_examples // 5)
@given(long_shops())
def test_every_comparison_with_earlier_periods_is_that_of_the_second_opinion(shop: Shop) -> None:
    found = plans.targets(shop)[0] | smart.rises(shop) | pacing.paces(shop) | plans.days(shop)[0]
    assert differences(numbers(build_of(shop)), found) == {}


@given(moving_shops())
def test_every_contribution_is_that_of_the_second_opinion(shop: Shop) -> None:
    build = build_of(shop)
    others = plans.targets(shop)[0] | smart.rises(shop) | pacing.paces(shop) | plans.days(shop)[0]
    assert differences(numbers(build), others | attribution.of_plans(shop) | attribution.of_days(shop)) == {}


@given(tasks.plans())
def test_every_number_about_tasks_is_that_of_the_second_opinion(plan: tuple[tasks.Tasks, date]) -> None:
    files = tasks.written(*plan)
    note(str(files.contents["plans/june/tasks.yaml"]))
    build = pipeline.run(files)
    assert differences(numbers(build), tasks.numbers(*plan)) == {}


@given(tasks.plans())
def test_the_longest_chain_is_one_of_the_chains_and_none_is_longer(plan: tuple[tasks.Tasks, date]) -> None:
    planned, day = plan
    schedule = pipeline.run(tasks.written(planned, day)).view.facts.schedules["june"]
    assert tasks.weight(planned, schedule.chain, day) == tasks.longest(planned, day)
    for earlier, later in pairwise(schedule.chain):
        assert linked(planned, earlier, later, day)


def linked(planned: tasks.Tasks, earlier: str, later: str, day: date) -> bool:
    """Whether one task comes after another, perhaps by way of cancelled ones."""
    before = planned[later].after
    cancelled = [other for other in before if planned[other].event(day) == "cancelled"]
    return earlier in before or any(linked(planned, earlier, other, day) for other in cancelled)


@given(rounds(), troubles(), NOW)
def test_every_count_of_the_days_is_that_of_the_second_opinion(logged: Logged, happened: Mapping[str, Happened], now: datetime) -> None:
    build = pipeline.run(written_days(logged, happened, now))
    assert differences(numbers(build), days.logs(logged, now) | days.incidents(happened, now)) == {}
