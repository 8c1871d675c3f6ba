"""A new SOP: its document control, the headings that its body needs, and its translation."""

from __future__ import annotations

from collections import Counter

from sopgen.drafts.draft import Draft, Given, filled, new_file
from sopgen.editing import as_yaml
from sopgen.editing.style import Plain
from sopgen.model import Model
from sopgen.pipeline import Build
from sopgen.words.diagnostics import N_, Message
from sopgen.words.text import Text

_VERSION = "0.1.0"
_FIRST = {"en": "First draft.", "zh": "初稿。"}
# What a professional SOP tells besides its steps and duties, which stand in the front matter (domain C).
SECTIONS = (
    Text({"en": "Purpose", "zh": "目的"}),
    Text({"en": "Scope", "zh": "适用范围"}),
    Text({"en": "Terms and how numbers are read", "zh": "术语与指标口径"}),
    Text({"en": "When it starts and what must be ready", "zh": "触发与前置条件"}),
    Text({"en": "Notes to the steps", "zh": "步骤说明"}),
    Text({"en": "Monitoring metrics and thresholds", "zh": "监控指标与阈值"}),
    Text({"en": "Exceptions and escalation", "zh": "异常与升级"}),
    Text({"en": "Records and how long they are kept", "zh": "记录与保存期"}),
    Text({"en": "Related documents", "zh": "相关文件"}),
)


def sop(build: Build, id_: str, folder: str | None, given: Given) -> Draft:
    """A draft in the folder of its phase; with a title in a second language also the file that its translation goes into."""
    model = build.view.model
    if id_ in model.sops:
        return Message(N_("there is an SOP `{id}` already"), {"id": id_})
    home = f"sop/{folder or _folder(model, str(given['phase']))}"
    day, author = str(build.view.as_of.date()), given.get("author") or given.get("owner")
    steps: tuple[Plain, ...] = ()
    head = filled("sop", {"id": id_, "version": _VERSION, "status": "draft", **given, "author": author})
    change: Plain = {"version": _VERSION, "date": day, "by": str(author), "why": _FIRST}
    first = build.settings.language
    files = {f"{home}/{id_}.md": _page({**head, "steps": steps, "changes": (change,)}, first)}
    title = given["title"]
    for language in (language for language in title if language != first) if isinstance(title, dict) else ():
        files[f"{home}/{id_}.{language}.md"] = _page({"translates": _VERSION}, language)
    drafts = [new_file(build.source, path, text) for path, text in files.items()]
    refused = next((draft for draft in drafts if isinstance(draft, Message)), None)
    return refused or tuple(edit for draft in drafts if not isinstance(draft, Message) for edit in draft)


def _page(head: dict[str, Plain], language: str) -> str:
    headings = "".join(f"\n## {section.into(language)}\n" for section in SECTIONS)
    return f"---\n{as_yaml(head)}---\n{headings}"


def _folder(model: Model, phase: str) -> str:
    """The folder that most SOPs of the phase are in; one called after the phase where there are none."""
    folders = Counter(model.path(each).split("/")[1] for each in model.sops.values() if each.phase == phase)
    return folders.most_common(1)[0][0] if folders else phase
