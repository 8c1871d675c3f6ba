"""The record kinds of a workspace: what each is called, where it lives, which typed record it becomes.

The JSON Schemas in `schemas/` alone say what is allowed; these classes say only names and types. A contract test walks
both and fails on any disagreement. To add a kind: its schema, its class in the module of its subject, and one line in `KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from sopgen.records.alerts import Alert, AlertTest, Benchmark, Readings, Stock
from sopgen.records.base import (
    AimId,
    AlertId,
    DepartmentId,
    EventId,
    FindingId,
    IncidentId,
    ItemId,
    Language,
    MetricId,
    PersonId,
    PinnedSopId,
    PlanId,
    PlanKind,
    Record,
    Ref,
    RiskId,
    SopId,
    SourceId,
    StepId,
    TableId,
    TargetId,
    TaskId,
    Waiver,
    YesNo,
)
from sopgen.records.events import Band, Incident, Level, Matrix, Measure, Return, Risk, Trigger
from sopgen.records.logs import Found, Log, Side
from sopgen.records.metrics import Calendar, Event, Expectation, FixedList, Metric, Span, Weights
from sopgen.records.people import Department, People, Person
from sopgen.records.plans import Assumption, Deliverable, Effect, Goal, Guard, Improvement, Plan, Problem, Retro, Success, Target, Task
from sopgen.records.research import Competitor, Market, Observation, Opportunity, Research, ResearchSource, Strength
from sopgen.records.resources import External, Internal, Resources
from sopgen.records.settings import Settings
from sopgen.records.sops import Change, IfFails, Sop, Step, StepTranslation, Translation
from sopgen.records.strategy import Campaign, Channel, Forecast, Item, Mechanic, Phase, Product, Publicity, Strategy, Supply
from sopgen.records.tables import Constraints, Field, Import, Restatement, Table

__all__ = [
    "KINDS",
    "AimId",
    "Alert",
    "AlertId",
    "AlertTest",
    "Assumption",
    "Band",
    "Benchmark",
    "Calendar",
    "Campaign",
    "Change",
    "Channel",
    "Competitor",
    "Constraints",
    "Deliverable",
    "Department",
    "DepartmentId",
    "Effect",
    "Event",
    "EventId",
    "Expectation",
    "External",
    "Field",
    "FindingId",
    "FixedList",
    "Forecast",
    "Found",
    "Goal",
    "Guard",
    "IfFails",
    "Import",
    "Improvement",
    "Incident",
    "IncidentId",
    "Internal",
    "Item",
    "ItemId",
    "Kind",
    "Language",
    "Level",
    "Log",
    "Market",
    "Matrix",
    "Measure",
    "Mechanic",
    "Metric",
    "MetricId",
    "Observation",
    "Opportunity",
    "People",
    "Person",
    "PersonId",
    "Phase",
    "PinnedSopId",
    "Plan",
    "PlanId",
    "PlanKind",
    "Problem",
    "Product",
    "Publicity",
    "Readings",
    "Record",
    "Ref",
    "Research",
    "ResearchSource",
    "Resources",
    "Restatement",
    "Retro",
    "Return",
    "Risk",
    "RiskId",
    "Settings",
    "Side",
    "Sop",
    "SopId",
    "SourceId",
    "Span",
    "Step",
    "StepId",
    "StepTranslation",
    "Stock",
    "Strategy",
    "Strength",
    "Success",
    "Supply",
    "Table",
    "TableId",
    "Target",
    "TargetId",
    "Task",
    "TaskId",
    "Translation",
    "Trigger",
    "Waiver",
    "Weights",
    "YesNo",
]


class Kind(Struct, frozen=True):
    """A record kind: its `name` is its schema's file name, `glob` is where its files live, `shape` what one file becomes."""

    name: str
    glob: str
    shape: Any

    @property
    def pattern(self) -> re.Pattern[str]:
        """The glob as an expression; `*` stays within a folder, `**/` crosses folders."""
        words = re.escape(self.glob).replace(r"\*\*/", "(?:.+/)?").replace(r"\*", "[^/]+").replace(r"\?", "[^/]")
        return re.compile(words)


# Where two globs match a path, the first one holds.
KINDS = (
    Kind("settings", "mkdocs.yml", Settings),
    Kind("people", "data/people.yaml", People),
    Kind("metrics", "data/metrics.yaml", Mapping[str, Metric]),
    Kind("lists", "data/lists.yaml", Mapping[str, FixedList]),
    Kind("calendar", "data/calendar.yaml", Calendar),
    Kind("alerts", "data/alerts.yaml", Mapping[str, Alert]),
    Kind("risks", "data/risks.yaml", Mapping[str, Risk]),
    Kind("risk-matrix", "data/risk-matrix.yaml", Matrix),
    Kind("table", "data/tables/*/table.yaml", Table),
    Kind("import", "data/tables/*/import.yaml", Import),
    Kind("restatements", "data/tables/*/restatements.yaml", tuple[Restatement, ...]),
    Kind("incident", "data/incidents/*.yaml", Incident),
    Kind("log", "data/logs/*.yaml", Log),
    Kind("plan", "plans/*/plan.yaml", Plan),
    Kind("targets", "plans/*/targets.yaml", Mapping[str, Target]),
    Kind("tasks", "plans/*/tasks.yaml", tuple[Task, ...]),
    Kind("tasks", "plans/*/tasks.csv", tuple[Task, ...]),
    Kind("research", "plans/*/research.yaml", Research),
    Kind("strategy", "plans/*/strategy.yaml", Strategy),
    Kind("resources", "plans/*/resources.yaml", Resources),
    Kind("retro", "plans/*/retro.yaml", Retro),
    Kind("translation", "sop/**/*.??.md", Translation),
    Kind("sop", "sop/**/*.md", Sop),
)
