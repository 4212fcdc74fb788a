"""Versions over HTTP: all of a workflow, the state that each is in, and what changes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.utils import formatdate
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from counterpoint.api.access import PERMISSION
from counterpoint.api.etags import IfMatch, refuse_outdated, tag_of
from counterpoint.api.keys import IdempotencyKey, once
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import Answer, Body, DefinitionEntry, Warned
from counterpoint.api.problems import documented
from counterpoint.application.service import Caution, Service
from counterpoint.ports.store import StoredDefinition, VersionState
from counterpoint.values.timestamp import iso8601

READ: Final = {PERMISSION: "definitions:read"}
WRITE: Final = {PERMISSION: "definitions:write"}
_CHANGES: Final = documented(404, 409, 412, 422)


class StateChange(Answer, frozen=True, kw_only=True):
    """One change of the state of a version."""

    revision: int
    state: str
    """`active`, `deprecated` or `retired`."""
    sunset: str | None
    replacement: str | None
    reason: str | None
    changed_by: str | None
    changed_at: str

    @classmethod
    def of(cls, state: VersionState) -> StateChange:
        """The change that led to a state."""
        return cls(
            revision=state.revision,
            state=state.state,
            sunset=None if state.sunset_at is None else iso8601(state.sunset_at),
            replacement=state.replacement,
            reason=state.reason,
            changed_by=state.changed_by,
            changed_at=iso8601(state.changed_at),
        )


class VersionEntry(DefinitionEntry, frozen=True, kw_only=True):
    """A version of a workflow, with all that was ever done to its state."""

    changes: list[StateChange]


class VersionPage(Answer, frozen=True, kw_only=True):
    """All versions of one workflow."""

    items: list[VersionEntry]


class Change(Body, frozen=True, kw_only=True):
    """Why the state of a version is to change, and who asks for it. Both are kept."""

    reason: str | None = None
    by: str | None = None


class Deprecation(Change, frozen=True, kw_only=True):
    """Warn whoever starts a version, and in the end refuse it."""

    sunset: str | None = None
    """From when on it cannot be started, as `2026-12-31T00:00:00Z`; without it, not before it is retired."""
    replacement: str | None = None
    """What to start instead: `namespace/name:RANGE`."""


class VersionsController(Controller):
    """What may be started. The content of a version never changes; its state does."""

    path = "/v1/definitions"
    tags = ("definitions",)

    @get("/{namespace:str}/{name:str}", opt=READ, operation_id="listVersions", responses=documented(404))
    async def all(
        self, service: NamedDependency[Service], namespace: FromPath[str], name: FromPath[str]
    ) -> VersionPage:
        """All versions of one workflow, the highest first."""
        found = service.definitions.versions(namespace, name)
        return VersionPage(items=[_entry(service, each) for each in found])

    @post(
        "/{namespace:str}/{name:str}/{version:str}/deprecate",
        opt=WRITE,
        operation_id="deprecateVersion",
        status_code=200,
        responses=_CHANGES,
    )
    async def deprecate(
        self,
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        namespace: FromPath[str],
        name: FromPath[str],
        version: FromPath[str],
        data: JSONBody[Deprecation | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[VersionEntry]:
        """Warn whoever starts it; from `sunset` on refuse it, naming the `replacement`."""
        asked = data or Deprecation()
        change = partial(
            service.definitions.life.deprecate,
            sunset=asked.sunset,
            replacement=asked.replacement,
            reason=asked.reason,
            by=asked.by,
        )
        return await _moved(service, limits, key, "deprecate", f"{namespace}/{name}:{version}", asked, if_match, change)

    @post(
        "/{namespace:str}/{name:str}/{version:str}/undeprecate",
        opt=WRITE,
        operation_id="undeprecateVersion",
        status_code=200,
        responses=_CHANGES,
    )
    async def undeprecate(
        self,
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        namespace: FromPath[str],
        name: FromPath[str],
        version: FromPath[str],
        data: JSONBody[Change | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[VersionEntry]:
        """Let it be started as before."""
        asked = data or Change()
        change = partial(service.definitions.life.undeprecate, reason=asked.reason, by=asked.by)
        reference = f"{namespace}/{name}:{version}"
        return await _moved(service, limits, key, "undeprecate", reference, asked, if_match, change)

    @post(
        "/{namespace:str}/{name:str}/{version:str}/retire",
        opt=WRITE,
        operation_id="retireVersion",
        status_code=200,
        responses=_CHANGES,
    )
    async def retire(
        self,
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        namespace: FromPath[str],
        name: FromPath[str],
        version: FromPath[str],
        data: JSONBody[Change | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[VersionEntry]:
        """Let it never be started again; refused while instances of it have not ended. Its text and instances stay."""
        asked = data or Change()
        change = partial(service.definitions.life.retire, reason=asked.reason, by=asked.by)
        return await _moved(service, limits, key, "retire", f"{namespace}/{name}:{version}", asked, if_match, change)


def etag(service: Service, stored: StoredDefinition) -> str:
    """What names the content and the state of a version, for tags."""
    return f"{stored.digest}.{service.definitions.state(stored).revision}"


def warned(caution: Caution) -> Warned:
    """The warning of a caution, as a member of an answer."""
    return Warned(
        type="urn:counterpoint:warning:version-deprecated",
        detail=caution.message,
        sunset=None if caution.sunset_at is None else iso8601(caution.sunset_at),
        replacement=caution.replacement,
    )


def deprecation_headers(caution: Caution | None) -> dict[str, str]:
    """`Deprecation` (RFC 9745), `Sunset` (RFC 8594) and a `Link` to the replacement."""
    if caution is None:
        return {}
    headers = {"Deprecation": f"@{caution.deprecated_at // 1000}"}
    if caution.sunset_at is not None:
        headers["Sunset"] = formatdate(caution.sunset_at // 1000, usegmt=True)
    if caution.replacement is not None:
        title, _, wanted = caution.replacement.partition(":")
        headers["Link"] = f'</v1/definitions/{title}/{quote(wanted or "latest")}>; rel="successor-version"'
    return headers


def _seen(service: Service, reference: str, if_match: str | None) -> tuple[str, int | None]:
    """The version in full, and the revision of its state where the client has told which one it has seen."""
    stored = service.definitions.find(reference)
    refuse_outdated(if_match, etag(service, stored))
    revision = None if if_match is None else service.definitions.state(stored).revision
    return f"{stored.namespace}/{stored.name}:{stored.version}", revision


async def _moved(
    service: Service,
    limits: ApiLimits,
    key: str | None,
    operation: str,
    reference: str,
    asked: Body,
    if_match: str | None,
    change: Callable[..., Awaitable[Any]],
) -> Response[VersionEntry]:
    """Change the state of a version, once for the key, and answer with how it stands now."""

    async def move() -> str:
        found, revision = _seen(service, reference, if_match)
        await change(found, revision=revision)
        return found

    given = [reference, asked, if_match]
    found, _ = await once(service.once, key, limits, operation, given, move, str, repeatable=True)
    stored = service.definitions.find(found)
    return Response(_entry(service, stored), headers={"ETag": tag_of(etag(service, stored))})


def _entry(service: Service, stored: StoredDefinition) -> VersionEntry:
    definitions = service.definitions
    fields: dict[str, Any] = DefinitionEntry.fields_of(stored, definitions.state(stored))
    return VersionEntry(**fields, changes=[StateChange.of(each) for each in definitions.history(stored)])
