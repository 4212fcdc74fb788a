"""Intervening in one instance over HTTP. With `If-Match`, only in the state that the client has seen; with an
`Idempotency-Key`, once: its receipt is written in the transaction of the transition."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import msgspec
from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from counterpoint.api.access import PERMISSION
from counterpoint.api.etags import IfMatch, tag_of
from counterpoint.api.keys import IdempotencyKey, once, refuse_unsound
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import Answer, CancelRequest, Instance, Reason, ResolveRequest, RetryRequest
from counterpoint.api.problems import Refused, documented
from counterpoint.application.once import Write
from counterpoint.application.service import Service

OPERATE: Final = {PERMISSION: "instances:operate"}
_PROBLEMS: Final = documented(404, 409, 412, 422)
_TAG: Final = re.compile(r'\s*(?:W/)?"([\x21\x23-\x7e]*)"\s*')


class Signalled(Answer, frozen=True, kw_only=True):
    """What became of a signal."""

    taken: bool
    """Whether the instance listened for it. Nothing keeps one that was not taken."""


class OperationsController(Controller):
    """What may be done with an instance. Reasons stay in its history."""

    path = "/v1/instances"
    tags = ("operations",)

    @post("/{id:str}/cancel", opt=OPERATE, operation_id="cancelInstance", status_code=202, responses=_PROBLEMS)
    async def cancel(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[CancelRequest | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[Instance]:
        """Stop it and undo what it did; with `abandon` leave everything as it is."""
        asked = data or CancelRequest()
        act = partial(service.instances.cancel, id, abandon=asked.abandon, reason=asked.reason)
        await _moved(service, limits, key, "cancel", [id, asked], if_match, act)
        return await tagged(service, id, 202)

    @post("/{id:str}/terminate", opt=OPERATE, operation_id="terminateInstance", status_code=202, responses=_PROBLEMS)
    async def terminate(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[Reason | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[Instance]:
        """End it by force, and its sub-workflows: nothing is undone, whatever is in flight is dropped."""
        asked = data or Reason()
        act = partial(service.instances.terminate, id, asked.reason)
        await _moved(service, limits, key, "terminate", [id, asked], if_match, act)
        return await tagged(service, id, 202)

    @post("/{id:str}/suspend", opt=OPERATE, operation_id="suspendInstance", status_code=202, responses=_PROBLEMS)
    async def suspend(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[Reason | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[Instance]:
        """Start nothing new until it is resumed."""
        asked = data or Reason()
        act = partial(service.instances.suspend, id, asked.reason)
        await _moved(service, limits, key, "suspend", [id, asked], if_match, act)
        return await tagged(service, id, 202)

    @post("/{id:str}/resume", opt=OPERATE, operation_id="resumeInstance", status_code=202, responses=_PROBLEMS)
    async def resume(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[Reason | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[Instance]:
        """Go on after `suspend`."""
        asked = data or Reason()
        act = partial(service.instances.resume, id, asked.reason)
        await _moved(service, limits, key, "resume", [id, asked], if_match, act)
        return await tagged(service, id, 202)

    @post("/{id:str}/retry", opt=OPERATE, operation_id="retryInstance", status_code=202, responses=_PROBLEMS)
    async def retry(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[RetryRequest | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[Instance]:
        """Try again what its open incidents are about."""
        asked = data or RetryRequest()
        act = partial(service.instances.retry, id, asked.run, asked.reason)
        await _moved(service, limits, key, "retry", [id, asked], if_match, act)
        return await tagged(service, id, 202)

    @post(
        "/{id:str}/resolve",
        opt=OPERATE,
        operation_id="resolveIncident",
        status_code=202,
        responses=documented(404, 409, 412, 422),
    )
    async def resolve(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[ResolveRequest],
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[Instance]:
        """Decide about an incident."""
        asked, given = data, None if data.input is msgspec.UNSET else (data.input,)
        act = partial(service.instances.resolve, id, asked.run, asked.action, reason=asked.reason, input=given)
        await _moved(service, limits, key, "resolve", [id, asked], if_match, act)
        return await tagged(service, id, 202)

    @post("/{id:str}/compensate", opt=OPERATE, operation_id="compensateInstance", status_code=202, responses=_PROBLEMS)
    async def compensate(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[Reason | None] = None,
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Response[Instance]:
        """Undo what it did, also after it completed, within its `compensableFor`."""
        asked = data or Reason()
        act = partial(service.instances.compensate, id, asked.reason)
        await _moved(service, limits, key, "compensate", [id, asked], if_match, act)
        return await tagged(service, id, 202)

    @post(
        "/{id:str}/signal",
        opt=OPERATE,
        operation_id="signalInstance",
        status_code=200,
        responses=documented(404, 409, 412, 422),
    )
    async def signal(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        data: JSONBody[dict[str, Any]],
        if_match: IfMatch = None,
        key: IdempotencyKey = None,
    ) -> Signalled:
        """Hand a CloudEvent (its JSON form) to this instance alone; the answer says whether it was taken.

        With an `Idempotency-Key`, once, although a later task may listen for the same when the request is repeated.
        """
        expected = expected_of(if_match)

        async def signal() -> Signalled:
            return Signalled(taken=await service.instances.signal(id, data, expected=expected))

        return (await once(service.once, key, limits, "signal", [id, data, expected], signal, Signalled))[0]


async def tagged(service: Service, id: str, status: int = 200) -> Response[Instance]:
    """The instance as it stands, with the `ETag` of its state."""
    view = await service.instances.inspect(id)
    return Response(Instance.of(view), status_code=status, headers={"ETag": tag_of(view.sequence)})


def expected_of(if_match: str | None) -> int | None:
    """How many transitions an instance has made in the state that the client has seen. Raises Refused."""
    if if_match is None or if_match.strip() == "*":
        return None
    match = _TAG.fullmatch(if_match)
    if match is None:
        raise Refused("invalid-request", f'{if_match[:100]!r} is not the tag of an instance; write for example W/"7"')
    if not (match[1].isdecimal() and len(match[1]) < 19):
        raise Refused("precondition-failed", f"{if_match[:100]} is no state of this instance: look at it again")
    return int(match[1])


async def _moved(
    service: Service,
    limits: ApiLimits,
    key: str | None,
    operation: str,
    asked: list[Any],
    if_match: str | None,
    act: Callable[..., Awaitable[None]],
) -> None:
    """Carry an operation out, once for its key. Raises Refused, and what `Transitions.move` raises."""
    refuse_unsound(key, None, limits)
    expected = expected_of(if_match)

    async def move(along: Write | None) -> None:
        await act(expected=expected, along=along)

    await service.once.move(key, operation, msgspec.to_builtins([*asked, expected]), move)
