"""External resources: OpenAPI documents, scripts, catalog functions, schemas, fetched by their endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from counterpoint.connectors.http.client import HttpClient
from counterpoint.connectors.http.request import HttpCall, parse_url, read_endpoint
from counterpoint.connectors.problems import configuration, failure, shown
from counterpoint.errors import ConnectorError
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome

RESOURCE_BYTES_MAX: Final = 8 * 1024 * 1024


class Resource(msgspec.Struct, frozen=True):
    """A fetched resource; `uri` is where it was found after redirections, without credentials."""

    content: bytes
    uri: str
    media_type: str = ""


class Resources:
    """Fetches `http:` and `https:` through the guarded client, `file:` below configured directories only."""

    def __init__(self, client: HttpClient, roots: Iterable[Path | str] = ()) -> None:
        self._client = client
        self._roots = tuple(Path(root).resolve() for root in roots)

    async def fetch(
        self, resource: JsonValue, *, bytes_max: int = RESOURCE_BYTES_MAX, deadline: int | None = None
    ) -> Resource:
        """Fetch an endpoint (`uri` or `{uri, authentication}`) or an external resource (`{name, endpoint}`).

        Authentication policies are complete, as in calls. Relative references and `file:` URIs are looked for
        below the roots. Raises ConnectorError with outcome none: fetching changes nothing.
        """
        endpoint = resource["endpoint"] if isinstance(resource, dict) and "endpoint" in resource else resource
        uri, authentication = read_endpoint(endpoint, "endpoint")
        scheme = urlsplit(uri).scheme.lower()
        if scheme in ("http", "https"):
            found = await self._download(uri, authentication, deadline)
        elif scheme in ("file", ""):
            found = await asyncio.to_thread(self._read, uri, bytes_max)
        else:
            raise configuration(f"{shown(uri)} cannot be fetched: only http, https and file are supported")
        if len(found.content) > bytes_max:
            raise _too_large(uri, bytes_max)
        return found

    async def _download(self, uri: str, authentication: JsonObject | None, deadline: int | None) -> Resource:
        url, embedded = parse_url(uri)
        call = HttpCall(method="GET", url=url, authentication=authentication or embedded, redirect=True)
        try:
            reply = await self._client.send(call, deadline)
        except ConnectorError as error:
            raise ConnectorError(error.problem, Outcome.NONE) from error
        if reply.status >= 300:
            detail = f"{shown(uri)} gave {reply.status} and leads nowhere"
            raise failure("communication", detail, Outcome.NONE, status=reply.status)
        return Resource(reply.content, str(reply.request.url), reply.headers.get("content-type", ""))

    def _read(self, uri: str, bytes_max: int) -> Resource:
        path = Path(unquote(urlsplit(uri).path) if "://" in uri or uri.startswith("file:") else uri)
        if not self._roots:
            raise configuration(f"the file {path} may not be read: no directory is configured for resources")
        for root in self._roots:
            found = (root / path).resolve()
            if not found.is_relative_to(root):
                continue
            try:
                if found.stat().st_size > bytes_max:
                    raise _too_large(uri, bytes_max)
                return Resource(found.read_bytes(), found.as_uri())
            except OSError as error:
                raise configuration(f"the file {path} cannot be read: {error.strerror}") from error
        raise configuration(f"the file {path} is outside the directories that are configured for resources")


def _too_large(uri: str, bytes_max: int) -> Exception:
    return failure("communication", f"{shown(uri)} is larger than {bytes_max:,} bytes", Outcome.NONE)
