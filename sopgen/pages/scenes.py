"""The occasions of the work, each with all that belongs to it, and the way in for somebody new."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.pages import places
from sopgen.pages.page import Page
from sopgen.pages.render import Writer
from sopgen.pages.sops import PHASES, ordered
from sopgen.words.diagnostics import N_

SECTION = N_("Scenes")
START = N_("Start here")
SCENES = {
    "daily": N_("Daily operations"),
    "campaign": N_("Campaigns"),
    "launch": N_("Launches"),
    "optimisation": N_("Optimisation"),
    "growth": N_("Growth"),
}


def scenes(write: Writer) -> Iterator[Page]:
    """The newcomer's path, and a page a scene: its SOPs by phase, their papers, metrics, alert rules and risks, and its plans."""
    model = write.view.model
    sops = [sop for sop in ordered(model) if sop.status != "retired"]
    paths = [model.path(sop) for sop in sops]
    by_phase = {label: [sop for sop in sops if sop.phase == phase] for phase, label in PHASES.items()}
    today = write.view.as_of.date()
    running = sorted((plan for plan in model.plans.values() if today <= plan.period.end), key=lambda plan: plan.period.start)
    yield write.page("start", places.START, write.say(START), (SECTION,), paths, phases=by_phase, running=running, scenes=SCENES)
    for scene, label in SCENES.items():
        used = [sop for sop in sops if scene in sop.scenes]
        metrics = list(dict.fromkeys(id_ for sop in used for id_ in sop.metrics))
        papers = (id_ for sop in used for id_ in (*sop.templates, *(step.record for step in sop.steps if step.record)))
        risks = {id_ for sop in used for id_ in sop.risks} | {risk.id for risk in model.risks.values() if scene in risk.applies_to}
        named = {id_ for sop in used for id_ in sop.alerts} | {rule.id for rule in model.alerts.values() if rule.metric in metrics}
        yield write.page(
            "scene",
            places.scene(scene),
            write.say(label),
            (SECTION,),
            [model.path(sop) for sop in used],
            phases={label: [sop for sop in used if sop.phase == phase] for phase, label in PHASES.items()},
            outputs=list(dict.fromkeys(papers)),
            metrics=metrics,
            alerts=[id_ for id_ in model.alerts if id_ in named],
            risks=[id_ for id_ in model.risks if id_ in risks],
            plans=[plan.id for plan in model.plans.values() if plan.kind == scene],
        )
