"""What `sopgen alerts` prints: how the rules do on their tests, and when they would have fired."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from msgspec import Struct

from sopgen.compute.alerts import AlertFacts
from sopgen.compute.alerts.rehearsal import Outcome, coverage, outcomes
from sopgen.compute.figures import Figure
from sopgen.pages.format import NOTHING, amount, show
from sopgen.pipeline import Build
from sopgen.reporters.columns import Line, width
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Message
from sopgen.words.messages import Translator

VERSION = 1
_WIDTH = 80


class Rehearsal(Struct, frozen=True):
    """Every test of every rule, run."""

    build: Build
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """Whether every rule does what its tests say."""
        return all(outcome.passed for outcome in self.outcomes)

    def text(self, language: str) -> str:
        """The tests that fail, each with its place and what the rule saw; then how many pass, and which rules are covered."""
        say = Translator(language).translate
        failed = [outcome for outcome in self.outcomes if not outcome.passed]
        lines = [line for outcome in failed for line in (*self._failure(outcome, language), "")]
        counts = {"passed": len(self.outcomes) - len(failed), "tests": len(self.outcomes)}
        passed = say(Message(N_("{passed} of {tests} tests pass"), counts))
        lines.append(f"{'✗' if failed else '✓'} {passed}")
        return "\n".join([*lines, *self._coverage(language)])

    def _failure(self, outcome: Outcome, language: str) -> Iterator[str]:
        say, rule = Translator(language).translate, outcome.rule
        span = self.build.view.model.span(rule, "tests", outcome.number, "fires")
        does = N_("{rule}, test {number}: it fires, and should not") if outcome.fires else N_("{rule}, test {number}: it should fire")
        yield f"✗ {say(Message(does, {'rule': rule.id, 'number': outcome.number + 1}))}"
        yield f"  {span.path}:{span.line}:{span.column}"
        yield f"  {rule.when}"
        for name, (reading, unit) in outcome.seen.items():
            shown = amount(reading.value, unit, language, 4) if reading.value is not None else NOTHING
            yield f"    {name} = {shown}{f' {say(reading.reason)}' if reading.reason else ''}"

    def _coverage(self, language: str) -> Iterator[str]:
        """Which rules have tests, and which have one that fires and one that does not."""
        say, found = Translator(language).translate, coverage(self.build.view.model)
        counts: Mapping[str, int] = {"rules": len(found.rules), "tested": len(found.tested), "both": len(found.both)}
        yield say(Message(N_("{tested} of {rules} rules have tests, {both} one that fires and one that does not"), counts))
        for label, rules in (
            (N_("without tests: {rules}"), found.without),
            (N_("tested one way only: {rules}"), found.one_way),
            (N_("on tables, which tests cannot give: {rules}"), found.on_tables),
        ):
            if rules:
                yield from _wrapped(say(Message(label, {"rules": ", ".join(rules)})), "  ")


def rehearse(build: Build) -> Rehearsal:
    """Run the tests of every rule that can be read."""
    return Rehearsal(build, tuple(outcomes(build.view.model)))


class Replay(Struct, frozen=True):
    """What would have fired on some days: `only` one rule, or all of them where it is ""."""

    build: Build
    days: Period
    only: str

    @property
    def fired(self) -> list[AlertFacts]:
        """The alerts that fired on any of the days, by rule in the order of the file, then by day."""
        order = list(self.build.view.model.alerts)
        found = [each for each in self.build.view.facts.alerts.values() if self.only in ("", each.rule) and self._days(each)]
        return sorted(found, key=lambda each: (order.index(each.rule), each.first, each.id))

    def _days(self, alert: AlertFacts) -> Period | None:
        return self.days.common(Period(alert.first, alert.last))

    def text(self, language: str) -> str:
        """A heading a rule, a line each time that it fired; then the rules that did not."""
        say, model = Translator(language).translate, self.build.view.model
        lines = [say(Message(N_("{days} days, {first} to {last}"), self._head()))]
        fired = self.fired
        for rule, group in groupby(fired, key=lambda each: each.rule):
            alerts = list(group)
            severity = Translator(language).label(model.alerts[rule].severity)
            title = model.alerts[rule].title
            lines += ["", " · ".join([rule, severity, *([title.into(language)] if title else [])])]
            lines += self._rows(alerts, language)
        quiet = [rule for rule in model.alerts if self.only in ("", rule) and rule not in {each.rule for each in fired}]
        if quiet:
            lines += ["", *_wrapped(say(Message(N_("did not fire: {rules}"), {"rules": ", ".join(quiet)})))]
        return "\n".join(lines)

    def _rows(self, alerts: Sequence[AlertFacts], language: str) -> Iterator[str]:
        rows = [self._cells(alert, language) for alert in alerts]
        widths = [max(width(row[place]) for row in rows) for place in range(len(rows[0]))]
        for row in rows:
            cells = [cell + " " * (whole - width(cell)) for cell, whole in zip(row, widths, strict=True)]
            yield Line.cut(f"  {'  '.join(cell for cell in cells if cell)}".rstrip(), 0, _WIDTH).text

    def _cells(self, alert: AlertFacts, language: str) -> tuple[str, ...]:
        """The first of the days, how many there are, the part, what was seen and the limit, the state."""
        days = self._days(alert)
        assert days is not None
        seen = alert.seen.get(days.start) or next(iter(alert.seen.values()))
        length = Translator(language).translate(Message(N_("1 day") if len(days) == 1 else N_("{count} days"), {"count": len(days)}))
        compared = f"{show(seen.observed, language)} {seen.sign} {show(seen.limit, language)}"
        state = Translator(language).label(alert.state)
        return f"{days.start}", length, "+".join(value for _, value in alert.segment), compared, state

    def _head(self) -> dict[str, str | int]:
        return {"days": len(self.days), "first": str(self.days.start), "last": str(self.days.end)}

    def json(self) -> str:
        """One object: the days, and every alert with what was seen on its first day."""
        head = {"version": VERSION, "as_of": str(self.build.view.as_of), "first": str(self.days.start), "last": str(self.days.end)}
        return json.dumps({**head, "alerts": [self._alert(alert) for alert in self.fired]}, ensure_ascii=False, indent=1)

    def _alert(self, alert: AlertFacts) -> dict[str, object]:
        rule, seen = self.build.view.model.alerts[alert.rule], next(iter(alert.seen.values()))
        return {
            "id": alert.id,
            "rule": alert.rule,
            "segment": dict(alert.segment),
            "first": str(alert.first),
            "last": str(alert.last),
            "severity": rule.severity,
            "owner": rule.owner,
            "follow": rule.follow,
            "state": str(alert.state),
            "incidents": list(alert.incidents),
            "due": str(alert.response.due),
            "observed": _figure(seen.observed),
            "sign": seen.sign,
            "limit": _figure(seen.limit),
        }


def replay(build: Build, days: int, only: str = "") -> Replay:
    """What would have fired on the last `days` whole days before the instant that the build looks from."""
    last: date = build.view.as_of.last_whole_day
    return Replay(build, Period(last - timedelta(days=days) + DAY, last), only)


def _figure(figure: Figure) -> dict[str, object]:
    exact = None if figure.value is None else str(figure.value)
    return {"id": figure.id, "value": None if figure.value is None else float(figure.value), "exact": exact, "unit": figure.unit}


def _wrapped(text: str, indent: str = "") -> Iterator[str]:
    """A list of ids over as many lines as it takes."""
    line = indent
    for word in text.split(" "):
        if width(f"{line} {word}") > _WIDTH and line.strip():
            yield line
            line = f"{indent}  "
        line = f"{line} {word}" if line.strip() else f"{line}{word}"
    yield line
