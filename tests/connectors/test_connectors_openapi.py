"""`call: openapi`: documents of all versions, operations, parameters, bodies, servers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.http import HttpClient
from counterpoint.connectors.openapi import OpenApiConnector
from counterpoint.connectors.openapi.model import Parameter
from counterpoint.connectors.openapi.styles import in_cookie, in_header, in_path, in_query
from counterpoint.connectors.resources import Resources
from counterpoint.errors import ConnectorError
from counterpoint.ports.connector import Invocation
from counterpoint.values.problem import Outcome, short_type
from shared_data import conformance_data
from tests.connectors.origin import Answer, Asked, Origin, origin

PETS = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets/{petId}": {
            "parameters": [{"$ref": "#/components/parameters/PetId"}],
            "get": {
                "operationId": "getPet",
                "parameters": [
                    {"name": "fields", "in": "query", "explode": False, "schema": {"type": "array"}},
                    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "deep", "in": "query", "schema": {"type": "boolean"}},
                    {"name": "filter", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": "string", "maxLength": 5}},
                    {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                ],
            },
            "put": {
                "operationId": "putPet",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/xml": {"schema": {"type": "string"}},
                        "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}},
                    },
                },
            },
        },
        "/forms": {
            "post": {
                "operationId": "form",
                "servers": [{"url": "{base}/v9", "variables": {"base": {"default": "/api"}}}],
                "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}},
            }
        },
    },
    "components": {
        "parameters": {"PetId": {"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}},
        "schemas": {
            "Pet": {
                "type": "object",
                "required": ["id", "name"],
                "additionalProperties": False,
                "properties": {
                    "id": {"type": "integer", "readOnly": True},
                    "name": {"type": "string", "nullable": True},
                    "age": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                    "parent": {"$ref": "#/components/schemas/Pet"},
                },
            }
        },
    },
}

SWAGGER = {
    "swagger": "2.0",
    "basePath": "/v2",
    "consumes": ["application/json"],
    "paths": {
        "/pet/findByStatus": {
            "get": {
                "operationId": "find",
                "parameters": [
                    {"name": "status", "in": "query", "type": "array", "required": True, "collectionFormat": "multi"}
                    | {"items": {"type": "string", "enum": ["available", "sold"]}},
                    {"name": "ids", "in": "query", "type": "array", "collectionFormat": "pipes"},
                ],
            }
        },
        "/pet": {
            "post": {
                "operationId": "add",
                "parameters": [
                    {"name": "pet", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Pet"}}
                ],
            }
        },
        "/pet/{id}/image": {
            "post": {
                "operationId": "upload",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "type": "integer"},
                    {"name": "note", "in": "formData", "type": "string", "required": True},
                ],
            }
        },
        "/pet/file": {
            "post": {"operationId": "file", "parameters": [{"name": "file", "in": "formData", "type": "file"}]}
        },
    },
    "definitions": {"Pet": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}},
}

Call = Callable[..., Awaitable[Any]]


def with_service(document: Any, test: Callable[[Origin, Call], Awaitable[None]], **options: Any) -> None:
    """Serve the document at `/docs/api`, answer everything else with what was asked."""

    async def run() -> None:
        async with origin() as server:
            text = document(server) if callable(document) else document
            content = text if isinstance(text, str) else json.dumps(text)

            def respond(asked: Asked) -> Answer:
                return Answer(body=content, headers={}) if asked.path == "/docs/api" else Answer(body={"done": True})

            server.respond = respond
            client = HttpClient(NetworkPolicy.development(), **options)
            connector = OpenApiConnector(client, **options)

            async def call(operation: str, parameters: Any = None, **with_: Any) -> Any:
                arguments = {"document": {"endpoint": f"{server.url}/docs/api"}, "operationId": operation, **with_}
                arguments["parameters"] = parameters or {}
                return (await connector.invoke(Invocation(key="k", function="openapi", arguments=arguments))).output

            try:
                await asyncio.wait_for(test(server, call), 20)
            finally:
                await connector.close()

    asyncio.run(run())


async def refusal(call: Awaitable[Any], kind: str) -> str:
    with pytest.raises(ConnectorError) as caught:
        await call
    assert (short_type(caught.value.problem.type), caught.value.outcome) == (kind, Outcome.NONE)
    return str(caught.value.problem.detail)


def test_parameters_go_where_the_operation_wants_them() -> None:
    async def test(server: Origin, call: Call) -> None:
        parameters = {"petId": 7, "fields": ["a", "b c"], "tags": ["x", "y"], "deep": True, "filter": {"k": 1}}
        output = await call("getPet", parameters | {"X-Trace": "t1", "session": "s", "unset": None})
        assert output == {"done": True}
        asked = server.asked[1]
        assert asked.method == "GET"
        assert asked.target == "/pets/7?fields=a,b%20c&tags=x&tags=y&deep=true&filter=%7B%22k%22%3A1%7D"
        assert (asked.headers["x-trace"], asked.headers["cookie"]) == ("t1", "session=s")
        assert asked.headers["idempotency-key"] == "k"

    with_service(PETS, test)


def test_text_is_taken_for_typed_values() -> None:
    async def test(server: Origin, call: Call) -> None:
        await call("getPet", {"petId": "7", "deep": "false", "X-Trace": 12})
        assert server.asked[1].target == "/pets/7?deep=false"

    with_service(PETS, test)


def test_all_that_is_wrong_with_the_arguments_is_named() -> None:
    async def test(server: Origin, call: Call) -> None:
        told = await refusal(call("getPet", {"deep": "maybe", "X-Trace": "too long", "Xtrace": 1}), "validation")
        assert "missing path parameter 'petId'" in told
        assert "query parameter 'deep'" in told
        assert "header parameter 'X-Trace'" in told
        assert "unknown parameter 'Xtrace' (did you mean 'X-Trace'?)" in told
        told = await refusal(call("putPet", {"petId": 1, "name": 5, "age": 0, "parent": {"nam": "x"}}), "validation")
        assert "request body /name" in told
        assert "request body /age" in told
        assert "request body /parent" in told
        assert "missing request body" in await refusal(call("putPet", {"petId": 1}), "validation")
        assert "unknown parameter 'nme'" in await refusal(call("putPet", {"petId": 1, "nme": "x"}), "validation")
        for evil in ("", "..", "."):
            assert "petId" in await refusal(call("getPet", {"petId": evil}), "validation")
        assert len(server.asked) == 1

    with_service(PETS, test)


def test_bodies_are_made_of_the_other_arguments_or_given_whole() -> None:
    async def test(server: Origin, call: Call) -> None:
        await call("putPet", {"petId": 1, "name": "Milou", "parent": {"name": "Rex"}})
        assert server.asked[1].json == {"name": "Milou", "parent": {"name": "Rex"}}
        assert server.asked[1].headers["content-type"] == "application/json"
        await call("putPet", {"petId": 1, "body": {"name": "Rex"}})
        assert server.asked[2].json == {"name": "Rex"}
        await call("form", {"a": "x y", "b": [1, 2]})
        assert (server.asked[3].path, server.asked[3].body) == ("/api/v9/forms", b"a=x+y&b=1&b=2")

    with_service(PETS, test)


def test_swagger_2() -> None:
    async def test(server: Origin, call: Call) -> None:
        await call("find", {"status": ["available", "sold"], "ids": [1, 2]})
        assert server.asked[1].target == "/v2/pet/findByStatus?status=available&status=sold&ids=1|2"
        await call("find", {"status": "available"})
        assert server.asked[2].query == [("status", "available")]
        assert "'status'" in await refusal(call("find", {"status": "lost"}), "validation")
        for parameters in ({"pet": {"name": "Rex"}}, {"name": "Rex"}):
            await call("add", parameters)
            assert server.asked[-1].json == {"name": "Rex"}
        assert "request body" in await refusal(call("add", {"pet": {"name": 1}}), "validation")
        await call("upload", {"id": 3, "note": "good dog"})
        assert (server.asked[-1].path, server.asked[-1].form) == ("/v2/pet/3/image", {"note": "good dog"})
        await call("file", {"file": "content"})
        assert server.asked[-1].headers["content-type"].startswith("multipart/form-data; boundary=")

    with_service(SWAGGER, test)


def test_swagger_2_with_a_host_of_its_own() -> None:
    async def test(server: Origin, call: Call) -> None:
        await call("find", {"status": "sold"})
        assert server.asked[-1].headers["host"] == f"localhost:{server.port}"

    with_service(lambda server: {**SWAGGER, "host": f"localhost:{server.port}", "schemes": ["ws", "http"]}, test)


def test_yaml_documents_and_servers_relative_to_the_document() -> None:
    async def test(server: Origin, call: Call) -> None:
        await call("getPet", {"petId": 1})
        assert server.asked[1].path == "/docs/v3/pets/1"

    with_service(yaml.safe_dump({**PETS, "openapi": "3.1.0", "servers": [{"url": "v3"}]}), test)


def test_documents_are_fetched_once_until_they_are_stale() -> None:
    clock = [0]

    async def test(server: Origin, call: Call) -> None:
        await asyncio.gather(*(call("getPet", {"petId": 1}) for _ in range(5)))
        assert sum(asked.path == "/docs/api" for asked in server.asked) == 1
        clock[0] += 301_000
        await call("getPet", {"petId": 1})
        assert sum(asked.path == "/docs/api" for asked in server.asked) == 2

    with_service(PETS, test, now=lambda: clock[0])


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (PETS, "has no operation 'getPets' (did you mean 'getPet'?)"),
        ("<html>", "not an object"),
        ("a: [", "cannot be read"),
        ({"openapi": "4.0.0"}, "not an OpenAPI document of a known version"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "http://evil.example/x#/a"}}}, "not followed"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/paths/~1a"}}}, "in a circle"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/none"}}}, "which it lacks"),
    ],
)
def test_documents_that_cannot_be_used_are_configuration_errors(document: Any, words: str) -> None:
    async def test(_: Origin, call: Call) -> None:
        assert words in await refusal(call("getPets"), "configuration")

    with_service(document, test)


def test_schemas_of_other_documents_are_not_fetched() -> None:
    async def test(server: Origin, call: Call) -> None:
        assert "not followed" in await refusal(call("a", {"body": 1}), "configuration")
        assert len(server.asked) == 1

    schema = {"$ref": "other.json#/Pet"}
    operation = {"operationId": "a", "requestBody": {"content": {"application/json": {"schema": schema}}}}
    with_service({"openapi": "3.1.0", "paths": {"/a": {"post": operation}}}, test)


def test_a_document_that_cannot_be_fetched_did_nothing() -> None:
    async def test(server: Origin, call: Call) -> None:
        server.respond = lambda _: Answer(500)
        assert "gave 500" in await refusal(call("getPet"), "communication")

    with_service(PETS, test)


def test_the_status_of_the_operation_counts_as_in_http_calls() -> None:
    async def test(server: Origin, call: Call) -> None:
        described = server.respond
        server.respond = lambda asked: described(asked) if asked.path == "/docs/api" else Answer(409)
        with pytest.raises(ConnectorError) as caught:
            await call("getPet", {"petId": 1})
        assert (caught.value.problem.status, caught.value.outcome) == (409, Outcome.UNKNOWN)

    with_service(PETS, test)


def test_output_and_authentication_are_those_of_http_calls() -> None:
    async def test(server: Origin, call: Call) -> None:
        policy = {"bearer": {"token": "t"}}
        output = await call("getPet", {"petId": 1}, output="response", authentication=policy)
        assert (output["statusCode"], output["content"]) == (200, {"done": True})
        assert "authorization" not in server.asked[0].headers
        assert server.asked[1].headers["authorization"] == "Bearer t"

    with_service(PETS, test)


def test_documents_from_files(tmp_path: Path) -> None:
    async def run() -> None:
        async with origin() as server:
            (tmp_path / "pets.json").write_text(json.dumps({**PETS, "servers": [{"url": server.url}]}))
            (tmp_path / "nowhere.json").write_text(json.dumps(PETS))
            client = HttpClient(NetworkPolicy.development())
            connector = OpenApiConnector(client, Resources(client, [tmp_path]))

            def arguments(file: str) -> Invocation:
                with_ = {"document": {"endpoint": file}, "operationId": "getPet", "parameters": {"petId": 1}}
                return Invocation(key="k", function="openapi", arguments=with_)

            assert (await connector.invoke(arguments("pets.json"))).output == {"ok": True}
            assert "names no server" in await refusal(connector.invoke(arguments("nowhere.json")), "configuration")
            await connector.close()

    asyncio.run(run())


VALUES: dict[str, Any] = {"string": "blue", "array": ["blue", "black"], "object": {"R": 100, "G": 200}}


@pytest.mark.parametrize(
    ("location", "style", "explode", "texts"),
    [
        ("path", "simple", False, ["blue", "blue,black", "R,100,G,200"]),
        ("path", "simple", True, ["blue", "blue,black", "R=100,G=200"]),
        ("path", "label", False, [".blue", ".blue,black", ".R,100,G,200"]),
        ("path", "label", True, [".blue", ".blue.black", ".R=100.G=200"]),
        ("path", "matrix", False, [";color=blue", ";color=blue,black", ";color=R,100,G,200"]),
        ("path", "matrix", True, [";color=blue", ";color=blue;color=black", ";R=100;G=200"]),
        ("query", "form", False, ["color=blue", "color=blue,black", "color=R,100,G,200"]),
        ("query", "form", True, ["color=blue", "color=blue&color=black", "R=100&G=200"]),
        ("query", "spaceDelimited", False, ["color=blue", "color=blue%20black", "color=R%20100%20G%20200"]),
        ("query", "pipeDelimited", False, ["color=blue", "color=blue|black", "color=R|100|G|200"]),
        ("query", "deepObject", True, ["color=blue", "color=blue&color=black", "color%5BR%5D=100&color%5BG%5D=200"]),
        ("header", "simple", False, ["blue", "blue,black", "R,100,G,200"]),
        ("header", "simple", True, ["blue", "blue,black", "R=100,G=200"]),
        ("cookie", "form", False, ["color=blue", "color=blue,black", "color=R,100,G,200"]),
    ],
)
def test_style_values_table(location: str, style: str, explode: bool, texts: list[str]) -> None:
    """The table of the OpenAPI specification, section "Style Examples"."""
    parameter = Parameter(name="color", location=location, required=True, style=style, explode=explode, schema=True)
    write: Any = {
        "path": in_path,
        "query": lambda *each: "&".join(in_query(*each)),
        "header": in_header,
        "cookie": in_cookie,
    }[location]
    assert [write(parameter, value) for value in VALUES.values()] == texts


DATA = conformance_data()
CASES = sorted(DATA.glob("suites/sdk-java/openapi-*.yaml")) if DATA else []


@pytest.mark.skipif(not CASES, reason="the conformance corpus is absent (set CONFORMANCE_DATA)")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_of_another_runtime(path: Path) -> None:
    case = yaml.safe_load(path.read_text())
    (task,) = yaml.safe_load(case["workflow"])["do"]
    with_ = next(iter(task.values()))["with"]
    values = {name: _evaluated(value, case.get("input") or {}) for name, value in with_["parameters"].items()}
    document, service = (queue["responses"][0] for queue in case["http"]["queues"])

    async def test(server: Origin, call: Call) -> None:
        described = server.respond
        answer = Answer(service["status"], service["body"])
        server.respond = lambda asked: described(asked) if asked.path == "/docs/api" else answer
        if case["expect"]["status"] == "faulted":
            with pytest.raises(ConnectorError) as caught:
                await call(with_["operationId"], values, redirect=with_.get("redirect", False))
            assert caught.value.problem.status == case["expect"]["error"]["status"]
        else:
            assert await call(with_["operationId"], values) == service["body"]
        (wanted,) = case["expect"]["http_requests"]
        asked = server.asked[1]
        assert (asked.method, asked.path) == (wanted["method"], wanted["path"])
        assert wanted.get("query", {}).items() <= dict(asked.query).items()
        for name, value in wanted.get("headers", {}).items():
            assert asked.headers[name.lower()] == value

    with_service(lambda server: document["body_text"].replace("http://127.0.0.1:8886", server.url), test)


def _evaluated(value: Any, given: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_evaluated(each, given) for each in value]
    return given[value.strip("${ }.")] if isinstance(value, str) and value.startswith("${") else value
