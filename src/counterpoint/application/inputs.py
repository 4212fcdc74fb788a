"""Inputs: what a workflow takes, and whether a value is such, before anything is started."""

from __future__ import annotations

import msgspec

from counterpoint.application.instances import checked_json
from counterpoint.contracts import Fault
from counterpoint.engine.library import workflow_of
from counterpoint.engine.runtime import Runtime
from counterpoint.values.json import JsonValue

__all__ = ["Fault", "InputWanted", "Inputs"]


class InputWanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a version takes."""

    workflow: str
    """`namespace/name:version`."""
    schema: JsonValue
    """A JSON Schema; None where anything is taken."""
    makes_business_key: bool
    """Whether instances get their business key from the input, where the start names none."""


class Inputs:
    """The use cases of inputs. Nothing is written."""

    def __init__(self, runtime: Runtime) -> None:
        self._library = runtime.library

    async def wanted(self, definition: str) -> InputWanted:
        """What the version takes that `definition` (`namespace/name:RANGE`) means. Raises NotFound, InvalidInput."""
        plan = await self._library.plan(workflow_of(self._library.find(definition)))
        schema = None if plan.input_schema is None else plan.input_schema.schema
        return InputWanted(workflow=plan.workflow, schema=schema, makes_business_key=plan.business_key is not None)

    async def faults(self, definition: str, input: JsonValue) -> list[Fault]:
        """What keeps an input from being taken, twenty faults at most. Raises NotFound, InvalidInput."""
        plan = await self._library.plan(workflow_of(self._library.find(definition)))
        value = checked_json(input)
        return [] if plan.input_schema is None else plan.input_schema.faults(value)
