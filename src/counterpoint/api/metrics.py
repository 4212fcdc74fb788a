"""Metrics over HTTP, for Prometheus."""

from __future__ import annotations

from typing import Final

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from counterpoint.api.access import PERMISSION
from counterpoint.api.problems import documented
from counterpoint.application.service import Service
from counterpoint.errors import NotFound

_TEXT: Final = "text/plain; version=0.0.4"
"""Litestar adds the charset."""
_READ: Final = {PERMISSION: "metrics:read"}


class MetricsController(Controller):
    """Metrics, where the server keeps them."""

    path = "/metrics"
    tags = ("metrics",)

    @get(
        opt=_READ,
        operation_id="getMetrics",
        media_type=_TEXT,
        responses=documented(404)
        | {200: ResponseSpec(str, generate_examples=False, description="The metrics", media_type="text/plain")},
    )
    async def metrics(self, service: NamedDependency[Service]) -> Response[bytes]:
        """All metrics in Prometheus' text format. Not found where the server was not told to keep them."""
        if service.metered is None:
            raise NotFound("this server keeps no metrics; serve with --metrics")
        return Response(await service.metered.text(), media_type=_TEXT)
