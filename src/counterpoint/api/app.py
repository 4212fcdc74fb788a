"""The ASGI application: routes, errors, access, compression and the OpenAPI document, put together."""

from __future__ import annotations

from typing import Final

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from counterpoint.api.access import Access
from counterpoint.api.bulk import BulkController
from counterpoint.api.definitions import DefinitionsController
from counterpoint.api.events import EventsController
from counterpoint.api.gate import Gate
from counterpoint.api.health import HealthController
from counterpoint.api.instances import InstancesController
from counterpoint.api.limits import ApiLimits
from counterpoint.api.paths import restore_slashes
from counterpoint.api.problems import answer
from counterpoint.api.stopping import Stopping
from counterpoint.api.streams import UNCOMPRESSED, StreamsController
from counterpoint.api.versions import VersionsController
from counterpoint.application.service import Service

VERSION: Final = "1.0.0"
"""Of the API as its document describes it."""
_COMPRESS_FROM_BYTES: Final = 1_024
_CONTROLLERS: Final = (
    DefinitionsController,
    VersionsController,
    InstancesController,
    BulkController,
    EventsController,
    StreamsController,
    HealthController,
)


def build(service: Service, access: Access, limits: ApiLimits, stopping: Stopping) -> Gate:
    """The application on a running engine."""
    app = Litestar(
        route_handlers=_CONTROLLERS,
        dependencies={
            "service": Provide(lambda: service, sync_to_thread=False),
            "stopping": Provide(lambda: stopping, sync_to_thread=False),
            "limits": Provide(lambda: limits, sync_to_thread=False),
        },
        signature_types=[Service, Stopping, ApiLimits],
        guards=[access.check],
        before_request=restore_slashes,
        exception_handlers={Exception: answer},
        request_max_body_size=limits.body_bytes_max,
        compression_config=CompressionConfig(
            backend="gzip", gzip_compress_level=6, minimum_size=_COMPRESS_FROM_BYTES, exclude_opt_key=UNCOMPRESSED
        ),
        openapi_config=_described(access),
        logging_config=None,
        debug=False,
    )
    return Gate(app, limits)


def _described(access: Access) -> OpenAPIConfig:
    scheme = SecurityScheme(type="http", scheme="bearer", description="The API token.")
    return OpenAPIConfig(
        title="Counterpoint",
        version=VERSION,
        description="Publish workflows, start and follow instances, send events, repair what is stuck.",
        path="/openapi.json",
        render_plugins=[JsonRenderPlugin(path="/")],
        components=Components(security_schemes={"bearer": scheme}),
        security=[{"bearer": []}] if access.needs_token else None,
        use_handler_docstrings=True,
    )
