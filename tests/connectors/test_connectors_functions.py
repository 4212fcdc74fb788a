"""Python functions: binding by name, conversion, errors with their outcome."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import pytest

from counterpoint.connectors.functions import FunctionConnector, FunctionSpec, Refused, discover, function
from counterpoint.errors import ConnectorError, InvalidInput, WorkflowError
from counterpoint.ports.connector import Connector, Invocation
from counterpoint.values.problem import Outcome, Problem, short_type


class Order(msgspec.Struct):
    number: str
    amount: int = 0


@dataclass
class Receipt:
    order: Order
    on: date


def call(target: Any, arguments: dict[str, Any] | None = None, **invocation: Any) -> Any:
    async def run() -> Any:
        connector = FunctionConnector([target])
        port: Connector = connector
        (name,) = port.functions
        try:
            done = await port.invoke(Invocation(key="k1", function=name, arguments=arguments or {}, **invocation))
        finally:
            await port.close()
        return done.output

    return asyncio.run(run())


def refused(target: Any, arguments: dict[str, Any] | None = None) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        call(target, arguments)
    return caught.value


@function
async def charge(order: str, amount: int = 1) -> dict[str, Any]:
    return {"order": order, "amount": amount}


def test_async_function_gets_its_arguments_by_name() -> None:
    assert call(charge, {"order": "o1", "amount": 5}) == {"order": "o1", "amount": 5}
    assert call(charge, {"order": "o1"}) == {"order": "o1", "amount": 1}


def test_decorated_function_is_still_a_function() -> None:
    assert isinstance(charge, FunctionSpec)
    assert charge.__name__ == "charge"
    assert asyncio.run(charge("o1")) == {"order": "o1", "amount": 1}


def test_name_and_read_only_are_kept() -> None:
    @function(name="stock.level", read_only=True)
    def level() -> int:
        return 3

    assert (level.name, level.read_only) == ("stock.level", True)
    assert call(level) == 3


def test_sync_function_runs_in_a_thread() -> None:
    @function
    def where() -> str:
        return threading.current_thread().name

    assert call(where).startswith("counterpoint-function")


def test_missing_and_unknown_arguments_are_all_named() -> None:
    error = refused(charge, {"oder": "o1", "colour": "red"})
    assert error.outcome is Outcome.NONE
    assert short_type(error.problem.type) == "validation"
    assert error.problem.detail == (
        "function charge: missing argument 'order'; "
        "unknown argument 'colour' (known: amount, order); "
        "unknown argument 'oder' (did you mean 'order'?)"
    )


def test_keyword_catch_all_takes_everything() -> None:
    @function
    async def everything(**rest: Any) -> Any:
        return rest

    assert call(everything, {"a-b": 1}) == {"a-b": 1}


def test_typed_parameters_are_converted_and_typed_results_become_json() -> None:
    @function
    async def receipt(order: Order, days: list[date], note: str | None = None) -> Receipt:
        assert isinstance(order, Order)
        assert days == [date(2025, 1, 2)]
        return Receipt(order, days[0])

    done = call(receipt, {"order": {"number": "o1", "amount": 2}, "days": ["2025-01-02"]})
    assert done == {"order": {"number": "o1", "amount": 2}, "on": "2025-01-02"}


def test_a_value_that_does_not_convert_is_named_with_its_place() -> None:
    @function
    async def take(order: Order) -> None: ...

    error = refused(take, {"order": {"number": 5}})
    assert error.outcome is Outcome.NONE
    assert error.problem.detail == "function take: argument 'order': Expected `str`, got `int` - at `$.number`"


def test_invocation_is_given_by_name_and_by_annotation() -> None:
    @function
    async def named(invocation: Any) -> str:
        return invocation.key

    @function
    async def annotated(call_: Invocation, order: str = "") -> int:
        return call_.attempt

    assert call(named) == "k1"
    assert call(annotated, {"order": "o"}, attempt=3) == 3
    assert "unknown argument 'invocation'" in str(refused(named, {"invocation": 1}).problem.detail)


def test_an_exception_leaves_the_outcome_unknown() -> None:
    @function
    def broken() -> None:
        raise ValueError("no such account")

    error = refused(broken)
    assert error.outcome is Outcome.UNKNOWN
    assert short_type(error.problem.type) == "runtime"
    assert error.problem.detail == "function broken raised ValueError: no such account"


def test_refused_says_that_nothing_happened() -> None:
    @function
    async def decline() -> None:
        raise Refused("card declined", kind="https://shop.example/errors/declined", status=402, extensions={"code": 7})

    error = refused(decline)
    assert error.outcome is Outcome.NONE
    assert error.problem.to_json() == {
        "type": "https://shop.example/errors/declined",
        "status": 402,
        "detail": "card declined",
        "code": 7,
    }


def test_a_workflow_error_keeps_its_problem() -> None:
    problem = Problem.standard("authorization", "not yours")

    @function
    async def forbid() -> None:
        raise WorkflowError(problem)

    error = refused(forbid)
    assert (error.problem, error.outcome) == (problem, Outcome.UNKNOWN)


def test_a_result_that_is_not_json_is_a_runtime_error() -> None:
    @function
    async def odd() -> object:
        return object()

    assert "returned what cannot be JSON" in str(refused(odd).problem.detail)


def test_cancellation_passes_through() -> None:
    async def run() -> None:
        started = asyncio.Event()

        @function
        async def endless() -> None:
            started.set()
            await asyncio.Event().wait()

        connector = FunctionConnector([endless])
        task = asyncio.create_task(connector.invoke(Invocation(key="k", function="endless", arguments={})))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await connector.close()

    asyncio.run(run())


def test_unknown_function_suggests_a_name() -> None:
    with pytest.raises(ConnectorError, match="did you mean 'charge'"):
        FunctionConnector([charge]).resolve("chrge")


def test_two_functions_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidInput, match="two functions are named 'charge'"):
        FunctionConnector([charge, charge])


def test_positional_parameters_are_refused_when_decorated() -> None:
    with pytest.raises(TypeError, match="positional"):

        @function
        def positional(a: int, /) -> None: ...


def test_functions_of_installed_packages_are_discovered(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plugged_functions.py").write_text("def greet(name):\n    return f'hello {name}'\n")
    info = tmp_path / "plugged-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[counterpoint.functions]\ngreet = plugged_functions:greet\n")
    monkeypatch.syspath_prepend(tmp_path)
    (found,) = discover()
    assert call(found, {"name": "Ada"}) == "hello Ada"
    (info / "entry_points.txt").write_text("[counterpoint.functions]\ngreet = plugged_functions:gone\n")
    with pytest.raises(InvalidInput, match="plugged_functions:gone cannot be loaded"):
        discover()
