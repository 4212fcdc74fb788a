"""Every example runs and gives what its comment promises, on a clock that jumps."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from counterpoint import Engine
from counterpoint.engine.clock import VirtualClock
from examples.functions import convert_to_euro, quote_price
from shared_data import ROOT

pytestmark = pytest.mark.anyio
EXAMPLES = ROOT / "examples"
DECIDED = {"specversion": "1.0", "id": "1", "type": "com.example.request.decided.v1", "source": "/desk"}


@asynccontextmanager
async def engine():
    """An engine in memory that knows the functions of the examples."""
    async with Engine.embedded(None, clock=VirtualClock(), functions=[convert_to_euro, quote_price]) as running:
        yield running


async def run(name: str, given: object):
    """The view of a run of one example, once it has ended."""
    async with engine() as running:
        instance = await running.start(await running.publish(EXAMPLES / f"{name}.yaml"), input=given)
        return await running.result(instance, timeout=10)


@pytest.mark.parametrize(("given", "name"), [({"name": "Ada"}, "Ada"), ({}, "world")])
async def test_hello_greets_by_name_or_the_world(given, name):
    view = await run("hello", given)
    assert view.output == {"greeting": f"Hello, {name}!", "letters": len(f"Hello, {name}!")}


async def test_retry_gets_a_price_at_the_third_attempt():
    view = await run("retry", {"article": "metronome"})
    assert view.output == {"article": "metronome", "price": 24.9}


async def test_parallel_gives_both_branches_in_the_order_in_which_they_are_written():
    view = await run("parallel", {"order": "A-1"})
    assert view.output == {"parcel": "parcel for A-1", "invoice": "invoice for A-1"}


async def test_batch_converts_every_amount_and_adds_them_up():
    view = await run("batch", {"currency": "CHF", "amounts": [10, 20, 12.5]})
    assert view.output == {"converted": [10.4, 20.8, 13.0], "total": 44.2}


@pytest.mark.parametrize(("approved", "status"), [(True, "granted"), (False, "refused")])
async def test_approval_takes_the_answer_that_is_about_its_request(approved, status):
    async with engine() as running:
        definition = await running.publish(EXAMPLES / "approval.yaml")
        instance = await running.start(definition, input={"request": "R-7", "amount": 900})
        for request, by in (("R-8", "Grace"), ("R-7", "Ada")):
            data = {"request": request, "approved": approved, "by": by}
            await running.deliver({**DECIDED, "id": request, "data": data})
        view = await running.result(instance, timeout=10)
    assert view.output == {"status": status, "by": "Ada"}


async def test_approval_is_refused_when_nobody_answers_for_three_days():
    view = await run("approval", {"request": "R-7", "amount": 900})
    assert view.output == {"status": "refused", "by": "nobody"}


async def test_subflow_greets_everyone_with_the_published_hello():
    async with engine() as running:
        await running.publish(EXAMPLES / "hello.yaml")
        definition = await running.publish(EXAMPLES / "subflow.yaml")
        instance = await running.start(definition, input={"people": ["Ada", "Grace"]})
        view = await running.result(instance, timeout=10)
    assert view.output == {"greetings": ["Hello, Ada!", "Hello, Grace!"]}


async def test_schedule_can_be_run_by_hand_as_well():
    view = await run("schedule", {})
    assert view.output == {"report": "opened", "run": view.id}
