"""Operations of services over HTTP: what an OpenAPI document offers, for whoever writes a call of one."""

from __future__ import annotations

from typing import Any

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from counterpoint.api.models import Answer, Body
from counterpoint.api.problems import Refused, documented
from counterpoint.api.versions import WRITE
from counterpoint.application.offering import Offer
from counterpoint.application.service import Service


class OperationsRequest(Body, frozen=True, kw_only=True):
    """Where the document is, or the document itself: one of the two."""

    uri: str | None = None
    """Fetched as calls fetch theirs: what they may not reach is refused."""
    document: str | None = None
    """YAML or JSON: OpenAPI 3.0, 3.1 or Swagger 2.0."""


class OperationArgument(Answer, frozen=True, kw_only=True):
    """What an operation takes under a name in `parameters` of a call."""

    name: str
    place: str
    """path, query, header, cookie or body."""
    required: bool
    schema: dict[str, Any]
    description: str | None


class ServiceOperation(Answer, frozen=True, kw_only=True):
    """One operation of a service."""

    operation_id: str
    method: str
    path: str
    summary: str | None
    arguments: list[OperationArgument]
    undone_by: str | None
    """The operation that undoes it, as the document declares with `x-compensate`."""

    @classmethod
    def of(cls, offer: Offer) -> ServiceOperation:
        """What goes over the wire."""
        arguments = [
            OperationArgument(
                name=each.name,
                place=each.place,
                required=each.required,
                schema=each.schema,
                description=each.description,
            )
            for each in offer.arguments
        ]
        return cls(
            operation_id=offer.operation_id,
            method=offer.method,
            path=offer.path,
            summary=offer.summary,
            arguments=arguments,
            undone_by=offer.undone_by,
        )


class OperationsAnswer(Answer, frozen=True, kw_only=True):
    """The operations of a document, in its order."""

    items: list[ServiceOperation]


class ServicesController(Controller):
    """What services offer to calls."""

    path = "/v1/operations"
    tags = ("definitions",)

    @post(opt=WRITE, operation_id="listServiceOperations", status_code=200, responses=documented(422))
    async def operations(
        self, data: JSONBody[OperationsRequest], service: NamedDependency[Service]
    ) -> OperationsAnswer:
        """List the operations of an OpenAPI document, which is sent along or fetched."""
        if (data.uri is None) == (data.document is None):
            raise Refused("invalid-request", "send either `uri` or `document`")
        offering = service.definitions.offering
        found = await (offering.of_uri(data.uri) if data.uri is not None else offering.of_text(data.document or ""))
        return OperationsAnswer(items=[ServiceOperation.of(each) for each in found])
