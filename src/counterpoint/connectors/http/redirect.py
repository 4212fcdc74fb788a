"""Where a redirection leads (RFC 9110, section 15.4; Fetch, HTTP-redirect fetch)."""

from __future__ import annotations

from typing import Final

import httpx2
import msgspec

from counterpoint.connectors.http.request import HttpCall
from counterpoint.connectors.http.transport import Reply
from counterpoint.connectors.problems import failure, shown
from counterpoint.values.problem import Outcome

_FOLLOWED: Final = frozenset((301, 302, 303, 307, 308))
_BODY_HEADERS: Final = frozenset(("content-type", "content-encoding", "content-language", "content-location"))
_CREDENTIALS: Final = frozenset(("authorization", "cookie", "proxy-authorization", "host"))


def redirected(call: HttpCall, reply: Reply) -> HttpCall | None:
    """The call that the reply sends us to; None where it is no redirection, or names no place."""
    location = reply.headers.get("location")
    if reply.status not in _FOLLOWED or not location:
        return None
    url = _target(call, reply.status, location)
    headers = call.headers
    if not same_origin(call.url, url):
        headers = tuple(pair for pair in headers if pair[0].lower() not in _CREDENTIALS)
    if not _becomes_get(call.method, reply.status):
        return msgspec.structs.replace(call, url=url, headers=headers)
    headers = tuple(pair for pair in headers if pair[0].lower() not in _BODY_HEADERS)
    return msgspec.structs.replace(call, url=url, headers=headers, method="GET", content=b"")


def same_origin(left: httpx2.URL, right: httpx2.URL) -> bool:
    """Whether credentials for `left` may go to `right`: same scheme, host and port."""
    return (left.scheme, left.host, left.port) == (right.scheme, right.host, right.port)


def _becomes_get(method: str, status: int) -> bool:
    return (status == 303 and method not in ("GET", "HEAD")) or (status in (301, 302) and method == "POST")


def _target(call: HttpCall, status: int, location: str) -> httpx2.URL:
    try:
        url = call.url.join(location)
    except (httpx2.InvalidURL, ValueError):
        url = httpx2.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        detail = f"{call.method} {shown(str(call.url))} redirects to {shown(location)}, which is not an http(s) URI"
        raise failure("communication", detail, Outcome.UNKNOWN, status=status)
    return url.copy_with(userinfo=b"", fragment=None)
