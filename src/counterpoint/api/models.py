"""What goes over the wire: bodies of requests and of answers. Times are RFC 3339 in UTC."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec

from counterpoint.api.problems import Finding
from counterpoint.application.service import Listed
from counterpoint.application.views import IncidentView, InstanceView, TaskView
from counterpoint.ports.store import StoredDefinition, VersionState
from counterpoint.values.timestamp import iso8601

_PHASES: Final = ("pending", "running", "waiting", "suspended", "cancelled", "faulted", "completed")
Status = Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(_PHASES)})]
"""A status phase of the specification."""
TaskStatus = Annotated[str, msgspec.Meta(extra_json_schema={"enum": [*_PHASES, "skipped"]})]
SagaState = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["compensating", "compensated", "stuck"]})]
"""Where the undo of a saga stands."""
Action = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["retry", "skip", "done"]})]
"""What is decided about an incident."""
Health = Annotated[str, msgspec.Meta(extra_json_schema={"enum": ["ok", "failing"]})]


class Body(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """The body of a request: what it does not know is refused, so that a misspelt member is not overlooked."""


class Answer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The body of an answer. New members may come at any time."""


class DefinitionEntry(Answer, frozen=True, kw_only=True):
    """A published definition. Its content never changes; its state may."""

    reference: str
    """`namespace/name:version`, as `start` takes it."""
    namespace: str
    name: str
    version: str
    digest: str
    """Of its content."""
    published_at: str
    state: str
    """`active`, `deprecated` (starting it warns) or `retired` (it cannot be started)."""
    sunset: str | None
    """Deprecated: from when on it cannot be started."""
    replacement: str | None
    """What to start instead: `namespace/name:RANGE`."""

    @classmethod
    def of(cls, stored: StoredDefinition, state: VersionState) -> DefinitionEntry:
        """The entry of a stored definition."""
        return cls(**cls.fields_of(stored, state))

    @staticmethod
    def fields_of(stored: StoredDefinition, state: VersionState) -> dict[str, Any]:
        """The members of an entry."""
        return {
            "reference": f"{stored.namespace}/{stored.name}:{stored.version}",
            "namespace": stored.namespace,
            "name": stored.name,
            "version": stored.version,
            "digest": stored.digest,
            "published_at": iso8601(stored.published_at),
            "state": state.state,
            "sunset": _time(state.sunset_at),
            "replacement": state.replacement,
        }


class DefinitionText(DefinitionEntry, frozen=True, kw_only=True):
    """A published definition with its text."""

    text: str
    """The document as it was published: YAML or JSON."""

    @classmethod
    def of(cls, stored: StoredDefinition, state: VersionState) -> DefinitionText:
        """The definition with its text."""
        return cls(**cls.fields_of(stored, state), text=stored.text)


class DefinitionPage(Answer, frozen=True, kw_only=True):
    """All definitions that match."""

    items: list[DefinitionEntry]


class Validation(Answer, frozen=True, kw_only=True):
    """What is known of a document before it runs."""

    valid: bool
    """Whether it could be published; warnings do not keep it from that."""
    diagnostics: list[Finding]


class StartRequest(Body, frozen=True, kw_only=True):
    """Start an instance."""

    definition: str
    """`namespace/name:RANGE`: `1.2.3`, `^1.2`, `~1.2.3`, `1.x`, `>=1.0 <2`, `latest`. The highest version that
    fits; the range may be left out, and the namespace where that is clear."""
    input: Any = msgspec.field(default_factory=dict)
    """JSON; `{}` where it is left out."""
    id: str | None = None
    """An id of the caller's choice; not together with an `Idempotency-Key`."""
    business_key: str | None = None
    """What people call it, such as an order number; need not be unique."""


class Task(Answer, frozen=True, kw_only=True):
    """One run of one task."""

    run: int
    """Its number: what events of the history name it by."""
    reference: str
    """JSON pointer into the document."""
    name: str
    status: TaskStatus
    attempt: int
    started_at: str | None
    ended_at: str | None
    error: dict[str, Any] | None

    @classmethod
    def of(cls, view: TaskView) -> Task:
        """The task of a view."""
        return cls(
            run=view.run,
            reference=view.reference,
            name=view.name,
            status=view.status,
            attempt=view.attempt,
            started_at=_time(view.started_at),
            ended_at=_time(view.ended_at),
            error=view.error,
        )


class Incident(Answer, frozen=True, kw_only=True):
    """Something that waits for a person."""

    run: int
    """What `retry` and `resolve` take."""
    reference: str
    """The task that is stuck, or whose undo failed for good."""
    undo: bool
    error: dict[str, Any]

    @classmethod
    def of(cls, view: IncidentView) -> Incident:
        """The incident of a view."""
        return cls(run=view.run, reference=view.reference, undo=view.undo, error=view.error)


class Instance(Answer, frozen=True, kw_only=True):
    """One instance as it stands."""

    id: str
    workflow: str
    """`namespace/name:version`."""
    status: Status
    saga: SagaState | None
    input: Any
    output: Any
    error: dict[str, Any] | None
    """A problem (RFC 9457)."""
    reason: str | None
    """Why it was cancelled or suspended."""
    context: Any
    tasks: list[Task]
    incidents: list[Incident]
    left: list[dict[str, Any]]
    """What was not undone although it should have been."""
    parent: str | None
    """`{instance id}#{run}` for a sub-workflow that its parent awaits."""
    labels: dict[str, str]
    """What whoever started it wanted kept with it: `businessKey`, `correlation` and others."""
    sequence: int
    """How many transitions it has made; the `ETag` names it."""
    created_at: str
    ended_at: str | None

    @classmethod
    def of(cls, view: InstanceView) -> Instance:
        """The instance of a view."""
        return cls(
            id=view.id,
            workflow=view.workflow,
            status=view.status,
            saga=view.saga,
            input=view.input,
            output=view.output,
            error=view.error,
            reason=view.reason,
            context=view.context,
            tasks=[Task.of(each) for each in view.tasks],
            incidents=[Incident.of(each) for each in view.incidents],
            left=view.left,
            parent=view.parent,
            labels=view.labels,
            sequence=view.sequence,
            created_at=iso8601(view.created_at),
            ended_at=_time(view.ended_at),
        )


class Warned(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """Something that still works, and will not for ever."""

    type: str
    """A stable name, as `urn:counterpoint:warning:version-deprecated`."""
    detail: str
    sunset: str | None = None
    """From when on it will not work."""
    replacement: str | None = None
    """What to start instead: `namespace/name:RANGE`."""


class StartedInstance(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """An instance that was started, now or by an earlier request with the same key."""

    id: str
    workflow: str
    replayed: bool
    """Whether an earlier request with the same key had started it."""
    instance: Instance | None = None
    """How it stands; only with `wait`."""
    warnings: list[Warned] = msgspec.field(default_factory=list)
    """What is to be said of what was started; left out where that is nothing."""


class InstanceEntry(Answer, frozen=True, kw_only=True):
    """An instance in a list."""

    id: str
    workflow: str
    status: Status
    saga: SagaState | None
    error_type: str | None
    parent: str | None
    business_key: str | None
    correlation: str | None
    waits_for: list[str]
    """`timer`, `retry`, `event:{type}`, `incident`, `resume`."""
    due_at: str | None
    """When the first of the times is that it waits for."""
    created_at: str
    ended_at: str | None

    @classmethod
    def of(cls, listed: Listed) -> InstanceEntry:
        """The entry of a listed instance."""
        row = listed.row
        return cls(
            id=row.id,
            workflow=listed.workflow,
            status=row.status,
            saga=row.saga,
            error_type=row.error_type,
            parent=row.parent,
            business_key=row.business_key,
            correlation=row.correlation,
            waits_for=list(row.waits),
            due_at=_time(row.due_at),
            created_at=iso8601(row.created_at),
            ended_at=_time(row.ended_at),
        )


class InstancePage(Answer, frozen=True, kw_only=True):
    """Some of the instances that match, newest first."""

    items: list[InstanceEntry]
    next: str | None
    """What `cursor` takes to go on; null on the last page."""


class History(Answer, frozen=True, kw_only=True):
    """What has happened to an instance."""

    items: list[dict[str, Any]]
    """Events: `sequence` (of the transition), `at` (milliseconds since the epoch), `type`, and what the type has."""
    next: int | None
    """What `after` takes to go on; null where this is all so far."""


class Reason(Body, frozen=True, kw_only=True):
    """Why something is asked for; it stays in the history."""

    reason: str | None = None


class CancelRequest(Reason, frozen=True, kw_only=True):
    """Stop an instance and undo what it did."""

    abandon: bool = False
    """Leave everything as it is instead of undoing it."""


class RetryRequest(Reason, frozen=True, kw_only=True):
    """Try again what open incidents are about."""

    run: int | None = None
    """Of one incident; all of them where it is left out."""


class ResolveRequest(Reason, frozen=True, kw_only=True):
    """Decide about an incident."""

    run: int
    action: Action
    """`retry`, `skip` or `done`; the last two need a reason."""
    input: Any = msgspec.UNSET
    """With `retry`: what takes the place of the task's own input."""


class Accepted(Answer, frozen=True, kw_only=True):
    """Events that are durable; who listens gets them."""

    accepted: int
    """How many, those included that had come before (the same source and id) and are delivered once."""


class HealthReport(Answer, frozen=True, kw_only=True):
    """How the server is."""

    status: Health
    checks: dict[str, str]
    """What was looked at: `ok`, or what is wrong with it."""


def _time(ms: int | None) -> str | None:
    return None if ms is None else iso8601(ms)
