"""Inputs over HTTP: what a workflow takes, and whether a value is such, before anything is started."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from counterpoint.api.models import Answer, Body
from counterpoint.api.problems import InputFault, documented
from counterpoint.api.versions import READ
from counterpoint.application.service import Service


class InputForm(Answer, frozen=True, kw_only=True):
    """What a version takes as its input."""

    workflow: str
    """`namespace/name:version`."""
    schema: Any
    """A JSON Schema, references to other documents included; null where anything is taken."""
    makes_business_key: bool
    """Whether instances get their business key from the input, where the start names none."""


class InputToCheck(Body, frozen=True, kw_only=True):
    """An input that somebody means to start with."""

    input: Any = msgspec.field(default_factory=dict)
    """JSON; `{}` where it is left out, as for a start."""


class CheckedInput(Answer, frozen=True, kw_only=True):
    """Whether an input is taken."""

    valid: bool
    faults: list[InputFault]
    """Twenty at most."""


class InputsController(Controller):
    """What may be started with. A start with something else is refused."""

    path = "/v1/definitions/{namespace:str}/{name:str}/{version:str}/input"
    tags = ("definitions",)

    @get(opt=READ, operation_id="getInputForm", responses=documented(404, 422))
    async def form(
        self, service: NamedDependency[Service], namespace: FromPath[str], name: FromPath[str], version: FromPath[str]
    ) -> InputForm:
        """The JSON Schema of the input; `version` may be a range or `latest`."""
        wanted = await service.inputs.wanted(f"{namespace}/{name}:{version}")
        return InputForm(workflow=wanted.workflow, schema=wanted.schema, makes_business_key=wanted.makes_business_key)

    @post(opt=READ, operation_id="checkInput", status_code=200, responses=documented(404, 422))
    async def check(
        self,
        service: NamedDependency[Service],
        namespace: FromPath[str],
        name: FromPath[str],
        version: FromPath[str],
        data: JSONBody[InputToCheck],
    ) -> CheckedInput:
        """Whether an input is taken, and if not, what is wrong where. Nothing is started."""
        found = await service.inputs.faults(f"{namespace}/{name}:{version}", data.input)
        faults = [InputFault(pointer=each.pointer, message=each.message) for each in found]
        return CheckedInput(valid=not faults, faults=faults)
