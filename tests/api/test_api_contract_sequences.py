"""Random sequences of requests along the links of the OpenAPI document: what one answer names, the next request uses.

No answer is a 5xx or one that is not described, whatever state the requests before have led to.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.failures import FailureGroup

from counterpoint import Engine
from counterpoint.api import Access, Address, describe, listen
from counterpoint.api.description.links import LINKS
from tests.api.conftest import HEAD, HEARS, SET
from tests.api.test_api_contract import AUTHORISED, CHECKS, TOKEN

TASKS = (HEARS, SET, "- rest: { wait: { days: 1 } }\n" + SET, "- hear: { listen: { to: { any: [] } } }\n" + SET)
DOCUMENTS = [
    HEAD.format(name=f"flow-{number}", version=version) + tasks
    for version in ("1.0.0", "1.1.0")
    for number, tasks in enumerate(TASKS)
]
"""What is published instead of what is made up: that would never be a document."""
LINKED = {name for source, links in LINKS.items() for name in (source, *(each for each, _ in links))}
ENDS = {f"{each}Version" for each in ("deprecate", "undeprecate", "retire")}
ENDS |= {"putDefinition", "getDefinition", "compareVersions"}
"""What leads to nothing further, or to an end."""
STORY = {"publishDefinition", "startInstance", "getInstance", "getHistory", "signalInstance"}
DEBUGGING = {"openDebugSession", "commandDebugSession"}
WAYS = {
    "instances": (LINKED - ENDS, STORY | {"suspendInstance", "terminateInstance"}),
    "debugging": (
        {"publishDefinition", "startInstance", "forkInstance", *(each for each in LINKED if "Debug" in each)},
        {"publishDefinition", "startInstance", "forkInstance", *DEBUGGING},
    ),
}
"""Operations that are followed, and those that must have succeeded at least once: otherwise nothing was seen."""


class Server:
    """A server in a thread of its own. Each sequence gets a new one: it must go the same way whenever it is tried."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._open: list[AsyncExitStack] = []
        self.url = self.afresh()

    def afresh(self) -> str:
        """The address of an empty one."""
        return asyncio.run_coroutine_threadsafe(self._afresh(), self._loop).result(20)

    async def _afresh(self) -> str:
        opened = AsyncExitStack()
        self._open.append(opened)
        engine = await opened.enter_async_context(Engine.embedded(None))
        served = listen(engine.service, Address.of("127.0.0.1:0"), Access(TOKEN))
        self.url = f"http://{await opened.enter_async_context(served)}"
        return self.url

    async def _close(self) -> None:
        await asyncio.gather(*(each.aclose() for each in self._open))

    def close(self) -> None:
        """Stop them all, and their thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server without anything in it."""
    made = Server()
    yield made
    made.close()


OWN_LINKS = schemathesis.Config.from_dict(
    {"headers": AUTHORISED, "phases": {"stateful": {"inference": {"algorithms": []}}}}
)
"""The links that the document has, and none that are guessed."""
FIRST = "RANDOM__POST_v1_definitions"


class Sensible:
    """Makes of half of the made-up requests such as mean something: otherwise nearly all would be refused at once."""

    def __init__(self) -> None:
        self._documents, self._turns = itertools.cycle(DOCUMENTS), Counter[str]()
        self._commands = itertools.cycle(["renew", "over", "pause", "into", "continue"])

    def make(self, case) -> None:
        name, body = case.operation.definition.raw["operationId"], case.body
        if name == "publishDefinition":
            case.body, case.media_type = yaml.safe_load(next(self._documents)), "application/json"
        if case.query and "wait" in case.query:
            case.query["wait"] = 0  # nothing would come of waiting
        if case.headers is not None:
            case.headers.pop("Prefer", None)  # it asks for the same
        self._turns[name] += 1
        if self._turns[name] % 2:
            return
        for header in ("If-Match", "Idempotency-Key"):
            case.headers.pop(header, None)
        if name == "signalInstance":
            case.body = {"specversion": "1.0", "id": "1", "source": "/desk", "type": "api.go"}
        elif name == "commandDebugSession":
            case.body = {"command": next(self._commands)}
        elif isinstance(body, dict) and name == "startInstance":
            case.body = {"definition": body.get("definition"), "input": {}}
        elif isinstance(body, dict) and name == "forkInstance":
            case.body = {"at": 1, "reason": "what if"}
        elif isinstance(body, dict) and name == "openDebugSession":
            case.body = {"instance": body.get("instance"), "owner": "ada", "takeover": True}


@pytest.mark.parametrize(("linked", "must"), WAYS.values(), ids=WAYS)
def test_random_sequences_along_the_links_are_answered_as_described(server, linked, must):
    described = schemathesis.openapi.from_dict(describe(), config=OWN_LINKS).include(operation_id=sorted(linked))
    succeeded, failures = Counter(), []
    machine = described.as_state_machine()
    for name in [each for each in vars(machine) if each.startswith("RANDOM__") and each != FIRST]:
        delattr(machine, name)  # a sequence begins with a document, and follows what it has led to

    class Sequences(machine):
        def setup(self):
            super().setup()
            server.afresh()
            self.sensible = Sensible()

        def get_call_kwargs(self, case):
            return {"base_url": server.url}

        def before_call(self, case):
            self.sensible.make(case)

        def validate_response(self, response, case, **_):
            try:
                case.validate_response(response, checks=CHECKS, headers=AUTHORISED)
            except FailureGroup as group:  # raised, it would be tried again, on a server that has moved on
                failures.extend(group.exceptions)
            succeeded[case.operation.definition.raw["operationId"]] += response.status_code < 300

    Sequences.run(
        settings=settings(
            max_examples=25,
            phases=[Phase.generate],
            stateful_step_count=14,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
    )
    print(succeeded)
    assert not failures
    assert not [name for name in sorted(must) if not succeeded[name]], succeeded
