"""Requests whose JSON, where it is broken, is refused with the place that is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request

from counterpoint.api.problems import Refused
from counterpoint.values.json import JsonValue
from counterpoint.values.json_text import read_json


class ApiRequest(Request[Any, Any, Any]):
    """What every handler is given."""

    async def json(self) -> Any:
        """The body as what its route takes. Raises Refused.

        Litestar would convert it too, but as it converts parameters of an address: `"false"` for `false`.
        """
        value = json_of(await self.body())
        field = self.route_handler.parsed_data_field
        if field is None:
            return value
        try:
            return msgspec.convert(value, field.annotation)
        except msgspec.ValidationError as error:
            what, _, place = str(error).partition(" - at ")
            raise Refused(
                "invalid-request", f"body {place.strip('`').removeprefix('$.')}".strip() + f": {what}"
            ) from error


def json_of(body: bytes, read: Callable[[bytes], JsonValue] = read_json) -> JsonValue:
    """The JSON value of a body. Raises Refused."""
    try:
        return read(body)
    except ValueError as error:
        raise Refused("invalid-request", f"the body is not JSON: {error}") from error
