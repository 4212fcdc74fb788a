"""TLS keeps the name although the connection goes to a judged address; HTTP/2 where the server speaks it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import h2.config
import h2.connection
import h2.events
import pytest

from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.http import HttpClient, HttpConnector
from counterpoint.errors import ConnectorError
from counterpoint.ports.connector import Invocation
from counterpoint.values.problem import Outcome
from tests.connectors.origin import origin
from tests.connectors.tls import HOST, contexts


class Http2:
    """A server of one connection: answers each stream with what it was asked."""

    def __init__(self) -> None:
        self.connections = 0
        self.streams: dict[int, tuple[dict[str, str], bytearray]] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        while data := await reader.read(65_536):
            for event in connection.receive_data(data):
                self._handle(connection, event)
            writer.write(connection.data_to_send())
        writer.close()

    def _handle(self, connection: h2.connection.H2Connection, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self.streams[event.stream_id] = (dict(event.headers), bytearray())  # type: ignore[arg-type]
        elif isinstance(event, h2.events.DataReceived):
            self.streams[event.stream_id][1].extend(event.data)
            connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            headers, body = self.streams[event.stream_id]
            answer = json.dumps({"path": headers[":path"], "host": headers[":authority"], "body": len(body)})
            connection.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/json")])
            connection.send_data(event.stream_id, answer.encode(), end_stream=True)


def resolve_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(host: str, port: int, **_: object) -> list[Any]:
        assert host == HOST
        return [(0, 0, 0, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)


def post(connector: HttpConnector, uri: str, body: Any = None) -> Any:
    arguments = {"method": "post", "endpoint": uri, "body": body, "output": "response"}
    return connector.invoke(Invocation(key="k", function="http", arguments=arguments))


def test_http2_is_spoken_where_the_server_does_and_calls_share_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        resolve_to_loopback(monkeypatch)
        server_tls, client_tls = contexts(tmp_path, "h2", "http/1.1")
        service = Http2()
        server = await asyncio.start_server(service.serve, "127.0.0.1", 0, ssl=server_tls)
        port = server.sockets[0].getsockname()[1]
        connector = HttpConnector(HttpClient(NetworkPolicy.development(), tls=client_tls))
        first = (await post(connector, f"https://{HOST}:{port}/a", {"x": "y" * 100_000})).output
        assert first["statusCode"] == 200
        assert first["content"]["host"] == f"{HOST}:{port}"
        assert first["content"]["body"] > 100_000
        replies = await asyncio.gather(*(post(connector, f"https://{HOST}:{port}/{n}") for n in range(20)))
        assert [each.output["content"]["path"] for each in replies] == [f"/{n}" for n in range(20)]
        assert service.connections == 1
        await connector.close()
        server.close()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_tls_names_the_host_and_not_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        resolve_to_loopback(monkeypatch)
        server_tls, client_tls = contexts(tmp_path, "http/1.1")
        named: list[str | None] = []
        server_tls.sni_callback = lambda _socket, name, _context: named.append(name)
        async with origin(ssl=server_tls) as server:
            connector = HttpConnector(HttpClient(NetworkPolicy.development(), tls=client_tls))
            assert (await post(connector, f"https://{HOST}:{server.port}/")).output["content"] == {"ok": True}
            assert named == [HOST]
            await connector.close()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_certificate_that_is_not_trusted_stops_the_call_before_it_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        resolve_to_loopback(monkeypatch)
        server_tls, _ = contexts(tmp_path, "http/1.1")
        async with origin(ssl=server_tls) as server:
            connector = HttpConnector(HttpClient(NetworkPolicy.development()))
            with pytest.raises(ConnectorError, match="certificate verify failed") as caught:
                await post(connector, f"https://{HOST}:{server.port}/")
            assert caught.value.outcome is Outcome.NONE
            assert server.asked == []
            await connector.close()

    asyncio.run(asyncio.wait_for(run(), 20))


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
        async with origin() as server:
            connector = HttpConnector(HttpClient(NetworkPolicy.development()))
            assert (await post(connector, server.url)).output["content"] == {"ok": True}
            await connector.close()

    asyncio.run(run())
