"""Workflows over HTTP: what is published under one name, how much of it can be undone, and how it is doing."""

from __future__ import annotations

from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from counterpoint.api.etags import tag_of
from counterpoint.api.models import Answer, DefinitionEntry
from counterpoint.api.problems import documented
from counterpoint.api.versions import READ, etag
from counterpoint.application.service import Service
from counterpoint.application.workflows import Doing, Undoing, VersionSeen, WorkflowSeen


class UndoCoverage(Answer, frozen=True, kw_only=True):
    """How much of what a version does can be undone."""

    undoable: int
    """Tasks with an effect that can be undone, or need not be."""
    effectful: int
    """Tasks with an effect."""
    undoes: bool
    """Whether any task says how it would be undone, also one without an effect."""

    @classmethod
    def of(cls, undoing: Undoing) -> UndoCoverage:
        """The same over the wire."""
        return cls(undoable=undoing.undoable, effectful=undoing.effectful, undoes=undoing.undoes)


class DayOutcomes(Answer, frozen=True, kw_only=True):
    """How instances have ended in the last 24 hours; each counts once."""

    completed: int
    undone: int
    """All that they did was taken back."""
    failed: int
    cancelled: int
    at_least: bool
    """Whether there may be more: counting stopped at its limit."""


class WorkflowHealth(Answer, frozen=True, kw_only=True):
    """How instances are doing."""

    by_status: dict[str, int]
    needs_person: dict[str, int]
    """How many of them wait for a decision about an incident, by status."""
    day: DayOutcomes

    @classmethod
    def of(cls, doing: Doing) -> WorkflowHealth:
        """The same over the wire."""
        day = doing.day
        return cls(
            by_status=doing.by_status,
            needs_person=doing.needs_person,
            day=DayOutcomes(
                completed=day.completed,
                undone=day.undone,
                failed=day.failed,
                cancelled=day.cancelled,
                at_least=day.at_least,
            ),
        )


class WorkflowEntry(Answer, frozen=True, kw_only=True):
    """A workflow, all its versions taken together."""

    namespace: str
    name: str
    title: str | None
    summary: str | None
    newest: DefinitionEntry
    """What `latest` means: the highest release that is not retired. Where there is none, the highest version."""
    versions: int
    undo: UndoCoverage
    """Of the newest version."""
    health: WorkflowHealth

    @classmethod
    def fields_of(cls, seen: WorkflowSeen) -> dict[str, Any]:
        """The members of an entry."""
        return {
            "namespace": seen.newest.namespace,
            "name": seen.newest.name,
            "title": seen.title,
            "summary": seen.summary,
            "newest": DefinitionEntry.of(seen.newest, seen.state),
            "versions": seen.versions,
            "undo": UndoCoverage.of(seen.undoing),
            "health": WorkflowHealth.of(seen.doing),
        }


class WorkflowPage(Answer, frozen=True, kw_only=True):
    """All workflows."""

    items: list[WorkflowEntry]


class WorkflowVersion(DefinitionEntry, frozen=True, kw_only=True):
    """A version of a workflow, and how it is doing."""

    tag: str
    """What `If-Match` takes for a change of its state."""
    reason: str | None
    """Why it is in its state."""
    changed_by: str | None
    undo: UndoCoverage
    health: WorkflowHealth

    @classmethod
    def seen(cls, service: Service, seen: VersionSeen) -> WorkflowVersion:
        """The same over the wire."""
        return cls(
            **DefinitionEntry.fields_of(seen.stored, seen.state),
            tag=tag_of(etag(service, seen.stored)),
            reason=seen.state.reason,
            changed_by=seen.state.changed_by,
            undo=UndoCoverage.of(seen.undoing),
            health=WorkflowHealth.of(seen.doing),
        )


class Workflow(WorkflowEntry, frozen=True, kw_only=True):
    """A workflow with its versions."""

    items: list[WorkflowVersion]
    """The highest version first."""


class WorkflowsController(Controller):
    """Workflows: all versions of one name."""

    path = "/v1/workflows"
    tags = ("definitions",)

    @get(opt=READ, operation_id="listWorkflows", responses=documented())
    async def all(self, service: NamedDependency[Service]) -> WorkflowPage:
        """Every workflow by namespace and name, with its newest version, its undo coverage and its health."""
        return WorkflowPage(
            items=[WorkflowEntry(**WorkflowEntry.fields_of(each)) for each in await service.workflows.all()]
        )

    @get("/{namespace:str}/{name:str}", opt=READ, operation_id="getWorkflow", responses=documented(404))
    async def one(self, service: NamedDependency[Service], namespace: FromPath[str], name: FromPath[str]) -> Workflow:
        """One workflow with all its versions, the highest first."""
        seen, versions = await service.workflows.one(namespace, name)
        return Workflow(
            **WorkflowEntry.fields_of(seen), items=[WorkflowVersion.seen(service, each) for each in versions]
        )
