"""`@function`: a Python function that workflows may call by name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar, overload

from counterpoint.errors import ConnectorError
from counterpoint.values.json import JsonObject
from counterpoint.values.problem import Outcome, Problem

P = ParamSpec("P")
R = TypeVar("R")


class FunctionSpec(Generic[P, R]):
    """A named function. Still callable as the function that it wraps."""

    def __init__(self, handler: Callable[P, R], name: str | None = None, read_only: bool = False) -> None:
        self.handler = handler
        self.name = name or handler.__name__
        self.read_only = read_only
        """Whether calling it changes nothing anywhere: such a call needs no undo."""
        self.signature = inspect.signature(handler)
        self.is_async = inspect.iscoroutinefunction(inspect.unwrap(handler))
        for parameter in self.signature.parameters.values():
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.VAR_POSITIONAL):
                raise TypeError(
                    f"function {self.name}: the parameter {parameter} is positional, "
                    "but workflows pass arguments by name"
                )
        functools.update_wrapper(self, handler)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.handler(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<function {self.name}{self.signature}>"


@overload
def function(handler: Callable[P, R], /) -> FunctionSpec[P, R]: ...
@overload
def function(*, name: str | None = None, read_only: bool = False) -> Callable[[Callable[P, R]], FunctionSpec[P, R]]: ...
def function(handler: Callable[..., Any] | None = None, /, *, name: str | None = None, read_only: bool = False) -> Any:
    """Make a function callable from workflows: `call: charge` with `with: {order: ...}` calls `charge(order=...)`.

    Parameters are bound by name. One that is annotated with a dataclass, a msgspec Struct or another
    typed value (datetime, Enum, Decimal ...) is converted to it. A parameter named `invocation` gets the
    `Invocation`: the idempotency key, the attempt, the deadline. Functions may be async; others run in a thread.

    Raise `Refused` where nothing was done for certain; any other exception leaves the outcome unknown.
    """
    if handler is not None:
        return FunctionSpec(handler)
    return functools.partial(FunctionSpec, name=name, read_only=read_only)


class Refused(ConnectorError):
    """The function did nothing, for certain: nothing has to be undone.

    `kind` is a standard error's short name (`validation`, `runtime` ...) or any URI.
    """

    def __init__(
        self, detail: str, *, kind: str = "runtime", status: int | None = None, extensions: JsonObject | None = None
    ) -> None:
        if ":" in kind:
            problem = Problem(type=kind, status=status or 500, detail=detail, extensions=extensions)
        else:
            standard = Problem.standard(kind, detail, status=status)
            problem = Problem(
                type=standard.type,
                status=standard.status,
                title=standard.title,
                detail=detail,
                extensions=extensions,
            )
        super().__init__(problem, Outcome.NONE)
