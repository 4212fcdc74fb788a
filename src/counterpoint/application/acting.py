"""Acting on many instances: one action on all that match a filter, tried dry first, each answered."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any, Final, Literal, TypeAlias

import msgspec

from counterpoint.application.instances import Instances
from counterpoint.application.selecting import Wanted
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import CounterpointError, InvalidInput, LimitExceeded, Outdated
from counterpoint.ports.store import Batch, InstanceRow
from counterpoint.values.json import JsonObject

Action: TypeAlias = Literal[
    "cancel", "abandon", "terminate", "suspend", "resume", "retry", "skip", "done", "compensate"
]
_TURN: Final = 100
"""Instances that are asked at a time; others have their turn in between."""
_SAMPLE: Final = 20
_BEGUN: Final = "acting"
"""Value of the store: the key of the action that was begun last through the inbox, which handles one at a time."""
_REASONED: Final = frozenset({"skip", "done"})


class Selected(msgspec.Struct, frozen=True, kw_only=True):
    """What an action would be carried out on."""

    count: int
    token: str
    """Names these instances in the state that they are in; `act` takes it to act on nothing else."""
    sample: list[InstanceRow]
    """The newest of them."""


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an action on one instance."""

    id: str
    error: CounterpointError | None = None
    """Why it was not carried out."""


class Asked(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What is asked for through the inbox."""

    action: Action
    filter: dict[str, Any]
    """Members of `Wanted`."""
    key: str
    """Of this request alone."""
    dry_run: bool = True
    token: str | None = None
    reason: str | None = None


class Acting:
    """Actions over a filter. What is done is durable on return; nothing is done again by itself after a crash."""

    def __init__(self, runtime: Runtime, instances: Instances) -> None:
        self._runtime = runtime
        self._instances = instances

    async def select(self, wanted: Wanted) -> Selected:
        """Try it dry. Raises LimitExceeded where more match than one action may be carried out on, NotFound."""
        rows = await self._rows(wanted)
        return Selected(count=len(rows), token=_token(rows), sample=rows[:_SAMPLE])

    async def act(
        self, action: Action, wanted: Wanted, reason: str | None = None, token: str | None = None
    ) -> list[Acted]:
        """Carry it out on all that match, newest first; what became of each.

        Raises Outdated where `token` is of other instances, or of other states of them; LimitExceeded, NotFound,
        InvalidInput (`skip` and `done` need a reason). Nothing was done then.
        """
        if action in _REASONED and not (reason or "").strip():
            raise InvalidInput(f"to {action} incidents needs a reason: it stays in the histories")
        rows = await self._rows(wanted)
        if token not in (None, _token(rows)):
            raise Outdated(f"what matches has changed: {len(rows)} instances do now; try it dry again")
        acted: list[Acted] = []
        for start in range(0, len(rows), _TURN):
            turn = rows[start : start + _TURN]
            acted += await asyncio.gather(*(self._answered(action, row.id, reason) for row in turn))
            await asyncio.sleep(0)
        return acted

    async def handle(self, body: JsonObject) -> JsonObject:
        """The handler of the request `act`: `Asked` as JSON; {count, token, sample} dry, {items} otherwise.

        An action that was begun before the engine was killed is not begun again: it is refused, and says so.
        """
        try:
            asked = msgspec.convert(body, Asked)
        except msgspec.ValidationError as error:
            raise InvalidInput(f"the request cannot be read: {error}") from None
        wanted: Wanted = asked.filter  # type: ignore[assignment]
        if asked.dry_run:
            selected = await self.select(wanted)
            ids = [each.id for each in selected.sample]
            return {"count": selected.count, "token": selected.token, "sample": ids}
        mark = asked.key.encode()
        if await self._runtime.store.value(_BEGUN) == mark:
            raise Outdated("the engine was stopped in the middle: all or part of it is done; see what is left")
        await self._runtime.committer.request_write(partial(_begin, mark))
        acted = await self.act(asked.action, wanted, asked.reason, asked.token)
        return {"items": [_told(each) for each in acted]}

    async def _rows(self, wanted: Wanted) -> list[InstanceRow]:
        maximum = self._runtime.limits.bulk_items_max
        rows = list(await self._instances.browse(wanted, limit=maximum + 1))
        if len(rows) > maximum:
            raise LimitExceeded("bulk_items_max", maximum, len(rows), hint="narrow the filter, for example by time")
        return rows

    async def _answered(self, action: Action, id: str, reason: str | None) -> Acted:
        try:
            await self._carry_out(action, id, reason)
        except CounterpointError as error:
            return Acted(id=id, error=error)
        return Acted(id=id)

    async def _carry_out(self, action: Action, id: str, reason: str | None) -> None:
        instances = self._instances
        match action:
            case "cancel" | "abandon":
                await instances.cancel(id, abandon=action == "abandon", reason=reason)
            case "terminate":
                await instances.terminate(id, reason)
            case "suspend":
                await instances.suspend(id, reason)
            case "resume":
                await instances.resume(id, reason)
            case "retry":
                await instances.retry(id, None, reason)
            case "compensate":
                await instances.compensate(id, reason)
            case "skip" | "done":
                view = await instances.inspect(id)
                for incident in view.incidents:
                    await instances.resolve(id, incident.run, action, reason=reason)
                if not view.incidents:
                    await instances.retry(id)  # refuses it, and says why


def _begin(mark: bytes, batch: Batch) -> None:
    batch.values[_BEGUN] = mark


def _told(acted: Acted) -> JsonObject:
    error = acted.error
    if error is None:
        return {"id": acted.id}
    return {"id": acted.id, "error": type(error).__name__, "detail": error.message}


def _token(rows: Sequence[InstanceRow]) -> str:
    states = [(row.number, row.status, row.saga, row.waits) for row in rows]
    return hashlib.sha256(msgspec.json.encode(states)).hexdigest()[:32]
