"""The OpenAPI document is complete: everything has a description, an example where people need one, a permission."""

from __future__ import annotations

import jsonschema
import pytest

from counterpoint.api import Access, describe
from counterpoint.api.access import PERMISSION
from counterpoint.api.description.examples import EXAMPLES, problem
from counterpoint.api.description.links import LINKS
from counterpoint.api.problems import TYPE, TYPES
from counterpoint.kernel.state import Saga, Status

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def document():
    return describe()


@pytest.fixture(scope="module")
def operations(document):
    return [each for item in document["paths"].values() for each in item.values()]


def of(document, name):
    """The schema of that name, with all that it refers to."""
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def test_every_example_is_what_its_schema_says(document):
    assert set(EXAMPLES) <= set(document["components"]["schemas"])
    for name, example in EXAMPLES.items():
        jsonschema.validate(example, of(document, name))
    for name in TYPES:
        jsonschema.validate(problem(name), of(document, "ProblemDetails"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**problem("conflict"), "type": "urn:other"}, of(document, "ProblemDetails"))


def test_every_problem_type_is_described(document):
    found = document["components"]["schemas"]["ProblemDetails"]["properties"]["type"]["oneOf"]
    assert [each["const"] for each in found] == [TYPE + name for name in TYPES]
    assert all(each["description"] for each in found)


def test_every_status_and_saga_is_one_of_those_that_there_are(document):
    entry = document["components"]["schemas"]["InstanceEntry"]["properties"]
    assert set(entry["status"]["enum"]) == {each.value for each in Status}
    assert {name for part in entry["saga"]["anyOf"] for name in part.get("enum", ())} == {each.value for each in Saga}
    assert entry["endedAt"]["anyOf"][0]["format"] == "date-time"


def test_everything_is_described(document, operations):
    for each in operations:
        assert each["summary"], each["operationId"]
        assert each["description"], each["operationId"]
        bare = [parameter["name"] for parameter in each.get("parameters", ()) if "in" not in parameter]
        assert not bare
    schemas = document["components"]["schemas"]
    assert not [name for name, each in schemas.items() if not each.get("description")]
    assert not [each["name"] for each in document["tags"] if "Router" in each["description"]]
    used = {tag for each in operations for tag in each["tags"]}
    assert used == {each["name"] for each in document["tags"]}


def test_every_operation_is_public_or_names_its_permission_and_answers_as_all_do(document, operations):
    assert document["security"] == [{"bearer": []}]
    for each in operations:
        assert (each.get("security") == []) != bool(each.get(f"x-{PERMISSION}")), each["operationId"]
        for status, answer in each["responses"].items():
            found = answer
            if "$ref" in answer:
                found = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
            assert "X-Request-Id" in found["headers"]
            assert ("Retry-After" in found["headers"]) == (status in ("429", "503") and PROBLEM in found["content"])
            assert "WWW-Authenticate" in found["headers"] or status != "401"


def test_no_parameter_is_null(operations):
    for each in operations:
        for parameter in each.get("parameters", ()):
            assert "null" not in str(parameter["schema"]), (each["operationId"], parameter["name"])


@pytest.mark.anyio
async def test_the_document_is_public_and_not_sent_again(serve):
    async with serve(token="correct-horse-battery-staple") as serving:
        first = await serving.client.get("/openapi.json")
        assert (first.status_code, first.json()) == (200, describe())
        again = await serving.client.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    async with serve() as serving:
        open_document = (await serving.client.get("/openapi.json")).json()
        assert open_document["security"] == [{"bearer": []}, {}]
    assert not Access(None).needs_token


def test_comparing_writes_nothing_so_that_reading_suffices(operations):
    compared = {each["operationId"]: each[f"x-{PERMISSION}"] for each in operations if "compar" in each["operationId"]}
    assert compared == {"compareVersions": "definitions:read", "compareDocument": "definitions:read"}


def test_every_link_leads_to_an_operation_and_gives_it_what_it_knows(document, operations):
    by_id = {each["operationId"]: each for each in operations}
    for source, links in LINKS.items():
        for name, taken in links:
            parameters = {each["name"] for each in by_id[name].get("parameters", ())}
            assert set(taken.get("parameters", ())) <= parameters, name
            assert by_id[source]["responses"]["201"]["links"][name]["operationId"] == name
