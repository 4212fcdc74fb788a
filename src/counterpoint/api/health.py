"""Health checks, for whatever restarts processes or sends them requests. They need no token."""

from __future__ import annotations

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from counterpoint.api.access import PERMISSION, PUBLIC
from counterpoint.api.models import HealthReport
from counterpoint.api.problems import documented
from counterpoint.api.stopping import Stopping
from counterpoint.application.service import Service

_REFUSING = {400: documented()[400]}
_FAILING = _REFUSING | {503: ResponseSpec(HealthReport, generate_examples=False, description="Failing")}


class HealthController(Controller):
    """Live: the process answers. Ready: it can take on work. Startup: it has taken up what was unfinished."""

    path = "/health"
    tags = ("health",)
    opt = {PERMISSION: PUBLIC}  # noqa: RUF012 (Litestar's own type)

    @get("/live", operation_id="live", responses=_REFUSING)
    async def live(self) -> HealthReport:
        """Whether the process answers."""
        return HealthReport(status="ok", checks={})

    @get("/startup", operation_id="startup", responses=_REFUSING)
    async def startup(self) -> HealthReport:
        """Whether it has started: it listens only once the engine has taken up what was unfinished."""
        return HealthReport(status="ok", checks={"engine": "ok"})

    @get("/ready", operation_id="ready", responses=_FAILING)
    async def ready(
        self, service: NamedDependency[Service], stopping: NamedDependency[Stopping]
    ) -> Response[HealthReport]:
        """Whether it can take on work: the store can be written, timers fire on time, it was not told to stop."""
        health = service.health()
        checks = {
            "store": health.store or "ok",
            "timers": health.timers or "ok",
            "server": "stopping" if stopping.asked else "ok",
        }
        ready = health.ready and not stopping.asked
        report = HealthReport(status="ok" if ready else "failing", checks=checks)
        return Response(report, status_code=200 if ready else 503)
