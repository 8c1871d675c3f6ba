"""Departments and people."""

from __future__ import annotations

from collections.abc import Mapping

from sopgen.records.base import DepartmentId, Record
from sopgen.words.text import Text


class Department(Record):
    """A department or group that tasks and targets belong to."""

    id: str
    title: Text


class Person(Record):
    """A person or role that owns things."""

    id: str
    title: Text
    department: DepartmentId
    name: Text | None = None
    github: str | None = None


class People(Record):
    """`data/people.yaml`."""

    departments: Mapping[str, Department]
    people: Mapping[str, Person]
