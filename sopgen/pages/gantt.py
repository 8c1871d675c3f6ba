"""The Gantt chart of a plan: an HTML table with a row a task, its bars placed in percent of the days that the chart shows.

It needs no script, and what its bars say stands in words below each. The rows are HTML, because Markdown has no bars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from html import escape

from msgspec import Struct

from sopgen.compute.schedule import Schedule, TaskSchedule
from sopgen.compute.tasks import State, TaskFacts
from sopgen.pages import format as shown
from sopgen.pages import places
from sopgen.pages.markdown import Markdown
from sopgen.pages.render import Writer
from sopgen.records import Plan, Task
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.messages import Translator

MOST_ROWS = 100
"""Of more tasks, those that are critical, late or under way come first into the chart; the table below it has all."""
MOST_TICKS = 14
MOST_NAMES = 7
_ROOM = Fraction(17, 20)
_STEPS = (1, 2, 3, 6, 12, 60, 120, 1200)  # months between ticks

CRITICAL, AFTER = N_("critical path"), N_("comes after")
SIGNS = {State.DONE: "✓", State.RUNNING: "◐", State.PAUSED: "⏸", State.WAITING: "○", State.CANCELLED: "○"}


def charted(tasks: Iterable[Task], schedule: Schedule, states: dict[str, TaskFacts], day: date) -> list[Task]:
    """The tasks that the chart shows, the earliest first."""
    listed = list({task.id: task for task in tasks}.values())
    if len(listed) > MOST_ROWS:
        listed = sorted(listed, key=lambda task: _rank(task, schedule.tasks[task.id], states[task.id], day))[:MOST_ROWS]
    return sorted(listed, key=lambda task: (task.start, task.due))


def _rank(task: Task, each: TaskSchedule, facts: TaskFacts, day: date) -> tuple[bool, bool, bool, int]:
    late = bool(facts.overdue or facts.late_start)
    return not late, not each.critical, facts.state is not State.RUNNING, abs((task.due - day).days)


def chart(write: Writer, plan: str, tasks: Iterable[Task]) -> Markdown:
    """The chart of some tasks of a plan, as HTML on lines of its own."""
    facts, day = write.view.facts, write.view.as_of.date()
    schedule, rows = facts.schedules[plan], list(tasks)
    axis = Axis(_days(write.view.model.plans.get(plan), rows, schedule, day))
    row = _Rows(write, axis, day, schedule, {task.id: task for task in write.view.model.tasks[plan]})
    body = "\n".join(row.row(task, facts.tasks[plan, task.id]) for task in rows)
    return framed(axis, day, write.say(N_("Gantt chart")), write.say(N_("Task")), body, row.key())


def framed(axis: Axis, day: date, name: str, corner: str, body: str, key: str) -> Markdown:
    """A chart of rows, with a line where `day` is."""
    today = f" --sop-gantt-today: {axis.middle(day)};" if day in axis.days else ""
    return Markdown(
        f'<div class="sop-table sop-gantt" role="region" tabindex="0" aria-label="{escape(name)}">\n'
        f'<table class="sop-table__grid sop-gantt__grid" style="--sop-gantt-lines: {axis.lines()};{today}">\n'
        f'<thead><tr><th scope="col">{escape(corner)}</th><th scope="col">{axis.names()}</th></tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table>\n{key}\n</div>"
    )


def key_of(write: Writer, kinds: Mapping[str, str], today: bool) -> str:
    """What kinds of bars mean, and the line of today where there is one."""
    samples = [(f"sop-gantt__bar sop-gantt__bar--{kind}", name) for kind, name in kinds.items()]
    samples += [("sop-gantt__now", N_("today"))] if today else []
    shown_ = "".join(f'<span><span class="{sample}"></span> {escape(write.say(name))}</span>' for sample, name in samples)
    return f'<div class="sop-gantt__key" aria-hidden="true">{shown_}</div>'


def _days(plan: Plan | None, tasks: Iterable[Task], schedule: Schedule, day: date) -> Period:
    """All that the bars need: planned days, and days as they came; today too, while the plan is worked on."""
    work = (plan.work or plan.period) if plan else None
    ends = [end for task in tasks for each in [schedule.tasks[task.id]] for end in (task.start, task.due, each.begins, each.ends) if end]
    ends += [day] if work and day in work else []
    return Period(min(ends), max(ends))


class Axis(Struct, frozen=True):
    """The days that a chart shows, from its left edge to its right."""

    days: Period

    def left(self, day: date) -> str:
        """Where a day begins."""
        return self._percent(Fraction((day - self.days.start).days, len(self.days)))

    def middle(self, day: date) -> str:
        """Where a day is half over."""
        return self._percent(Fraction(2 * (day - self.days.start).days + 1, 2 * len(self.days)))

    def width(self, first: date, last: date) -> str:
        """How wide some days are, both counted."""
        return self._percent(Fraction((last - first).days + 1, len(self.days)))

    def has_room_from(self, day: date) -> bool:
        """Whether a name that begins at a day ends before the right edge."""
        return Fraction((day - self.days.start).days, len(self.days)) < _ROOM

    def ticks(self) -> list[date]:
        """Mondays, or first days of months, so that there are not too many of them."""
        start, end = self.days.start, self.days.end
        if len(self.days) <= 7 * MOST_TICKS and end.year < date.max.year:
            monday = start + DAY * (-start.weekday() % 7)
            return [monday + DAY * each for each in range(0, (end - monday).days + 1, 7)]
        months = range(12 * start.year + start.month - (start.day == 1), 12 * end.year + end.month)
        step = next((each for each in _STEPS if len(months) // each < MOST_TICKS), _STEPS[-1] * 10)
        return [date(each // 12, each % 12 + 1, 1) for each in months if each % step == 0]

    def lines(self) -> str:
        """A line at each tick, as a background."""
        line = "transparent {0}, var(--sop-line) {0} calc({0} + 1px), transparent calc({0} + 1px)"
        stops = [line.format(self.left(tick)) for tick in self.ticks()]
        return f"linear-gradient(to right, {', '.join(stops)})" if stops else "none"

    def names(self) -> str:
        """The names of the ticks, in their places."""
        weekly, ticks = len(self.days) <= 7 * MOST_TICKS, self.ticks()
        named = [tick for tick in ticks[:: -(-len(ticks) // MOST_NAMES) or 1] if self.has_room_from(tick)]
        names = ((self.left(tick), f"{tick:%m-%d}" if weekly else f"{tick:%Y-%m}") for tick in named)
        return "".join(f'<span class="sop-gantt__tick" style="left: {left}">{name}</span>' for left, name in names)

    def bar(self, kind: str, first: date, last: date) -> str:
        """A bar over some days."""
        place = f"left: {self.left(first)}; width: {self.width(first, last)}"
        return f'<span class="sop-gantt__bar sop-gantt__bar--{kind}" style="{place}"></span>'

    @staticmethod
    def _percent(part: Fraction) -> str:
        return f"{float(100 * part):.2f}%"


class _Rows(Struct, frozen=True):
    """Writes the rows of a chart as of a day."""

    write: Writer
    axis: Axis
    day: date
    schedule: Schedule
    tasks: dict[str, Task]

    def row(self, task: Task, facts: TaskFacts) -> str:
        """A task: its name and what it comes after, its bars, and the same in words."""
        each = self.schedule.tasks[task.id]
        critical = each.critical and len(self.schedule.chain) > 1
        mark = f' <span class="sop-gantt__critical">◆ {self.say(CRITICAL)}</span>' if critical else ""
        before = ", ".join(self.link(other) for other in task.after if other in self.tasks)
        after = f'<span class="sop-gantt__after">↳ {self.say(AFTER)} {before}</span>' if before else ""
        bars, words = "".join(self.bars(task, each, facts)), self.words(task, each, facts)
        return (
            f'<tr id="{places.anchor(f"task-{task.id}")}"><th scope="row">{escape(self.text(task))}{mark}{after}</th>'
            f'<td><div class="sop-gantt__track" aria-hidden="true">{bars}</div><div class="sop-gantt__words">{words}</div></td></tr>'
        )

    def bars(self, task: Task, each: TaskSchedule, facts: TaskFacts) -> Iterator[str]:
        """The planned days above; below them the days as they came and, from today on, as they are expected."""
        if task.start <= task.due:
            yield self.axis.bar("plan", task.start, task.due)
        if each.begins is None or each.ends is None:
            return
        past = each.ends if facts.state is State.DONE else self.day
        for kind, first, last in (("real", each.begins, min(each.ends, past)), ("expected", max(each.begins, _after(past)), each.ends)):
            yield from self.bar_in_time(kind, first, last, task.due)

    def bar_in_time(self, kind: str, first: date, last: date, due: date) -> Iterator[str]:
        """A bar in two parts: until the due day, and what is late."""
        if first <= min(last, due):
            yield self.axis.bar(kind, first, min(last, due))
        if max(first, _after(due)) <= last:
            yield self.axis.bar(f"{kind} sop-gantt__bar--late", max(first, _after(due)), last)

    def words(self, task: Task, each: TaskSchedule, facts: TaskFacts) -> str:
        """The planned days, what came of them, and how late that is."""
        said = [f"{task.start} – {task.due}", f"{SIGNS[facts.state]} {self.outcome(each, facts)}"]
        slip = each.finish_slip if each.finish_slip and (each.finish_slip.value or 0) > 0 else facts.late_start
        if slip:
            late = self.say(N_("late by {days}"), days=shown.show(slip, self.write.language))
            said.append(f'<span class="sop-status sop-status--bad">⚠ {late}</span>')
        return " · ".join(said)

    def outcome(self, each: TaskSchedule, facts: TaskFacts) -> str:
        """What came of a task, or is expected to."""
        if facts.state is State.DONE:
            return self.say(N_("done on {day}"), day=str(each.ends))
        if facts.state is State.CANCELLED:
            return self.say(facts.state)
        return self.say(N_("{state}, expected by {day}"), state=Message(facts.state), day=str(each.ends))

    def key(self) -> str:
        """What the bars mean."""
        kinds = {
            "plan": N_("Planned"),
            "real": N_("as it came"),
            "expected": N_("expected"),
            "real sop-gantt__bar--late": N_("overdue days"),
        }
        return key_of(self.write, kinds, self.day in self.axis.days)

    def link(self, id_: str) -> str:
        return f'<a href="#{places.anchor(f"task-{id_}")}">{escape(self.text(self.tasks[id_]))}</a>'

    def text(self, task: Task) -> str:
        return " ".join(task.title.into(self.write.language).split())  # an empty line would end the chart in plain Markdown

    def say(self, template: str, **args: str | Message) -> str:
        return escape(Translator(self.write.language).translate(Message(template, args)))


def _after(day: date) -> date:
    """The next day; the last that there is has none."""
    return min(day, date.max - DAY) + DAY
