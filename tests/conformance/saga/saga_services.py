"""The services of the saga cases: each call is carried out once for its key, and answered as the case says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from counterpoint import Invocation, Refused, function
from counterpoint.errors import ConnectorError
from counterpoint.values.problem import Outcome, Problem

Conduct = str | dict[str, Any]
NEVER_SECONDS = 100 * 24 * 3600.0
LATE_SECONDS = 5.0


class EngineDied(BaseException):
    """Raised where a case has the engine die; nothing of the engine may run on after it."""


class Applied:
    """One effect that took place."""

    def __init__(self, service: str, key: str, arguments: dict[str, Any]) -> None:
        self.service = service
        self.key = key
        self.arguments = arguments

    @property
    def undoes(self) -> bool:
        """Whether it is the effect of an undo."""
        return ":undo" in self.key or ":probe" in self.key


class Services:
    """All services of a case. `die` ends the engine at once; it returns never."""

    def __init__(self, conducts: dict[str, Any]) -> None:
        self._conducts = dict(conducts)
        self.ledger: list[Applied] = []
        """What took place, in order; once for each key."""
        self.asked: list[tuple[str, str, int]] = []
        """Service, key and attempt of every request, repeated ones too."""
        self.crash: dict[str, str] | None = None
        """`{service, moment}`: where the engine dies, once."""
        self.die: Callable[[], Awaitable[None]]

    def change(self, conducts: dict[str, Any]) -> None:
        """From now on services behave otherwise."""
        self._conducts.update(conducts)

    def functions(self, names: Iterable[str]) -> list[Any]:
        """The services as workflow functions."""
        return [self._function(name) for name in sorted(names)]

    def applied(self, key: str) -> bool:
        """Whether an effect with this key took place."""
        return any(each.key == key for each in self.ledger)

    def _function(self, name: str) -> Any:
        async def serve(invocation: Invocation, **arguments: Any) -> Any:
            return await self._serve(name, invocation, arguments)

        return function(name=name)(serve)

    async def _serve(self, name: str, invocation: Invocation, arguments: dict[str, Any]) -> Any:
        await self._maybe_die(name, "before")
        self.asked.append((name, invocation.key, invocation.attempt))
        await asyncio.sleep(0)
        await self._maybe_die(name, "during")
        conduct = self._conduct(name, invocation.attempt)
        word, given = next(iter(conduct.items())) if isinstance(conduct, dict) else (conduct, None)
        if word == "refuse":
            given = given or {}
            raise Refused(f"{name} refuses", kind=given.get("type", "runtime"), status=given.get("status"))
        if word == "vanish":
            raise self._lost(name)
        if word == "late":
            await asyncio.sleep(LATE_SECONDS)
        self._apply(name, invocation, arguments)
        await self._maybe_die(name, "after")
        if word == "lose":
            raise self._lost(name)
        if word == "hang":
            await asyncio.sleep(NEVER_SECONDS)
        assert word in {"ok", "output", "late"}, f"there is no conduct {word!r}"
        return given if word == "output" else {"of": name}

    def _conduct(self, name: str, attempt: int) -> Conduct:
        """A list of conducts is by attempt; the last one goes on."""
        conduct = self._conducts.get(name, "ok")
        if isinstance(conduct, list):
            return conduct[min(attempt, len(conduct)) - 1]
        return conduct

    def _apply(self, name: str, invocation: Invocation, arguments: dict[str, Any]) -> None:
        if not self.applied(invocation.key):
            self.ledger.append(Applied(name, invocation.key, arguments))

    async def _maybe_die(self, name: str, moment: str) -> None:
        if self.crash == {"service": name, "moment": moment}:
            self.crash = None
            await self.die()

    @staticmethod
    def _lost(name: str) -> ConnectorError:
        problem = Problem.standard("communication", f"the connection to {name} was lost", status=503)
        return ConnectorError(problem, Outcome.UNKNOWN)
