"""The client is what the OpenAPI document says: each operation, each parameter, each answer."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import msgspec
import pytest

from counterpoint.api import describe
from counterpoint.api.description.examples import EXAMPLES
from counterpoint.client import Client, types
from counterpoint.client.blocking import Client as BlockingClient
from counterpoint.client.errors import TYPE, ApiError, error_of
from counterpoint.client.types import ProblemDetails
from counterpoint.errors import Conflict, CounterpointError, InvalidInput, NotFound
from tests.client.generate import PACKAGE, files, stale
from tests.client.generate_operations import LEFT_OUT
from tests.client.generate_types import snake

RUN = "run: python -m tests.client.generate"


@pytest.fixture(scope="module")
def document():
    return describe()


def operations(document):
    return [each for item in document["paths"].values() for each in item.values()]


def test_the_client_is_made_from_the_document_as_it_is():
    """Compared as syntax trees: how they are formatted does not matter."""
    made = files()
    old = [path for path, text in made.items() if _tree_of(PACKAGE / path) != ast.dump(ast.parse(_sorted(text)))]
    assert not old, RUN
    assert not stale(made), RUN


def _tree_of(path):
    return ast.dump(ast.parse(_sorted(path.read_text()))) if path.exists() else ""


def _sorted(text):
    """Without its imports: those that a module does not use are removed from what was written."""
    tree = ast.parse(text)
    tree.body = [each for each in tree.body if not isinstance(each, ast.Import | ast.ImportFrom)]
    return ast.unparse(tree)


def test_every_operation_has_a_method_with_its_parameters(document):
    for operation in operations(document):
        for client in (Client, BlockingClient):
            method = getattr(client, snake(operation["operationId"]), None)
            assert method is not None, f"{operation['operationId']}: {RUN}"
            names = {snake(each["name"]) for each in operation.get("parameters", ()) if each["name"] not in LEFT_OUT}
            found = inspect.signature(method).parameters
            assert names <= set(found), f"{operation['operationId']}: {RUN}"
            if _required_members(document, operation.get("requestBody", {})):
                assert [each for each in found.values() if each.default is each.empty and each.name != "self"]


def _required_members(document, body):
    """Of a JSON body; whether there is one at all for a body of another kind."""
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" not in schema:
        return body.get("required", False)
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]].get("required", [])


def test_the_blocking_client_has_every_method_of_the_other_one():
    def public(kind):
        return {name for name in dir(kind) if not name.startswith("_")}

    assert public(Client) - {"aclose"} == public(BlockingClient) - {"close"}
    for name in public(BlockingClient):
        assert not inspect.iscoroutinefunction(getattr(BlockingClient, name))


def test_every_example_of_an_answer_is_read_as_its_type():
    read = [name for name in EXAMPLES if hasattr(types, name)]
    assert len(read) >= 6
    for name in read:
        value = msgspec.json.decode(msgspec.json.encode(EXAMPLES[name]), type=getattr(types, name))
        kept = msgspec.json.decode(msgspec.json.encode(value))
        plain = {key: each for key, each in EXAMPLES[name].items() if not isinstance(each, list | dict)}
        assert plain.items() <= kept.items()
    for name in types.__all__:
        msgspec.json.Decoder(getattr(types, name))


def test_every_problem_becomes_an_exception_of_its_own(document):
    found = document["components"]["schemas"]["ProblemDetails"]["properties"]["type"]["oneOf"]
    errors = {}
    for each in found:
        problem = ProblemDetails(type=each["const"], title="t", status=400, detail="d")
        errors[each["title"]] = error_of(problem)
    plain = {
        name
        for name, error in errors.items()
        if type(error) is ApiError and name not in {"method-not-allowed", "internal"}
    }
    assert not plain, "give these exceptions in counterpoint.client.errors"
    assert isinstance(errors["not-found"], NotFound)
    assert isinstance(errors["key-reused"], Conflict)
    assert isinstance(errors["invalid-document"], InvalidInput)
    unknown = error_of(ProblemDetails(type=f"{TYPE}new", title="t", status=418, detail="d"))
    assert (type(unknown), unknown.name, unknown.status) == (ApiError, "new", 418)
    assert isinstance(unknown, CounterpointError)


def test_the_client_needs_neither_the_engine_nor_the_server():
    script = (
        "import sys, counterpoint.client.blocking\n"
        "loaded = {'litestar', 'counterpoint.engine', 'counterpoint.application', 'jq', 'sqlite3'} & set(sys.modules)\n"
        "print(*sorted(loaded))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
