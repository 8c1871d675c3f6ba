"""What a reporter is given: the findings of one run and the means to put them into words."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct, field

from sopgen.words.diagnostics import N_, Diagnostic, Message, Severity
from sopgen.words.messages import Translator

ReadLine = Callable[[str, int], str | None]


def no_lines(path: str, number: int) -> str | None:
    """Stands in where the files themselves are not at hand."""
    return None


class Report(Struct, frozen=True):
    """The findings of a run over `files` files.

    `read_line(path, number)` gives a source line, from 1, or None where there is none; `folder` is the workspace's place in its
    repository, "" for the root, for hosts that want paths from there.
    """

    findings: tuple[Diagnostic, ...]
    files: int
    read_line: ReadLine = no_lines
    translator: Translator = field(default_factory=Translator)
    colour: bool = False
    folder: str = ""

    @property
    def ordered(self) -> tuple[Diagnostic, ...]:
        """The findings by path, line and column."""
        return tuple(sorted(self.findings, key=lambda finding: (finding.span, finding.rule.name)))

    def count(self, severity: Severity) -> int:
        """How many findings are of that level."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def summary(self) -> str:
        """`2 errors, 1 warning in 14 files`, or `14 files checked, nothing to report`."""
        files = _counted(self.files, N_("1 file"), N_("{count} files"))
        errors, warnings = self.count(Severity.ERROR), self.count(Severity.WARNING)
        some_errors = _counted(errors, N_("1 error"), N_("{count} errors"))
        some_warnings = _counted(warnings, N_("1 warning"), N_("{count} warnings"))
        if errors and warnings:
            said = Message(N_("{errors}, {warnings} in {files}"), {"errors": some_errors, "warnings": some_warnings, "files": files})
        elif errors or warnings:
            said = Message(N_("{findings} in {files}"), {"findings": some_errors if errors else some_warnings, "files": files})
        else:
            said = Message(N_("{files} checked, nothing to report"), {"files": files})
        return self.translator.translate(said)


def _counted(count: int, one: str, many: str) -> Message:
    return Message(one if count == 1 else many, {"count": count})
