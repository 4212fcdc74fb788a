"""Versions over HTTP: ranges, the state of each, and what changes it."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from urllib.parse import quote

import pytest

from tests.api.conftest import HEAD, HEARS, SET, YAML

pytestmark = pytest.mark.anyio
HERE = "/v1/definitions/api/thing"
LATER = "2099-06-30T00:00:00.000Z"


async def change(client, version, what, body=None, **headers):
    return await client.post(f"{HERE}/{version}/{what}", json=body or {}, headers=headers)


async def start(client, reference, **headers):
    return await client.post("/v1/instances", json={"definition": reference}, headers=headers)


async def published(serving, *versions, tasks=SET):
    for version in versions:
        await serving.publish(tasks, "thing", version)


async def test_a_range_in_an_address_and_in_a_start_is_the_highest_version_that_fits(serving):
    await published(serving, "1.2.0", "1.10.0", "2.0.0", "3.0.0-rc.1")
    for wanted, version in (
        ("latest", "2.0.0"), ("^1.2", "1.10.0"), ("~1.2.0", "1.2.0"), (">=1.0 <2", "1.10.0"), ("1 || 3", "1.10.0"),
        (">=3.0.0-rc.0", "3.0.0-rc.1"),
    ):  # fmt: skip
        found = await serving.client.get(f"{HERE}/{quote(wanted)}")
        assert (found.status_code, found.json()["version"]) == (200, version)
        started = await start(serving.client, f"api/thing:{wanted}")
        assert (started.status_code, started.json()["workflow"]) == (201, f"api/thing:{version}")
    for path, status, kind in (("^4", 404, "not-found"), ("^^4", 422, "invalid-input")):
        refused = await serving.client.get(f"{HERE}/{quote(path)}")
        assert (refused.status_code, refused.json()["type"]) == (status, f"urn:counterpoint:problem:{kind}")


async def test_starting_a_deprecated_version_warns_in_the_body_and_in_headers(serving):
    await published(serving, "1.0.0", "2.0.0")
    deprecated = await change(
        serving.client, "1.0.0", "deprecate", {"sunset": LATER, "replacement": "thing:^2", "reason": "slow"}
    )
    assert deprecated.status_code == 200
    for answer in (await start(serving.client, "thing:1"), await serving.client.get(f"{HERE}/1.0.0")):
        assert answer.headers["deprecation"].startswith("@1")
        assert parsedate_to_datetime(answer.headers["sunset"]).year == 2099
        assert answer.headers["link"] == '</v1/definitions/api/thing/%5E2>; rel="successor-version"'
    [warning] = (await start(serving.client, "thing:1")).json()["warnings"]
    assert warning["type"] == "urn:counterpoint:warning:version-deprecated"
    assert (warning["sunset"], warning["replacement"]) == (LATER, "api/thing:^2")
    assert "deprecated" in warning["detail"]
    both = [{"definition": "thing:1"}, {"definition": "thing:2"}]
    old, new = (await serving.client.post("/v1/bulk/starts", json=both)).json()["items"]
    assert (old["warnings"], "warnings" in new) == ([warning], False)
    plain = await start(serving.client, "thing:2")
    assert not {"deprecation", "sunset"} & set(plain.headers)
    assert "warnings" not in plain.json()


async def test_a_version_past_its_date_is_refused_and_names_the_replacement(serving):
    await published(serving, "1.0.0", "2.0.0")
    first = await start(serving.client, "thing:1", **{"Idempotency-Key": "order-7"})
    await change(serving.client, "1.0.0", "deprecate", {"sunset": "2001-01-01", "replacement": "api/thing:2.0.0"})
    refused = await start(serving.client, "thing:1")
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "urn:counterpoint:problem:version-withdrawn")
    assert problem["replacement"] == "api/thing:2.0.0"
    again = await start(serving.client, "thing:1", **{"Idempotency-Key": "order-7"})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])  # it was started: asking again is safe
    await change(serving.client, "1.0.0", "undeprecate")
    assert (await start(serving.client, "thing:1")).status_code == 201


async def test_a_version_in_use_is_not_retired(serving):
    await published(serving, "1.0.0", "2.0.0", tasks=HEARS)
    id = await serving.start("thing:1.0.0")
    refused = await change(serving.client, "1.0.0", "retire")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:counterpoint:problem:conflict")
    assert "1 instance of it has not ended" in refused.json()["detail"]
    await serving.client.post(f"/v1/instances/{id}/cancel")
    await serving.client.get(f"/v1/instances/{id}", params={"wait": 5})
    assert (await change(serving.client, "1.0.0", "retire")).json()["state"] == "retired"
    assert (await serving.client.get(f"{HERE}/1.0.0")).json()["state"] == "retired"
    assert (await serving.client.get(f"{HERE}/%5E1")).status_code == 404
    assert (await serving.client.get(f"/v1/instances/{id}")).json()["workflow"] == "api/thing:1.0.0"


async def test_of_two_who_have_seen_the_same_state_one_changes_it(serving):
    await published(serving, "1.0.0")
    seen = (await serving.client.get(f"{HERE}/1.0.0")).headers["etag"]
    first = await change(serving.client, "1.0.0", "deprecate", {"reason": "old"}, **{"If-Match": seen})
    second = await change(serving.client, "1.0.0", "retire", **{"If-Match": seen})
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["type"] == "urn:counterpoint:problem:precondition-failed"
    fresh = await serving.client.get(f"{HERE}/1.0.0", headers={"If-None-Match": seen})
    assert (fresh.status_code, fresh.headers["etag"]) == (200, first.headers["etag"])
    third = await change(serving.client, "1.0.0", "retire", **{"If-Match": fresh.headers["etag"]})
    assert third.json()["state"] == "retired"


async def test_the_versions_of_a_workflow_are_listed_with_all_that_was_done_to_them(serving):
    await published(serving, "1.2.0", "1.10.0")
    await change(serving.client, "1.2.0", "deprecate", {"by": "ada", "reason": "slow"})
    await change(serving.client, "1.2.0", "retire", {"by": "bob"})
    high, low = (await serving.client.get(HERE)).json()["items"]
    assert (high["version"], high["state"], high["changes"]) == ("1.10.0", "active", [])
    assert (low["version"], low["state"]) == ("1.2.0", "retired")
    done = [(each["revision"], each["state"], each["changedBy"], each["reason"]) for each in low["changes"]]
    assert done == [(1, "deprecated", "ada", "slow"), (2, "retired", "bob", None)]
    assert (await serving.client.get("/v1/definitions/api/other")).status_code == 404


async def test_what_helps_nobody_is_refused(serving):
    await published(serving, "1.0.0")
    for body, status in (
        ({"replacement": "thing:9"}, 422), ({"sunset": "soon"}, 422), ({"sunsett": "2030-01-01"}, 400),
    ):  # fmt: skip
        assert (await change(serving.client, "1.0.0", "deprecate", body)).status_code == status
    assert (await change(serving.client, "9.0.0", "deprecate")).status_code == 404
    assert (await serving.client.get(f"{HERE}/1.0.0")).json()["state"] == "active"


async def test_a_version_is_compared_with_another_one_and_with_a_document(serving):
    await published(serving, "1.0.0")
    await published(serving, "1.0.1", tasks=SET + "- more: { set: { a: 1 } }\n")
    report = (await serving.client.get(f"{HERE}/1.0.0/compatibility")).json()
    assert (report["before"], report["after"]) == ("api/thing:1.0.0", "api/thing:1.0.1")
    assert (report["verdict"], report["bumpNeeded"], report["bumpMade"]) == ("compatible", "patch", "patch")
    [added] = report["findings"]
    assert (added["kind"], added["before"], added["after"]["line"]) == ("task-added", None, 4)
    ranged = await serving.client.get(f"{HERE}/1.0.0/compatibility", params={"with": "~1.0.0"})
    assert ranged.json() == report
    strict = HEAD.format(name="thing", version="1.0.2").replace(
        "do:", "input: { schema: { document: { required: [who] } } }\ndo:"
    )
    draft = await serving.client.post(f"{HERE}/1.0.1/compatibility", content=strict + SET, headers=YAML)
    assert (draft.status_code, draft.json()["verdict"], draft.json()["bumpEnough"]) == (200, "breaking", False)
    assert draft.json()["findings"][0]["kind"] == "input-narrowed"
    assert len((await serving.client.get(HERE)).json()["items"]) == 2  # it was not published


async def test_what_cannot_be_compared_is_refused(serving):
    await published(serving, "1.0.0")
    other = HEAD.format(name="other", version="1.0.0") + SET
    for text, status in ((other, 422), ("a: [", 422)):
        answer = await serving.client.post(f"{HERE}/1.0.0/compatibility", content=text, headers=YAML)
        assert answer.status_code == status
    assert (await serving.client.get(f"{HERE}/1.0.0/compatibility", params={"with": "^9"})).status_code == 404


async def test_starting_a_name_of_which_all_is_retired_is_a_conflict_and_looking_for_it_finds_nothing(serving):
    await published(serving, "1.0.0", "1.1.0")
    for version in ("1.0.0", "1.1.0"):
        assert (await change(serving.client, version, "retire", {"reason": "slow"})).status_code == 200
    for reference in ("thing", "api/thing:latest", "thing:^1", "thing:1.1.0"):
        [bulk] = (await serving.client.post("/v1/bulk/starts", json=[{"definition": reference}])).json()["items"]
        single = await start(serving.client, reference)
        session = await serving.client.post("/v1/debug/sessions", json={"definition": reference, "owner": "ada"})
        for status, problem in (
            (bulk["status"], bulk["problem"]),
            (single.status_code, single.json()),
            (session.status_code, session.json()),
        ):
            assert (status, problem["type"]) == (409, "urn:counterpoint:problem:version-withdrawn"), reference
            assert "api/thing:1.1.0 is retired (slow)" in problem["detail"]
    assert (await start(serving.client, "thing:^2")).status_code == 404
    assert (await serving.client.get(f"{HERE}/latest")).status_code == 404
    assert (await serving.client.get(f"{HERE}/1.1.0")).status_code == 200
