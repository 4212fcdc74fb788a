"""Each test runs on every transport whose broker is there. Brokers start once; each test has a place of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from servers import SERVERS, Server
from transports import TRANSPORTS, Transport


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `transport` or `server` runs on all; tests of one broker share a worker."""
    if "server" in metafunc.fixturenames:
        names = [pytest.param(name, marks=pytest.mark.xdist_group(f"broker-{name}"), id=name) for name in SERVERS]
        metafunc.parametrize("server", names, indirect=True)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """Brokers by name, started when they are first needed."""
    started: dict[str, Server] = {}
    yield started
    for each in started.values():
        each.close()


@pytest.fixture
def server(
    request: pytest.FixtureRequest, running: dict[str, Server], tmp_path_factory: pytest.TempPathFactory
) -> Server:
    """A broker that runs. Skips where its program is absent."""
    kind = SERVERS[request.param]
    if kind.program() is None:
        pytest.skip(f"{kind.name} is not installed (Debian package {kind.package}; .ci/servers installs it)")
    if kind.name not in running:
        running[kind.name] = kind(tmp_path_factory.mktemp(kind.name))
        running[kind.name].start()
    return running[kind.name]


@pytest.fixture
def transport(server: Server) -> Transport:
    """A new place at the broker, made as its operator would."""
    made = TRANSPORTS[server.name](server)
    asyncio.run(made.ready())
    return made
