"""Instances over HTTP: start, wait, list, count, look at."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from counterpoint.api.access import PERMISSION
from counterpoint.api.cursors import Cursor, Limit, cursor_at, number_of, pair_of
from counterpoint.api.etags import UNCHANGED, IfNoneMatch, holds, tag_of
from counterpoint.api.keys import IdempotencyKey
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import (
    History,
    Instance,
    InstanceEntry,
    InstancePage,
    StartedInstance,
    StartRequest,
)
from counterpoint.api.problems import documented
from counterpoint.api.selection import CountedInstances, wanted_of
from counterpoint.api.serving import Serving
from counterpoint.api.starts import settled, start
from counterpoint.application.selecting import Wanted
from counterpoint.application.service import Service

READ: Final = {PERMISSION: "instances:read"}
START: Final = {PERMISSION: "instances:start"}
_LIST: Final = "instances"
_DUE: Final = "instances/due"
_REPLAYED: Final = {200: ResponseSpec(StartedInstance, generate_examples=False, description="Started before")}

Wait = Annotated[
    float,
    QueryParameter(
        name="wait",
        ge=0,
        description="Seconds to wait until it has ended or needs a person; it may be answered sooner.",
    ),
]

Order = Annotated[
    Literal["newest", "due"],
    QueryParameter(
        name="order",
        description="`newest` first, or by when they are `due`: those that wait for a time, the earliest first. "
        "What has been overdue for the longest begins that list, and what waits for no time is not on it.",
    ),
]


class InstancesController(Controller):
    """Instances of workflows. Ids in addresses are percent-encoded, slashes too."""

    path = "/v1/instances"
    tags = ("instances",)

    @post(opt=START, operation_id="startInstance", responses=documented(404, 409, 422) | _REPLAYED)
    async def start(
        self,
        data: JSONBody[StartRequest],
        request: Request[Any, Any, Any],
        serving: NamedDependency[Serving],
        key: IdempotencyKey = None,
        wait: Wait = 0,
    ) -> Response[StartedInstance]:
        """Start an instance. Answered once that is durable, or, with `wait`, once it has ended or needs a person."""
        answered = await start(serving, data, key, wait, request.receive)
        return Response(answered.body, status_code=answered.status, headers=answered.headers)

    @get(
        opt=READ,
        operation_id="listInstances",
        responses=documented(404, 422),
        dependencies={"wanted": Provide(wanted_of)},
    )
    async def list(
        self,
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        wanted: NamedDependency[Wanted],
        order: Order = "newest",
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> InstancePage:
        """Instances of which all holds that is asked for: newest first, or in another order.

        Newest first, what starts meanwhile is on no later page. By due time, an instance that comes to wait for another
        time meanwhile moves to its new place.
        """
        count = min(limit, limits.page_items_max)
        if order == "due":
            found = await service.due(wanted, pair_of(_DUE, cursor), count + 1)
        else:
            found = await service.list(wanted, number_of(_LIST, cursor), count + 1)
        items = [InstanceEntry.of(each) for each in found[:count]]
        if len(found) <= count:
            return InstancePage(items=items, next=None)
        last = found[count - 1].row
        place = cursor_at(_DUE, f"{last.due_at},{last.number}") if order == "due" else cursor_at(_LIST, last.number)
        return InstancePage(items=items, next=place)

    @get(
        "/counts",
        opt=READ,
        operation_id="countInstances",
        responses=documented(404, 422),
        dependencies={"wanted": Provide(wanted_of)},
    )
    async def count(self, service: NamedDependency[Service], wanted: NamedDependency[Wanted]) -> CountedInstances:
        """How many instances there are of which all holds that is asked for."""
        return CountedInstances.of(await service.instances.count(wanted))

    @get("/{id:str}", opt=READ, operation_id="getInstance", responses=documented(404) | UNCHANGED)
    async def one(
        self,
        id: FromPath[str],
        request: Request[Any, Any, Any],
        serving: NamedDependency[Serving],
        wait: Wait = 0,
        if_none_match: IfNoneMatch = None,
    ) -> Response[Instance]:
        """One instance as it stands; with `wait`, once it has ended or needs a person."""
        instance = await settled(serving, id, wait, request.receive)
        headers = {"ETag": tag_of(instance.sequence), "Cache-Control": "no-cache"}
        if holds(if_none_match, instance.sequence):
            nothing: Any = None
            return Response(nothing, status_code=304, headers=headers)
        return Response(instance, headers=headers)

    @get("/{id:str}/history", opt=READ, operation_id="getHistory", responses=documented(404))
    async def history(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        after: Annotated[int, QueryParameter(ge=0, le=2**53, description="The number of a transition.")] = 0,
        limit: Annotated[int, QueryParameter(ge=1, description="How many transitions at most.")] = 1_000,
    ) -> History:
        """What has happened to an instance: transition by transition, from what follows `after`."""
        count = min(limit, limits.page_items_max)
        items = await service.instances.history(id, after, count + 1)
        more = bool(items) and items[-1]["sequence"] > after + count
        kept = [each for each in items if each["sequence"] <= after + count]
        return History(items=kept, next=after + count if more else None)
