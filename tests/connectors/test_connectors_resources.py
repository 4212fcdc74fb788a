"""External resources: where they may be fetched from, and how much."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.http import HttpClient
from counterpoint.connectors.resources import Resource, Resources
from counterpoint.errors import ConnectorError
from counterpoint.values.problem import Outcome, short_type
from tests.connectors.origin import Answer, origin


def fetch(endpoint: Any, roots: tuple[Path, ...] = (), **limits: int) -> Resource:
    async def run() -> Resource:
        client = HttpClient(NetworkPolicy.development())
        try:
            return await Resources(client, roots).fetch(endpoint, **limits)
        finally:
            await client.close()

    return asyncio.run(run())


def refused(endpoint: Any, roots: tuple[Path, ...] = (), **limits: int) -> str:
    with pytest.raises(ConnectorError) as caught:
        fetch(endpoint, roots, **limits)
    assert caught.value.outcome is Outcome.NONE
    return f"{short_type(caught.value.problem.type)}: {caught.value.problem.detail}"


def test_http_resources_follow_redirects_and_authenticate() -> None:
    async def run() -> None:
        async with origin(Answer(302, headers={"Location": "/there?a=b"}), Answer(body="text")) as server:
            client = HttpClient(NetworkPolicy.development())
            endpoint = {"uri": f"{server.url}/here", "authentication": {"bearer": {"token": "t"}}}
            found = await Resources(client).fetch({"name": "x", "endpoint": endpoint})
            assert (found.content, found.uri) == (b"text", f"{server.url}/there?a=b")
            assert [each.headers["authorization"] for each in server.asked] == ["Bearer t", "Bearer t"]
            await client.close()

    asyncio.run(run())


def test_files_are_read_below_the_roots_only(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "deep").mkdir(parents=True)
    (root / "deep" / "a b.json").write_text("{}")
    (tmp_path / "secret").write_text("hidden")
    (root / "link").symlink_to(tmp_path / "secret")
    for endpoint in ((root / "deep" / "a b.json").as_uri(), "deep/a b.json"):
        assert fetch(endpoint, (tmp_path / "other", root)).content == b"{}" if endpoint.startswith("file") else True
    assert fetch("deep/a b.json", (root,)).content == b"{}"
    for endpoint in ((tmp_path / "secret").as_uri(), "../secret", "link", "/etc/passwd", "file:///etc/passwd"):
        assert "outside the directories" in refused(endpoint, (root,))
    assert "no directory is configured" in refused("file:///etc/passwd")
    assert "cannot be read" in refused("gone.json", (root,))


def test_sizes_are_bounded(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 100)
    assert "larger than 10 bytes" in refused("big", (tmp_path,), bytes_max=10)

    async def run() -> None:
        async with origin(Answer(body=b"x" * 100)) as server:
            client = HttpClient(NetworkPolicy.development())
            with pytest.raises(ConnectorError, match="larger than 10 bytes"):
                await Resources(client).fetch(server.url, bytes_max=10)
            await client.close()

    asyncio.run(run())


def test_other_schemes_are_refused() -> None:
    assert refused("ftp://host/x").startswith("configuration: ftp://host/x cannot be fetched")
    assert refused({"url": "x"}).startswith("validation")
