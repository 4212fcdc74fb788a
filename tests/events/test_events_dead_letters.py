"""Dead letters over HTTP and on the command line: list, send again, discard."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack

import httpx2
import pytest

from counterpoint import Engine
from counterpoint.api import Access, Address, listen
from counterpoint.bootstrap.configuration import read_configuration
from counterpoint.cli.main import main
from counterpoint.connectors import NetworkPolicy

CONFIG = """
events:
  sinks:
    - name: receiver
      to: {type: http, endpoint: "URL"}
"""
RING = """
document: {dsl: '1.0.3', namespace: test, name: ring, version: '1.0.0'}
do:
- ring: {emit: {event: {with: {type: org.example.rung, data: {bell: '${ .bell }'}}}}}
"""


async def until_told(client, **wanted):
    """Until the sink is as it is wanted."""
    while True:
        [sink] = (await client.get("/v1/sinks")).json()["items"] or [{}]
        if wanted.items() <= sink.items():
            return sink
        await asyncio.sleep(0)


@pytest.mark.anyio
async def test_over_http(receiver):
    events = read_configuration(CONFIG.replace("URL", receiver.url), "serve.yaml").events
    receiver.answer = lambda _: (422, {})
    async with (
        Engine.embedded(None, events=events, network=NetworkPolicy.development()) as engine,
        AsyncExitStack() as server,
    ):
        address = await server.enter_async_context(listen(engine.service, Address.of("127.0.0.1:0"), Access(None)))
        async with httpx2.AsyncClient(base_url=f"http://{address}", trust_env=False, timeout=10) as client:
            ring = await engine.publish(RING)
            for bell in (1, 2, 3):
                await engine.start(ring, {"bell": bell}, id=f"hand-{bell}")
            sink = await until_told(client, dead=3, owed=0)
            assert (sink["configured"], sink["refused"], sink["sent"]) == (True, 3, 0)
            page = (await client.get("/v1/dead-letters", params={"limit": 2})).json()
            first, _ = page["items"]
            assert (first["sink"], first["event"]["data"]) == ("receiver", {"bell": 1})
            assert "422" in first["reason"]
            [third] = (await client.get("/v1/dead-letters", params={"cursor": page["next"]})).json()["items"]
            assert (await client.delete(f"/v1/dead-letters/{third['number']}")).status_code == 200
            assert (await client.delete(f"/v1/dead-letters/{third['number']}")).status_code == 404
            receiver.answer = lambda _: (204, {})
            assert (await client.post(f"/v1/dead-letters/{first['number']}/retry")).status_code == 200
            assert (await client.post(f"/v1/dead-letters/{third['number']}/retry")).status_code == 404
            await until_told(client, dead=1, owed=0, sent=1)
            answer = await client.post("/v1/dead-letters/retry", params={"sink": "receiver"})
            assert answer.json() == {"count": 1}
            while (await client.get("/v1/sinks")).json()["items"][0]["dead"]:
                await asyncio.sleep(0)
            await until_told(client, owed=0, sent=2)
    assert {json.loads(each.body)["data"]["bell"] for each in receiver.requests[-2:]} == {1, 2}


def test_on_the_command_line(receiver, tmp_path, monkeypatch, capfd):
    """Between two servers: what is sent again leaves with the next one."""
    monkeypatch.chdir(tmp_path)
    events = read_configuration(CONFIG.replace("URL", receiver.url), "serve.yaml").events
    receiver.answer = lambda _: (422, {})

    async def serve(bells, quiet) -> None:
        options = {"events": events, "network": NetworkPolicy.development()}
        async with Engine.embedded(tmp_path / "s.db", **options) as engine:
            ring = await engine.publish(RING)
            for bell in bells:
                await engine.start(ring, {"bell": bell}, id=f"hand-{bell}")
            while not quiet({each.name: each for each in await engine.service.events.sinks()}.get("receiver")):
                await asyncio.sleep(0)

    asyncio.run(serve((1, 2), lambda sink: sink is not None and sink.dead == 2))
    assert main(["events", "sinks", "--store", "s.db"]) == 0
    assert "receiver: 0 to be sent, 2 dead letters" in capfd.readouterr().out
    assert main(["events", "dead", "--store", "s.db", "--json"]) == 0
    first, second = json.loads(capfd.readouterr().out)
    assert main(["events", "retry", str(first["number"]), "--store", "s.db"]) == 0
    assert main(["events", "discard", str(second["number"]), "--store", "s.db"]) == 0
    assert main(["events", "discard", str(second["number"]), "--store", "s.db"]) == 1
    assert "there is no dead letter" in capfd.readouterr().err
    receiver.answer = lambda _: (204, {})
    asyncio.run(serve((), lambda sink: sink is not None and sink.sent == 1))
    assert json.loads(receiver.requests[-1].body)["data"] == {"bell": 1}
    assert main(["instances", "chain", "hand-1", "--store", "s.db"]) == 0
    told = capfd.readouterr().out
    assert "hand-1  completed  test/ring:1.0.0" in told
    assert "org.example.rung hand-1:/do/0/ring" in told
