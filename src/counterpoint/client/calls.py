"""Calls: one request as data, and what an answer means. Nothing here does I/O, so both faces of the client share it."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx2
import msgspec

from counterpoint.client.errors import ApiError, NotUnderstood, error_of
from counterpoint.client.types.answered import note_etag
from counterpoint.client.types.shared import ProblemDetails
from counterpoint.errors import InvalidInput

PROBLEM_JSON: Final = "application/problem+json"
_BUSY: Final = frozenset({429, 503})
_HEARTBEAT_SECONDS_MAX: Final = 45.0
"""A stream on which nothing moves for so long is dead: the server sends something every 15 s."""


class ClientLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How patient the client is. Times in milliseconds."""

    attempts_max: int = 5
    """Of a request that may be repeated: one that reads, has an idempotency key, or was refused as too much."""
    pause_ms_max: int = 5_000
    """Between two attempts; they begin at a tenth of a second and double."""
    answer_ms_max: int = 30_000
    """How long an answer may take, beside the time that the request asks the server to wait."""
    resume_ms_max: int = 120_000
    """How long a stream that was cut off tries to come back before it is given up."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request."""

    method: str
    path: str
    """With the names of `arguments` in braces."""
    arguments: Mapping[str, str] = {}
    query: Mapping[str, Any] = {}
    headers: Mapping[str, str | None] = {}
    body: Any = msgspec.UNSET
    content_type: str | None = None
    accept: str = "application/json"
    repeatable: bool = False
    """Whether it may be sent again although the first one may have arrived."""


def request_of(call: Call, http: Any, limits: ClientLimits) -> Any:
    """The request, made by an httpx2 client of either face."""
    path = call.path
    for name, value in call.arguments.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    headers = {name: value for name, value in call.headers.items() if value is not None}
    headers["Accept"] = f"{call.accept}, {PROBLEM_JSON}"
    content: bytes | str | None = None
    if call.body is not msgspec.UNSET:
        headers["Content-Type"] = call.content_type or "application/json"
        content = call.body if isinstance(call.body, bytes | str) and call.content_type else _json(call.body)
    query = {name: _plain(value) for name, value in call.query.items() if value is not None}
    seconds = limits.answer_ms_max / 1000 + float(query.get("wait", 0))
    if call.accept == "text/event-stream":
        seconds = _HEARTBEAT_SECONDS_MAX
    return http.build_request(call.method, path, params=query, headers=headers, content=content, timeout=seconds)


def _json(body: Any) -> bytes:
    """Raises InvalidInput for a number that JSON has not: it would arrive as null."""
    content = msgspec.json.encode(body)
    if b"null" in content:
        try:
            json.dumps(msgspec.to_builtins(body), allow_nan=False)
        except ValueError as error:
            raise InvalidInput("NaN and infinity are no numbers of JSON: nothing was sent") from error
    return content


def value_of(response: httpx2.Response, kind: Any) -> Any:
    """What an answer holds, as `kind`; its body must have been read. Raises ApiError, NotUnderstood."""
    if not response.is_success:
        raise problem_of(response)
    if kind is None or response.status_code == httpx2.codes.NO_CONTENT:
        return None
    if kind is str:
        return response.text
    if kind is bytes:
        return response.content
    try:
        value = msgspec.json.decode(response.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotUnderstood(
            f"the answer to {response.request.method} {response.request.url} is odd: {error}"
        ) from error
    note_etag(value, response.headers.get("etag"))
    return value


def problem_of(response: httpx2.Response) -> ApiError | NotUnderstood:
    """The exception of an answer that is no success."""
    if response.headers.get("content-type", "").startswith(PROBLEM_JSON):
        try:
            return error_of(msgspec.json.decode(response.content, type=ProblemDetails))
        except (msgspec.DecodeError, UnicodeDecodeError):
            pass
    where = f"{response.request.method} {response.request.url}"
    return NotUnderstood(f"{where} was answered {response.status_code}, and not by Counterpoint")


def pause_before(attempt: int, limits: ClientLimits, response: httpx2.Response | None = None) -> float:
    """Seconds before attempt number `attempt` (from 2), at least what the server asks for; spread, so that many
    clients do not come back at once."""
    exponential = min(0.1 * 2.0 ** min(attempt - 2, 16), limits.pause_ms_max / 1000)
    spread = exponential * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
    asked = "" if response is None else response.headers.get("retry-after", "")
    return max(spread, min(float(asked), limits.pause_ms_max / 1000)) if asked.isdecimal() else spread


def is_busy(response: httpx2.Response) -> bool:
    """Whether the server refused because there is too much to do: nothing of the request has happened."""
    return response.status_code in _BUSY and response.headers.get("content-type", "").startswith(PROBLEM_JSON)


def may_repeat(call: Call, error: httpx2.TransportError) -> bool:
    """Whether a request that got no answer may be sent again."""
    return call.repeatable or isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout)


def key_of(given: str | None, id: Any = None) -> str | None:
    """The idempotency key of a request: the caller's, or one of ours, so that it can be sent again without harm.

    None where the caller chose an id: that takes the place of a key.
    """
    if given is not None or id not in (None, msgspec.UNSET):
        return given
    return uuid.uuid4().hex


def body_of(fields: Mapping[str, Any]) -> Any:
    """The members of a body that were given; nothing where none was."""
    given = {name: value for name, value in fields.items() if value is not msgspec.UNSET}
    return given or msgspec.UNSET


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
