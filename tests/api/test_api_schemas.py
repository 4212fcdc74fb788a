"""The schema of the language over HTTP."""

from __future__ import annotations

import jsonschema_rs
import pytest
import yaml

from tests.api.conftest import HEAD, SET

pytestmark = pytest.mark.anyio


async def test_the_schema_of_documents_is_served_with_what_is_ours_in_it_and_known_by_its_tag(serving):
    answer = await serving.client.get("/v1/schemas/workflow")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    validator = jsonschema_rs.Draft202012Validator(answer.json())
    document = yaml.safe_load(HEAD.format(name="a", version="1.0.0") + SET)
    assert validator.is_valid(document)
    document["do"][0]["tell"]["compensate"] = {"none": "it changes nothing"}
    assert validator.is_valid(document)
    document["do"][0]["tell"]["compensat"] = {}
    assert not validator.is_valid(document)
    again = await serving.client.get("/v1/schemas/workflow", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
