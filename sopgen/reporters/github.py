"""Findings as workflow commands, which GitHub Actions shows beside the lines of a change."""

from __future__ import annotations

from posixpath import join

from sopgen.reporters.report import Report
from sopgen.words.diagnostics import Diagnostic, Severity


def as_github(report: Report) -> str:
    """One `::error` or `::warning` a finding and the summary. Errors come first: GitHub shows ten annotations of a kind."""
    errors_first = sorted(report.ordered, key=lambda finding: finding.severity is not Severity.ERROR)
    return "\n".join([*(_command(finding, report) for finding in errors_first), report.summary])


def _command(finding: Diagnostic, report: Report) -> str:
    span, say = finding.span, report.translator.translate
    properties: dict[str, str | int] = {
        "file": join(report.folder, span.path),
        "line": span.line,
        "endLine": span.end_line,
        "col": span.column,
        "endColumn": span.end_column,
        "title": finding.rule.name,
    }
    if span.line != span.end_line:  # GitHub takes columns only within one line
        del properties["col"], properties["endColumn"]
    sentences = [finding.message, *([finding.advice] if finding.advice else [])]
    words = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = _data("\n".join(map(say, sentences)))
    return f"::{finding.severity} {words}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
