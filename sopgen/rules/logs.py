"""Daily logs: a day of its own each, and checks that the SOP of the day has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from sopgen.records import Log
from sopgen.rules.rule import At, Finding, nearest, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Severity


@rule(Severity.ERROR, N_("`{name}` is no day, and a log is called after its day"), N_("call the file like data/logs/2024-06-10.yaml"))
def log_of_no_day(view: View) -> Iterator[Finding]:
    """A day has one log, and the name of its file says which day that is.

    Bad:
        # data/logs/2024-06-31.yaml
        {by: shop-manager}

    Good:
        # data/logs/2024-06-30.yaml
        {by: shop-manager}
    """
    for log in _logs(view):
        name = PurePosixPath(view.model.path(log)).stem
        if log.day is None or str(log.day) != name:
            yield Finding(At(log), {"name": name})


@rule(Severity.ERROR, N_("`{step}` is no step of {sop}"), N_("name one of: {steps}"))
def unknown_check(view: View) -> Iterator[Finding]:
    """The checks of a day are steps of the SOP that the log follows, named by their ids.

    Bad:
        # data/logs/2024-06-10.yaml
        {by: shop-manager, follows: OPS-001, checked: [colect]}

    Good:
        # data/logs/2024-06-10.yaml
        {by: shop-manager, follows: OPS-001, checked: [collect]}
    """
    for log in _logs(view):
        sop = view.model.sops.get(log.follows or "")
        steps = [step.id for step in sop.steps] if sop else []
        places = [(At(log, ("checked", place)), step) for place, step in enumerate(log.checked)]
        places += [(At(log, ("found", step), key=True), step) for step in log.found]
        for at, step in places:
            if sop and step not in steps:
                yield Finding(at, {"step": step, "sop": sop.id, "steps": ", ".join(steps)}, help=nearest(step, frozenset(steps)))


def _logs(view: View) -> Iterator[Log]:
    """Every log, those too whose names are alike."""
    return (record for record in view.model.origins if isinstance(record, Log))
