"""Requests: what other processes ask for by posting to the inbox.

Bodies are JSON objects: `start` {definition, input, id?, businessKey?}, `cancel` {id, reason?, abandon?},
`terminate` {id, reason?}, `suspend` {id, reason?}, `resume` {id, reason?}, `retry` {id, run?, reason?},
`resolve` {id, run, action, reason?, input?}, `compensate` {id, reason?}. All but `start` take `ifSequence`: they are
refused where the instance has made another number of transitions by then. The answer is {id}, or {error, detail} where
the request is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from counterpoint.engine.committer import Committer
from counterpoint.engine.inbox import Handler
from counterpoint.engine.labels import labelled
from counterpoint.engine.library import Library
from counterpoint.engine.live import Live
from counterpoint.engine.operations import Operations, refuse_moved
from counterpoint.errors import InvalidInput
from counterpoint.kernel.commands import Command
from counterpoint.values.json import JsonObject, JsonValue


class Requests:
    """The handlers of requests."""

    def __init__(self, operations: Operations, library: Library, committer: Committer) -> None:
        self._operations = operations
        self._library = library
        self._committer = committer
        asked = self._operations
        self.handlers: Mapping[str, Handler] = {
            "start": self._start,
            "cancel": self._of(lambda it: asked.cancel(it["id"], it.get("reason"), bool(it.get("abandon")))),
            "suspend": self._of(lambda it: asked.suspend(it["id"], it.get("reason"))),
            "terminate": self._of(lambda it: asked.terminate(it["id"], it.get("reason"))),
            "resume": self._of(lambda it: asked.resume(it["id"], it.get("reason"))),
            "retry": self._of(lambda it: asked.retry(it["id"], it.get("run"), it.get("reason"))),
            "compensate": self._of(lambda it: asked.compensate(it["id"], it.get("reason"), it.get("ifSequence"))),
            "resolve": self._of(
                lambda it: asked.resolve(
                    it["id"], it["run"], it["action"], it.get("reason"), (it["input"],) if "input" in it else None
                )
            ),
        }

    def _of(self, prepare: Callable[[JsonObject], Awaitable[tuple[Live, Command]]]) -> Handler:
        async def handle(body: JsonValue) -> JsonValue:
            _require(body, "id")
            live, command = await prepare(body)
            refuse_moved(live, body.get("ifSequence"))
            self._committer.submit(live, command)
            return {"id": body["id"]}

        return handle

    async def _start(self, body: JsonValue) -> JsonValue:
        _require(body, "definition")
        definition = self._library.to_start(body["definition"])
        labels = labelled(body.get("businessKey"))
        live, start = await self._operations.start(definition, body.get("input"), body.get("id"), labels=labels)
        self._committer.submit(live, start)
        caution = self._library.registry.caution(definition)
        return {"id": start.id} if caution is None else {"id": start.id, "warnings": [caution.message]}


def _require(body: JsonValue, name: str) -> None:
    if not isinstance(body, dict) or not isinstance(body.get(name), str):
        raise InvalidInput(f"the request needs {name!r}, a string")
