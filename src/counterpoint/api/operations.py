"""Intervening in one instance over HTTP. With `If-Match`, only in the state that the client has seen."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from counterpoint.api.access import PERMISSION
from counterpoint.api.etags import IfMatch, tag_of
from counterpoint.api.keys import IdempotencyKey, once
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import Answer, CancelRequest, Instance, Reason, ResolveRequest, RetryRequest
from counterpoint.api.problems import Refused, documented
from counterpoint.application.service import Service

OPERATE: Final = {PERMISSION: "instances:operate"}
_PROBLEMS: Final = documented(404, 409, 412)
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
        data: JSONBody[CancelRequest | None] = None,
        if_match: IfMatch = None,
    ) -> Response[Instance]:
        """Stop it and undo what it did; with `abandon` leave everything as it is."""
        asked = data or CancelRequest()
        await service.instances.cancel(id, abandon=asked.abandon, reason=asked.reason, expected=expected_of(if_match))
        return await tagged(service, id, 202)

    @post("/{id:str}/terminate", opt=OPERATE, operation_id="terminateInstance", status_code=202, responses=_PROBLEMS)
    async def terminate(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        data: JSONBody[Reason | None] = None,
        if_match: IfMatch = None,
    ) -> Response[Instance]:
        """End it by force, and its sub-workflows: nothing is undone, whatever is in flight is dropped."""
        await service.instances.terminate(id, _reason(data), expected=expected_of(if_match))
        return await tagged(service, id, 202)

    @post("/{id:str}/suspend", opt=OPERATE, operation_id="suspendInstance", status_code=202, responses=_PROBLEMS)
    async def suspend(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        data: JSONBody[Reason | None] = None,
        if_match: IfMatch = None,
    ) -> Response[Instance]:
        """Start nothing new until it is resumed."""
        await service.instances.suspend(id, _reason(data), expected=expected_of(if_match))
        return await tagged(service, id, 202)

    @post("/{id:str}/resume", opt=OPERATE, operation_id="resumeInstance", status_code=202, responses=_PROBLEMS)
    async def resume(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        data: JSONBody[Reason | None] = None,
        if_match: IfMatch = None,
    ) -> Response[Instance]:
        """Go on after `suspend`."""
        await service.instances.resume(id, _reason(data), expected=expected_of(if_match))
        return await tagged(service, id, 202)

    @post("/{id:str}/retry", opt=OPERATE, operation_id="retryInstance", status_code=202, responses=_PROBLEMS)
    async def retry(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        data: JSONBody[RetryRequest | None] = None,
        if_match: IfMatch = None,
    ) -> Response[Instance]:
        """Try again what its open incidents are about."""
        asked = data or RetryRequest()
        await service.instances.retry(id, asked.run, asked.reason, expected=expected_of(if_match))
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
        data: JSONBody[ResolveRequest],
        if_match: IfMatch = None,
    ) -> Response[Instance]:
        """Decide about an incident."""
        given = None if data.input is msgspec.UNSET else (data.input,)
        await service.instances.resolve(
            id, data.run, data.action, reason=data.reason, input=given, expected=expected_of(if_match)
        )
        return await tagged(service, id, 202)

    @post("/{id:str}/compensate", opt=OPERATE, operation_id="compensateInstance", status_code=202, responses=_PROBLEMS)
    async def compensate(
        self,
        id: FromPath[str],
        service: NamedDependency[Service],
        data: JSONBody[Reason | None] = None,
        if_match: IfMatch = None,
    ) -> Response[Instance]:
        """Undo what it did, also after it completed, within its `compensableFor`."""
        await service.instances.compensate(id, _reason(data), expected=expected_of(if_match))
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


def _reason(data: Reason | None) -> str | None:
    return None if data is None else data.reason
