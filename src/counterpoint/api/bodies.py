"""Bodies that are not JSON of ours: documents and CloudEvents. How they are described, and what is let in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from litestar import Request
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema

from counterpoint.api.problems import Refused
from counterpoint.values.event_content import STRUCTURED
from counterpoint.values.event_content import media_type as media_type_of

YAML: Final = "application/yaml"
JSON: Final = "application/json"
BATCH: Final = "application/cloudevents-batch+json"
DOCUMENTS: Final = frozenset({YAML, JSON, "application/x-yaml", "text/yaml", "text/x-yaml"})
_EVENT: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["id", "source", "type", "specversion"],
    properties={
        **{name: Schema(type=OpenAPIType.STRING, min_length=1) for name in ("id", "source", "type")},
        "specversion": Schema(type=OpenAPIType.STRING, const="1.0"),
        "data": Schema(),
    },
    description="A CloudEvent 1.0 in its JSON form.",
)


def media_type(request: Request[Any, Any, Any]) -> str:
    """The media type of the body without its parameters, in lower case; empty where none is given."""
    return media_type_of(request.headers.get("content-type"))


def require(request: Request[Any, Any, Any], allowed: frozenset[str]) -> None:
    """Raises Refused for a body of another media type.

    That is more than neatness: a page in a browser may send `text/plain` anywhere without asking.
    """
    given = media_type(request)
    if given not in allowed:
        told = f"{given} is not taken here" if given else "the body needs a Content-Type"
        raise Refused("unsupported-media-type", f"{told}; send {' or '.join(sorted(allowed))}")


@dataclass
class DocumentOperation(Operation):
    """Describes a body that is a document."""

    def __post_init__(self) -> None:
        text = Schema(type=OpenAPIType.STRING, description="A workflow document.")
        self.request_body = RequestBody(
            required=True,
            content={
                YAML: OpenAPIMediaType(schema=text),
                JSON: OpenAPIMediaType(schema=Schema(type=OpenAPIType.OBJECT, description="A workflow document.")),
            },
        )


@dataclass
class EventsOperation(Operation):
    """Describes a body that is CloudEvents."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            required=True,
            description="Structured, batch, or binary: attributes in `ce-` headers, any media type of the data.",
            content={
                STRUCTURED: OpenAPIMediaType(schema=_EVENT),
                BATCH: OpenAPIMediaType(schema=Schema(type=OpenAPIType.ARRAY, items=_EVENT)),
            },
        )
