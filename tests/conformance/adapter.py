"""The adapter of the corpus runner, on the public Python API alone.

    python ../shared/conformance/run_corpus.py --adapter tests.conformance.adapter:Adapter -v

Every case gets an engine of its own, in memory and on the real clock: the runner measures how long waits take.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from litestar import Litestar
from litestar.testing import RequestFactory

from counterpoint import Engine, InstanceView, NetworkPolicy, errors
from counterpoint.api.events import read
from counterpoint.application import validate
from counterpoint.brokers.binding import read as read_message
from counterpoint.brokers.kafka.connecting import message_of
from counterpoint.engine.cloudevents import checked
from counterpoint.expressions import Compiler
from counterpoint.signatures import Hmac, signer_of, verifier_of
from counterpoint.values.diagnostics import Severity
from counterpoint.values.problem import Problem
from tests.conformance.sagas import outcome_of, render

JsonObject = dict[str, Any]
ENDED = frozenset({"completed", "faulted", "cancelled"})
POLL_SECONDS = 0.005

REQUESTS = RequestFactory(Litestar(logging_config=None))
"""Made once: each application tries to import what is not installed, and one of several threads finds half of it.

Without its configuration of logs, which would be that of all tests."""


class Adapter:
    """`execute`, `validate`, `schedule` and `saga`, as the docstring of `run_corpus.py` defines them."""

    def execute(
        self,
        workflow_text: str,
        input: Any,
        events: list[JsonObject],
        *,
        has_input: bool,
        workflows: list[str],
        secrets: JsonObject | None,
        actions: list[JsonObject],
        timeout: float,
    ) -> JsonObject:
        """Run one document to its end, or for `timeout` seconds."""
        run = _Run(secrets or {})
        return asyncio.run(run.execute(workflow_text, input if has_input else {}, events, workflows, actions, timeout))

    def validate(self, workflow_text: str) -> JsonObject:
        """The verdict on a document, with every diagnostic."""
        found = [each for each in validate(workflow_text, Compiler()) if each.severity is Severity.ERROR]
        return {"valid": not found, "errors": [str(each) for each in found]}

    def schedule(self, workflow_text: str, events: list[JsonObject], *, within_ms: int) -> JsonObject:
        """The instances that a schedule has started and ended `within_ms` milliseconds."""
        return asyncio.run(_Run({}).schedule(workflow_text, events, within_ms))

    def cloudevent(self, headers: dict[str, str], body: bytes) -> JsonObject:
        """The event of an HTTP request, or of a message of Kafka, whose headers have another prefix."""
        if any(name.startswith("ce_") for name in headers):
            return checked(read_message(message_of([(name, each.encode()) for name, each in headers.items()], body)))
        request = REQUESTS.post("/v1/events", headers=headers)
        [event] = read(request, body)
        return checked(event)

    def webhook_sign(self, secret: str, msg_id: str, timestamp: int, payload: str) -> str:
        """The header `webhook-signature` of a message."""
        signer = signer_of(Hmac(keys=("key",)), {"key": secret}.get)
        return signer.sign(msg_id, payload.encode(), timestamp * 1000)["webhook-signature"]

    def webhook_verify(self, secret: str, headers: dict[str, str], payload: str, now: int) -> bool:
        """Whether a message is signed with this secret, and in time."""
        verifier = verifier_of(Hmac(keys=("key",)), {"key": secret}.get)
        try:
            verifier.verify({name.lower(): value for name, value in headers.items()}, payload.encode(), now * 1000)
        except errors.SignatureRefused:
            return False
        return True

    def saga(self, saga: JsonObject, base_url: str, *, timeout: float) -> JsonObject:
        """Run a saga scenario in our notation; the runner looks at the services' request log."""
        result = self.execute(
            render(saga, base_url), {}, [], has_input=True, workflows=[], secrets=None, actions=[], timeout=timeout
        )
        return {"outcome": outcome_of(result)}


class _Run:
    """One case: an engine, and the lifecycle events that it has published."""

    def __init__(self, secrets: JsonObject) -> None:
        self._secrets = secrets
        self._lifecycle: list[JsonObject] = []
        self._emitted: list[JsonObject] = []

    def _engine(self) -> Engine:
        return Engine.embedded(None, secrets=self._secrets, network=NetworkPolicy.development())

    async def execute(
        self,
        text: str,
        input: Any,
        events: list[JsonObject],
        workflows: list[str],
        actions: list[JsonObject],
        timeout: float,
    ) -> JsonObject:
        async with self._engine() as engine:
            engine.on_lifecycle(self._lifecycle.append)
            engine.on_emitted(self._emitted.append)
            try:
                for each in workflows:
                    await engine.publish(each)
                ref = await engine.publish(text)
            except errors.InvalidDocument as invalid:
                return {"status": "invalid", "error": {"detail": str(invalid)}}
            try:
                id = await engine.start(ref, input=input)
            except errors.InputRefused as refused:  # the specification's error, told before there is an instance
                return {"status": "faulted", "error": Problem.standard("validation", refused.message).to_json()}
            drive = asyncio.create_task(_drive(engine, id, events, actions))
            with suppress(TimeoutError):
                await engine.result(id, timeout=timeout)
            drive.cancel()
            await asyncio.gather(drive, return_exceptions=True)
            return self._report(await engine.inspect(id))

    async def schedule(self, text: str, events: list[JsonObject], within_ms: int) -> JsonObject:
        async with self._engine() as engine:
            engine.on_lifecycle(self._lifecycle.append)
            await engine.publish(text)
            await engine.run_schedules()
            for each in events:
                await engine.deliver(each["publish"])
            await asyncio.sleep(within_ms / 1000)
            ended = [each["data"] for each in self._lifecycle if each["type"].endswith(".workflow.completed.v1")]
        return {"instances": [{"status": "completed", "output": data.get("output")} for data in ended]}

    def _report(self, view: InstanceView) -> JsonObject:
        started = [each for each in self._lifecycle if each["type"].endswith(".task.started.v1")]
        return {
            "status": view.status,
            "saga": view.saga,
            "output": view.output,
            "error": view.error,
            "context": view.context,
            "order": [each["data"]["task"].rsplit("/", 1)[-1] for each in started],
            "emitted": self._emitted,
            "lifecycle": [each["type"] for each in self._lifecycle],
        }


async def _drive(engine: Engine, id: str, events: list[JsonObject], actions: list[JsonObject]) -> None:
    """What the world does to the instance: events once it waits, and an operator's actions."""
    for each in events:
        await _until(engine, id, {"waiting"})
        await asyncio.sleep(each.get("delay_ms", 0) / 1000)
        await engine.deliver(each["publish"])
    operator = {"suspend": engine.suspend, "resume": engine.resume, "cancel": engine.cancel}
    for each in actions:
        await _until(engine, id, {each.get("when_status", "waiting"), "suspended"})
        await operator[each["do"]](id)
        if "expect_status" in each:
            await _until(engine, id, {each["expect_status"]})


async def _until(engine: Engine, id: str, statuses: set[str]) -> None:
    while (await engine.inspect(id)).status not in statuses | ENDED:
        await asyncio.sleep(POLL_SECONDS)
