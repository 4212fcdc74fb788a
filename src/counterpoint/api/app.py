"""The ASGI application: routes, errors, access, compression and the OpenAPI document, put together."""

from __future__ import annotations

from typing import Final

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.di import Provide

from counterpoint.api import compression
from counterpoint.api.access import Access
from counterpoint.api.actions import ActionsController
from counterpoint.api.bulk import BulkController
from counterpoint.api.chains import ChainsController
from counterpoint.api.comparisons import ComparisonsController
from counterpoint.api.debugging import DebuggingController
from counterpoint.api.definitions import DefinitionsController
from counterpoint.api.description import Described, configuration, described, openapi_json
from counterpoint.api.direct import Direct
from counterpoint.api.events import EventsController
from counterpoint.api.expressions import ExpressionsController
from counterpoint.api.forks import ForksController
from counterpoint.api.functions import FunctionsController
from counterpoint.api.gate import Gate
from counterpoint.api.health import HealthController
from counterpoint.api.inputs import InputsController
from counterpoint.api.insights import InsightsController
from counterpoint.api.instances import InstancesController
from counterpoint.api.limits import ApiLimits
from counterpoint.api.metrics import MetricsController
from counterpoint.api.moments import MomentsController
from counterpoint.api.operations import OperationsController
from counterpoint.api.outbox import OutboxController
from counterpoint.api.paths import before_handler
from counterpoint.api.problems import answer
from counterpoint.api.reference import ReferenceController
from counterpoint.api.rehearsals import RehearsalsController
from counterpoint.api.replays import ReplaysController
from counterpoint.api.requests import ApiRequest
from counterpoint.api.schemas import SchemasController
from counterpoint.api.services import ServicesController
from counterpoint.api.serving import Serving
from counterpoint.api.shortcut import Shortcut
from counterpoint.api.stopping import Stopping
from counterpoint.api.streams import StreamsController
from counterpoint.api.strict import Strict
from counterpoint.api.versions import VersionsController
from counterpoint.api.workflows import WorkflowsController
from counterpoint.application.service import Service
from counterpoint.values.json import JsonObject

_ASKED: Final = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
    "X-Request-Id",
)
"""Headers that pages of the web may send, and those that they may read."""
_TOLD: Final = ("ETag", "Location", "Retry-After", "X-Request-Id")
_CONTROLLERS: Final = (
    WorkflowsController,
    DefinitionsController,
    VersionsController,
    ComparisonsController,
    InputsController,
    InstancesController,
    OperationsController,
    ForksController,
    ActionsController,
    BulkController,
    MomentsController,
    DebuggingController,
    ReplaysController,
    EventsController,
    OutboxController,
    ChainsController,
    StreamsController,
    RehearsalsController,
    InsightsController,
    ExpressionsController,
    SchemasController,
    ServicesController,
    FunctionsController,
    HealthController,
    MetricsController,
)


def build(service: Service, access: Access, limits: ApiLimits, stopping: Stopping) -> tuple[Gate, Direct]:
    """The application on a running engine, and what answers some requests in its place."""
    serving = Serving(service, stopping, limits)
    app = general(serving, access, limits)
    gate = Gate(Shortcut(app, serving, access), limits, stopping, service.metered)
    return gate, Direct(gate, serving, access)


def describe() -> JsonObject:
    """The OpenAPI document of a server with a token. No engine is needed for it."""
    app = general(None, Access(None), ApiLimits())
    return described(app, _CONTROLLERS, needs_token=True)


def general(serving: Serving | None, access: Access, limits: ApiLimits) -> Litestar:
    """All routes, which can only be described where there is nothing to serve."""
    description = Described(_CONTROLLERS, needs_token=access.needs_token)
    given: dict[str, object] = {"serving": serving, "description": description, "limits": limits}
    given |= dict.fromkeys(Serving._fields) if serving is None else serving._asdict()
    return Litestar(
        route_handlers=[*_CONTROLLERS, ReferenceController, openapi_json],
        dependencies={name: _provide(value) for name, value in given.items()},
        signature_types=[Service, Stopping, ApiLimits, Described, Serving],
        middleware=[access.before, Strict().before],
        request_class=ApiRequest,
        before_request=before_handler,
        exception_handlers={Exception: answer},
        request_max_body_size=limits.body_bytes_max,
        compression_config=compression.configuration(),
        cors_config=_cors(access) if access.origins else None,
        openapi_config=configuration(),
        logging_config=None,
        debug=False,
    )


def _cors(access: Access) -> CORSConfig:
    return CORSConfig(
        allow_origins=list(access.origins),
        allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=list(_ASKED),
        expose_headers=list(_TOLD),
        max_age=600,
    )


def _provide(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)
