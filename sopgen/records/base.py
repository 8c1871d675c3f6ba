"""What records are made of: references, and the words that several kinds share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, dataclass_transform

import msgspec
from msgspec import Struct

from sopgen.words.text import Text


class Ref(Struct, frozen=True):
    """Marks a field whose text is the id of a record of kind `to`."""

    to: str


PersonId = Annotated[str, Ref("person")]
DepartmentId = Annotated[str, Ref("department")]
MetricId = Annotated[str, Ref("metric")]
PlanId = Annotated[str, Ref("plan")]
TaskId = Annotated[str, Ref("task")]  # of the same plan
SopId = Annotated[str, Ref("sop")]
PinnedSopId = Annotated[str, Ref("sop-version")]  # OPS-303@1.2.0
StepId = Annotated[str, Ref("step")]  # OPS-303/select
IncidentId = Annotated[str, Ref("incident")]
FindingId = Annotated[str, Ref("finding")]  # a problem, success or improvement of a retro: 2024-618/late-warehouse
OutputId = Annotated[str, Ref("output")]  # one of `sopgen.records.outputs`
PartyId = Annotated[str, Ref("party")]  # a person or a department
EventId = Annotated[str, Ref("event")]
TableId = Annotated[str, Ref("table")]
AlertId = Annotated[str, Ref("alert")]  # low-ctr, or one time that it fired: low-ctr/tmall/2024-04-20
RiskId = Annotated[str, Ref("risk")]
TargetId = Annotated[str, Ref("target")]  # of the same plan
ItemId = Annotated[str, Ref("item")]  # of the strategy of the same plan
SourceId = Annotated[str, Ref("source")]  # of the same research
AimId = Annotated[str, Ref("aim")]  # a target or a strategy item of the same plan, or of another one: 2024-618/night-light

PlanKind = Literal["quarter", "campaign", "launch", "optimisation", "growth", "daily"]
YesNo = Literal["yes", "no"]
Language = Literal["en", "zh"]


def _plain(name: str) -> str:
    """`with_` in Python is `with` in the file."""
    return name.rstrip("_")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True, kw_only=True, eq=False, rename=_plain):
    """One thing an author wrote. Records are compared by identity; where each was written is kept beside the model."""


class Waiver(Record):
    """Why something is left as it is for now, and who agreed."""

    reason: Text
    approver: PersonId
    until: date
