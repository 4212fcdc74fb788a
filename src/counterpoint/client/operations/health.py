# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `health`."""

from __future__ import annotations

from counterpoint.client.calls import Call
from counterpoint.client.connection import Connection
from counterpoint.client.types.health import HealthReport


class HealthOperations(Connection):
    """Live: the process answers. Ready: it can take on work. Startup: it has taken up what was unfinished."""

    async def live(self) -> HealthReport:
        """Whether the process answers."""
        answer: HealthReport = await self._call(Call(method="GET", path="/health/live", repeatable=True), HealthReport)
        return answer

    async def ready(self) -> HealthReport:
        """Whether it can take on work: the store can be written, timers fire on time, it was not told to stop."""
        answer: HealthReport = await self._call(Call(method="GET", path="/health/ready", repeatable=True), HealthReport)
        return answer

    async def startup(self) -> HealthReport:
        """Whether it has started: it listens only once the engine has taken up what was unfinished."""
        answer: HealthReport = await self._call(
            Call(method="GET", path="/health/startup", repeatable=True), HealthReport
        )
        return answer
