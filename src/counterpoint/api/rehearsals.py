"""Rehearsals over HTTP: what would happen, and what could go wrong, before anything is published."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from counterpoint.api.models import Answer, Body
from counterpoint.api.problems import documented
from counterpoint.api.versions import READ
from counterpoint.application.service import Service
from counterpoint.values.json import JsonObject


class WhatIfRequest(Body, frozen=True, kw_only=True):
    """A document, and what is supposed. All but the document is written as in a scenario (docs/guide/testing.md)."""

    document: str
    """YAML or JSON."""
    input: Any = msgspec.UNSET
    """The smallest that the document's schema allows, where it is left out."""
    answers: dict[str, Any] = msgspec.field(default_factory=dict)
    """What calls give, by the names of their tasks; `{}`, or what a contract allows, where nothing is said."""
    faults: list[dict[str, Any]] = msgspec.field(default_factory=list)
    """What goes wrong with calls: `{"task": "charge", "error": {"type": "communication", "status": 503}}`."""
    events: list[dict[str, Any]] = msgspec.field(default_factory=list)
    actions: list[dict[str, Any]] = msgspec.field(default_factory=list)


class WhatIfAnswer(Answer, frozen=True, kw_only=True):
    """What would happen."""

    trace: dict[str, Any]
    """Steps, calls, undos in their order, what is left behind; times in milliseconds since the beginning."""


class VerifyRequest(Body, frozen=True, kw_only=True):
    """A document to explore."""

    document: str
    """YAML or JSON. Workflows that it runs are found among those published."""
    seconds: Annotated[float, msgspec.Meta(gt=0)] | None = None
    """How long to explore at most; the server's own limit where it is left out or larger."""


class VerifyAnswer(Answer, frozen=True, kw_only=True):
    """What was found."""

    states: int
    """Different states that were explored."""
    ends: int
    """Ways in which the workflow can end."""
    unexplored: int
    """States that the time did not suffice for; 0: everything was explored."""
    findings: list[dict[str, Any]]
    """Each with `code`, `severity`, `title`, `message`, `pointer`, `task`, and its shortest `story` in steps."""


class RehearsalsController(Controller):
    """Trials and verifications of documents. Nothing outside is touched, nothing is published."""

    path = "/v1/rehearsals"
    tags = ("rehearsals",)

    @post("/what-if", opt=READ, operation_id="whatIf", status_code=200, responses=documented(422))
    async def what_if(self, data: JSONBody[WhatIfRequest], service: NamedDependency[Service]) -> WhatIfAnswer:
        """Play a document through on a virtual clock, with whatever is supposed to go wrong."""
        trace = await service.rehearsing.what_if(
            data.document,
            None if data.input is msgspec.UNSET else (data.input,),
            answers=data.answers,
            faults=data.faults,
            events=data.events,
            actions=data.actions,
        )
        told: JsonObject = msgspec.to_builtins(trace)
        return WhatIfAnswer(trace=told)

    @post("/verify", opt=READ, operation_id="verifyDocument", status_code=200, responses=documented(422))
    async def verify(self, data: JSONBody[VerifyRequest], service: NamedDependency[Service]) -> VerifyAnswer:
        """Explore every way in which a document can go, and tell the shortest story of each that ends badly."""
        verdict = await service.rehearsing.verify(data.document, data.seconds)
        return VerifyAnswer(
            states=verdict.states,
            ends=verdict.ends,
            unexplored=verdict.unexplored,
            findings=[msgspec.to_builtins(each) for each in verdict.findings],
        )
