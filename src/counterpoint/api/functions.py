"""Functions of the server over HTTP: what documents may call by name, for whoever writes a call of one."""

from __future__ import annotations

from litestar import Controller, get
from litestar.di import NamedDependency

from counterpoint.api.models import Answer
from counterpoint.api.problems import documented
from counterpoint.api.versions import READ
from counterpoint.application.registered import RegisteredFunction
from counterpoint.application.service import Service


class FunctionArgument(Answer, frozen=True, kw_only=True):
    """What a function takes under a name in `with` of a call."""

    name: str
    required: bool


class ServerFunction(Answer, frozen=True, kw_only=True):
    """One function that is registered in the code of the server, or served by a connector of its own."""

    name: str
    """What `call` says."""
    summary: str | None
    """The first line of its docstring."""
    read_only: bool
    """Whether calling it changes nothing anywhere."""
    arguments: list[FunctionArgument] | None
    """In their order; null where they are not known."""
    further_arguments: bool
    """Whether it takes others besides."""

    @classmethod
    def of(cls, function: RegisteredFunction) -> ServerFunction:
        """What goes over the wire."""
        told = function.arguments
        return cls(
            name=function.name,
            summary=function.summary,
            read_only=function.read_only,
            arguments=None if told is None else [FunctionArgument(name=e.name, required=e.required) for e in told],
            further_arguments=function.further_arguments,
        )


class ServerFunctions(Answer, frozen=True, kw_only=True):
    """All of them, sorted by name."""

    items: list[ServerFunction]


class FunctionsController(Controller):
    """What the server was given to call."""

    path = "/v1/functions"
    tags = ("definitions",)

    @get(opt=READ, operation_id="listFunctions", responses=documented())
    async def functions(self, service: NamedDependency[Service]) -> ServerFunctions:
        """List the functions that documents may call by name, beside those of their own (`use.functions`)."""
        return ServerFunctions(items=[ServerFunction.of(each) for each in service.definitions.registered])
