"""Errors as problem details (RFC 9457). The types are stable: programs may rely on them."""

from __future__ import annotations

import logging
import re
from enum import Enum
from http import HTTPStatus
from typing import Any, Final, get_args

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import ParameterKwarg

from counterpoint.application.starting import KeyReused
from counterpoint.errors import (
    Conflict,
    CounterpointError,
    InputRefused,
    InvalidDocument,
    InvalidInput,
    LimitExceeded,
    NotFound,
    Outdated,
    SignatureRefused,
    StoreError,
    Withdrawn,
)
from counterpoint.values.diagnostics import Diagnostic
from counterpoint.values.json import JsonObject
from counterpoint.values.nearest import nearest

PROBLEM_JSON: Final = "application/problem+json"
TYPE: Final = "urn:counterpoint:problem:"
RETRY_AFTER_SECONDS: Final = 1
_UNKNOWN: Final = re.compile(r"Object contains unknown field `([^`]{1,100})`$")
"""A member that nobody knows, of the body itself."""
CLIENT_GONE: Final = 499
"""For logs and metrics, as other servers have it: nobody reads this answer."""

TYPES: Final = {
    "invalid-request": (400, "The request is not valid"),
    "unauthorized": (401, "A bearer token is needed"),
    "forbidden": (403, "This is not allowed"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "This cannot be done here"),
    "conflict": (409, "The current state forbids this"),
    "version-withdrawn": (409, "This version can no longer be started"),
    "precondition-failed": (412, "It has changed in the meantime"),
    "too-large": (413, "The request is too large"),
    "unsupported-media-type": (415, "The media type is not supported"),
    "invalid-document": (422, "The document is not valid"),
    "invalid-input": (422, "The input cannot be accepted"),
    "key-reused": (422, "The idempotency key was used for another request"),
    "signature-missing": (401, "The message must be signed"),
    "signature-refused": (403, "The message is not signed as it must be"),
    "limit-exceeded": (422, "A limit was reached"),
    "too-many-requests": (429, "Too much at once"),
    "internal": (500, "Something went wrong in Counterpoint"),
    "unavailable": (503, "Nothing can be accepted at the moment"),
}
"""Last part of each type: its status and title."""

_OF_STATUS: Final = {status: name for name, (status, _) in reversed(TYPES.items())}
_BUSY: Final = frozenset(
    {
        "commands_queued_max",
        "instances_active_max",
        "inbox_events_max",
        "outbox_events_max",
        "requests_in_flight_max",
        "streams_max",
    }
    | {"trials_max", "verifications_max", "evaluations_max"}
)
_SIZES: Final = frozenset(
    {"payload_bytes_max", "record_bytes_max", "body_bytes_max", "evaluation_bytes_max"} | {"service_document_bytes_max"}
)
_log = logging.getLogger("counterpoint.api")


class Finding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A diagnostic of a document; each code has a section in the documentation."""

    code: str
    severity: str
    message: str
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    hint: str | None = None

    @classmethod
    def of(cls, diagnostic: Diagnostic) -> Finding:
        """The finding of a diagnostic."""
        position = diagnostic.position
        return cls(
            code=diagnostic.code,
            severity=diagnostic.severity.value,
            message=diagnostic.message,
            line=None if position is None else position.line,
            column=None if position is None else position.column,
            pointer=diagnostic.pointer or None,
            hint=diagnostic.hint,
        )


class InputFault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with an input."""

    pointer: str
    """JSON pointer to what is wrong, or to what is missing; empty for the input as a whole."""
    message: str


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    """The `X-Request-Id` of the request, for whoever looks for it in logs."""
    diagnostics: list[Finding] | None = None
    """What is wrong with a document, all of it."""
    faults: list[InputFault] | None = None
    """What is wrong with an input, by the workflow's schema; twenty at most."""
    limit: str | None = None
    """The name of the limit that was reached."""
    replacement: str | None = None
    """What to start instead of a version that can no longer be started: `namespace/name:RANGE`."""


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Refused(CounterpointError):
    """A request that is refused with a type of `TYPES`."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name


def documented(*statuses: int) -> dict[int, ResponseSpec]:
    """The problems that an operation may answer with, beside those that any may, for its description."""
    every = (400, 401, 403, 413, 429, 500, 503)
    return {
        status: ResponseSpec(
            ProblemDetails,
            generate_examples=False,
            description=HTTPStatus(status).phrase,
            media_type=PROBLEM_JSON,
        )
        for status in sorted({*every, *statuses})
    }


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[ProblemDetails]:
    """The answer to a request that failed: Litestar's handler of all exceptions."""
    if isinstance(error, ClientGone):
        return Response(None, status_code=CLIENT_GONE)  # type: ignore[arg-type]
    if isinstance(error, HTTPException) and isinstance(error.extra, list):
        _name_as_asked(error.extra, request)
    problem, headers = describe(error, request.scope.get("state", {}).get("request_id"))
    unknown = _UNKNOWN.search(problem.detail)
    if unknown is not None:
        close = nearest(unknown[1], _members(request.scope.get("route_handler")))
        hint = "" if close is None else f": did you mean `{close}`?"
        problem = msgspec.structs.replace(problem, detail=problem.detail + hint)
    return Response(problem, status_code=problem.status, media_type=PROBLEM_JSON, headers=headers)


def _name_as_asked(faults: list[Any], request: Request[Any, Any, Any]) -> None:
    """The framework names parameters as the code does: name them as whoever asks does."""
    handler = request.scope.get("route_handler")
    if handler is None:
        return
    kwargs = {name: field.kwarg_definition for name, field in handler.parsed_fn_signature.parameters.items()}
    known = {name: each.name for name, each in kwargs.items() if isinstance(each, ParameterKwarg) and each.name}
    for fault in faults:
        if isinstance(fault, dict) and fault.get("key") in known:
            fault["key"] = known[fault["key"]]


def describe(error: Exception, request_id: str | None) -> tuple[ProblemDetails, dict[str, str]]:
    """The problem of an error, and the headers that go with it."""
    name, detail = _named(error)
    status, title = TYPES[name]
    headers: dict[str, str] = {}
    if isinstance(error, HTTPException):
        allow = {key.lower(): value for key, value in (error.headers or {}).items()}.get("allow")
        headers |= {} if allow is None else {"Allow": allow}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer" if name == "unauthorized" else "Signature"
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request %s failed", request_id, exc_info=error, extra={"request_id": request_id})
    diagnostics = error.diagnostics if isinstance(error, InvalidDocument) else None
    problem = ProblemDetails(
        type=TYPE + name,
        title=title,
        status=status,
        detail=detail,
        request_id=request_id,
        diagnostics=None if diagnostics is None else [Finding.of(each) for each in diagnostics],
        faults=_faults(error) if isinstance(error, InputRefused) else None,
        limit=error.limit if isinstance(error, LimitExceeded) else None,
        replacement=error.replacement if isinstance(error, Withdrawn) else None,
    )
    return problem, headers


def _named(error: Exception) -> tuple[str, str]:
    """Which type an error is of, and what is told of it: of what is our own fault, nothing."""
    match error:
        case Refused(name=name, message=message):
            return name, message
        case HTTPException():
            return _of_framework(error)
        case SignatureRefused(missing=missing):
            return "signature-missing" if missing else "signature-refused", error.message
        case InvalidDocument(diagnostics=diagnostics):
            count = len(diagnostics)
            return "invalid-document", f"the document has {count} fault{'' if count == 1 else 's'}: see diagnostics"
        case KeyReused():
            return "key-reused", error.message
        case NotFound():
            return "not-found", error.message
        case Withdrawn():
            return "version-withdrawn", error.message
        case Outdated():
            return "precondition-failed", error.message
        case Conflict():
            return "conflict", error.message
        case LimitExceeded(limit=limit):
            return "too-many-requests" if limit in _BUSY else "too-large" if limit in _SIZES else "limit-exceeded", (
                error.message
            )
        case StoreError():
            return "unavailable", error.message
        case InvalidInput():
            return "invalid-input", error.message
        case RecursionError() if "deserializing" in str(error):
            return "invalid-request", "the body is nested more deeply than this server takes"
    return "internal", "an internal error; the log has more under the request's id"


def _members(handler: BaseRouteHandler | None) -> list[str]:
    """The members that the body of a route's requests may have."""
    field = None if handler is None else handler.parsed_data_field
    kinds = () if field is None else (field.annotation, *get_args(field.annotation))
    structs = [each for each in kinds if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    return [name for each in structs for name in each.__struct_encode_fields__]


def _faults(error: InputRefused) -> list[InputFault]:
    return [InputFault(pointer=each.pointer, message=each.message) for each in error.faults]


def _of_framework(error: HTTPException) -> tuple[str, str]:
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "internal", "an internal error; the log has more under the request's id"
    name = _OF_STATUS.get(error.status_code, "invalid-request")
    faults = [_fault(each) for each in error.extra] if isinstance(error.extra, list) else []
    if error.status_code == HTTPStatus.NOT_FOUND:
        return name, "there is nothing at this address; /openapi.json describes what there is"
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and not faults:
        return name, "the body is larger than this server takes (body_bytes_max): send it in several requests"
    return name, "; ".join(faults) or error.detail


def _fault(extra: JsonObject | str) -> str:
    if isinstance(extra, str):
        return extra
    source, key, message = extra.get("source"), extra.get("key"), extra.get("message")
    source = source.value if isinstance(source, Enum) else source
    if (source, key) == ("body", "data"):  # what handlers call the whole of it
        return "a body is needed: send JSON" if message == "'data'" else f"body: {message}"
    place = " ".join(str(each) for each in (source, key) if each)
    return f"{place}: {message}" if place else str(message)
