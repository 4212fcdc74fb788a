"""What is known of the answers of calls: OpenAPI documents, and the schemas that tasks state for their output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from counterpoint.errors import InvalidInput
from counterpoint.scenarios.pointers import value_at
from counterpoint.scenarios.samples import sample
from counterpoint.trial import Call
from counterpoint.trial.library import Library
from counterpoint.values.json import JsonObject, JsonValue


class Contracts:
    """Finds the contract of a call."""

    def __init__(self, library: Library, documents: Mapping[str, JsonObject] | None = None) -> None:
        """`documents` holds OpenAPI documents by the path or URI under which the files know them."""
        self._library = library
        self.documents = documents or {}

    def sample(self, call: Call, schema: JsonValue = None) -> JsonValue:
        """The smallest answer of a call; of `schema` where it is given. Raises InvalidInput where nothing is known."""
        if schema is not None:
            return sample(schema)
        if call.function == "openapi":
            return self._of_operation(call)
        task = _task_at(self._library, call)
        output = task.get("output", {})
        stated = output.get("schema", {}).get("document")
        if stated is None or "as" in output:
            raise InvalidInput("the task states no `output.schema` for what the service gives; write the answer out")
        return sample(stated)

    def _of_operation(self, call: Call) -> JsonValue:
        arguments: JsonObject = call.arguments
        endpoint: Any = arguments["document"]["endpoint"]
        uri = endpoint["uri"] if isinstance(endpoint, dict) else endpoint
        document = self.documents.get(uri, self.documents.get(uri.rpartition("/")[2]))
        if document is None:
            raise InvalidInput(f"the contract {uri} is not among the documents in `with`")
        for operation in _operations(document):
            if operation.get("operationId") == arguments["operationId"]:
                return _response(operation, document)
        raise InvalidInput(f"the contract {uri} has no operation {arguments['operationId']!r}")


def _task_at(library: Library, call: Call) -> JsonObject:
    """The task in its document."""
    namespace, _, rest = call.workflow.partition("/")
    name, _, version = rest.partition(":")
    found = value_at(library.find(namespace, name, version).definition, call.reference)
    return found if isinstance(found, dict) else {}


def _operations(document: JsonObject) -> Iterator[JsonObject]:
    for path in document.get("paths", {}).values():
        yield from (each for each in path.values() if isinstance(each, dict))


def _response(operation: JsonObject, document: JsonObject) -> JsonValue:
    """The smallest content of the first response of success; null where it has none."""
    responses: JsonObject = operation.get("responses", {})
    status = next((each for each in sorted(responses) if each.startswith("2")), "default")
    response: Any = responses.get(status, {})
    if "$ref" in response:
        response = value_at(document, response["$ref"].removeprefix("#")) or {}
    content = response.get("content", {})
    media = next((each for name, each in content.items() if "json" in name), None)
    schema = response.get("schema") if media is None else media.get("schema")
    if media is not None and "example" in media:
        return media["example"]
    return None if schema is None else sample(schema, document)
