"""How the tasks of a plan hang together by `after`, read in two ways that are kept apart.

The network is the plan's own and knows no dates: each task takes its planned days, a task that is cancelled takes none, and
the longest chain is the critical path. How much longer a task could take before that chain grows is its float. What has
happened changes nothing in it but what is cancelled.

The outlook is the calendar, as of a day. What happened stands: a task that is done was done on its day. A task under way
takes its planned days from the day it was started, and ends neither before it is due nor before today. One that was not
started begins on the latest of its planned day, today, and the days on which the tasks before it end or are expected to,
and takes its planned days. A paused one goes on today with the days it has left. A cancelled one is waited for no more, but
what it waited for is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial

from msgspec import Struct

from sopgen.compute.figures import Figure
from sopgen.compute.tasks import State, state_on
from sopgen.model import Model
from sopgen.records import Task
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.quantity import DAYS

_CANCELLED = Message(N_("the task is cancelled"))
_CIRCULAR = Message(N_("it waits for tasks that wait for each other"))


class TaskSchedule(Struct, frozen=True):
    """A task among the others.

    `earliest_finish` and `latest_finish` count days of work along the chains, from 1; `float` is what lies between them, and
    a `critical` task has none. `begins` and `ends` are days: as they happened, else as they are expected, None for a
    cancelled task. Slips are against the planned days, below zero for early. `held_by` is the task whose end moves this one's
    beginning, `held_up` by how much, None where nothing does.
    """

    earliest_finish: Figure
    latest_finish: Figure
    float: Figure
    critical: bool
    begins: date | None
    ends: date | None
    start_slip: Figure | None
    finish_slip: Figure | None
    held_by: str | None
    held_up: Figure | None


class Schedule(Struct, frozen=True):
    """The tasks of a plan: those on a longest chain in its order, how many days it has, and each task by id."""

    chain: tuple[str, ...]
    days: Figure
    tasks: Mapping[str, TaskSchedule]


def schedules(model: Model, day: date) -> dict[str, Schedule]:
    """The schedule of each plan's tasks as of `day`."""
    return {plan: _schedule(model, plan, {task.id: task for task in tasks}, day) for plan, tasks in model.tasks.items()}


def _schedule(model: Model, plan: str, tasks: Mapping[str, Task], day: date) -> Schedule:
    network = Network.of(tasks, {id_ for id_, task in tasks.items() if state_on(task, day) is State.CANCELLED})
    outlook = Outlook(tasks, network, day)
    home = f"plans/{plan}"
    chain = network.chain()
    in_chain = tuple(f"{home}/tasks/{id_}/days" for id_ in chain)
    days = Figure(f"{home}/schedule/days", Fraction(network.length), DAYS, "sum of the days of the longest chain", in_chain)
    found = {id_: _facts(model, tasks[id_], f"{home}/tasks/", days, network, outlook) for id_ in tasks}
    return Schedule(chain, days, found)


def _facts(model: Model, task: Task, home: str, whole: Figure, network: Network, outlook: Outlook) -> TaskSchedule:
    early, late, spare = _in_network(task.id, home, whole, network)
    begins, ends, holder = outlook.begins[task.id], outlook.ends[task.id], outlook.holder.get(task.id)
    held = _held_up(model, task, home, holder, outlook) if holder else None
    start_slip, finish_slip = _slips(model, task, home, begins, ends, held, outlook) if begins and ends else (None, None)
    return TaskSchedule(
        earliest_finish=early,
        latest_finish=late,
        float=spare,
        critical=spare.value == 0,
        begins=begins,
        ends=ends,
        start_slip=start_slip,
        finish_slip=finish_slip,
        held_by=holder if held else None,
        held_up=held,
    )


# --- The network: planned days -----------------------------------------------------------------------------------------


class Network(Struct, frozen=True):
    """The chains of tasks: `order` has each task after those before it, without those in circles and what comes after them.

    `earliest` and `latest` are the days of work after which a task is finished at the earliest, and must be for the longest
    chain to stay as long as it is.
    """

    days: Mapping[str, int]
    before: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]
    earliest: Mapping[str, int]
    latest: Mapping[str, int]
    cancelled: frozenset[str]

    @classmethod
    def of(cls, tasks: Mapping[str, Task], cancelled: Iterable[str] = ()) -> Network:
        """Both passes over the tasks, forward and backward; each looks at every link once."""
        given_up = frozenset(cancelled)
        days = {id_: 0 if id_ in given_up else planned_days(task) for id_, task in tasks.items()}
        before = {id_: tuple(dict.fromkeys(other for other in task.after if other in tasks)) for id_, task in tasks.items()}
        after = _turned_round(before)
        order = _ordered(before, after)
        earliest, latest = dict[str, int](), dict[str, int]()
        for id_ in order:
            earliest[id_] = days[id_] + max((earliest[other] for other in before[id_]), default=0)
        length = max(earliest.values(), default=0)
        for id_ in reversed(order):
            latest[id_] = min((latest[other] - days[other] for other in after[id_] if other in latest), default=length)
        return cls(days, before, after, order, earliest, latest, given_up)

    @property
    def length(self) -> int:
        """The days of the longest chain."""
        return max(self.earliest.values(), default=0)

    def chain(self) -> tuple[str, ...]:
        """A longest chain, its first task first; of several the one whose tasks stand first in the order."""
        length = self.length
        last = next((id_ for id_ in self.order if self.earliest[id_] == length and self.days[id_]), None)
        way: list[str] = []
        while last is not None:
            way.append(last)
            rest = self.earliest[last] - self.days[last]
            last = next((other for other in self.before[last] if rest and self.earliest[other] == rest), None)
        return tuple(id_ for id_ in reversed(way) if self.days[id_])


def planned_days(task: Task) -> int:
    """The days from its start to its due day, both counted; none where it is due before it starts."""
    return len(Period(task.start, task.due)) if task.start <= task.due else 0


def _turned_round(before: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {id_: [] for id_ in before}
    for id_, others in before.items():
        for other in others:
            found[other].append(id_)
    return {id_: tuple(others) for id_, others in found.items()}


def _ordered(before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Each task once all before it are there: those that wait for each other never are."""
    missing = {id_: len(others) for id_, others in before.items()}
    ready = [id_ for id_, count in missing.items() if not count]
    for id_ in ready:  # grows on the way
        for other in after[id_]:
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    return tuple(ready)


def _in_network(id_: str, home: str, whole: Figure, network: Network) -> tuple[Figure, Figure, Figure]:
    """The earliest and the latest finish in days of work, and the float between them."""
    name = f"{home}{id_}"
    if id_ in network.cancelled or id_ not in network.latest:
        why = _CANCELLED if id_ in network.cancelled else _CIRCULAR
        early, late, spare = (Figure(f"{name}/{each}", None, DAYS, "", (), why) for each in ("earliest-finish", "latest-finish", "float"))
        return early, late, spare
    before = tuple(f"{home}{other}/earliest-finish" for other in network.before[id_] if network.days[other])
    after = tuple(f"{home}{other}/{name}" for other in network.after[id_] if network.days[other] for name in ("latest-finish", "days"))
    first, last = network.earliest[id_], network.latest[id_]
    forward = "days + greatest earliest finish before" if before else "days"
    backward = "least (latest finish - days) after" if after else "days of the longest chain"
    ends = f"{name}/latest-finish", f"{name}/earliest-finish"
    return (
        Figure(ends[1], Fraction(first), DAYS, forward, (f"{name}/days", *before)),
        Figure(ends[0], Fraction(last), DAYS, backward, after or (whole.id,)),
        Figure(f"{name}/float", Fraction(last - first), DAYS, "latest finish - earliest finish", ends),
    )


# --- The outlook: days of the calendar ---------------------------------------------------------------------------------


class Outlook:
    """When each task begins and ends, as it happened or as it is expected on a day; and which task holds it up."""

    def __init__(self, tasks: Mapping[str, Task], network: Network, day: date) -> None:
        self.tasks, self.day = tasks, day
        self.states = {id_: state_on(task, day) for id_, task in tasks.items()}
        self.begun = {id_ for id_, task in tasks.items() if self.states[id_] is State.DONE or (task.started and task.started <= day)}
        self.begins: dict[str, date | None] = {}
        self.ends: dict[str, date | None] = {}
        self.holder: dict[str, str] = {}
        self._free: dict[str, tuple[date, str]] = {}
        """By task, when what comes after it may begin, and the task that has to end for it."""
        for id_ in dict.fromkeys((*network.order, *tasks)):  # what waits in a circle waits for those that are known by then
            self._look_at(tasks[id_], [self._free[other] for other in network.before[id_] if other in self._free])

    def _look_at(self, task: Task, before: list[tuple[date, str]]) -> None:
        latest = max(before, key=lambda each: each[0], default=None)
        if latest:
            self.holder[task.id] = latest[1]
        begins, ends = self._span(task, latest[0] if latest else task.start)
        self.begins[task.id], self.ends[task.id] = begins, ends
        if ends:
            self._free[task.id] = ends, task.id
        elif latest:
            self._free[task.id] = latest

    def _span(self, task: Task, free: date) -> tuple[date | None, date | None]:
        """The first and the last day of a task that can begin on `free`, as they happened or are expected."""
        state, days = self.states[task.id], max(planned_days(task), 1)
        if state is State.CANCELLED:
            return None, None
        if task.id not in self.begun:
            begins = max(task.start, self.day, free)
            return begins, _later(begins, days - 1)
        began = task.started or task.start
        if state is State.DONE and task.done:
            return min(began, task.done), task.done
        if state is State.PAUSED and task.paused:
            worked = min(max((task.paused - began).days, 0), days - 1)
            return began, max(task.due, _later(self.day, days - 1 - worked))
        return began, max(task.due, _later(began, days - 1), self.day)


def _later(day: date, days: int) -> date:
    return date.max if (date.max - day).days < days else day + DAY * days


def _held_up(model: Model, task: Task, home: str, holder: str, outlook: Outlook) -> Figure | None:
    """How long after its planned day the last of the tasks before it ends."""
    ends, begins, other = outlook.ends[holder], outlook.begins[task.id], outlook.tasks[holder]
    if ends is None or begins is None or ends <= task.start or begins < ends:  # who began before its end did not wait for it
        return None
    inputs = f"{home}{holder}/finish-slip", model.address(other, "due"), model.address(task, "start")
    return Figure(f"{home}{task.id}/held-up", Fraction((ends - task.start).days), DAYS, "latest finish of those before - start", inputs)


# By state, what slips are made of: the formulas, and the dates of what happened in them.
_SLIPS: Mapping[State, tuple[str, str, tuple[str, ...]]] = {
    State.DONE: ("started - start", "done - due", ("started", "done")),
    State.RUNNING: ("started - start", "max(due, started + days - 1, as of) - due", ("started",)),
    State.PAUSED: ("started - start", "max(due, as of + days left - 1) - due", ("started", "paused")),
    State.WAITING: ("max(start, as of, finish of those before) - start", "start + start slip + days - 1 - due", ()),
}


def _slips(model: Model, task: Task, home: str, begins: date, ends: date, held: Figure | None, outlook: Outlook) -> tuple[Figure, Figure]:
    """By how much the task begins and ends later than planned."""
    name, written = f"{home}{task.id}", partial(model.address, task)
    first, last, names = _SLIPS[outlook.states[task.id] if task.id in outlook.begun else State.WAITING]
    happened = tuple(written(each) for each in names if getattr(task, each))
    if names:
        sources = (*happened[:1], written("start")), (*happened, f"{name}/days", written("due"))
    else:
        sources = (written("start"), *((held.id,) if held else ())), (f"{name}/start-slip", f"{name}/days", written("due"))
    return (
        Figure(f"{name}/start-slip", Fraction((begins - task.start).days), DAYS, first, sources[0]),
        Figure(f"{name}/finish-slip", Fraction((ends - task.due).days), DAYS, last, sources[1]),
    )
