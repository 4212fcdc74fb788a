"""Starting in bulk over HTTP: a JSON array or NDJSON in, the same form out, an answer for each start in its place."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import RawBody

from counterpoint.api.access import PERMISSION
from counterpoint.api.bodies import JSON, media_type, require
from counterpoint.api.keys import IdempotencyKey, refuse_unsound
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import Answer, StartRequest, Warned
from counterpoint.api.problems import ProblemDetails, Refused, describe, documented
from counterpoint.api.stopping import unless_gone
from counterpoint.api.versions import warned
from counterpoint.application.bulk import BulkStart, Outcome
from counterpoint.application.service import Service
from counterpoint.application.starting import Started
from counterpoint.errors import CounterpointError
from counterpoint.values.json_text import FAULTS, fault_of

START: Final = {PERMISSION: "instances:start"}
NDJSON: Final = "application/x-ndjson"
_ENCODER: Final = msgspec.json.Encoder()


class StartOfMany(StartRequest, frozen=True, kw_only=True):
    """One of many instances to start."""

    key: str | None = None
    """An idempotency key; not together with an id."""


class StartAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one start: the instance, or a problem."""

    status: int
    """What it would have been answered with alone: 201 started, 200 started before, or that of the problem."""
    id: str | None = None
    workflow: str | None = None
    problem: ProblemDetails | None = None
    warnings: list[Warned] = msgspec.field(default_factory=list)
    """What is to be said of what was started; left out where that is nothing."""

    @classmethod
    def of(cls, outcome: Outcome) -> StartAnswer:
        """The answer for an outcome."""
        if isinstance(outcome, Started):
            status = HTTPStatus.OK if outcome.replayed else HTTPStatus.CREATED
            warnings = [] if outcome.caution is None else [warned(outcome.caution)]
            return cls(status=status, id=outcome.id, workflow=outcome.workflow, warnings=warnings)
        problem, _ = describe(outcome, None)
        return cls(status=problem.status, problem=problem)


class StartAnswers(Answer, frozen=True, kw_only=True):
    """What became of many starts."""

    items: list[StartAnswer]
    """In the order of the request."""


_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
_START: Final = msgspec.json.Decoder(StartOfMany)


@dataclass
class BulkOperation(Operation):
    """Describes bodies that are an array or NDJSON."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING)
        start = Schema(
            type=OpenAPIType.OBJECT,
            required=["definition"],
            properties={"definition": text, "input": Schema(), "id": text, "key": text},
            additional_properties=False,
        )
        lines = Schema(type=OpenAPIType.STRING, description="One such object a line.")
        self.request_body = RequestBody(
            required=True,
            content={
                JSON: OpenAPIMediaType(schema=Schema(type=OpenAPIType.ARRAY, items=start)),
                NDJSON: OpenAPIMediaType(schema=lines),
            },
        )
        answers = (self.responses or {}).get("200")
        if answers is not None and (content := getattr(answers, "content", None)) is not None:
            content[NDJSON] = OpenAPIMediaType(schema=lines)


class BulkController(Controller):
    """Many at once."""

    path = "/v1/bulk"
    tags = ("instances",)

    @post(
        "/starts",
        opt=START,
        operation_id="startInstances",
        operation_class=BulkOperation,
        status_code=HTTPStatus.OK,
        responses=documented(415, 422) | {200: ResponseSpec(StartAnswers, generate_examples=False)},
    )
    async def start(
        self,
        request: Request[Any, Any, Any],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        body: RawBody,
        key: IdempotencyKey = None,
    ) -> Response[bytes]:
        """Start many instances; each is answered in its place, and the fault of one harms no other.

        Answered once all that was started is durable; 429 says that nothing was. An `Idempotency-Key` makes the
        request as a whole repeatable: it stands for those starts that have neither an id nor a key of their own. Where
        the client goes before its answer comes, no more is begun.
        """
        require(request, frozenset({JSON, NDJSON}))
        refuse_unsound(key, None, limits)
        kind = media_type(request)
        asked = [_read(each, limits) for each in _split(body, kind)]
        outcomes = await unless_gone(service.bulk.start(asked, key), request.receive)
        answers = [StartAnswer.of(each) for each in outcomes]
        if kind == NDJSON:
            return Response(_ENCODER.encode_lines(answers), media_type=NDJSON)
        return Response(_ENCODER.encode(StartAnswers(items=answers)), media_type=JSON)


def _split(body: bytes, kind: str) -> list[bytes | msgspec.Raw]:
    """The starts of a request, not read yet. Raises Refused where it is no array."""
    if kind == NDJSON:
        return [line for line in body.split(b"\n") if line.strip()]
    try:
        return list(_ARRAY.decode(body))
    except FAULTS as error:
        raise Refused("invalid-request", f"the body is not a JSON array: {fault_of(error, body)}") from error


def _read(text: bytes | msgspec.Raw, limits: ApiLimits) -> BulkStart | CounterpointError:
    """One start, or what is wrong with it."""
    try:
        start = _START.decode(text)
        refuse_unsound(start.key, start.id, limits)
    except FAULTS as error:
        return Refused("invalid-request", fault_of(error, bytes(text)))
    except CounterpointError as error:
        return error
    return BulkStart(start.definition, start.input, start.id, start.key, start.business_key)
