"""Forks over HTTP: a new instance from a point of another one's history."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from counterpoint.api.keys import IdempotencyKey, once, refuse_unsound
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import Answer
from counterpoint.api.operations import OPERATE
from counterpoint.api.problems import documented
from counterpoint.application.instances import ForkPlan
from counterpoint.application.service import Service
from counterpoint.application.starting import KeyReused, id_of_key
from counterpoint.errors import Conflict


class ForkRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Go on from the state after a transition of the instance, as a new one."""

    at: Annotated[int, msgspec.Meta(ge=1)]
    """The number of the transition."""
    reason: Annotated[str, msgspec.Meta(min_length=1)]
    """Stays in the history of the fork."""
    id: str | None = None
    """Of the fork; without it, one is made. Not together with an `Idempotency-Key`."""
    business_key: str | None = None
    """Of the fork; without it, that of its origin."""
    dry_run: bool = False
    """Only tell what the fork would do once more."""


class RepeatedEffect(Answer, frozen=True, kw_only=True):
    """An effect that the origin has begun, and that the fork may begin once more, under a key of its own."""

    task: str
    function: str
    key: str
    """The idempotency key that the origin gave it."""
    in_flight: bool
    """The fork begins with it. Otherwise the origin has begun it after the point."""


class SharedEffect(Answer, frozen=True, kw_only=True):
    """An effect that was carried out at the point: the origin and the fork would each undo it, under the same key."""

    task: str
    key: str
    undone: bool
    """The origin has begun to undo it since: the fork goes on as if it were there."""


class ForkAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What a fork does once more; and, unless it was only tried, its id."""

    id: str | None = None
    dry_run: bool
    origin: str
    workflow: str
    at: int
    last: int
    """The last transition of the origin."""
    repeats: list[RepeatedEffect]
    """A thousand at most; the count is of all, as for `shared`."""
    repeats_count: int
    shared: list[SharedEffect]
    shared_count: int

    @classmethod
    def of(cls, plan: ForkPlan, id: str | None) -> ForkAnswer:
        """The answer for a plan, and for the id of what was made."""
        return cls(
            id=id,
            dry_run=id is None,
            origin=plan.origin,
            workflow=plan.workflow,
            at=plan.sequence,
            last=plan.last,
            repeats=msgspec.convert(plan.repeats, list[RepeatedEffect], from_attributes=True),
            repeats_count=plan.repeats_count,
            shared=msgspec.convert(plan.shared, list[SharedEffect], from_attributes=True),
            shared_count=plan.shared_count,
        )


class ForksController(Controller):
    """Forking an instance."""

    path = "/v1/instances"
    tags = ("operations",)

    @post(
        "/{id:str}/fork",
        opt=OPERATE,
        operation_id="forkInstance",
        status_code=201,
        responses=documented(404, 409, 422),
    )
    async def fork(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[ForkRequest],
        key: IdempotencyKey = None,
    ) -> Response[ForkAnswer]:
        """Make a new instance from the state after a transition; with `dryRun` only tell (200) what it would repeat.

        200 also where an earlier request with the same `Idempotency-Key` has made it.
        """
        if data.dry_run:
            return Response(ForkAnswer.of(await service.instances.plan_fork(id, data.at), None), status_code=200)
        refuse_unsound(key, data.id, limits)

        async def make() -> ForkAnswer:
            return await _made(service, id, data, None if key is None else id_of_key(key))

        answer, replayed = await once(service.once, key, limits, "fork", [id, data], make, ForkAnswer, repeatable=True)
        headers = {"Location": f"/v1/instances/{answer.id}"}
        return Response(answer, status_code=200 if replayed else 201, headers=headers)


async def _made(service: Service, id: str, data: ForkRequest, fork: str | None) -> ForkAnswer:
    """Make a fork, whose id is `fork` where that follows from a key: then it may have been made before a crash."""
    instances = service.instances
    before = None if fork is None else await instances.fork_again(id, data.at, fork)
    if before is not None:
        return ForkAnswer.of(before, fork)
    try:
        made, plan = await instances.fork(id, data.at, data.reason, fork or data.id, data.business_key)
    except Conflict as error:
        if fork is not None and await instances.exists(fork):
            raise KeyReused("the idempotency key was used before, to start another instance") from error
        raise
    return ForkAnswer.of(plan, made)
