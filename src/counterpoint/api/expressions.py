"""Expressions over HTTP, for whoever writes them: what one can see, and what it gives."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from counterpoint.api.models import Answer, Body
from counterpoint.api.problems import documented
from counterpoint.api.versions import READ
from counterpoint.application.service import Service
from counterpoint.application.visibility import Stage


class EvaluateRequest(Body, frozen=True, kw_only=True):
    """An expression with the data to evaluate it on."""

    expression: str
    """jq, in `${ }` or bare."""
    data: Any = None
    """What `.` is."""
    variables: dict[str, Any] = msgspec.field(default_factory=dict)
    """By name, without dollar signs. Secrets are refused."""


class ExpressionFault(Answer, frozen=True, kw_only=True):
    """Why an expression gives nothing."""

    message: str
    line: int | None
    """Counted from 1, in the expression as it was sent; null where the fault has no one place."""
    column: int | None


class EvaluateAnswer(Answer, frozen=True, kw_only=True, omit_defaults=True):
    """What an expression gives: `value`, or `fault`."""

    value: Any = msgspec.UNSET
    """The first result; null where there is none."""
    fault: ExpressionFault | None = None


class VisibleRequest(Body, frozen=True, kw_only=True):
    """A task of a document."""

    document: str
    """YAML or JSON; it may have faults."""
    task: str
    """JSON pointer of the task: `/do/0/charge`."""
    input: Any = msgspec.UNSET
    """The workflow's input; the smallest that the document's schema allows, where it is left out."""


class VisibleStage(Answer, frozen=True, kw_only=True):
    """What expressions see at one stage of the task."""

    data: Any
    """What `.` is."""
    variables: dict[str, Any]
    """By name, without dollar signs."""
    shape: dict[str, Any]
    """What is known of `.` whatever the data: a JSON Schema."""
    shapes: dict[str, dict[str, Any]]
    """The same of the variables of which anything is known."""

    @classmethod
    def of(cls, stage: Stage) -> VisibleStage:
        """What goes over the wire."""
        return cls(**msgspec.structs.asdict(stage))


class VisibleAnswer(Answer, frozen=True, kw_only=True):
    """What the expressions of a task can see."""

    task: str
    reached: bool
    """Whether a trial came to the task; where it did not, the data are made up from what is known of them."""
    stages: dict[str, VisibleStage]
    """`condition` (`if`), `input` (`input.from`), `argument` (what the task does), `output` (`output.as`), `export`
    (`export.as`), `error` (`catch.when`)."""
    secrets: list[str]
    """Names of the secrets that the document declares. Their values are never told."""


class ExpressionsController(Controller):
    """Help for whoever writes expressions. Nothing outside is touched, no secret is read."""

    path = "/v1/rehearsals"
    tags = ("rehearsals",)

    @post("/evaluate", opt=READ, operation_id="evaluateExpression", status_code=200, responses=documented(422))
    async def evaluate(self, data: JSONBody[EvaluateRequest], service: NamedDependency[Service]) -> EvaluateAnswer:
        """Evaluate an expression on data that come with it. A fault of the expression is an answer too."""
        found = await service.evaluating.evaluate(data.expression, data.data, data.variables)
        if found.fault is None:
            return EvaluateAnswer(value=found.value)
        return EvaluateAnswer(fault=ExpressionFault(**msgspec.structs.asdict(found.fault)))

    @post("/visible", opt=READ, operation_id="visibleData", status_code=200, responses=documented(422))
    async def visible(self, data: JSONBody[VisibleRequest], service: NamedDependency[Service]) -> VisibleAnswer:
        """What the expressions of one task can see: its data in a trial, and what is known of any data."""
        given = None if data.input is msgspec.UNSET else (data.input,)
        found = await service.rehearsing.visible(data.document, data.task, given)
        stages = {name: VisibleStage.of(each) for name, each in found.stages.items()}
        return VisibleAnswer(task=found.task, reached=found.reached, stages=stages, secrets=found.secrets)
