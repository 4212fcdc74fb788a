"""The shortcut of plain starts gives the answers of the general route, and takes no request that is not plain."""

from __future__ import annotations

import gzip
import json
import logging
import re

import pytest

from counterpoint import Engine
from counterpoint.api.access import ROUTE, Access
from counterpoint.api.app import general
from counterpoint.api.gate import Gate
from counterpoint.api.limits import ApiLimits
from counterpoint.api.serving import Serving
from counterpoint.api.shortcut import Shortcut
from counterpoint.api.stopping import Stopping
from tests.api.conftest import HEAD, HEARS, SET
from tests.counting import counted

pytestmark = pytest.mark.anyio
TOKEN = "correct-horse-battery-staple"
CALLS_MAX = 460
"""Of one plain start and what it sets off, with what these tests add: 440 when this was written, about 25 of them for
the turns of the loop that a batch waits for what joins it."""
SAVED_MIN = 200
PAGE = "https://studio.example.org"
START = {"definition": "api/thing:1.0.0", "input": {"who": "Ada"}}
LONG = {"definition": "thing", "input": {"who": "x" * 2_000}}
JSON = {"Content-Type": "application/json"}
STRICT = """document: {dsl: '1.0.3', namespace: api, name: strict, version: '1.0.0'}
input: {schema: {document: {type: object, required: [order], properties: {lines: {items: {type: string}}}}}}
do: [{tell: {set: {told: '${ .order }'}}}]
"""
NUMBERED = re.compile(r"[0-9a-f]{28}|@\d{10}|\d{4}-\d\d-\d\dT[\d:.]+Z")
"""An id of ours, or a time."""

PLAIN = {
    "nothing but a name": ("", {}, {"definition": "thing"}),
    "an input": ("", {}, START),
    "a range": ("", {}, {"definition": "api/thing:^1.0", "input": [1, 2.5, None, "ü", 10**30]}),
    "a deprecated version": ("", {}, {"definition": "old"}),
    "waiting": ("?wait=10", {}, START),
    "waiting, told with a preference": ("", {"Prefer": "wait=10"}, START),
    "waiting in vain": ("?wait=0.05", {}, {"definition": "hears"}),
    "not waiting": ("?wait=0", {}, START),
    "an id": ("", {}, START | {"id": "order 7/ü"}),
    "a business key": ("?wait=10", {}, START | {"businessKey": "order-7"}),
    "an idempotency key": ("", {"Idempotency-Key": "k-1"}, START),
    "a request id": ("", {"X-Request-Id": "mine"}, START),
    "a trace": ("?wait=10", {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}, START),
    "what a browser accepts": ("", {"Accept": "text/html", "Accept-Encoding": "gzip, br"}, START),
    "a long answer": ("?wait=10", {"Accept-Encoding": "br;q=1.0, gzip;q=0.8"}, LONG),
    "a long answer for who takes it as it is": ("?wait=10", {"Accept-Encoding": "br"}, LONG),
    "no such definition": ("", {}, {"definition": "none"}),
    "no such version": ("", {"Accept-Encoding": "gzip"}, {"definition": "thing:9.0.0"}),
    "no range": ("", {}, {"definition": "thing:>>1"}),
    "a retired version": ("", {}, {"definition": "api/gone:1.0.0"}),
    "an input that the schema does not take": ("", {}, {"definition": "strict", "input": {"lines": [7]}}),
    "a key with an input that the schema does not take": (
        "?wait=1",
        {"Idempotency-Key": "k-3"},
        {"definition": "strict"},
    ),
    "an input that the schema takes": ("?wait=10", {}, {"definition": "strict", "input": {"order": "7"}}),
    "an id that cannot be one": ("", {}, START | {"id": "a#b"}),
    "an id that is taken": ("", {}, START | {"id": "taken"}),
    "a business key that cannot be one": ("", {}, START | {"businessKey": "a\nb"}),
    "a key and an id": ("", {"Idempotency-Key": "k-2"}, START | {"id": "i"}),
    "a key that is too long": ("", {"Idempotency-Key": "k" * 256}, START),
}
"""Query, headers, body: what the shortcut answers itself."""

GENERAL = {
    "no body": ("", {}, ""),
    "no JSON": ("", {}, "{"),
    "no object": ("", {}, [START]),
    "no definition": ("", {}, {"input": {}}),
    "a definition that is no text": ("", {}, {"definition": 7}),
    "an unknown member": ("", {}, START | {"inputs": {}}),
    "an input that is no JSON": ("", {}, '{"definition": "thing", "input": "\\ud800"}'),
    "far too deep": ("", {}, '{"definition": "thing", "input": ' + "[" * 5_000 + "]" * 5_000 + "}"),
    "too large": ("", {}, {"definition": "thing", "input": "x" * 20_000}),
    "another media type": ("", {"Content-Type": "text/plain"}, START),
    "a media type with parameters": ("", {"Content-Type": "application/json; charset=utf-8"}, START),
    "no media type": ("", {"Content-Type": ""}, START),
    "an empty key": ("", {"Idempotency-Key": ""}, START),
    "less than no time": ("?wait=-1", {}, START),
    "no time": ("?wait=soon", {}, START),
    "time without end": ("?wait=inf", {}, START),
    "two times": ("?wait=1&wait=2", {}, START),
    "an unknown parameter": ("?wiat=1", {}, START),
    "unmasking": ("?unmask=true", {}, START),
    "another token": ("", {"Authorization": "Bearer wrong"}, START),
    "another scheme": ("", {"Authorization": f"Basic {TOKEN}"}, START),
    "a page that may": ("", {"Origin": PAGE}, START),
    "a page that may not": ("", {"Origin": "https://evil.example.org"}, START),
}
"""What it hands on."""


class Sides:
    """One application with the shortcut and one without it, each on an engine of its own."""

    def __init__(self, engines, token):
        self.taken = False
        self.apps = [self._app(engine, token, short) for engine, short in zip(engines, (True, False), strict=True)]

    def _app(self, engine, token, short):
        limits = ApiLimits(body_bytes_max=15_000)
        serving, access = Serving(engine.service, Stopping(0), limits), Access(token, [PAGE])
        app = general(serving, access, limits)

        async def handed_on(scope, receive, send):
            self.taken = False
            await app(scope, receive, send)

        return Gate(Shortcut(handed_on, serving, access) if short else app, limits, serving.stopping)

    async def answers(self, request):
        """What both answer, the shortcut's first, and whether it did so itself."""
        self.taken = True
        answers = [await asked(app, *request) for app in self.apps]
        return *answers, self.taken


async def asked(app, query, headers, body, *, parts=1, gone=False):
    """Status, headers, body and route of the answer to a start."""
    sent = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    given = {"Host": "localhost", "Content-Length": str(len(sent)), "Authorization": f"Bearer {TOKEN}"} | JSON | headers
    size = -(-len(sent) // parts) or 1
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)] or [b""]
    events = [{"type": "http.request", "body": each, "more_body": True} for each in pieces]
    events[-1] = {"type": "http.disconnect"} if gone else events[-1] | {"more_body": False}
    answer = []

    async def receive():
        return events.pop(0) if events else {"type": "http.disconnect"}

    async def send(message):
        answer.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/instances", "raw_path": b"/v1/instances", "root_path": "",
        "scheme": "http", "http_version": "1.1", "server": ("localhost", 1), "client": ("localhost", 2), "state": {},
        "query_string": query.removeprefix("?").encode(), "asgi": {"version": "3.0", "spec_version": "2.3"},
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
    }  # fmt: skip
    await app(scope, receive, send)
    if not answer:
        return None
    told = dict(answer[0]["headers"])
    content = b"".join(each["body"] for each in answer[1:])
    assert int(told.pop(b"content-length")) == len(content)
    id = told.pop(b"x-request-id").decode()
    assert headers.get("X-Request-Id", id) == id
    text = (gzip.decompress(content) if b"content-encoding" in told else content).decode()
    told = {name: NUMBERED.sub("…", value.decode()) for name, value in told.items()}
    return answer[0]["status"], told, NUMBERED.sub("…", text.replace(id, "ID")), scope["state"].get(ROUTE)


async def furnish(engine):
    """Publish what the requests of the tables ask for."""
    for name, tasks in (("thing", SET), ("hears", HEARS), ("old", SET), ("gone", SET)):
        await engine.publish(HEAD.format(name=name, version="1.0.0") + tasks)
    await engine.publish(STRICT)
    await engine.deprecate("api/old:1.0.0", sunset="2999-12-31T00:00:00Z", replacement="api/thing:^1.0")
    await engine.retire("api/gone:1.0.0", reason="it is wrong")
    await engine.result(await engine.start("thing", id="taken"))


@pytest.fixture
async def sides():
    async with Engine.embedded(None) as one, Engine.embedded(None) as other:
        for engine in (one, other):
            await furnish(engine)
        yield Sides([one, other], TOKEN)


@pytest.mark.parametrize("request_", PLAIN.values(), ids=PLAIN)
async def test_a_plain_start_is_answered_by_the_shortcut_as_by_the_general_route(sides, request_):
    for _ in range(2):  # what has a key or an id of its own is answered otherwise the second time
        short, long, taken = await sides.answers(request_)
        assert short == long
        assert taken


@pytest.mark.parametrize("request_", GENERAL.values(), ids=GENERAL)
async def test_what_is_not_plain_is_answered_by_the_general_route(sides, request_):
    short, long, taken = await sides.answers(request_)
    assert short == long
    assert not taken


async def test_the_requests_of_these_tests_are_of_all_kinds(sides):
    answers = [(await sides.answers(each))[0] for each in (*PLAIN.values(), *GENERAL.values())]
    assert {status for status, *_ in answers} == {201, 400, 401, 403, 404, 409, 413, 415, 422}


async def test_a_body_in_pieces_is_read_whole_and_one_that_breaks_off_starts_nothing(sides):
    whole = [await asked(app, "?wait=10", {}, START, parts=7) for app in sides.apps]
    assert whole[0] == whole[1]
    assert whole[0][0] == 201
    for app in sides.apps:
        await asked(app, "", {}, START | {"id": "broken-off"}, parts=2, gone=True)
        answer = await asked(app, "", {}, START | {"id": "broken-off"})
        assert answer[0] == 201


async def test_the_shortcut_spares_a_plain_start_hundreds_of_calls(sides, caplog):
    """In calls of functions, those of the engine included; a line in the log of accesses costs both the same."""
    caplog.set_level(logging.WARNING, logger="counterpoint.access")
    costs = []
    for app in sides.apps:
        await asked(app, "", {}, START)
        counts = []
        for _ in range(5):
            with counted() as calls:
                await asked(app, "", {}, START)
            counts.append(calls.count)
        costs.append(min(counts))  # a timer that is due in between adds calls of its own, and takes none away
    short, long = costs
    print(f"{short} calls instead of {long}")
    assert short < CALLS_MAX
    assert short < long - SAVED_MIN
