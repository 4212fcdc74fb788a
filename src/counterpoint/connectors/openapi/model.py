"""An operation as all versions of OpenAPI mean it. The readers of each version give this; requests are made of it."""

from __future__ import annotations

import msgspec

from counterpoint.contracts import SchemaValidator
from counterpoint.values.json import JsonObject


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter that is not the body. `style` and `explode` are those of OpenAPI 3 (section 4.8.12.3)."""

    name: str
    location: str
    """path, query, header or cookie."""
    required: bool
    style: str
    explode: bool
    reserved: bool = False
    """Whether reserved characters stay as they are in a query."""
    media_type: str | None = None
    """Where the value is one document of that type (`content`), and no style applies."""
    schema: JsonObject | bool
    validator: SchemaValidator | None = None


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """A request body in the media type that is sent."""

    media_type: str
    required: bool
    name: str
    """The argument that holds the whole body: `body`, or what a Swagger 2.0 document calls it."""
    properties: frozenset[str]
    """The properties that its schema names: arguments of these names are put into the body."""
    open: bool
    """Whether it takes further properties."""
    validator: SchemaValidator | None = None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation: where it is, what it takes."""

    identifier: str
    method: str
    server: str
    """The absolute URL that the path is appended to."""
    path: str
    parameters: tuple[Parameter, ...]
    body: Body | None
