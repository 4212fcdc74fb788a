"""What calls and processes give: the contracts of the language's own functions, and those of OpenAPI documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from counterpoint.plan.operations import find_operation
from counterpoint.plan.types.lattice import ANY, NULL, NUMBER, STRING, Type, closed, optional, union
from counterpoint.plan.types.schemas import type_of_schema
from counterpoint.values.json import JsonObject, JsonValue

_OUTPUTS: Final = {
    "stdout": STRING,
    "stderr": STRING,
    "code": NUMBER,
    "all": closed(code=NUMBER, stdout=STRING, stderr=STRING),
    "none": NULL,
}


def result_of_call(call: JsonValue, arguments: JsonObject, resources: Mapping[str, JsonValue]) -> Type:
    """What a call of a function of the language gives; unknown for all others."""
    if call not in ("http", "openapi"):
        return ANY
    content = ANY
    if call == "openapi":
        content = _content(arguments, resources)
    output = arguments.get("output", "content")
    if output == "raw":
        return STRING
    if output == "response":
        return closed(request=ANY, statusCode=NUMBER, headers=ANY, content=content)
    return content if output == "content" else ANY


def result_of_run(run: JsonObject, given: Type) -> Type:
    """What a process gives; a workflow gives anything."""
    if run.get("await", True) is False:
        return given
    if "workflow" in run:
        return ANY
    returned = run.get("return", "stdout")
    return _OUTPUTS.get(returned, ANY) if isinstance(returned, str) else ANY


def _content(arguments: JsonObject, resources: Mapping[str, JsonValue]) -> Type:
    """The content of the responses that are no errors, as the service describes them."""
    operation = find_operation(arguments, resources)
    if operation is None or arguments.get("redirect") is True:
        return ANY
    responses = operation.data.get("responses")
    found = []
    for status, response in (responses if isinstance(responses, dict) else {}).items():
        if str(status).startswith("2") or status == "default":
            found.append(_response(operation.document, response))
    return union(found) if found else ANY


def _response(document: JsonObject, response: JsonValue) -> Type:
    if not isinstance(response, dict) or "$ref" in response:
        return ANY
    if "swagger" in document:
        schema = response.get("schema")
        return ANY if schema is None else optional(type_of_schema(schema, document, nullable=True))
    content = response.get("content")
    if not isinstance(content, dict) or not content:
        return ANY
    found = []
    for media, described in content.items():
        if not media.partition(";")[0].strip().endswith("json") or not isinstance(described, dict):
            return ANY
        old = str(document.get("openapi", "")).startswith("3.0")
        found.append(type_of_schema(described.get("schema", True), document, nullable=old))
    return optional(union(found))
