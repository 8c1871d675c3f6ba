"""`sopgen new`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sopgen.cli import workspace
from sopgen.cli.finishing import finish
from sopgen.cli.options import AS_OF, LANGUAGE
from sopgen.words.dates import Instant

if TYPE_CHECKING:
    from sopgen.drafts.draft import Draft
    from sopgen.pipeline import Build

# As the schemas have them, which `tests/test_new.py` holds; reading a schema would cost every command its time.
PLAN_KINDS = ("quarter", "campaign", "launch", "optimisation", "growth", "daily")
DIMENSIONS = ("overall", "product", "traffic", "user")
CATEGORIES = ("fulfilment", "stock", "traffic", "rules", "payment", "system", "content", "service", "partner", "other")
TREATMENTS = ("avoid", "reduce", "transfer", "accept")
PHASES = ("plan", "prepare", "run", "learn")
SIDES = ("product", "traffic", "campaign", "user")
SCENES = ("daily", "campaign", "launch", "optimisation", "growth")


def is_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


class Asked(click.Option):
    """An option that must be given: on a terminal it is asked for."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """What somebody answers. Raises click.MissingParameter where there is nobody to ask."""
        if not is_terminal():
            raise click.MissingParameter(ctx=ctx, param=self)
        return super().prompt_for_value(ctx)


def _name(pattern: str, rule: str) -> Callable[[str], str]:
    """The lasting name of a record, which may become the name of a file."""

    def convert(words: str) -> str:
        if not re.fullmatch(pattern, words):
            raise click.BadParameter(f"{words!r} is not one; it is {rule}.")
        return words

    return convert


def _words(words: str) -> str:
    """A text in one line; what a terminal hands over may be half a character."""
    line = " ".join(words.split())
    if not line or not line.isprintable():
        raise click.BadParameter("it is empty, or has characters that are no text.")
    return line


def _day(words: str) -> date:
    try:
        return date.fromisoformat(str(words))  # of an answer, click hands over what it has made of it already
    except ValueError:
        raise click.BadParameter(f"{words!r} is not a day; write 2024-07-01.") from None


ID = _name(r"[a-z0-9][a-z0-9-]*", "lower-case letters, digits and hyphens")
TARGET_ID = _name(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*", "a metric's id, with a part of it after a dot")
SOP_ID = _name(r"[A-Z]{2,6}-[0-9]{1,5}", "two to six capital letters, a hyphen and up to five digits")
FOLDER = _name(r"[A-Za-z0-9][A-Za-z0-9-]*", "letters, digits and hyphens")


def _pair(words: str) -> tuple[str, str]:
    """A name and a text about it."""
    name, mark, text = words.partition("=")
    if not mark:
        raise click.BadParameter(f"{words!r} has no `=` between a name and a text.")
    return ID(name.strip()), _words(text)


def _side(words: str) -> tuple[str, str]:
    """A side of a day's work and a text about it."""
    side, text = _pair(words)
    if side not in SIDES:
        raise click.BadParameter(f"{side!r} is no side of a day's work; it is one of {', '.join(SIDES)}.")
    return side, text


REQUIRED: dict[str, Any] = {"cls": Asked, "prompt": True, "required": True}


def _text(name: str, help_: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--name`, and `--name-zh` for the same in Chinese; where both are given, the first is English."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        chinese = click.option(f"--{name}-zh", type=_words, metavar="TEXT", help="The same in Chinese.")
        return click.option(f"--{name}", type=_words, metavar="TEXT", help=help_, **settings)(chinese(function))

    return decorate


def _choice(name: str, choices: tuple[str, ...], help_: str, **settings: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option with few values, which its help lists: in the first column they would run out of the terminal."""
    listed = f"{help_.rstrip('.')}: {', '.join(choices)}."
    return click.option(name, type=click.Choice(choices), metavar=name.removeprefix("--").upper(), help=listed, **settings)


def _given(words: dict[str, Any]) -> dict[str, Any]:
    """What was said, by the names of fields; a text with its Chinese version as one value."""
    fields = {name: value for name, value in words.items() if not name.endswith("_zh")}
    for name in fields:
        if chinese := words.get(f"{name}_zh"):
            fields[name] = {**({"en": fields[name]} if fields[name] else {}), "zh": chinese}
    return fields


def _making(make: Callable[..., Draft]) -> Callable[..., int]:
    """A command that makes records: `make` gets the workspace and its own options, and what it drafts is checked and written."""

    @LANGUAGE
    @AS_OF
    @click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
    @click.pass_obj
    def command(start: Path, /, language: str, as_of: Instant | None, dry_run: bool, **words: Any) -> int:
        root = workspace.find(start)
        build = workspace.run(root, as_of)
        draft = make(build, **_given(words))
        return finish(root, build, draft, language, as_of, dry_run=dry_run)

    update_wrapper(command, make)
    return command


ANSWERS = "A finding of a retro that it answers; may be repeated."
OWNER = "The person who answers for it, of data/people.yaml"


@click.group(short_help="Make a record where its kind lives.")
def new() -> None:
    """Make a record where its kind lives: from what is given, checked, and written only if it is sound."""


@new.command()
@click.argument("id_", metavar="ID", type=ID)
@_choice("--kind", PLAN_KINDS, "What sort of plan it is.", **REQUIRED)
@_text("title", "Its name.", **REQUIRED)
@click.option(
    "--start", "first", **{**REQUIRED, "prompt": "Start"}, type=_day, metavar="DATE", help="Its first day, T in the offsets of steps."
)
@click.option("--end", "last", type=_day, metavar="DATE", help="Its last day (default: that of the last step, else the first day).")
@_text("description", "What it is for.")
@click.option("--parent", type=ID, metavar="PLAN", help="The larger plan whose days it shares.")
@click.option("--owner", type=ID, metavar="PERSON", help=f"{OWNER} (default: the parent's owner, else that of the first SOP).")
@click.option("--follow", type=SOP_ID, multiple=True, metavar="SOP", help="An SOP whose dated steps become tasks; may be repeated.")
@_making
def plan(build: Build, id_: str, first: date, last: date | None, follow: tuple[str, ...], **given: Any) -> Draft:
    """Make a plan with the tasks that the SOPs it follows ask for.

    Each step with an offset, such as T-15, becomes a task of the step's actor, due so many days from the first day.
    """
    from sopgen import drafts

    if last is not None and last < first:
        raise click.BadParameter(f"{last} is before {first}, the first day.", param_hint="--end")
    return drafts.plan(build, id_, first, last, follow, given)


@new.command()
@click.argument("plan_id", metavar="PLAN", type=ID)
@click.argument("id_", metavar="TARGET", type=TARGET_ID)
@click.option("--target", **REQUIRED, type=_words, metavar="QUANTITY", help="The level to reach: 500万, 35%, 1:3, 30s.")
@click.option("--metric", type=ID, metavar="METRIC", help="The metric, where TARGET is not its id but has a part: gmv.tmall.")
@click.option("--where", type=_words, multiple=True, metavar="FIELD=VALUE", help="The part of the figures that counts; may be repeated.")
@_choice("--dimension", DIMENSIONS, "The side of the business that it belongs to.")
@_text("logic", "How it was arrived at.")
@_text("note", "Anything worth knowing beside it.")
@click.option("--department", type=ID, metavar="DEPARTMENT", help="The department it belongs to (default: that of the owner).")
@click.option("--owner", type=ID, metavar="PERSON", help=f"{OWNER} (default: the plan's owner).")
@_making
def target(build: Build, plan_id: str, id_: str, where: tuple[str, ...], **given: Any) -> Draft:
    """Add a target to the goal breakdown of a plan."""
    from sopgen import drafts

    parts = {field: value for field, _, value in (each.partition("=") for each in where)}
    return drafts.target(build, plan_id, id_, {**given, "where": parts or None})


@new.command()
@click.argument("plan_id", metavar="PLAN", type=ID)
@click.argument("id_", metavar="TASK", type=ID)
@_text("title", "The task in a few words.", **REQUIRED)
@_text("description", "What is to be done.")
@click.option("--start", type=_day, metavar="DATE", help="The day work begins (default: that of --as-of).")
@click.option("--due", **REQUIRED, type=_day, metavar="DATE", help="The last day on which it is in time.")
@click.option("--owner", **REQUIRED, type=ID, metavar="PERSON", help=f"{OWNER}.")
@click.option("--with", "with_", type=ID, multiple=True, metavar="DEPARTMENT", help="A department that helps; may be repeated.")
@click.option("--contact", type=ID, metavar="PERSON", help="The person whom the helping departments talk to.")
@_text("deliverable", "What it hands over.")
@click.option("--step", metavar="SOP/STEP", type=_words, help="The step that it carries out.")
@click.option("--after", type=ID, multiple=True, metavar="TASK", help="A task that must be finished first; may be repeated.")
@click.option(
    "--answers", type=_words, multiple=True, metavar="PLAN/FINDING", help="A finding of a retro that it answers; may be repeated."
)
@_text("note", "Anything worth knowing beside it.")
@_making
def task(build: Build, plan_id: str, id_: str, with_: tuple[str, ...], **given: Any) -> Draft:
    """Add a task to the list of a plan, tasks.yaml or tasks.csv."""
    from sopgen import drafts

    start, due, deliverable = given["start"], given["due"], given["deliverable"]
    given |= {"start": str(start) if start else None, "due": str(due), "with": with_}
    given["deliverable"] = {"title": deliverable} if deliverable else None
    return drafts.task(build, plan_id, id_, given)


@new.command()
@click.argument("day", metavar="[DATE]", type=_day, required=False)
@click.option("--by", type=ID, metavar="PERSON", help="The person who keeps it (default: who kept the last one).")
@click.option("--follows", type=SOP_ID, metavar="SOP", help="The SOP whose steps are the day's checks (default: that of the last log).")
@click.option("--all", "everything", is_flag=True, help="Every check that is due was made; what was not found was in order.")
@click.option("--checked", type=ID, multiple=True, metavar="STEP", help="A step that was checked and in order; may be repeated.")
@click.option("--found", type=_pair, multiple=True, metavar="STEP=TEXT", help="What a step found that was not in order; may be repeated.")
@click.option(
    "--done", type=_side, multiple=True, metavar="SIDE=TEXT", help=f"What was done, by side: {', '.join(SIDES)}; may be repeated."
)
@click.option("--heard", type=_side, multiple=True, metavar="SIDE=TEXT", help="What customers and partners said, by side.")
@_text("note", "Anything else that the next reader should know.")
@_making
def log(build: Build, day: date | None, everything: bool, checked: tuple[str, ...], **given: Any) -> Draft:
    """Write the log of a day, data/logs/DATE.yaml (default: the day of --as-of)."""
    from sopgen import drafts

    found, done, heard = (given.pop(name) for name in ("found", "done", "heard"))
    sides: dict[str, dict[str, tuple[str, ...]]] = {}
    for name, said in (("done", done), ("heard", heard)):
        for side, words in said:
            sides.setdefault(side, {})[name] = (*sides.get(side, {}).get(name, ()), words)
    if len(told := dict(found)) < len(found):
        raise click.UsageError("--found names a step twice; say in one text what it found.")
    return drafts.log(build, day or build.view.as_of.date(), checked, told, everything, {**given, **sides})


@new.command()
@click.argument("name", metavar="NAME", type=ID)
@_text("title", "What went wrong, in a few words.", **REQUIRED)
@click.option("--metric", type=ID, metavar="METRIC", help="The metric that showed it.")
@_text("process", "The work that it happened in: an SOP's number, or in words.")
@click.option("--owner", type=ID, metavar="PERSON", help="The person who sees it through.")
@click.option("--risk", type=ID, metavar="RISK", help="The risk of the library that came true.")
@click.option("--alert", type=_words, metavar="ALERT", help="The alert that it answers: low-ctr, low-ctr/tmall/2024-04-20.")
@click.option("--detected", type=_words, metavar="INSTANT", help="When it was noticed (default: --as-of); 24 hours for a plan begin.")
@click.option("--planned", type=_words, metavar="INSTANT", help="When there was a plan for it; the 24 hours end.")
@_text("cause", "Why it happened, as far as is known.", **REQUIRED)
@_text("measure", "What is done about it.")
@_making
def incident(build: Build, name: str, **given: Any) -> Draft:
    """Record an incident in data/incidents/.

    Its id is NAME with the day it was noticed before it.
    """
    from sopgen import drafts

    measure = given.pop("measure")
    return drafts.incident(build, name, {**given, "measure": {"text": measure} if measure else None})


@new.command()
@click.argument("plan_id", metavar="PLAN", type=ID)
@click.option("--period", type=_words, metavar="PERIOD", help="The days that are looked back on (default: the plan's).")
@_making
def retro(build: Build, plan_id: str, **given: Any) -> Draft:
    """Begin the retro of a plan.

    The incidents of its days are there as problems. Fill in what the team claims, what worked and what to do better; then give it
    the day on which it is closed.
    """
    from sopgen import drafts

    return drafts.retro(build, plan_id, given)


@new.command()
@click.argument("id_", metavar="RISK", type=ID)
@_text("title", "What may go wrong, in a few words.", **REQUIRED)
@_choice("--category", CATEGORIES, "The area that it belongs to.", **REQUIRED)
@_text("description", "Cause, event and consequence.")
@click.option("--likelihood", **REQUIRED, type=click.IntRange(1, 5), help="How likely it is before anything is done.")
@click.option("--impact", **REQUIRED, type=click.IntRange(1, 5), help="How bad it would be before anything is done.")
@_choice("--treatment", TREATMENTS, "How it is handled.", **REQUIRED)
@click.option("--owner", **REQUIRED, type=ID, metavar="PERSON", help=f"{OWNER}.")
@click.option("--review", type=_day, metavar="DATE", help="The day of its next review (default: 90 days after --as-of).")
@_text("contingency", "What to do when it happens.")
@_text("reason", "Why it is borne as it is, with --treatment accept.")
@click.option("--approver", type=ID, metavar="PERSON", help="The person who agreed to bear it.")
@click.option("--until", type=_day, metavar="DATE", help="The last day on which that holds.")
@click.option(
    "--answers", type=_words, multiple=True, metavar="PLAN/FINDING", help="A finding of a retro that it answers; may be repeated."
)
@_choice("--applies-to", PLAN_KINDS, "A sort of plan that must consider it, may be repeated", multiple=True)
@_making
def risk(build: Build, id_: str, **given: Any) -> Draft:
    """Add a risk to the library, data/risks.yaml."""
    from sopgen import drafts

    review, reason, approver, until = given["review"], given.pop("reason"), given.pop("approver"), given.pop("until")
    if (given["treatment"] == "accept") != all((reason, approver, until)):
        raise click.UsageError("--treatment accept goes together with --reason, --approver and --until.")
    accepted = {"reason": reason, "approver": approver, "until": str(until)} if reason else None
    return drafts.risk(build, id_, {**given, "review": str(review) if review else None, "accepted": accepted})


@new.command()
@click.argument("id_", metavar="SOP", type=SOP_ID)
@_text("title", "Its name.", **REQUIRED)
@click.option("--owner", **REQUIRED, type=ID, metavar="PERSON", help="The person who keeps it true.")
@click.option("--author", type=ID, metavar="PERSON", help="The person who writes it (default: the owner).")
@_choice("--phase", PHASES, "The phase of the work that it belongs to.", **REQUIRED)
@_choice("--scene", SCENES, "An occasion on which it is used, may be repeated", multiple=True)
@click.option("--folder", type=FOLDER, metavar="NAME", help="Its folder in sop/ (default: where the SOPs of its phase are).")
@_making
def sop(build: Build, id_: str, folder: str | None, scene: tuple[str, ...], **given: Any) -> Draft:
    """Begin an SOP as a draft.

    It has the headings that its body needs; with a Chinese title, its translation has a file too.
    """

    from sopgen import drafts

    return drafts.sop(build, id_, folder, {**given, "scenes": scene})
