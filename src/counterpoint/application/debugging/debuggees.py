"""Debuggees: what the terminal debugger debugs, a trial in this process or an instance of an engine. All speak JSON."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final, Protocol

import msgspec

from counterpoint.application.debugging.desk import carry_out, shown
from counterpoint.application.debugging.session import Session
from counterpoint.application.reading import Reader
from counterpoint.application.requesting import Requester
from counterpoint.errors import CounterpointError
from counterpoint.values.json import JsonObject

_POLL_SECONDS: Final = 0.1
_ANSWER_SECONDS_MAX: Final = 30.0


class Debuggee(Protocol):
    """One debug session, wherever it is. Shapes: `SessionView`, `Moment`."""

    async def view(self) -> JsonObject:
        """The session as it stands."""

    async def command(self, name: str, **given: object) -> JsonObject:
        """Carry out a command; the session after it. Raises CounterpointError."""

    async def settled(self, seconds_max: float) -> JsonObject:
        """The session once it is stopped or has ended, or as it stands when the time is up."""

    async def moment(self, at: str | None, instance: str) -> JsonObject:
        """An instance at a place of its history, or now. Raises NotFound, InvalidInput."""

    async def texts(self) -> dict[str, str]:
        """The documents that it executes, by workflow."""

    async def close(self) -> None:
        """End the session: what it holds goes on."""


class InThisProcess:
    """A session of this process: a trial."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._task = asyncio.create_task(session.run(), name="counterpoint-debug")

    async def view(self) -> JsonObject:
        """See `Debuggee.view`."""
        return shown(self._session)

    async def command(self, name: str, **given: object) -> JsonObject:
        """See `Debuggee.command`."""
        await carry_out(self._session, name, dict(given))
        return shown(self._session)

    async def settled(self, seconds_max: float) -> JsonObject:
        """See `Debuggee.settled`."""
        await self._session.settled(seconds_max)
        return shown(self._session)

    async def moment(self, at: str | None, instance: str) -> JsonObject:
        """See `Debuggee.moment`."""
        found: JsonObject = msgspec.to_builtins(await self._session.moment(at, instance))
        return found

    async def texts(self) -> dict[str, str]:
        """See `Debuggee.texts`."""
        return dict(self._session.stage.texts())

    async def close(self) -> None:
        """See `Debuggee.close`."""
        await self._session.end("it was left")
        await self._task


class OfAnEngine:
    """A session of an engine, reached through the inbox of its store. Its lease is renewed as long as this lives."""

    def __init__(self, requester: Requester, reader: Reader, view: JsonObject, lease_ms: int) -> None:
        """`view` is the session as it was opened."""
        self._requester = requester
        self._reader = reader
        self._view = view
        self._beat = asyncio.create_task(self._renew(lease_ms / 3000), name="counterpoint-debug-lease")

    async def view(self) -> JsonObject:
        """See `Debuggee.view`."""
        return await self._ask("show")

    async def command(self, name: str, **given: object) -> JsonObject:
        """See `Debuggee.command`."""
        return await self._ask("command", command=name, **given)

    async def settled(self, seconds_max: float) -> JsonObject:
        """See `Debuggee.settled`."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds_max
        while (await self.view())["state"] == "running" and loop.time() < end:  # noqa: ASYNC110 (another process)
            await asyncio.sleep(_POLL_SECONDS)
        return self._view

    async def moment(self, at: str | None, instance: str) -> JsonObject:
        """See `Debuggee.moment`."""
        found: JsonObject = msgspec.to_builtins(await (await self._reader.travel()).moment(instance, at))
        return found

    async def texts(self) -> dict[str, str]:
        """See `Debuggee.texts`."""
        answer = await self._request({"do": "texts", "session": self._view["id"]})
        return dict(answer["texts"])

    async def close(self) -> None:
        """See `Debuggee.close`."""
        self._beat.cancel()
        await asyncio.gather(self._beat, return_exceptions=True)
        if (await self.view())["state"] != "ended":
            await self._ask("end")

    async def _ask(self, do: str, **given: object) -> JsonObject:
        self._view = await self._request({"do": do, "session": self._view["id"], **given})
        return self._view

    async def _request(self, body: JsonObject) -> JsonObject:
        try:
            return await self._requester.request("debug", body, _ANSWER_SECONDS_MAX)
        except TimeoutError:
            raise CounterpointError("the engine does not answer") from None

    async def _renew(self, seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            with contextlib.suppress(CounterpointError):  # it has ended: the next command says so
                await self._request({"do": "renew", "session": self._view["id"]})
