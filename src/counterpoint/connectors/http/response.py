"""From a reply to a task's output, or to the problem that it means."""

from __future__ import annotations

import base64
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import httpx2
import msgspec

from counterpoint.connectors.http.request import HttpCall
from counterpoint.connectors.http.transport import Reply
from counterpoint.connectors.problems import failure, shown
from counterpoint.errors import ConnectorError
from counterpoint.values.json import JsonObject, JsonValue
from counterpoint.values.problem import Outcome

_TEXT: Final = ("xml", "yaml", "javascript", "x-www-form-urlencoded", "graphql", "toml", "csv", "sql")
_SECRET_HEADERS: Final = frozenset(("authorization", "proxy-authorization", "cookie", "idempotency-key"))
# 408 Request Timeout, 409 Conflict, 425 Too Early, 429 Too Many Requests: the request, or an earlier
# attempt of it, may have been carried out (saga.md, section 2).
_UNCERTAIN: Final = frozenset((408, 409, 425, 429))


def output_of(reply: Reply, call: HttpCall) -> JsonValue:
    """The task's output in the form that the call asks for."""
    if call.output == "raw":
        return base64.b64encode(reply.content).decode()
    content = deserialized(reply, call)
    if call.output == "content":
        return content
    return {
        "request": {
            "method": reply.request.method,
            "uri": str(reply.request.url),
            "headers": {name: value for name, value in call.headers if name.lower() not in _SECRET_HEADERS},
        },
        "statusCode": reply.status,
        "headers": _headers(reply.headers),
        "content": content,
    }


def deserialized(reply: Reply, call: HttpCall) -> JsonValue:
    """The content as its type says: JSON as a value, text as a string, anything else in base 64."""
    if not reply.content:
        return None
    media = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == "application/json" or media.endswith("+json"):
        try:
            return msgspec.json.decode(reply.content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            detail = f"{_request_line(call, reply)} gave {media} that is not valid JSON: {error}"
            raise failure("communication", detail, Outcome.UNKNOWN) from error
    if not media:
        return _guessed(reply.content)
    if media.startswith("text/") or any(part in media for part in _TEXT):
        return httpx2.Response(reply.status, headers=_charset_only(reply.headers), content=reply.content).text
    return base64.b64encode(reply.content).decode()


def refusal_of(reply: Reply, call: HttpCall, now: int, content_bytes_max: int) -> ConnectorError | None:
    """The error that the status means, or None where the call succeeded.

    Without `redirect` only 200-299 succeed, with it 200-399 (dsl-reference, HTTP call).
    """
    status = reply.status
    if 200 <= status < (400 if call.redirect else 300):
        return None
    name = {401: "authentication", 403: "authorization"}.get(status, "communication")
    detail = f"{_request_line(call, reply)} gave {status} {_reason(status)}"
    if 300 <= status < 400:
        detail += "; set `redirect: true` to follow redirections"
    certain = 400 <= status < 500 and status not in _UNCERTAIN
    extensions = _extensions(reply, now, content_bytes_max)
    return failure(name, detail, Outcome.NONE if certain else Outcome.UNKNOWN, status=status, extensions=extensions)


def _extensions(reply: Reply, now: int, content_bytes_max: int) -> JsonObject:
    members: JsonObject = {}
    seconds = retry_after(reply.headers.get("retry-after"), now)
    if seconds is not None:
        members["retryAfter"] = seconds
    media = reply.headers.get("content-type", "")
    if "json" in media and 0 < len(reply.content) <= content_bytes_max:
        try:
            members["content"] = msgspec.json.decode(reply.content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            members["content"] = reply.content.decode("utf-8", "replace")
    return members


def retry_after(value: str | None, now: int) -> int | None:
    """The seconds that `Retry-After` asks for, written as seconds or as a date; None where it says nothing."""
    if value is None:
        return None
    if value.strip().isdigit():
        return int(value)
    try:
        at = parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0, round(at - now / 1000))


def _guessed(content: bytes) -> JsonValue:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass  # not JSON
    try:
        return content.decode()
    except UnicodeDecodeError:
        return base64.b64encode(content).decode()


def _headers(headers: httpx2.Headers) -> dict[str, str]:
    """Names as the server wrote them; repeated headers joined by a comma (RFC 9110, section 5.3)."""
    spelled: dict[str, str] = {}
    for raw, _ in headers.raw:
        spelled.setdefault(raw.decode("latin-1").lower(), raw.decode("latin-1"))
    return {name: headers[lower] for lower, name in spelled.items()}


def _charset_only(headers: httpx2.Headers) -> dict[str, str]:
    # The content is decompressed already: only its type may be seen again.
    return {"content-type": headers["content-type"]}


def _request_line(call: HttpCall, reply: Reply) -> str:
    return f"{reply.request.method} {shown(str(reply.request.url))}"


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(not a registered status)"
