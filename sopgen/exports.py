"""Figures and pages for use outside the site: JSON for programs, text for people, Markdown for other site builders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sopgen.compute.figures import Figure
from sopgen.pages import places
from sopgen.pages.format import decimal, show
from sopgen.pages.page import Page
from sopgen.pipeline import Build
from sopgen.reporters.columns import Line, width
from sopgen.words.diagnostics import N_, Message
from sopgen.words.messages import Translator
from sopgen.writing import replacing

VERSION = 1
DECIMALS = 12
DAYS_SHOWN = 7
MARK = ".sopgen"  # in a folder of rendered pages: it is ours to replace

_WIDTH = 100
_NAME = 48  # a longer id has a line to itself
_json = json.JSONEncoder(ensure_ascii=False).encode


def facts_json(build: Build) -> str:
    """Every figure as `schemas/facts.json` describes it: one object, a figure a line, so that two files compare line by line."""
    facts, commit = build.view.facts, build.source.commit
    head = {
        "version": VERSION,
        "as_of": str(build.view.as_of),
        "commit": commit.id if commit else None,
        "data_through": {table: str(day) for table, day in facts.data_through.items()},
    }
    lines = ",\n".join(_figure(figure) for figure in build.view.figures.values())
    members = [f"{_json(name)}: {_json(value)}" for name, value in head.items()]
    return "{\n" + ",\n".join([*members, f'"figures": [\n{lines}\n]']) + "\n}"


def facts_text(build: Build, language: str = "en") -> str:
    """The figures in groups, a line each: the group and the first column make the id. Of the days only the last ones are shown."""
    facts, say = build.view.facts, Translator(language).translate
    days = [f"days/{day}" for day in sorted(facts.days)[-DAYS_SHOWN:]]
    shown = [figure for figure in build.view.figures.values() if _is_recent(figure, days)]
    lines = [say(Message(N_("as of {instant}"), {"instant": str(build.view.as_of)}))]
    lines += [
        say(Message(N_("{table}: figures through {day}"), {"table": id_, "day": str(day)})) for id_, day in facts.data_through.items()
    ]
    for group, rows in _rows(shown, language):
        if group in days[:1] and (more := len(facts.days) - len(days)):
            one, many = N_("1 earlier day not shown: use --format json"), N_("{count} earlier days not shown: use --format json")
            lines += ["", say(Message(one if more == 1 else many, {"count": more}))]
        lines += ["", group, *rows]
    return "\n".join(lines)


def loop_text(build: Build, language: str = "en") -> str:
    """Where the loop does not close, two lines a loose end: what is missing at which record, and what mends it."""
    say, lines = Translator(language), list[str]()
    for each in build.view.facts.loose_ends:
        lines += [
            f"{say.label(each.broken)} {each.kind} {each.id}: {say.translate(each.why)}",
            f"  {say.translate(each.mend)}",
        ]
    return "\n".join(lines or [say.label(N_("The loop is closed: nothing leads nowhere, and something leads to everything."))])


def _is_recent(figure: Figure, days: list[str]) -> bool:
    """Whether a figure is of no single day, of one of these days, or, of what fired, of the very last."""
    if figure.id.startswith("alerts/"):
        return bool(days) and days[-1].removeprefix("days/") in figure.id.split("/")
    return not figure.id.startswith("days/") or places.home(figure.id) in days


def render(build: Build, folder: Path) -> None:
    """Put the pages of every language in the place of `folder`, whole or not at all, each below the folder of its language.

    Raises SopgenError, with `folder` as it was, where it holds anything that `render` has not made or cannot be written.
    """
    with replacing(folder, lambda old: (old / MARK).is_file()) as fresh:
        for path, content in _files(build):
            (fresh / path).parent.mkdir(parents=True, exist_ok=True)
            (fresh / path).write_bytes(content)


def figure_members(figure: Figure) -> dict[str, str]:
    """The members of a figure in JSON. Its value is written digit by digit: a float would not hold twelve decimals of a large amount."""
    return {
        "id": _json(figure.id),
        "value": "null" if figure.value is None else decimal(figure.value, DECIMALS).replace(",", ""),
        "exact": _json(None if figure.value is None else str(figure.value)),
        "unit": _json(figure.unit),
        "formula": _json(figure.formula),
        "inputs": _json(figure.inputs),
        "reason": _json(Translator().translate(figure.reason) if figure.reason else None),
    }


def _figure(figure: Figure) -> str:
    """A figure on a line."""
    return "{" + ", ".join(f'"{name}": {value}' for name, value in figure_members(figure).items()) + "}"


def _rows(shown: list[Figure], language: str) -> Iterator[tuple[str, list[str]]]:
    """The groups with their lines. A figure that there is not has its reason where the formula would stand."""
    groups: dict[str, list[tuple[str, str, str, str]]] = {}
    for figure in shown:
        groups.setdefault(places.home(figure.id), []).append(_cells(figure, language))
    for group, rows in groups.items():
        widths = [max(width(row[place]) for row in rows) for place in range(3)]
        widths[0] = min(widths[0], _NAME)
        yield group, [_line(row, widths) for row in rows]


def _cells(figure: Figure, language: str) -> tuple[str, str, str, str]:
    why = Translator(language).translate(figure.reason) if figure.reason else figure.formula
    return figure.id.removeprefix(f"{places.home(figure.id)}/"), show(figure, language), figure.unit, why


def _line(cells: tuple[str, str, str, str], widths: list[int]) -> str:
    name, value, unit, why = cells
    if width(name) > widths[0]:
        return f"  {name}\n{_line(('', value, unit, why), widths)}"
    pads = [" " * (whole - width(text)) for whole, text in zip(widths, cells, strict=False)]
    start = f"  {name}{pads[0]}  {pads[1]}{value}  {unit}{pads[2]}  "
    room = max(_WIDTH - width(start), 10)
    return (start + Line.cut(why, 0, room).text).rstrip()


def _files(build: Build) -> Iterable[tuple[str, bytes]]:
    yield MARK, b"made by sopgen render; its next run replaces this folder\n"
    for language in build.settings.languages:
        for each in build.pages(language):
            yield f"{language}/{each.path}", each.markdown.encode() if isinstance(each, Page) else each.content
