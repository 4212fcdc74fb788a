"""The OpenAPI document is true: whatever schemathesis makes of it, no answer is a 5xx or one that is not described."""

from __future__ import annotations

import asyncio
import itertools
import re
import threading
from collections.abc import Iterator

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from counterpoint import Engine
from counterpoint.api import Access, Address, listen
from counterpoint.api.problems import TYPES
from shared_data import ROOT
from tests.api.conftest import HEAD, HEARS, SET

TOKEN = "correct-horse-battery-staple"
AUTHORISED = {"Authorization": f"Bearer {TOKEN}"}
FAILS = "- fail: { raise: { error: { type: https://example.org/e, status: 500, title: no } } }\n"
INSTANCES = ("waits-0", "waits-suspended", "waits-cancelled", "waits-a/b", "thing-ended", "fails-faulted")
KNOWN = {
    "id": [*INSTANCES, "missing"],
    "namespace": ["api", "none"],
    "name": ["thing", "waits", "none"],
    "version": ["1.0.0", "latest", "^1", "9.9.9", "x"],
}
"""Values of parameters in addresses, most of which lead somewhere: made-up ones never would."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server in a thread of its own, with definitions and with instances in every state of life."""
    started: list[str] = []
    ready, loop, done = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with (
            Engine.embedded(None) as engine,
            listen(engine.service, Address.of("127.0.0.1:0"), Access(TOKEN)) as address,
        ):
            await engine.publish(HEAD.format(name="thing", version="1.0.0") + SET)
            await engine.publish(HEAD.format(name="waits", version="1.0.0") + HEARS)
            await engine.publish(HEAD.format(name="fails", version="1.0.0") + FAILS)
            for id in INSTANCES:
                await engine.start(id.partition("-")[0], id=id)
            for id in ("waits-suspended", "waits-cancelled"):
                await (engine.suspend(id) if id.endswith("suspended") else engine.cancel(id))
            started.append(f"http://{address}")
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()])
    thread.start()
    assert ready.wait(20)
    yield started[0]
    loop.call_soon_threadsafe(done.set)
    thread.join(20)
    loop.close()


@pytest.fixture(scope="module")
def document(url: str) -> dict:
    """The OpenAPI document as it is served."""
    answer = httpx2.get(f"{url}/openapi.json", trust_env=False)
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json")
    return answer.json()


@pytest.fixture(scope="module")
def described(url: str) -> schemathesis.BaseSchema:
    """The document as schemathesis reads it."""
    return schemathesis.openapi.from_url(f"{url}/openapi.json")


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_answer_is_a_failure_of_ours_or_not_described(described, mode):
    """Of requests that are as the document says, and of such that are not."""
    checked = 0
    choices = {name: itertools.cycle(values) for name, values in KNOWN.items()}
    for found in described.exclude(path_regex="/events$", method="GET").get_all_operations():

        @settings(max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=found.ok().as_strategy(generation_mode=mode))
        def check(case):
            for name in case.path_parameters or ():
                if name in KNOWN:
                    case.path_parameters[name] = next(choices[name])
            if case.query and isinstance(case.query.get("wait"), float | int):
                case.query["wait"] = 0  # nothing would come of waiting
            case.call_and_validate(checks=CHECKS, headers=AUTHORISED)

        try:
            check()
            checked += 1
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE, "nothing about it can be wrong"
    assert checked >= 12


def test_without_the_token_nothing_but_what_is_public_is_answered(document, url):
    with httpx2.Client(base_url=url, trust_env=False) as client:
        for path, item in document["paths"].items():
            address = re.sub(r"\{\w+\}", "x", path)
            for method, operation in item.items():
                for headers in ({}, {"Authorization": "Bearer wrong-wrong-wrong-wrong"}):
                    answer = client.request(method, address, headers=headers)
                    public = operation.get("security") == []
                    assert (answer.status_code == 401) != public, operation["operationId"]
                    assert str(answer.status_code) in operation["responses"]


def test_the_document_describes_everything(document):
    assert document["openapi"].startswith("3.1")
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert len({each["operationId"] for each in operations}) == len(operations) >= 20
    assert all(each["description"] for each in operations)
    assert all(
        "200" in each["responses"] or "201" in each["responses"] or "202" in each["responses"] for each in operations
    )


def test_the_page_names_every_operation_and_every_type(document):
    page = (ROOT / "docs/guide/http-api.md").read_text()
    paths = [path for path in document["paths"] if not path.endswith(("/suspend", "/resume"))]
    unnamed = [path for path in paths if path not in page]
    assert not unnamed
    documented = {name: int(status) for name, status in re.findall(r"^\| `([a-z-]+)` \| (\d+)", page, re.MULTILINE)}
    assert documented == {name: status for name, (status, _) in TYPES.items()}
