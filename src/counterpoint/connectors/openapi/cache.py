"""Fetched documents, kept for a while."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from typing import Final

import msgspec

from counterpoint.connectors.locks import KeyedLocks
from counterpoint.connectors.openapi.document import Document
from counterpoint.connectors.problems import configuration, shown
from counterpoint.connectors.resources import Resources
from counterpoint.connectors.timing import Now
from counterpoint.dsl.data import read_data
from counterpoint.dsl.limits import DocumentLimits
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonValue

DOCUMENT_BYTES_MAX: Final = 8 * 1024 * 1024
CACHED_BYTES_MAX: Final = 64 * 1024 * 1024
"""Of the documents' text."""
FRESH_MS_MAX: Final = 300_000
_LIMITS: Final = DocumentLimits(document_bytes_max=DOCUMENT_BYTES_MAX, nodes_max=2_000_000)


class Cached(msgspec.Struct, frozen=True):
    """A document, its size in bytes, and until when it is fresh (milliseconds since the epoch)."""

    document: Document
    size: int
    until: int


class DocumentCache:
    """Fetches OpenAPI documents; the least recently used ones are dropped first."""

    def __init__(self, resources: Resources, now: Now) -> None:
        self._resources = resources
        self._now = now
        self._cached: OrderedDict[str, Cached] = OrderedDict()
        self._size = 0
        self._locks = KeyedLocks()

    async def get(self, resource: JsonValue, deadline: int | None) -> Document:
        """The document of an external resource. Raises ConnectorError, outcome none."""
        key = hashlib.sha256(msgspec.json.encode(resource, order="sorted")).hexdigest()
        if (found := self._fresh(key)) is not None:
            return found
        async with self._locks.hold(key):
            if (found := self._fresh(key)) is not None:
                return found
            fetched = await self._resources.fetch(resource, bytes_max=DOCUMENT_BYTES_MAX, deadline=deadline)
            try:
                root = await asyncio.to_thread(read_data, fetched.content, shown(fetched.uri), _LIMITS)
            except InvalidInput as error:
                raise configuration(f"the OpenAPI document cannot be read: {error}") from error
            document = Document(root, fetched.uri)
            self._keep(key, Cached(document, len(fetched.content), self._now() + FRESH_MS_MAX))
            return document

    def _fresh(self, key: str) -> Document | None:
        cached = self._cached.get(key)
        if cached is None or cached.until <= self._now():
            return None
        self._cached.move_to_end(key)
        return cached.document

    def _keep(self, key: str, cached: Cached) -> None:
        if (replaced := self._cached.pop(key, None)) is not None:
            self._size -= replaced.size
        self._cached[key] = cached
        self._size += cached.size
        while self._size > CACHED_BYTES_MAX:
            _, dropped = self._cached.popitem(last=False)
            self._size -= dropped.size
