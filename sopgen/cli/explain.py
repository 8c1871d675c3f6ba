"""`sopgen explain`."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from difflib import get_close_matches

import click

from sopgen.cli.options import LANGUAGE
from sopgen.reporters.text import HELP
from sopgen.words.diagnostics import Rule
from sopgen.words.messages import Translator


@click.command(short_help="Print what a rule is about, or list all rules.")
@click.argument("name", metavar="[RULE]", required=False)
@LANGUAGE
def explain(name: str | None, language: str) -> int:
    """Print what a rule is about, with a bad and a good example; without RULE, list them all."""
    from sopgen import rules

    known = {rule.name: rule for rule in rules.catalogue()}
    say = Translator(language)
    if name is None:
        click.echo(contents(known.values(), say))
    elif name in known:
        click.echo(page(known[name], say))
    else:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "`sopgen explain` lists them all."
        raise click.BadParameter(f"no rule is called {name}; {hint}", param_hint="RULE")
    return 0


def contents(rules: Iterable[Rule], say: Translator) -> str:
    """A line for each rule: its name, level and sentence."""
    ordered = sorted(rules, key=lambda rule: rule.name)
    room = max((len(rule.name) for rule in ordered), default=0)
    return "\n".join(f"{rule.name:<{room}}  {rule.severity:<7}  {say.label(rule.message)}" for rule in ordered)


def page(rule: Rule, say: Translator) -> str:
    """All there is to say about a rule; braces stand for what a finding fills in."""
    parts = [f"{rule.severity}[{rule.name}]: {say.label(rule.message)}"]
    if rule.help:
        parts.append(f"{say.label(HELP)}: {say.label(rule.help)}")
    if rule.why:
        parts.append(inspect.cleandoc(rule.why))
    return "\n\n".join(parts)
