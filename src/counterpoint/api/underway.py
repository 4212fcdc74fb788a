"""A start that was begun for a client, until that is answered: when it is durable, or has come to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeAlias

from counterpoint.api.models import Instance
from counterpoint.api.serving import Serving
from counterpoint.api.starts import Answered, answered
from counterpoint.application.instances import AtRest
from counterpoint.application.starting import Begun
from counterpoint.application.views import InstanceView

Told: TypeAlias = Answered | Exception
_looking: Final[set[asyncio.Task[None]]] = set()
"""Somebody must hold them, or the loop forgets them."""


class Underway:
    """Calls `answer` once. With `wait` (in seconds) what `starts.settled` gives is told too."""

    __slots__ = ("_answer", "_begun", "_over", "_rest", "_serving", "_timer", "_wait")

    def __init__(self, serving: Serving, begun: Begun, wait: float, answer: Callable[[Told], None]) -> None:
        self._serving = serving
        self._begun = begun
        self._wait = wait
        self._answer = answer
        self._over = False
        self._rest: AtRest | None = None
        self._timer: asyncio.TimerHandle | None = None
        begun.durable.add_done_callback(self._durable)

    def over(self) -> None:
        """Wait no longer: the time is up, the server is told to stop, or the client has gone."""
        self._over = True
        if self._rest is not None:
            self._serving.service.instances.give_up(self._begun.live, self._rest)
            self._end_wait()
            self._look()

    def _durable(self, done: asyncio.Future[None]) -> None:
        error = done.exception()
        if isinstance(error, Exception):
            self._answer(error)
        elif not self._wait:
            self._answer(answered(self._begun.started))
        elif self._over or self._serving.stopping.asked:
            self._look()
        else:
            self._await()

    def _await(self) -> None:
        seconds = min(self._wait, self._serving.limits.wait_ms_max / 1000)
        self._timer = asyncio.get_running_loop().call_later(seconds, self.over)
        self._serving.stopping.add(self.over)
        self._rest = self._serving.service.instances.at_rest(self._begun.live)
        self._rest.add_done_callback(self._at_rest)

    def _at_rest(self, done: AtRest) -> None:
        if self._over:  # both may come in the same turn of the loop
            return
        self._end_wait()
        error = done.exception()
        if isinstance(error, Exception):
            self._answer(error)
            return
        try:
            view = self._serving.service.instances.view_at_once(done.result())
        except Exception as error:
            self._answer(error)
            return
        if view is None:
            self._look()
        else:
            self._tell(view)

    def _end_wait(self) -> None:
        self._rest = None
        self._serving.stopping.discard(self.over)
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        """Something has to be read, or the instance may have left memory and come back."""
        task = asyncio.ensure_future(self._looked())
        _looking.add(task)
        task.add_done_callback(_looking.discard)

    async def _looked(self) -> None:
        try:
            view = await self._serving.service.instances.inspect(self._begun.started.id)
        except Exception as error:
            self._answer(error)
        else:
            self._tell(view)

    def _tell(self, view: InstanceView) -> None:
        self._answer(answered(self._begun.started, Instance.of(view)))
