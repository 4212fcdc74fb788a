"""Grammar of `call`: one shape of `with` for each protocol, and one for functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from counterpoint.dsl.grammar_parts import (
    AUTHENTICATION_OR_NAME,
    DURATION,
    ENDPOINT,
    EXPORT,
    EXPRESSION,
    OUTPUT,
    RESOURCE,
)
from counterpoint.dsl.patterns import is_expression, is_host
from counterpoint.dsl.report import Path, Report, one_of
from counterpoint.dsl.shapes import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    OBJECT,
    STRING,
    STRING_ENTRIES,
    STRINGS,
    ByKind,
    Integer,
    Members,
    Shape,
    Text,
    closed,
    exactly_one,
    opened,
)
from counterpoint.values.json import JsonObject

_OUTPUT_AS: Final = Text(values=("raw", "content", "response"))
_TEXTS: Final = ByKind(
    what="an object of strings or an expression in `${ }`",
    text=Text(what="an expression in `${ }` on one line", fits=is_expression, example="${ .headers }"),
    object=STRING_ENTRIES,
)

_HTTP: Final = closed(
    "the arguments of an HTTP call",
    {
        "method!": STRING,
        "endpoint!": ENDPOINT,
        "headers": _TEXTS,
        "body": ANYTHING,
        "query": _TEXTS,
        "output": _OUTPUT_AS,
        "redirect": BOOLEAN,
    },
)
_OPENAPI: Final = closed(
    "the arguments of an OpenAPI call",
    {
        "document!": RESOURCE,
        "operationId!": STRING,
        "parameters": OBJECT,
        "authentication": AUTHENTICATION_OR_NAME,
        "output": _OUTPUT_AS,
        "redirect": BOOLEAN,
    },
)
_GRPC: Final = closed(
    "the arguments of a gRPC call",
    {
        "proto!": RESOURCE,
        "service!": closed(
            "a gRPC service",
            {
                "name!": STRING,
                "host!": Text(what="a host name", fits=is_host, example="localhost"),
                "port": Integer(minimum=0, maximum=65535),
                "authentication": AUTHENTICATION_OR_NAME,
            },
        ),
        "method!": STRING,
        "arguments": OBJECT,
    },
)
_A2A_METHODS: Final = (
    "message/send", "message/stream", "tasks/get", "tasks/list", "tasks/cancel", "tasks/resubscribe",
    "tasks/pushNotificationConfig/set", "tasks/pushNotificationConfig/get",
    "tasks/pushNotificationConfig/list", "tasks/pushNotificationConfig/delete",
    "agent/getAuthenticatedExtendedCard",
)  # fmt: skip
_A2A: Final = closed(
    "the arguments of an A2A call",
    {
        "agentCard": RESOURCE,
        "server": ENDPOINT,
        "method!": Text(values=_A2A_METHODS),
        "parameters": ByKind(
            what="an object or an expression", text=STRING, object=opened("parameters", {}, minimum=1)
        ),
    },
)
_MCP_METHODS: Final = (
    "tools/list", "tools/call", "prompts/list", "prompts/get",
    "resources/list", "resources/read", "resources/templates/list",
)  # fmt: skip
_MCP: Final = opened(
    "the arguments of an MCP call",
    {
        "protocolVersion": STRING,
        "method!": Text(values=_MCP_METHODS),
        "parameters": ByKind(what="an object or an expression", text=STRING, object=OBJECT),
        "timeout": DURATION,
        "transport!": opened(
            "an MCP transport",
            {
                "http": opened("an HTTP transport", {"endpoint!": ENDPOINT, "headers": STRING_ENTRIES}),
                "stdio": opened(
                    "a stdio transport", {"command!": STRING, "arguments": STRINGS, "environment": STRING_ENTRIES}
                ),
                "options": STRING_ENTRIES,
            },
            exactly_one("http", "stdio"),
        ),
        "client": opened("an MCP client", {"name!": STRING, "version!": STRING}),
    },
)


def _one_of_four(value: JsonObject, path: Path, report: Report) -> None:
    # The official schema counts the sound combinations of {operation | channel} x {message | subscription}.
    targets = [name for name in ("operation", "channel") if name in value]
    payloads = [name for name in ("message", "subscription") if name in value]
    for names, found in ((("operation", "channel"), targets), (("message", "subscription"), payloads)):
        if not found:
            report.error("CP102", path, f"needs {one_of(names)}")
        elif len(found) > 1:
            message = f"`{found[1]}` cannot stand beside `{found[0]}`"
            report.error("CP108", (path, found[1]), message, "keep one of them", of_key=True)


_PROTOCOLS: Final = (
    "amqp", "amqp1", "anypointmq", "googlepubsub", "http", "ibmmq", "jms", "kafka", "mercure", "mqtt", "mqtt5",
    "nats", "pulsar", "redis", "sns", "solace", "sqs", "stomp", "ws",
)  # fmt: skip
_CONSUMPTION: Final = closed(
    "a consumption policy",
    {"for": DURATION, "amount": INTEGER, "while": EXPRESSION, "until": EXPRESSION},
    exactly_one("amount", "while", "until"),
)


def iterator(tasks: Shape) -> Members:
    """The `foreach` of a listen task and of an AsyncAPI subscription."""
    return closed("an iterator", {"item": STRING, "at": STRING, "do": tasks, "output": OUTPUT, "export": EXPORT})


def call_arguments(tasks: Shape) -> Mapping[str, Members]:
    """The shape of `with` for each protocol; `tasks` is the shape of a task list."""
    subscription: dict[str, Shape] = {"filter": EXPRESSION, "consume!": _CONSUMPTION, "foreach": iterator(tasks)}
    asyncapi: dict[str, Shape] = {
        "document!": RESOURCE,
        "channel": STRING,
        "operation": STRING,
        "server": closed("a server", {"name!": STRING, "variables": OBJECT}),
        "protocol": Text(values=_PROTOCOLS),
        "message": closed("a message", {"payload": OBJECT, "headers": OBJECT}),
        "subscription": closed("a subscription", subscription),
        "authentication": AUTHENTICATION_OR_NAME,
    }
    return {
        "http": _HTTP,
        "openapi": _OPENAPI,
        "grpc": _GRPC,
        "asyncapi": closed("the arguments of an AsyncAPI call", asyncapi, _one_of_four),
        "a2a": _A2A,
        "mcp": _MCP,
    }
