"""Calls Python functions."""

from __future__ import annotations

import asyncio
import contextvars
import functools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from typing import Any, Final, TypeAlias

import msgspec

from counterpoint.connectors.functions.binding import Binding
from counterpoint.connectors.functions.spec import FunctionSpec
from counterpoint.connectors.problems import configuration, did_you_mean, failure
from counterpoint.errors import ConnectorError, InvalidInput, WorkflowError
from counterpoint.ports.connector import Completion, Invocation
from counterpoint.values.json import JsonValue
from counterpoint.values.problem import Outcome

ENTRY_POINT_GROUP: Final = "counterpoint.functions"
Registrable: TypeAlias = FunctionSpec[..., Any] | Callable[..., Any]

_SCALARS: Final = frozenset((int, bool, type(None)))
_ENCODE: Final = msgspec.json.Encoder().encode
_DECODE: Final = msgspec.json.Decoder().decode


class FunctionConnector:
    """Serves the functions that it is given, by their names."""

    def __init__(self, functions: Iterable[Registrable] = (), threads_max: int = 32) -> None:
        self._threads = ThreadPoolExecutor(threads_max, thread_name_prefix="counterpoint-function")
        self._functions: dict[str, ResolvedFunction] = {}
        for each in functions:
            spec = each if isinstance(each, FunctionSpec) else FunctionSpec(each)
            if spec.name in self._functions:
                raise InvalidInput(f"two functions are named {spec.name!r}; give one another name: @function(name=...)")
            self._functions[spec.name] = ResolvedFunction(spec, self._threads)
        self.functions = frozenset(self._functions)

    def resolve(self, name: str) -> ResolvedFunction:
        """The function of that name, ready to be called. Raises ConnectorError (configuration, outcome none)."""
        found = self._functions.get(name)
        if found is None:
            raise configuration(f"there is no function {name!r}{did_you_mean(name, self._functions)}")
        return found

    async def invoke(self, invocation: Invocation) -> Completion:
        """Call the function that the invocation names. Raises ConnectorError."""
        return Completion(output=await self.resolve(invocation.function).call(invocation))

    async def close(self) -> None:
        """Let no further function start in a thread. Those that run end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class ResolvedFunction:
    """One function with its signature read and its way of running chosen."""

    __slots__ = ("_bind", "_handler", "_threads", "call", "spec", "takes")

    def __init__(self, spec: FunctionSpec[..., Any], threads: ThreadPoolExecutor) -> None:
        self.spec = spec
        self._handler = spec.handler
        binding = Binding(spec)
        self._bind, self.takes = binding.bind, binding.takes
        self._threads = threads
        self.call = self._await if spec.is_async else self._in_thread
        """`await call(invocation)` gives the output. Raises ConnectorError; lets CancelledError pass."""

    async def _await(self, invocation: Invocation) -> JsonValue:
        arguments = self._bind(invocation.arguments, invocation)
        try:
            result = await self._handler(**arguments)
        except ConnectorError:
            raise
        except Exception as error:
            raise self._explained(error) from error
        return result if type(result) in _SCALARS else self._plain(result)

    async def _in_thread(self, invocation: Invocation) -> JsonValue:
        arguments = self._bind(invocation.arguments, invocation)
        work = functools.partial(contextvars.copy_context().run, self._handler, **arguments)
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except ConnectorError:
            raise
        except Exception as error:
            raise self._explained(error) from error
        return result if type(result) in _SCALARS else self._plain(result)

    def _plain(self, result: Any) -> JsonValue:
        try:
            # By way of its text, so that it is now what it will be when it is read from the journal.
            return _DECODE(_ENCODE(result))
        except (TypeError, ValueError, RecursionError) as error:
            detail = f"function {self.spec.name} returned what cannot be JSON: {error}"
            raise failure("runtime", detail, Outcome.UNKNOWN) from error

    def _explained(self, error: Exception) -> ConnectorError:
        if isinstance(error, WorkflowError):
            return ConnectorError(error.problem, Outcome.UNKNOWN)
        text = str(error).encode(errors="replace").decode()  # half of a surrogate pair could not be stored
        told = f": {text}" if text else ""
        detail = f"function {self.spec.name} raised {type(error).__name__}{told}"
        return failure("runtime", detail, Outcome.UNKNOWN)


def discover() -> list[FunctionSpec[..., Any]]:
    """The functions of installed packages: entry points of the group `counterpoint.functions`.

    An entry point names a function, or a list of functions. Raises InvalidInput naming one that cannot be loaded.
    """
    found: list[FunctionSpec[..., Any]] = []
    for point in entry_points(group=ENTRY_POINT_GROUP):
        try:
            loaded = point.load()
            for each in loaded if isinstance(loaded, (list, tuple)) else (loaded,):
                found.append(each if isinstance(each, FunctionSpec) else FunctionSpec(each, name=point.name))
        except Exception as error:
            raise InvalidInput(f"the entry point {point.name} = {point.value} cannot be loaded: {error}") from error
    return found
