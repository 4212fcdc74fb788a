# Made by `python -m tests.client.generate`; do not change it by hand.
"""`Client`: every operation of the HTTP API as a method, and what is made of several of them."""

from __future__ import annotations

import time
from typing import Any, Final

import msgspec

from counterpoint.client.blocking.operations import Operations
from counterpoint.client.types import Instance

_WAIT_SECONDS: Final = 30.0


class Client(Operations):
    """A client of one server.

    with Client("http://localhost:8080", token=token) as client:
        client.publish_definition(Path("order.yaml").read_text())
        instance = client.run("shop/order", {"id": 7})

    Methods raise what `counterpoint.client.errors` shows.
    """

    def run(
        self,
        definition: str,
        input: Any = msgspec.UNSET,
        *,
        idempotency_key: str | None = None,
        timeout: float | None = None,
    ) -> Instance:
        """Start an instance and wait until it has ended or needs a person. Raises TimeoutError (seconds)."""
        started = self.start_instance(definition, input=input, idempotency_key=idempotency_key)
        return self.wait_for(started.id, timeout=timeout)

    def wait_for(self, id: str, *, timeout: float | None = None) -> Instance:
        """The instance once it has ended or needs a person. Raises NotFound, TimeoutError (seconds)."""
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _WAIT_SECONDS if until is None else max(0.0, min(_WAIT_SECONDS, until - time.monotonic()))
            instance = self.get_instance(id, wait=left)
            if is_at_rest(instance):
                return instance
            if until is not None and time.monotonic() >= until:
                raise TimeoutError(f"instance {id} is {instance.status} after {timeout:g} s")


def is_at_rest(instance: Instance) -> bool:
    """Whether nothing more happens by itself: it has ended, or an incident waits for a person."""
    return instance.ended_at is not None or bool(instance.incidents) or instance.saga == "stuck"
