"""Actions on many instances over HTTP: dry unless told otherwise."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Controller, Request, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from counterpoint.api.access import PERMISSION
from counterpoint.api.keys import IdempotencyKey, once
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import Answer, InstanceEntry, Reason
from counterpoint.api.problems import ProblemDetails, describe, documented
from counterpoint.api.selection import InstanceFilter
from counterpoint.api.stopping import unless_gone
from counterpoint.application.acting import Acted, Action
from counterpoint.application.service import Service

OPERATE: Final = {PERMISSION: "instances:operate"}


class ActionRequest(Reason, frozen=True, kw_only=True):
    """An action on all instances that match a filter."""

    action: Action
    """`abandon` is a cancel that undoes nothing; `skip` and `done` are about all open incidents, and need a reason."""
    filter: InstanceFilter
    dry_run: bool = True
    """Only tell what it would be carried out on."""
    token: str | None = None
    """Of a dry run: the action is refused (412) where other instances match by now, or have other states."""


class ActionItem(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one instance."""

    id: str
    done: bool
    problem: ProblemDetails | None = None

    @classmethod
    def of(cls, acted: Acted) -> ActionItem:
        """The item for an outcome."""
        problem = None if acted.error is None else describe(acted.error, None)[0]
        return cls(id=acted.id, done=problem is None, problem=problem)


class ActionAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What an action would be carried out on, or what has become of it."""

    dry_run: bool
    count: int
    """Of instances that match."""
    token: str | None = None
    sample: list[InstanceEntry] = msgspec.field(default_factory=list)
    """Of a dry run: the newest that match."""
    items: list[ActionItem] = msgspec.field(default_factory=list)
    """Of the action itself: all of them."""


class ActionsController(Controller):
    """Actions over a filter."""

    path = "/v1/bulk/actions"
    tags = ("operations",)

    @post(opt=OPERATE, operation_id="actOnInstances", status_code=200, responses=documented(404, 409, 412, 422))
    async def act(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[ActionRequest],
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        key: IdempotencyKey = None,
    ) -> ActionAnswer:
        """Carry an action out on all instances that match, each answered; without `dryRun: false`, only tell which.

        With an `Idempotency-Key`, once, and to its end; 409 where an earlier request with it was cut off by a crash.
        Without, no more is begun where the client goes before its answer comes.
        """
        wanted = data.filter.wanted()
        if data.dry_run:
            selected = await service.acting.select(wanted)
            sample = [InstanceEntry.of(each) for each in service.listed(selected.sample)]
            return ActionAnswer(dry_run=True, count=selected.count, token=selected.token, sample=sample)

        async def act() -> ActionAnswer:
            acted = await service.acting.act(data.action, wanted, data.reason, data.token)
            return ActionAnswer(dry_run=False, count=len(acted), items=[ActionItem.of(each) for each in acted])

        if key is None:
            return await unless_gone(act(), request.receive)
        return (await once(service.once, key, limits, "act", data, act, ActionAnswer))[0]
