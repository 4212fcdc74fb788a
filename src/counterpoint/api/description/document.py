"""Puts the document together, once, when it is first asked for."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from litestar import Controller, Litestar, Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.enums import OpenAPIMediaType
from litestar.openapi.config import OpenAPIConfig

from counterpoint.api.access import PERMISSION, PUBLIC
from counterpoint.api.description.operations import complete
from counterpoint.api.description.schemas import schemas_of
from counterpoint.api.etags import IfNoneMatch, holds, tag_of
from counterpoint.values.json import JsonObject

VERSION: Final = "1.0.0"
"""Of the API as its document describes it."""
_DESCRIPTION: Final = (
    "Publish workflows, start and follow instances, send events, repair what is stuck. "
    "Errors are problems (RFC 9457) with stable types; times are RFC 3339 in UTC. "
    "Answers may get new members at any time; members of requests and query parameters that are not known are refused."
)
_LICENSE: Final = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
_BEARER: Final = {"bearer": {"type": "http", "scheme": "bearer", "description": "The API token."}}


def configuration() -> OpenAPIConfig:
    """What the framework needs to begin with; it serves nothing of this by itself."""
    return OpenAPIConfig(
        title="Counterpoint",
        version=VERSION,
        use_handler_docstrings=True,
        openapi_router=Router("/openapi", route_handlers=[], include_in_schema=False),
    )


def described(app: Litestar, controllers: Sequence[type[Controller]], *, needs_token: bool) -> JsonObject:
    """The document of an application. With `needs_token`, all but the public routes ask for one."""
    raw: JsonObject = app.openapi_schema.to_schema()
    schemas = schemas_of(raw["components"]["schemas"])
    responses = complete(raw["paths"], app.routes)
    return {
        "openapi": raw["openapi"],
        "info": {"title": "Counterpoint", "version": VERSION, "description": _DESCRIPTION, "license": _LICENSE},
        "servers": [{"url": "/"}],
        "tags": list({each["name"]: each for each in reversed(_tags(controllers))}.values())[::-1],
        "security": [{"bearer": []}] if needs_token else [{"bearer": []}, {}],
        "paths": dict(sorted(raw["paths"].items())),
        "components": {"schemas": schemas, "responses": responses, "securitySchemes": _BEARER},
    }


def _tags(controllers: Sequence[type[Controller]]) -> list[JsonObject]:
    """Those of the controllers; where several share one, the first says what it is."""
    return [
        {"name": tag, "description": inspect.getdoc(each)} for each in controllers for tag in getattr(each, "tags", ())
    ]


class Described:
    """The document as it is served."""

    def __init__(self, controllers: Sequence[type[Controller]], *, needs_token: bool) -> None:
        self._controllers = controllers
        self._needs_token = needs_token
        self._made: asyncio.Task[tuple[bytes, str]] | None = None

    async def of(self, app: Litestar) -> tuple[bytes, str]:
        """The document of an application as JSON, and its digest. Made once; the engine's loop does not wait for it."""
        if self._made is None:
            self._made = asyncio.ensure_future(asyncio.to_thread(self._make, app))
        return await asyncio.shield(self._made)

    def _make(self, app: Litestar) -> tuple[bytes, str]:
        body = msgspec.json.encode(described(app, self._controllers, needs_token=self._needs_token))
        return body, hashlib.sha256(body).hexdigest()[:32]


@get(
    "/openapi.json",
    opt={PERMISSION: PUBLIC},
    operation_id="getOpenApi",
    media_type=OpenAPIMediaType.OPENAPI_JSON,
    include_in_schema=False,
)
async def openapi_json(
    request: Request[Any, Any, Any], description: NamedDependency[Described], if_none_match: IfNoneMatch = None
) -> Response[bytes | None]:
    """The OpenAPI document. It holds nothing that is not in the source, so it needs no token."""
    body, digest = await description.of(request.app)
    headers = {"ETag": tag_of(digest), "Cache-Control": "no-cache"}
    if holds(if_none_match, digest):
        return Response(None, status_code=304, headers=headers)
    return Response(body, media_type=OpenAPIMediaType.OPENAPI_JSON, headers=headers)
