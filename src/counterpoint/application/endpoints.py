"""Endpoints: who may say what. Each event is of one source, and may be taken from where that source speaks alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterpoint.engine.routes import matcher
from counterpoint.errors import NotFound, SignatureRefused
from counterpoint.ports.clock import Clock
from counterpoint.signatures import Verifier
from counterpoint.values.json import JsonObject


class Endpoint:
    """Where events come in under a name: over HTTP, signed, or from a broker, whose own access counts."""

    def __init__(self, name: str, sources: Sequence[str], verifier: Verifier | None) -> None:
        """`sources`: patterns of the `source` of its events; any where there are none."""
        self.name = name
        self.verifier = verifier
        self.exclusive = bool(sources)
        """Whether such events are taken from nowhere else."""
        self._matcher = matcher(sources)

    def speaks_for(self, event: JsonObject) -> bool:
        """Whether events of this source may come in here."""
        return bool(self._matcher.fullmatch(str(event.get("source"))))


class Endpoints:
    """All endpoints."""

    def __init__(self, endpoints: Sequence[Endpoint], clock: Clock) -> None:
        self._by_name = {each.name: each for each in endpoints}
        self._exclusive = [each for each in endpoints if each.exclusive]
        self._clock = clock

    def verify(self, name: str, headers: Mapping[str, str], body: bytes) -> None:
        """Verify a request to the endpoint of this name. Raises NotFound, SignatureRefused."""
        endpoint = self._by_name.get(name)
        if endpoint is None or endpoint.verifier is None:
            raise NotFound(f"there is no endpoint {name!r} for events")
        endpoint.verifier.verify(headers, body, self._clock.now())

    def judge(self, name: str | None, events: Sequence[JsonObject]) -> None:
        """Refuse events whose source may not speak there; `name` of None is where the API token is enough.

        Raises SignatureRefused.
        """
        if name is not None:
            here = self._by_name[name]
            for event in events:
                if not here.speaks_for(event):
                    raise SignatureRefused(f"the endpoint {name} takes no events of the source {event.get('source')!r}")
            return
        for event in events:
            for other in self._exclusive:
                if other.speaks_for(event):
                    message = f"events of the source {event.get('source')!r} are taken from {other.name} alone"
                    raise SignatureRefused(message, other.verifier is not None)
