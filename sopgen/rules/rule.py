"""What a rule is: a function over the view that yields findings. Name, level and sentences are stamped on by the runner."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from sopgen.model import Model
from sopgen.readers.formula import Place
from sopgen.readers.yaml import Pointer
from sopgen.records import Record
from sopgen.view import View
from sopgen.words.diagnostics import Arg, Diagnostic, Label, Message, N_, Rule, Severity, Span


@dataclass(frozen=True, slots=True)
class At:
    """A place in a record: the value at a pointer, the `key` it is under, or `place`, a part of its text."""

    record: Record
    pointer: Pointer = ()
    key: bool = False
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a rule is broken, and what fills its sentence. `related` are second places; `help` stands in for the rule's own."""

    at: At
    args: Mapping[str, Arg] = field(default_factory=dict)
    label: Message | None = None
    related: tuple[tuple[At, Message], ...] = ()
    help: Message | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule and the function that looks for it."""

    rule: Rule
    find: Callable[[View], Iterator[Finding]]

    def run(self, view: View) -> Iterator[Diagnostic]:
        """The findings, with the rule stamped on and places turned into spans."""
        for finding in self.find(view):
            related = tuple(Label(_span(view.model, at), message) for at, message in finding.related)
            yield Diagnostic(self.rule, _span(view.model, finding.at), finding.args, finding.label, related, finding.help)


def rule(severity: Severity, message: str, help: str = "") -> Callable[[Callable[[View], Iterator[Finding]]], Check]:
    """Make a rule of a function: its name is the function's with hyphens, its page the docstring with a bad and a good example."""

    def mark(find: Callable[[View], Iterator[Finding]]) -> Check:
        name = find.__name__.replace("_", "-")
        return Check(Rule(name, severity, message, help, inspect.cleandoc(find.__doc__ or "")), find)

    return mark


def nearest(word: str, known: frozenset[str]) -> Message | None:
    """A suggestion from the live workspace, where one is near enough."""
    near = get_close_matches(word, sorted(known), 1, 0.6)
    return Message(N_("did you mean `{near}`?"), {"near": near[0]}) if near else None


def _span(model: Model, at: At) -> Span:
    span = model.span(at.record, *at.pointer, key=at.key)
    if at.place is None or span.line != span.end_line:
        return span
    # Where the text is in quotes its first character is one column further on.
    first = span.column + (1 if model.length(at.record, *at.pointer) + 2 == span.end_column - span.column else 0)
    return replace(span, column=first + at.place.start, end_column=first + max(at.place.end, at.place.start + 1))
