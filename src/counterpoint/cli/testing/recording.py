"""`counterpoint test --record`: a scenario file from a real run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from counterpoint.application.recording import record_scenario
from counterpoint.bootstrap.opening import open_reader
from counterpoint.cli.exits import Exit
from counterpoint.cli.output import write_output
from counterpoint.cli.terminal import Streams
from counterpoint.dsl.yaml_writer import write_yaml
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject


def write_recording(id: str, store: str, mask: Sequence[str], output: str | None, streams: Streams) -> Exit:
    """Record an instance and write its scenario as YAML."""
    for pointer in mask:
        if not pointer.startswith("/"):
            raise InvalidInput(f"--mask {pointer} must be a JSON pointer, for example --mask /customer/name")
    return write_output(write_yaml(asyncio.run(_recorded(id, store, mask))), output, streams)


async def _recorded(id: str, store: str, mask: Sequence[str]) -> JsonObject:
    reader = open_reader(store)
    try:
        return await record_scenario(reader, id, mask)
    finally:
        await reader.close()
