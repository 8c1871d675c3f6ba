"""Findings for programs: one JSON object, whose `version` rises when a field changes its meaning."""

from __future__ import annotations

from json import dumps
from typing import Any

from sopgen.reporters.report import Report
from sopgen.words.diagnostics import Diagnostic, Severity, Span
from sopgen.words.messages import Translator

VERSION = 1


def as_json(report: Report) -> str:
    """`{version, findings: [...], summary: {errors, warnings, files}}`, findings by path, line and column."""
    document = {
        "version": VERSION,
        "findings": [_finding(finding, report.translator) for finding in report.ordered],
        "summary": {
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "files": report.files,
        },
    }
    return dumps(document, ensure_ascii=False, indent=2)


def _finding(finding: Diagnostic, translator: Translator) -> dict[str, Any]:
    say = translator.translate
    return {
        "rule": finding.rule.name,
        "severity": str(finding.severity),
        "message": say(finding.message),
        **_place(finding.span),
        "label": say(finding.label) if finding.label else None,
        "help": say(finding.advice) if finding.advice else None,
        "related": [{"message": say(label.message), **_place(label.span)} for label in finding.related],
    }


def _place(span: Span) -> dict[str, str | int]:
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }
