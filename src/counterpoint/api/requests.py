"""Requests whose JSON, where it is broken, is refused with the place that is wrong."""

from __future__ import annotations

from typing import Any

from litestar import Request

from counterpoint.api.problems import Refused
from counterpoint.values.json import JsonValue
from counterpoint.values.json_text import read_json


class ApiRequest(Request[Any, Any, Any]):
    """What every handler is given."""

    async def json(self) -> JsonValue:
        """The body as JSON. Raises Refused."""
        return json_of(await self.body())


def json_of(body: bytes) -> JsonValue:
    """The JSON value of a body. Raises Refused."""
    try:
        return read_json(body)
    except ValueError as error:
        raise Refused("invalid-request", f"the body is not JSON: {error}") from error
