"""Definitions over HTTP: publish, check, list, look up."""

from __future__ import annotations

from typing import Any, Final

from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, RawBody

from counterpoint.api.bodies import DOCUMENTS, DocumentOperation, require
from counterpoint.api.etags import UNCHANGED, IfNoneMatch, holds, tag_of
from counterpoint.api.models import DefinitionEntry, DefinitionPage, DefinitionText, Validation
from counterpoint.api.problems import Finding, Refused, documented
from counterpoint.api.versions import READ, WRITE, deprecation_headers, etag
from counterpoint.application.service import Service
from counterpoint.values.diagnostics import Severity

_SOURCE: Final = "<body>"
_SAME: Final = {200: ResponseSpec(DefinitionEntry, generate_examples=False, description="It was published already")}


class DefinitionsController(Controller):
    """Published documents. A version never changes."""

    path = "/v1/definitions"
    tags = ("definitions",)

    @get(opt=READ, operation_id="listDefinitions", responses=documented())
    async def all(
        self,
        service: NamedDependency[Service],
        namespace: FromQuery[str | None] = None,
        name: FromQuery[str | None] = None,
    ) -> DefinitionPage:
        """Every version of every workflow, in the order in which they were published."""
        wanted = {"namespace": namespace, "name": name}
        found = [
            DefinitionEntry.of(each, service.definitions.state(each))
            for each in service.definitions.all()
            if all(value is None or getattr(each, key) == value for key, value in wanted.items())
        ]
        return DefinitionPage(items=found)

    @post(
        opt=WRITE,
        operation_id="publishDefinition",
        operation_class=DocumentOperation,
        responses=documented(409, 415, 422) | _SAME,
    )
    async def publish(
        self, request: Request[Any, Any, Any], service: NamedDependency[Service], body: RawBody
    ) -> Response[DefinitionEntry]:
        """Publish a document. The same content again is no error; other content under a taken version is a conflict."""
        require(request, DOCUMENTS)
        return await _publish(service, body)

    @post(
        "/validate",
        opt=READ,
        operation_id="validateDefinition",
        operation_class=DocumentOperation,
        status_code=200,
        responses=documented(415, 422),
    )
    async def validate(
        self, request: Request[Any, Any, Any], service: NamedDependency[Service], body: RawBody
    ) -> Validation:
        """Check a document without publishing it. What it refers to is not fetched."""
        require(request, DOCUMENTS)
        found = service.definitions.validate(body, _SOURCE)
        valid = not any(each.severity is Severity.ERROR for each in found)
        return Validation(valid=valid, diagnostics=[Finding.of(each) for each in found])

    @get(
        "/{namespace:str}/{name:str}/{version:str}",
        opt=READ,
        operation_id="getDefinition",
        responses=documented(404, 422)
        | {200: ResponseSpec(DefinitionText, generate_examples=False, description="The definition")}
        | UNCHANGED,
    )
    async def one(
        self,
        service: NamedDependency[Service],
        namespace: FromPath[str],
        name: FromPath[str],
        version: FromPath[str],
        if_none_match: IfNoneMatch = None,
    ) -> Response[DefinitionText | None]:
        """One version: the highest that fits, where `version` is a range or `latest`. Retired ones by their number."""
        stored = service.definitions.find(f"{namespace}/{name}:{version}")
        tag = etag(service, stored)
        headers = {"ETag": tag_of(tag), **deprecation_headers(service.definitions.caution(stored))}
        if holds(if_none_match, tag):
            return Response(None, status_code=304, headers=headers)
        return Response(DefinitionText.of(stored, service.definitions.state(stored)), headers=headers)

    @put(
        "/{namespace:str}/{name:str}/{version:str}",
        opt=WRITE,
        operation_id="putDefinition",
        operation_class=DocumentOperation,
        status_code=201,
        responses=documented(409, 415, 422) | _SAME,
    )
    async def put(
        self,
        request: Request[Any, Any, Any],
        service: NamedDependency[Service],
        namespace: FromPath[str],
        name: FromPath[str],
        version: FromPath[str],
        body: RawBody,
    ) -> Response[DefinitionEntry]:
        """As `POST`, for the version that the address names."""
        require(request, DOCUMENTS)
        named = service.definitions.named(body, _SOURCE)
        if named not in (None, f"{namespace}/{name}:{version}"):
            raise Refused("invalid-request", f"the document is {named}, not {namespace}/{name}:{version}")
        return await _publish(service, body)


async def _publish(service: Service, document: bytes) -> Response[DefinitionEntry]:
    reference, new = await service.definitions.publish(document, _SOURCE)
    stored = service.definitions.find(str(reference))
    headers = {"ETag": tag_of(etag(service, stored))}
    if new:
        headers["Location"] = f"/v1/definitions/{stored.namespace}/{stored.name}/{stored.version}"
    entry = DefinitionEntry.of(stored, service.definitions.state(stored))
    return Response(entry, status_code=201 if new else 200, headers=headers)
