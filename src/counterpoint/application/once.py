"""Acting once: a request that acts may be sent again with its key, and is carried out and answered once.

That it was begun is durable before anything is done, and its answer afterwards. A request that was refused has done
nothing: its key is free again. One that a crash has cut off is not begun again, for nobody knows how far it came,
unless repeating it does no harm.

What is one transition of one instance is better off: its receipt is written with it, so that no crash comes between.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from hashlib import blake2b
from typing import Final, Protocol

import msgspec

from counterpoint.application.starting import KeyReused
from counterpoint.engine.deciding import Write
from counterpoint.engine.runtime import Runtime
from counterpoint.errors import Conflict, CounterpointError, StoreError
from counterpoint.ports.store import Batch, Receipt
from counterpoint.values.json import JsonValue

__all__ = ["Durable", "Once", "Receipts", "Transient", "Transitions", "Write"]

_REMEMBERED_MAX: Final = 1_000
"""Receipts in memory; the oldest are forgotten."""


class Receipts(Protocol):
    """Where it is kept what was answered."""

    async def find(self, key: str) -> Receipt | None:
        """The receipt of a key."""

    async def write(self, receipt: Receipt) -> None:
        """Keep one, in the place of an earlier one of its key."""

    async def release(self, key: str) -> None:
        """Forget one."""


class Durable:
    """Receipts in the store, for what is durable itself."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def find(self, key: str) -> Receipt | None:
        """See `Receipts.find`."""
        return await self._runtime.store.receipt(key)

    async def write(self, receipt: Receipt) -> None:
        """See `Receipts.write`. Raises StoreError."""
        await self._runtime.committer.request_write(self.along(receipt))

    def along(self, receipt: Receipt) -> Write:
        """What keeps a receipt in the transaction of what it is about."""
        return partial(_keep, receipt, receipt.written_at - self._runtime.limits.receipt_age_ms_max)

    async def release(self, key: str) -> None:
        """See `Receipts.release`. Raises StoreError."""

        def write(batch: Batch) -> None:
            batch.released.append(key)

        await self._runtime.committer.request_write(write)


class Transient:
    """Receipts in memory, for what ends with the engine."""

    def __init__(self) -> None:
        self._receipts: OrderedDict[str, Receipt] = OrderedDict()

    async def find(self, key: str) -> Receipt | None:
        """See `Receipts.find`."""
        return self._receipts.get(key)

    async def write(self, receipt: Receipt) -> None:
        """See `Receipts.write`."""
        self._receipts[receipt.key] = receipt
        while len(self._receipts) > _REMEMBERED_MAX:
            self._receipts.popitem(last=False)

    async def release(self, key: str) -> None:
        """See `Receipts.release`."""
        self._receipts.pop(key, None)


class Once:
    """See the module's docstring."""

    def __init__(self, receipts: Receipts, now: Callable[[], int]) -> None:
        self._receipts = receipts
        self._now = now
        self._at_work: dict[str, asyncio.Future[None]] = {}
        """Keys of requests that are not answered yet."""

    async def carry_out(
        self,
        key: str,
        operation: str,
        asked: JsonValue,
        work: Callable[[], Awaitable[bytes]],
        *,
        repeatable: bool = False,
    ) -> tuple[bytes, bool]:
        """The answer of `work`, or that of an earlier request with this key; and whether it is the earlier one's.

        `repeatable`: work that was cut off may be done again. Raises KeyReused where the key was used for something
        else, Conflict where an earlier request was cut off, and what the work raises.
        """
        request = _digest(operation, asked)
        async with self._alone(key):
            kept = await self._receipts.find(key)
            if kept is not None:
                answer = _again(kept, request, repeatable=repeatable)
                if answer is not None:
                    return answer, True
            else:
                await self._receipts.write(Receipt(key=key, request=request, written_at=self._now()))
            answer = await self._worked(key, work)
            await self._receipts.write(Receipt(key=key, request=request, answer=answer, written_at=self._now()))
            return answer, False

    @contextlib.asynccontextmanager
    async def _alone(self, key: str) -> AsyncIterator[None]:
        """While it lasts, other requests with this key wait."""
        while (earlier := self._at_work.get(key)) is not None:
            await asyncio.wait([earlier])
        self._at_work[key] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            self._at_work.pop(key).set_result(None)

    async def _worked(self, key: str, work: Callable[[], Awaitable[bytes]]) -> bytes:
        try:
            return await work()
        except CounterpointError:
            with contextlib.suppress(StoreError):  # then it counts as cut off, and nobody is told a wrong thing
                await self._receipts.release(key)
            raise


class Transitions(Once):
    """Requests that are one transition of one instance each."""

    def __init__(self, receipts: Durable, now: Callable[[], int]) -> None:
        super().__init__(receipts, now)
        self._durable = receipts

    async def move(
        self, key: str | None, operation: str, asked: JsonValue, act: Callable[[Write | None], Awaitable[None]]
    ) -> None:
        """Have `act` carried out, which writes what it is given in its transaction, unless an earlier request has.

        Raises KeyReused where the key was used for something else, and what `act` raises: it has done nothing then.
        """
        if key is None:
            await act(None)
            return
        request = _digest(operation, asked)
        async with self._alone(key):
            kept = await self._durable.find(key)
            if kept is None:
                receipt = Receipt(key=key, request=request, answer=b"", written_at=self._now())
                await act(self._durable.along(receipt))
            else:
                _again(kept, request, repeatable=False)


def _keep(receipt: Receipt, receipts_from: int, batch: Batch) -> None:
    batch.receipts.append(receipt)
    batch.receipts_from = receipts_from


def _digest(operation: str, asked: JsonValue) -> bytes:
    return blake2b(msgspec.json.encode([operation, asked], order="deterministic"), digest_size=16).digest()


def _again(kept: Receipt, request: bytes, *, repeatable: bool) -> bytes | None:
    if kept.request != request:
        raise KeyReused("the idempotency key was used before, for another request")
    if kept.answer is None and not repeatable:
        raise Conflict(
            "a request with this idempotency key was begun, and cut off before its end: all or part of it may be done; "
            "look what is left, and use another key for that"
        )
    return kept.answer
