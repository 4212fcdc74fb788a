"""The authentication cases of another runtime: the token requests that it makes, we make."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared_data import conformance_data
from tests.connectors.http_calls import Caller
from tests.connectors.origin import Answer, Asked, Origin, origin

DATA = conformance_data()
CASES = sorted(DATA.glob("suites/sdk-java/[ao]*.yaml")) if DATA else []
CASES = [path for path in CASES if path.name.startswith(("oauth2-", "oidc-", "auth-"))]


@pytest.mark.skipif(not CASES, reason="the conformance corpus is absent (set CONFORMANCE_DATA)")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_expected_requests_are_made(path: Path) -> None:
    asyncio.run(_run(yaml.safe_load(path.read_text())))


async def _run(case: dict[str, Any]) -> None:
    workflow = yaml.safe_load(case["workflow"])
    (task,) = workflow["do"]
    async with AsyncExitStack() as stack:
        servers: dict[str, Origin] = {}
        log: list[tuple[str, Asked]] = []
        for queue in case["http"]["queues"]:
            answers = [Answer(each["status"], each.get("body"), each.get("headers", {})) for each in queue["responses"]]
            servers[queue["host"]] = await stack.enter_async_context(origin(*answers))
        for host, server in servers.items():
            server.respond = _logging(server.respond, host, log)
        with_ = _evaluated(task["getPet"]["with"], case, servers)
        call = Caller()
        try:
            done = await call.complete(
                with_["endpoint"],
                with_["method"],
                **{k: v for k, v in with_.items() if k not in ("endpoint", "method")},
            )
        finally:
            await call.connector.close()
        _check(case["expect"], done.output, done.authorization, log)


def _logging(respond: Any, host: str, log: list[tuple[str, Asked]]) -> Any:
    def logged(asked: Asked) -> Any:
        log.append((host, asked))
        return respond(asked)

    return logged


def _evaluated(value: Any, case: dict[str, Any], servers: dict[str, Origin]) -> Any:
    """What the engine does beforehand: expressions, secrets, and here the hosts of the mock servers."""
    if isinstance(value, dict):
        if list(value) == ["use"]:
            return case["secrets"][value["use"]]
        return {name: _evaluated(each, case, servers) for name, each in value.items()}
    if isinstance(value, list):
        return [_evaluated(each, case, servers) for each in value]
    if isinstance(value, str):
        if found := re.fullmatch(r"\$\{\s*\.(\w+)\s*\}", value):
            return case["input"][found[1]]
        if found := re.fullmatch(r"\$\{\s*\$secrets?\.(\w+)\.(\w+)\s*\}", value):
            return case["secrets"][found[1]][found[2]]
        for host, server in servers.items():
            value = value.replace(host, server.url)
    return value


def _check(expect: dict[str, Any], output: Any, authorization: Any, log: list[tuple[str, Asked]]) -> None:
    assert len(log) == len(expect["http_requests"])
    for wanted, (host, asked) in zip(expect["http_requests"], log, strict=True):
        assert host == wanted.get("host", host)
        assert asked.method == wanted.get("method", asked.method)
        assert asked.path == wanted.get("path", asked.path)
        assert asked.headers.get("content-type") == wanted.get("content_type", asked.headers.get("content-type"))
        if "body_form" in wanted:
            assert wanted["body_form"].items() <= asked.form.items()
        if "body_json" in wanted:
            assert wanted["body_json"].items() <= asked.json.items()
            assert asked.json.keys() - wanted["body_json"].keys() <= {"scope"}
        for name in wanted.get("body_form_absent", ()):
            assert name not in asked.form
        for name, value in (wanted.get("headers") or {}).items():
            assert asked.headers[name.lower()] == value
        for name, parts in (wanted.get("header_contains") or {}).items():
            assert all(part in asked.headers[name.lower()] for part in parts)
    if "output" in expect:
        assert output == expect["output"]
    if "context" in expect:
        assert authorization == expect["context"]["info"]
    if "context_paths" in expect:
        assert authorization["scheme"] == expect["context_paths"]["info.scheme"]
