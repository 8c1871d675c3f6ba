"""What a rule is: a function over the view that yields findings. Name, level and sentences are stamped on by the runner."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from sopgen.model import Model
from sopgen.readers.formula import Place
from sopgen.readers.yaml import Pointer
from sopgen.records import Record
from sopgen.view import View
from sopgen.words.diagnostics import N_, Arg, Diagnostic, Label, Message, Rule, Severity, Span


class At(Struct, frozen=True):
    """A place in a record: the value at a pointer, the `key` it is under, `place`, a part of its text, or a `span` of its file."""

    record: Record
    pointer: Pointer = ()
    key: bool = False
    place: Place | None = None
    span: Span | None = None


class Finding(Struct, frozen=True):
    """Where a rule is broken, and what fills its sentence. `related` are second places; `help` stands in for the rule's own."""

    at: At
    args: Mapping[str, Arg] = {}
    label: Message | None = None
    related: tuple[tuple[At, Message], ...] = ()
    help: Message | None = None


class Check(Struct, frozen=True):
    """A rule and the function that looks for it.

    A rule about something that nobody names is silent while a reference of such a kind, one of `named_by`, leads nowhere: what
    it misses may be what is misspelt there, and one root cause is one finding.
    """

    rule: Rule
    find: Callable[[View], Iterator[Finding]]
    named_by: tuple[str, ...] = ()

    def run(self, view: View) -> Iterator[Diagnostic]:
        """The findings, with the rule stamped on and places turned into spans."""
        if self.named_by and any(reference.to in self.named_by for _, reference in view.model.unresolved):
            return
        for finding in self.find(view):
            related = tuple(Label(_span(view.model, at), message) for at, message in finding.related)
            yield Diagnostic(self.rule, _span(view.model, finding.at), finding.args, finding.label, related, finding.help)


def rule(
    severity: Severity, message: str, help: str = "", named_by: tuple[str, ...] = ()
) -> Callable[[Callable[[View], Iterator[Finding]]], Check]:
    """Make a rule of a function: its name is the function's with hyphens, its page the docstring with a bad and a good example."""

    def mark(find: Callable[[View], Iterator[Finding]]) -> Check:
        name = find.__name__.replace("_", "-")
        return Check(Rule(name, severity, message, help, inspect.cleandoc(find.__doc__ or "")), find, named_by)

    return mark


@cache
def nearest(word: str, known: frozenset[str]) -> Message | None:
    """A suggestion from the live workspace, where one is near enough."""
    near = get_close_matches(word, sorted(known), 1, 0.6)
    return Message(N_("did you mean `{near}`?"), {"near": near[0]}) if near else None


def _span(model: Model, at: At) -> Span:
    span = at.span or model.span(at.record, *at.pointer, key=at.key)
    if at.place is None:
        return span
    # In quotes the text starts one column further on; over several lines or with escapes nobody knows where its parts are.
    around = span.end_column - span.column - model.length(at.record, *at.pointer)
    if around not in (0, 2):
        return span
    first = span.column + around // 2
    return replace(span, column=first + at.place.start, end_column=first + max(at.place.end, at.place.start + 1))
