"""The codec: one transition is one record, the MessagePack array `[version, at, [events...]]`.

A record that would be longer than `inline_bytes_max` has its large values taken out (`splitting`): each is
stored once as a payload, and the record holds an extension that names its digest. Integers that do not fit
in 64 bits are an extension too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import msgspec

from counterpoint.errors import StoreCorrupt
from counterpoint.history.payloads import Known
from counterpoint.history.splitting import INTEGER, PAYLOAD, Splitter
from counterpoint.history.upcasting import VERSION, upcast
from counterpoint.kernel.events import Event

INLINE_BYTES_MAX: Final = 64 * 1024
KNOWN_BYTES_MAX: Final = 64 * 1024 * 1024

Blob = tuple[str, bytes]
"""A payload to be stored: its digest in hexadecimal, its content."""

Fetch = Callable[[str], Awaitable[bytes]]
"""Reads a payload by its digest."""


class _Record(msgspec.Struct, array_like=True, frozen=True, gc=False):
    version: int
    at: int
    events: list[Event]


class _Foreign(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A record of another version: nothing is assumed of its events."""

    version: int
    at: int
    events: list[Any]


class _Unknown(Exception):
    """A payload that is not known in memory and must be read first."""

    def __init__(self, digest: bytes) -> None:
        self.digest = digest


class Codec:
    """Encodes and decodes the records of all instances of one engine."""

    def __init__(self, inline_bytes_max: int = INLINE_BYTES_MAX, known_bytes_max: int = KNOWN_BYTES_MAX) -> None:
        """`known_bytes_max` bounds the large payloads that are remembered in memory."""
        self._known = Known(known_bytes_max)
        self._splitter = Splitter(inline_bytes_max, self._known)
        self._inline_bytes_max = inline_bytes_max
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(_Record, ext_hook=self._extension).decode
        self._decode_foreign = msgspec.msgpack.Decoder(_Foreign, ext_hook=self._extension).decode
        self._decode_payload = msgspec.msgpack.Decoder(ext_hook=self._extension).decode

    def encode(self, at: int, events: list[Event], large: bool = False) -> tuple[bytes, list[Blob] | None]:
        """One transition at `at` (ms since the epoch): the record, and payloads that may be new to the store.

        The payloads are None where the record holds no large value.

        `large` is a hint: the instance is known to hold large payloads, so look for them before encoding.
        Raises what the encoder raises for what is no JSON value (TypeError, UnicodeEncodeError ...).
        """
        if not large:
            try:
                body = self._encode((VERSION, at, events))
            except OverflowError:
                pass  # an integer beyond 64 bits: the splitter knows what to do
            else:
                if len(body) <= self._inline_bytes_max:
                    return body, None
        blobs: list[Blob] = []
        try:
            split = [self._splitter.event(each, blobs) for each in events]
            return self._encode((VERSION, at, split)), blobs
        except Exception:
            self.forget(blobs)
            raise

    def decode(self, body: bytes) -> tuple[int, list[Event]]:
        """The time and the events of a record whose payloads are all inline or known in memory.

        Raises ValueError (msgspec's errors included) for what is no record. See `read` for the rest.
        """
        if len(body) > 1 and body[1] == VERSION:
            try:
                record = self._decode(body)
            except msgspec.ValidationError:
                pass  # a reference may stand where a typed field does (a problem, a reason): resolve it first
            else:
                return record.at, record.events
        foreign = self._decode_foreign(body)
        events = upcast(foreign.version, foreign.events)
        return foreign.at, msgspec.convert(events, list[Event])

    async def read(self, body: bytes, fetch: Fetch, place: str) -> tuple[int, list[Event]]:
        """As `decode`, reading payloads with `fetch`. Raises StoreCorrupt naming `place` where it is unreadable."""
        while True:
            try:
                return self.decode(body)
            except _Unknown as unknown:
                await self._fetch(unknown.digest, fetch)
            except ValueError as error:
                raise StoreCorrupt(f"{place} cannot be read: {error}") from error

    def forget(self, blobs: Sequence[Blob]) -> None:
        """These payloads were not stored after all."""
        for digest, _ in blobs:
            self._known.forget(bytes.fromhex(digest))

    async def _fetch(self, digest: bytes, fetch: Fetch) -> None:
        content = await fetch(digest.hex())
        while True:
            try:
                value = self._decode_payload(content)
            except _Unknown as unknown:
                await self._fetch(unknown.digest, fetch)
            except ValueError as error:
                raise StoreCorrupt(f"payload {digest.hex()} cannot be read: {error}") from error
            else:
                self._known.remember(digest, value, len(content))
                return

    def _extension(self, code: int, data: memoryview) -> Any:
        if code == PAYLOAD:
            value = self._known.value(bytes(data))
            if value is None:
                raise _Unknown(bytes(data))
            return value
        if code == INTEGER:
            return int(bytes(data))
        raise ValueError(f"unknown extension {code}")
