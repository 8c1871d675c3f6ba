"""What sopgen says about a workspace: places, rules and findings, and the one exception it defines.

A finding is a rule and its arguments. It becomes a sentence, in English or Chinese, only in a reporter.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


def N_(text: str) -> str:
    """Mark `text` as a message for the catalogues; it is translated later, where it is shown."""
    return text


class Severity(StrEnum):
    """How bad a finding is; errors stop a build."""

    ERROR = "error"
    WARNING = "warning"


class SopgenError(Exception):
    """Trouble with the machine or the call (no such folder, no git, a file that cannot be written): exit code 2."""


class Span(Struct, frozen=True, order=True):
    """A stretch of a file. Lines and columns count from 1, columns in characters; `end_column` is the first column after it."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


class Message(Struct, frozen=True):
    """A sentence in no language yet: a template of the catalogues and its arguments."""

    template: str
    args: Mapping[str, Arg] = {}


Arg = str | int | Message


class Rule(Struct, frozen=True):
    """What a finding is about: a stable `name`, its level, the sentence and the mend (templates filled from the same arguments)."""

    name: str
    severity: Severity
    message: str
    help: str = ""
    why: str = ""


class Label(Struct, frozen=True):
    """A second place that a finding points at, and what is to be seen there."""

    span: Span
    message: Message


class Diagnostic(Struct, frozen=True):
    """One thing wrong in the workspace: where, by which rule, and how to mend it."""

    rule: Rule
    span: Span
    args: Mapping[str, Arg] = {}
    label: Message | None = None
    related: tuple[Label, ...] = ()
    help: Message | None = None

    @property
    def severity(self) -> Severity:
        """The level of the rule."""
        return self.rule.severity

    @property
    def message(self) -> Message:
        """The sentence of the rule, with the arguments of this finding."""
        return Message(self.rule.message, self.args)

    @property
    def advice(self) -> Message | None:
        """What to do about it: the finding's own words, else the rule's."""
        if self.help is not None:
            return self.help
        return Message(self.rule.help, self.args) if self.rule.help else None
