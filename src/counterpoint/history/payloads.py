"""Large payloads: stored once under the digest of their content and passed by reference.

A payload that flows through many steps is one object in memory. Its digest is remembered by the object's
identity (`Known`), so that it is encoded once and not at every step; a payload read back is remembered by
its digest, so that equal payloads share one object.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from typing import Final

from counterpoint.values.json import JsonValue

DIGEST_BYTES: Final = 20
"""Length of a digest. 160 bits: no two payloads ever meet."""


def digest_of(content: bytes) -> bytes:
    """The digest under which a payload is stored."""
    return blake2b(content, digest_size=DIGEST_BYTES).digest()


class _Entry:
    __slots__ = ("digest", "size", "value")

    def __init__(self, digest: bytes, value: JsonValue, size: int) -> None:
        self.digest = digest
        self.value = value
        self.size = size


class Known:
    """The large payloads seen lately, by identity and by digest; the oldest are forgotten beyond `bytes_max`."""

    __slots__ = ("_by_digest", "_by_identity", "_bytes", "_bytes_max")

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._by_digest: OrderedDict[bytes, _Entry] = OrderedDict()
        self._by_identity: dict[int, _Entry] = {}

    def digest(self, value: JsonValue) -> bytes | None:
        """The digest of this very object, where it is known."""
        entry = self._by_identity.get(id(value))
        # The entry keeps the object alive, so its identity cannot have been given to another one.
        if entry is None:
            return None
        self._by_digest.move_to_end(entry.digest)
        return entry.digest

    def value(self, digest: bytes) -> JsonValue | None:
        """The payload with this digest (never None itself), where it is known."""
        entry = self._by_digest.get(digest)
        if entry is None:
            return None
        self._by_digest.move_to_end(digest)
        return entry.value

    def remember(self, digest: bytes, value: JsonValue, size: int) -> None:
        """Keep a payload of `size` encoded bytes. An equal payload that is known already is replaced."""
        self.forget(digest)
        entry = _Entry(digest, value, size)
        self._by_digest[digest] = entry
        self._by_identity[id(value)] = entry
        self._bytes += size
        while self._bytes > self._bytes_max and len(self._by_digest) > 1:
            self.forget(next(iter(self._by_digest)))

    def forget(self, digest: bytes) -> None:
        """Drop a payload, for example because the batch that would have stored it was refused."""
        entry = self._by_digest.pop(digest, None)
        if entry is not None:
            if self._by_identity.get(id(entry.value)) is entry:
                del self._by_identity[id(entry.value)]
            self._bytes -= entry.size
