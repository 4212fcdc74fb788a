"""Help for whoever writes expressions, over HTTP: what one gives, and what it can see."""

from __future__ import annotations

import asyncio

import pytest

from counterpoint.application.evaluating import Evaluating, EvaluationLimits
from counterpoint.errors import LimitExceeded
from tests.api.conftest import HEAD

pytestmark = pytest.mark.anyio

SAGA = HEAD.format(name="pay", version="1.0.0").replace(
    "do:",
    "input: { schema: { document: { type: object, required: [order], properties:"
    " { order: { type: string }, gift: { type: boolean } } } } }\n"
    "use: { secrets: [token] }\ndo:",
) + (
    """\
- price:
    set: { total: 5, currency: EUR }
    export: { as: '${ { bought: $input.order } }' }
- charge:
    call: http
    with: { method: post, endpoint: 'https://payments.example.com/charges', body: '${ .total }' }
    output: { as: '${ { paid: true } }' }
    compensate:
      do:
      - refund: { call: http, with: { method: post, endpoint: 'https://payments.example.com/refunds' } }
- each:
    for: { each: line, in: '${ [1, 2] }' }
    do:
    - one: { set: { line: '${ $line }' } }
"""
)


async def evaluated(serving, expression, data=None, variables=None):
    body = {"expression": expression, "data": data, "variables": variables or {}}
    answer = await serving.client.post("/v1/rehearsals/evaluate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def visible(serving, task, **more):
    answer = await serving.client.post("/v1/rehearsals/visible", json={"document": SAGA, "task": task, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_expression_gives_its_value_on_the_data_that_come_with_it(serving):
    assert await evaluated(serving, "${ .a + $context.b }", {"a": 1}, {"context": {"b": 2}}) == {"value": 3}
    assert await evaluated(serving, ".a", {"a": [None]}) == {"value": [None]}
    assert await evaluated(serving, "empty") == {"value": None}


@pytest.mark.parametrize(
    ("expression", "message", "place"),
    [
        ("${ .a | lenght }", "unknown function lenght; did you mean", (1, 9)),
        ("  .a | (", "'(' is never closed", (1, 8)),
        ("${\n  .a\n  | nope\n}", "unknown function nope", (3, 5)),
        ("$inptu", "unknown variable $inptu; did you mean $input?", (None, None)),
        (".a + 1", "a string and a number cannot be added", (None, None)),
        ("$output", "$output has no value at this place", (None, None)),
        ("env.HOME", "env may not be used: the environment is out of reach", (1, 1)),
        ("${ $secrets.token }", "$secrets has its value only while the workflow runs", (None, None)),
    ],
)
async def test_a_fault_says_what_is_wrong_and_where(serving, expression, message, place):
    fault = (await evaluated(serving, expression, {"a": "text"}))["fault"]
    assert message in fault["message"]
    assert (fault["line"], fault["column"]) == place


async def test_an_expression_that_does_not_end_is_stopped_and_holds_nobody_up(serving):
    endless = asyncio.create_task(evaluated(serving, "last(range(1; infinite))"))
    assert (await serving.client.get("/health/live")).status_code == 200
    assert (await endless)["fault"]["message"] == "it took longer than 500 ms (evaluation_ms_max)"
    assert await evaluated(serving, "1 + 1") == {"value": 2}


async def test_data_and_results_are_bounded_and_so_is_who_waits(serving):
    large = await serving.client.post("/v1/rehearsals/evaluate", json={"expression": ".", "data": "x" * 1_100_000})
    assert (large.status_code, large.json()["limit"]) == (413, "evaluation_bytes_max")
    assert "evaluation_bytes_max" in (await evaluated(serving, "[., .]", "x" * 600_000))["fault"]["message"]
    assert "deeper than 64 levels" in (await evaluated(serving, "(" * 65 + "1" + ")" * 65))["fault"]["message"]
    evaluating = Evaluating(EvaluationLimits(evaluations_max=1))
    first = asyncio.create_task(evaluating.evaluate("1", None, {}))
    await asyncio.sleep(0)
    with pytest.raises(LimitExceeded):
        await evaluating.evaluate("1", None, {})
    assert (await first).value == 1
    evaluating.close()


async def test_a_secret_is_not_even_taken(serving):
    body = {"expression": "$secrets", "variables": {"secrets": {"token": "s3cret"}}}
    answer = await serving.client.post("/v1/rehearsals/evaluate", json=body)
    assert answer.status_code == 422
    assert "s3cret" not in answer.text


async def test_a_step_sees_the_data_of_a_trial_and_what_is_known_of_any(serving):
    told = await visible(serving, "/do/1/charge", input={"order": "7"})
    assert told["reached"]
    assert told["secrets"] == ["token"]
    argument = told["stages"]["argument"]
    assert argument["data"] == {"total": 5, "currency": "EUR"}
    assert argument["variables"]["context"] == {"bought": "7"}
    assert argument["variables"]["workflow"]["input"] == {"order": "7"}
    assert "secrets" not in argument["variables"]
    assert argument["shape"]["properties"]["currency"] == {"type": "string"}
    assert told["stages"]["output"]["variables"].get("output") is None
    assert told["stages"]["export"]["data"] == {"paid": True}
    assert told["stages"]["export"]["variables"]["output"] == {"paid": True}


async def test_members_that_may_be_there_are_known_although_the_sample_lacks_them(serving):
    condition = (await visible(serving, "/do/0/price"))["stages"]["condition"]
    assert condition["data"] == {"order": "text"}
    assert set(condition["shape"]["properties"]) == {"order", "gift"}


async def test_a_loop_gives_its_variables_and_an_undo_what_it_undoes(serving):
    one = (await visible(serving, "/do/2/each/do/0/one"))["stages"]["argument"]["variables"]
    assert (one["line"], one["index"]) == (1, 0)
    undo = await visible(serving, "/do/1/charge/compensate/do/0/refund")
    assert not undo["reached"]
    assert undo["stages"]["argument"]["variables"]["compensation"]["output"] == {"paid": True}


async def test_a_document_with_faults_is_read_as_far_as_it_is_sound(serving):
    broken = SAGA.replace("${ .total }", "${ .total | }")
    answer = await serving.client.post("/v1/rehearsals/visible", json={"document": broken, "task": "/do/1/charge"})
    told = answer.json()
    assert (answer.status_code, told["reached"]) == (200, False)
    assert set(told["stages"]["argument"]["data"]) == {"total", "currency"}
    for document, task in ((SAGA, "/do/7/none"), ("do: 7", "/do/0/a")):
        refused = await serving.client.post("/v1/rehearsals/visible", json={"document": document, "task": task})
        assert refused.status_code == 422
