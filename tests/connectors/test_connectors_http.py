"""`call: http`: what is sent, what comes out, which status is which error."""

from __future__ import annotations

import base64
import gzip
from typing import Any

import pytest

from counterpoint.connectors.http import HttpLimits
from counterpoint.values.problem import Outcome, short_type
from tests.connectors.http_calls import Caller, with_origin
from tests.connectors.origin import Answer, Origin


def test_json_body_and_idempotency_key_are_sent() -> None:
    async def test(server: Origin, call: Caller) -> None:
        assert await call(f"{server.url}/charges", "post", body={"order": "o1", "amount": 1.5}) == {"ok": True}
        (asked,) = server.asked
        assert (asked.method, asked.path, asked.json) == ("POST", "/charges", {"order": "o1", "amount": 1.5})
        assert asked.headers["content-type"] == "application/json"
        assert asked.headers["idempotency-key"] == "i1:/do/0/a:"

    with_origin(test)


def test_the_documents_own_idempotency_key_wins() -> None:
    async def test(server: Origin, call: Caller) -> None:
        await call(server.url, "post", headers={"idempotency-key": "mine", "X-Many": ["a", "b"], "X-None": None})
        assert server.asked[0].headers["idempotency-key"] == "mine"
        assert server.asked[0].headers["x-many"] == "b"
        assert "x-none" not in server.asked[0].headers

    with_origin(test)


@pytest.mark.parametrize(
    ("body", "headers", "sent", "content_type"),
    [
        ("plain", {}, b"plain", "text/plain; charset=utf-8"),
        ('{"a": 1}', {"Content-Type": "application/json"}, b'{"a": 1}', "application/json"),
        ("<a/>", {"content-type": "application/xml"}, b"<a/>", "application/xml"),
        ([1, None], {}, b"[1,null]", "application/json"),
        (False, {}, b"false", "application/json"),
        ({"a": 1}, {"content-type": "application/merge-patch+json"}, b'{"a":1}', "application/merge-patch+json"),
        (
            {"a": "x y", "b": [1, True], "c": None},
            {"content-type": "application/x-www-form-urlencoded"},
            b"a=x+y&b=1&b=true",
            "application/x-www-form-urlencoded",
        ),
        (None, {}, b"", None),
    ],
)
def test_bodies_are_encoded_by_their_content_type(
    body: Any, headers: dict[str, str], sent: bytes, content_type: str | None
) -> None:
    async def test(server: Origin, call: Caller) -> None:
        await call(server.url, "put", body=body, headers=headers)
        assert server.asked[0].body == sent
        assert server.asked[0].headers.get("content-type") == content_type

    with_origin(test)


def test_multipart_forms() -> None:
    async def test(server: Origin, call: Caller) -> None:
        await call(server.url, "post", body={"a": "x", "n": 1}, headers={"Content-Type": "multipart/form-data"})
        asked = server.asked[0]
        boundary = asked.headers["content-type"].partition("boundary=")[2]
        assert asked.body.count(boundary.encode()) == 3
        assert b'name="a"\r\n\r\nx\r\n' in asked.body

    with_origin(test)


def test_query_values() -> None:
    async def test(server: Origin, call: Caller) -> None:
        query = {"tags": ["a", "b c"], "on": True, "n": 1.0, "none": None, "o": {"k": 1}}
        await call(f"{server.url}/find?kept=%2F", query=query)
        assert server.asked[0].target.startswith("/find?kept=%2F&tags=a&tags=b+c")
        assert server.asked[0].query[3:] == [("on", "true"), ("n", "1.0"), ("o", '{"k":1}')]

    with_origin(test)


@pytest.mark.parametrize(
    ("answer", "output"),
    [
        (Answer(body={"a": [1, None]}), {"a": [1, None]}),
        (Answer(body='{"t":1}', headers={"Content-Type": "application/problem+json; charset=utf-8"}), {"t": 1}),
        (Answer(body="caf\xe9".encode("latin-1"), headers={"Content-Type": "text/plain; charset=iso-8859-1"}), "café"),
        (Answer(body="<a/>", headers={"Content-Type": "application/xml"}), "<a/>"),
        (Answer(body=b"\x00\xff", headers={"Content-Type": "image/png"}), base64.b64encode(b"\x00\xff").decode()),
        (Answer(body='{"a": 1}', headers={}), {"a": 1}),
        (Answer(body="hello", headers={}), "hello"),
        (Answer(status=204), None),
        (
            Answer(
                body=gzip.compress(b'{"z": 1}'),
                headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
            ),
            {"z": 1},
        ),
    ],
)
def test_content_is_deserialized_by_its_type(answer: Answer, output: Any) -> None:
    async def test(server: Origin, call: Caller) -> None:
        assert await call(server.url) == output

    with_origin(test, answer)


def test_raw_output_is_base64() -> None:
    async def test(server: Origin, call: Caller) -> None:
        assert await call(server.url, output="raw") == base64.b64encode(b'{"a": 1}').decode()

    with_origin(test, Answer(body={"a": 1}))


def test_response_output_shows_request_status_headers_and_content_but_no_credentials() -> None:
    async def test(server: Origin, call: Caller) -> None:
        headers = {"Content-Type": "application/json", "Authorization": "Bearer hidden"}
        output = await call(f"{server.url}/a", "post", body={"x": 1}, headers=headers, output="response")
        assert output["request"] == {
            "method": "POST",
            "uri": f"{server.url}/a",
            "headers": {"Content-Type": "application/json"},
        }
        assert (output["statusCode"], output["content"]) == (201, {"id": 1})
        assert output["headers"]["X-Custom"] == "c"

    with_origin(test, Answer(201, {"id": 1}, {"X-Custom": "c"}))


def test_head_has_no_content() -> None:
    async def test(server: Origin, call: Caller) -> None:
        assert await call(server.url, "head") is None
        assert server.asked[0].method == "HEAD"

    with_origin(test, Answer(body={"a": 1}))


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (400, "communication", Outcome.NONE),
        (401, "authentication", Outcome.NONE),
        (403, "authorization", Outcome.NONE),
        (404, "communication", Outcome.NONE),
        (408, "communication", Outcome.UNKNOWN),
        (409, "communication", Outcome.UNKNOWN),
        (425, "communication", Outcome.UNKNOWN),
        (429, "communication", Outcome.UNKNOWN),
        (500, "communication", Outcome.UNKNOWN),
        (503, "communication", Outcome.UNKNOWN),
        (301, "communication", Outcome.UNKNOWN),
        (304, "communication", Outcome.UNKNOWN),
    ],
)
def test_status_gives_type_and_outcome(status: int, kind: str, outcome: Outcome) -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(f"{server.url}/x?apikey=hidden")
        assert (short_type(error.problem.type), error.problem.status, error.outcome) == (kind, status, outcome)
        assert f"GET {server.url}/x?apikey=*** gave {status}" in str(error.problem.detail)
        assert "hidden" not in str(error.problem.to_json())

    with_origin(test, Answer(status))


def test_retry_after_and_json_content_are_members_of_the_problem() -> None:
    async def test(server: Origin, call: Caller) -> None:
        first, second, third = [(await call.fails(server.url)).problem.to_json() for _ in range(3)]
        assert (first["retryAfter"], first["content"]) == (7, {"code": "busy"})
        assert second["retryAfter"] == 60
        assert "retryAfter" not in third

    date = {"Retry-After": "Thu, 01 Jan 1970 00:02:00 GMT"}
    answers = [Answer(503, {"code": "busy"}, {"Retry-After": "7"}), Answer(503, headers=date)]
    with_origin(test, *answers, Answer(503, headers={"Retry-After": "soon"}), caller={"now": lambda: 60_000})


def test_json_that_is_not_json_is_an_error() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url)
        assert "not valid JSON" in str(error.problem.detail)
        assert error.outcome is Outcome.UNKNOWN

    with_origin(test, Answer(body="{oops", headers={"Content-Type": "application/json"}))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"endpoint": "ftp://host/x"}, "absolute http or https URI"),
        ({"endpoint": "/relative"}, "absolute http or https URI"),
        ({"endpoint": {"url": "http://h"}}, "`endpoint` must be a URI"),
        ({"endpoint": "http://h", "method": "GE T"}, "`method` must be"),
        ({"endpoint": "http://h", "headers": {"A\nB": "x"}}, "not a valid header name"),
        ({"endpoint": "http://h", "headers": {"A": "x\r\nEvil: 1"}}, "control character"),
        ({"endpoint": "http://h", "headers": {"Transfer-Encoding": "chunked"}}, "leave it out"),
        ({"endpoint": "http://h", "output": "all"}, "`output` must be one of"),
        ({"endpoint": "http://h", "redirect": "yes"}, "`redirect` must be true or false"),
        ({"endpoint": "http://h", "query": [1]}, "`query` must be an object"),
        ({"endpoint": "http://h", "body": {}, "headers": {"Content-Type": "text/csv"}}, "cannot be sent as text/csv"),
        ({"endpoint": "http://h/" + "x" * 20_000}, "uri_length_max"),
    ],
)
def test_arguments_are_checked_before_anything_is_sent(arguments: dict[str, Any], words: str) -> None:
    async def test(_: Origin, call: Caller) -> None:
        error = await call.fails(**{"method": "get", **arguments})
        assert (short_type(error.problem.type), error.outcome) == ("validation", Outcome.NONE)
        assert words in str(error.problem.detail)

    with_origin(test)


def test_redirect_is_followed_where_asked_for() -> None:
    async def test(server: Origin, call: Caller) -> None:
        assert await call(f"{server.url}/a", "post", body={"x": 1}, redirect=True) == {"ok": True}
        assert [(each.method, each.path, each.body) for each in server.asked] == [
            ("POST", "/a", b'{"x":1}'),
            ("POST", "/b", b'{"x":1}'),
            ("GET", "/c", b""),
        ]
        assert "content-type" not in server.asked[2].headers

    with_origin(test, Answer(307, headers={"Location": "/b"}), Answer(303, headers={"Location": "c"}))


def test_a_redirection_that_leads_nowhere_is_an_output() -> None:
    async def test(server: Origin, call: Caller) -> None:
        assert (await call(server.url, redirect=True, output="response"))["statusCode"] == 304
        assert await call(server.url, redirect=True) == {"choices": 2}

    with_origin(test, Answer(304), Answer(300, {"choices": 2}))


def test_another_origin_gets_no_credentials() -> None:
    from tests.connectors.origin import origin

    async def test(server: Origin, call: Caller) -> None:
        async with origin() as other:
            server.queue.append(Answer(307, headers={"Location": f"{other.url}/there"}))
            endpoint = {"uri": server.url, "authentication": {"bearer": {"token": "hidden"}}}
            await call(endpoint, redirect=True, headers={"Cookie": "a=b", "X-Kept": "1"})
            assert server.asked[0].headers["authorization"] == "Bearer hidden"
            assert {"authorization", "cookie"}.isdisjoint(other.asked[0].headers)
            assert other.asked[0].headers["x-kept"] == "1"

    with_origin(test)


def test_endless_redirects_end() -> None:
    async def test(server: Origin, call: Caller) -> None:
        server.respond = lambda _: Answer(302, headers={"Location": "/again"})
        error = await call.fails(server.url, redirect=True)
        assert "redirects_max" in str(error.problem.detail)
        assert len(server.asked) == 4

    with_origin(test, caller={"limits": HttpLimits(redirects_max=3)})


def test_redirect_to_another_scheme_is_refused() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url, redirect=True)
        assert "not an http(s) URI" in str(error.problem.detail)

    with_origin(test, Answer(302, headers={"Location": "file:///etc/passwd"}))


def test_connections_are_reused_and_cookies_are_not_kept() -> None:
    async def test(server: Origin, call: Caller) -> None:
        for _ in range(3):
            await call(server.url)
        assert server.connections == 1
        assert all("cookie" not in each.headers for each in server.asked)

    with_origin(test, Answer(body=1, headers={"Set-Cookie": "session=1"}))


def test_user_information_in_the_uri_is_basic_authentication_and_stays_out_of_errors() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url.replace("//", "//ada:hidden@"))
        assert server.asked[0].headers["authorization"] == "Basic " + base64.b64encode(b"ada:hidden").decode()
        assert "hidden" not in str(error.problem.to_json())

    with_origin(test, Answer(500))
