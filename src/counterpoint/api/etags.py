"""Entity tags (RFC 9110, section 8.8): what tells a client that what it has, or has decided upon, is out of date.

Tags are weak and compared weakly, `If-Match` too: a tag names a state, not the bytes of an answer, and whatever
compresses answers on the way (this server does) would break strong ones.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

from counterpoint.api.problems import Refused

_TAG: Final = re.compile(r'\s*(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*')
_PAIR: Final = re.compile(rf"{_TAG.pattern}(?:,|$)")

IfNoneMatch = Annotated[
    str | None,
    HeaderParameter(name="If-None-Match", description="Tags that the client has; one that still holds: 304."),
]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match", description="The `ETag` that the decision was based on; if it no longer holds: 412."
    ),
]
UNCHANGED: Final = {304: ResponseSpec(None, generate_examples=False, description="It is what `If-None-Match` says")}
"""The answer to add to the description of a route that takes `If-None-Match`. A route with `If-Match` documents 412."""


def tag_of(state: str | int) -> str:
    """The `ETag` of a state: a digest, a version, a count of transitions."""
    return f'W/"{state}"'


def holds(if_none_match: str | None, state: str | int) -> bool:
    """Whether the client has this state already, so that 304 is the answer."""
    return if_none_match is not None and _names(if_none_match, str(state))


def refuse_outdated(if_match: str | None, state: str | int) -> None:
    """Raises Refused (412) where the client has decided upon another state than this one."""
    if if_match is not None and not _names(if_match, str(state)):
        raise Refused("precondition-failed", f"it is at {tag_of(state)} by now, not at {if_match[:100]}: look again")


def _names(given: str, state: str) -> bool:
    if given.strip() == "*":
        return True
    place, found = 0, set[str]()
    while place < len(given) or not found:
        match = _PAIR.match(given, place)
        if match is None:
            raise Refused("invalid-request", f'{given[:100]!r} is no list of entity tags; write for example W/"7"')
        found.add(match[1])
        place = match.end()
    return state in found
