"""Replays over HTTP: what another version of a workflow, or other mocks, would have made of a history."""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from counterpoint.api.access import PERMISSION
from counterpoint.api.models import Answer, Body
from counterpoint.api.moments import Difference
from counterpoint.api.problems import Refused, documented
from counterpoint.application.debugging.replaying import Asked, EffectDifference, Replay, UnansweredCall
from counterpoint.application.service import Service

DEBUG: Final = {PERMISSION: "instances:debug"}


class ReplayRequest(Body, frozen=True, kw_only=True):
    """Against what: the text of a `document`, a published version (`against`), or the instance's own version."""

    document: str | None = None
    against: str | None = None
    answers: dict[str, Any] = msgspec.field(default_factory=dict)
    """By task, as in a scenario: in the place of what was recorded."""
    faults: list[dict[str, Any]] = msgspec.field(default_factory=list)
    unanswered: Literal["stop", "empty", "generate"] = "empty"
    """What a call gets for which nothing is recorded."""


class ReplayedEffect(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """A call that only one of the two makes, or that has other arguments."""

    kind: Literal["added", "missing", "changed"]
    task: str
    reference: str
    function: str
    iteration: list[int] = msgspec.field(default_factory=list)
    undo_of: str | None = None
    before: Any = msgspec.UNSET
    after: Any = msgspec.UNSET

    @classmethod
    def of(cls, difference: EffectDifference) -> ReplayedEffect:
        """What goes over the wire."""
        return cls(**msgspec.structs.asdict(difference))


class Unanswered(Answer, frozen=True, kw_only=True):
    """A call for which nothing is recorded."""

    task: str
    reference: str
    call: int
    undo_of: str | None

    @classmethod
    def of(cls, call: UnansweredCall) -> Unanswered:
        """What goes over the wire."""
        return cls(**msgspec.structs.asdict(call))


class ReplayAnswer(Answer, frozen=True, kw_only=True):
    """What differs; `before` is the history, `after` the replay. Durations in milliseconds."""

    instance: str
    workflow: str
    against: str
    same: bool
    effects: list[ReplayedEffect]
    undos_before: list[str]
    undos_after: list[str]
    data: list[Difference]
    duration_before: int
    duration_after: int
    unanswered: list[Unanswered]
    unmet: list[str]
    halted: str | None

    @classmethod
    def of(cls, replay: Replay) -> ReplayAnswer:
        """What goes over the wire."""
        members = {name: getattr(replay, name) for name in replay.__struct_fields__}
        members |= {
            "effects": [ReplayedEffect.of(each) for each in replay.effects],
            "data": [Difference.of(each) for each in replay.data],
            "unanswered": [Unanswered.of(each) for each in replay.unanswered],
        }
        return cls(**members)


class ReplaysController(Controller):
    """Histories that are played again, in a simulated world: nothing outside is touched."""

    path = "/v1/instances"
    tags = ("debugging",)

    @post("/{id:str}/replay", opt=DEBUG, operation_id="replayInstance", status_code=200, responses=documented(404, 422))
    async def replay(
        self, id: FromPath[str], service: NamedDependency[Service], data: JSONBody[ReplayRequest]
    ) -> ReplayAnswer:
        """Play an instance that has ended again, and say in what it differs: effects, undos, data, time."""
        if data.document is not None and data.against is not None:
            raise Refused("invalid-request", "give `document` or `against`, not both")
        asked = Asked(answers=data.answers, faults=data.faults, unanswered=data.unanswered)
        return ReplayAnswer.of(await service.replay(id, asked, data.document, data.against))
