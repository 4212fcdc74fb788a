"""Plain starts: the request that is made most often, where it asks for nothing out of the ordinary.

On the general route (`InstancesController.start`) a start costs more of HTTP than of the engine, nearly all of it for
freedoms that a plain one does not take. Whatever is not plain, and whatever would be refused before it is begun, goes
there, which alone says why. tests/api/test_api_shortcut.py and test_api_direct.py hold all ways to the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec
from litestar.types import HTTPScope

from counterpoint.api.access import PERMISSION, Access
from counterpoint.api.compression import ENCODING, compressed
from counterpoint.api.instances import START
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import StartRequest
from counterpoint.api.problems import PROBLEM_JSON, ProblemDetails, Refused
from counterpoint.api.starts import Answered
from counterpoint.values.json_text import FAULTS

JSON: Final = "application/json"
CLOSE: Final = (b"connection", b"close")
PATH: Final = "/v1/instances"
_WAIT: Final = re.compile(rb"(?:wait=(\d{1,6}(?:\.\d{1,6})?))?")
_NOT_PLAIN: Final = frozenset({"origin", "transfer-encoding", "if-match", "content-encoding", "upgrade"})
_decode: Final = msgspec.json.Decoder(StartRequest).decode
_encode: Final = msgspec.json.Encoder().encode


class Plain(NamedTuple):
    """What the head of a plain start says."""

    key: str | None
    """The `Idempotency-Key`."""
    wait: float
    """In seconds."""
    length: int
    """Bytes of the body."""
    headers: Mapping[str, str]
    """All of them, by names in lower case."""


class Written(NamedTuple):
    """An answer as it goes over the wire, but for what every answer has."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def last(self) -> bool:
        """Whether the connection ends with it."""
        return self.headers[-1] == CLOSE


def plain(scope: HTTPScope, access: Access, limits: ApiLimits) -> Plain | None:
    """None for what is not plain, or would not be let in."""
    if scope["path"] != PATH or scope["method"] != "POST":
        return None
    wait, listed = _WAIT.fullmatch(scope["query_string"]), list(scope["headers"])
    if wait is None:
        return None
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in listed}
    if len(headers) != len(listed) or not _NOT_PLAIN.isdisjoint(headers):
        return None
    # A body and a key of a kind that needs no telling.
    length, key = headers.get("content-length", ""), headers.get("idempotency-key")
    if (
        not length.isdecimal()
        or int(length) > limits.body_bytes_max
        or headers.get("content-type") != JSON
        or key == ""
    ):
        return None
    return Plain(key, float(wait[1] or 0), int(length), headers) if let_in(headers, access) else None


def let_in(headers: Mapping[str, str], access: Access) -> bool:
    """Whether a request with these headers (by names in lower case) may start something."""
    try:
        access.check(START[PERMISSION], headers, unmask=False)
    except Refused:
        return False
    return True


def asked(body: bytes) -> StartRequest | None:
    """What the body says; None where it is not as it should be."""
    try:
        return _decode(body)
    except FAULTS:
        return None


def written(answered: Answered, plain: Plain) -> Written:
    """The answer to a start."""
    return _written(answered.status, answered.headers, JSON, _encode(answered.body), plain)


def refused(problem: ProblemDetails, headers: Mapping[str, str], plain: Plain) -> Written:
    """The answer to one that failed."""
    return _written(problem.status, headers, PROBLEM_JSON, _encode(problem), plain)


def _written(status: int, headers: Mapping[str, str], media_type: str, body: bytes, plain: Plain) -> Written:
    listed = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    smaller = compressed(body, plain.headers.get("accept-encoding", ""))
    if smaller is not None:
        body = smaller
        listed += [(b"content-encoding", ENCODING.encode()), (b"vary", b"Accept-Encoding")]
    listed += [(b"content-type", media_type.encode()), (b"content-length", b"%d" % len(body))]
    return Written(status, listed, body)
