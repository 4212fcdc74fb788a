"""The life of a version: deprecated, taken back, retired; on a running engine."""

from __future__ import annotations

from datetime import UTC, datetime

from counterpoint.application.publishing import DefinitionRef, reference_of
from counterpoint.engine.runtime import Runtime
from counterpoint.engine.versions import sunset_of
from counterpoint.ports.store import VersionState

Sunset = str | datetime | None
"""From when on a version cannot be started: ISO 8601 (without an offset in UTC), or a datetime."""


class VersionLife:
    """The use cases. All are durable on return; what is asked for when it is so already changes nothing."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def deprecate(
        self,
        definition: DefinitionRef | str,
        *,
        sunset: Sunset = None,
        replacement: DefinitionRef | str | None = None,
        reason: str | None = None,
        by: str | None = None,
        revision: int | None = None,
    ) -> VersionState:
        """Warn whoever starts this version; from `sunset` on refuse it and name the `replacement`.

        `revision` is that of the state which the caller has seen. Raises NotFound, InvalidInput (the replacement or the
        time is none), Conflict (it is retired), Outdated (its state has another revision).
        """
        return await self._runtime.versions.deprecate(
            reference_of(definition),
            _time(sunset),
            None if replacement is None else str(replacement),
            reason,
            by,
            revision,
        )

    async def undeprecate(
        self,
        definition: DefinitionRef | str,
        *,
        reason: str | None = None,
        by: str | None = None,
        revision: int | None = None,
    ) -> VersionState:
        """Let it be started as before. Raises NotFound, Conflict (it is retired), Outdated."""
        return await self._runtime.versions.undeprecate(reference_of(definition), reason, by, revision)

    async def retire(
        self,
        definition: DefinitionRef | str,
        *,
        reason: str | None = None,
        by: str | None = None,
        revision: int | None = None,
    ) -> VersionState:
        """Let it never be started again; its text and its instances stay.

        Raises NotFound, Conflict (instances of it have not ended; says how many), Outdated.
        """
        return await self._runtime.versions.retire(reference_of(definition), reason, by, revision)


def _time(sunset: Sunset) -> int | None:
    if isinstance(sunset, datetime):
        moment = sunset if sunset.tzinfo is not None else sunset.replace(tzinfo=UTC)
        return sunset_of(moment.isoformat())
    return None if sunset is None else sunset_of(sunset)
