"""Place one order, in a process of its own that may be killed: `python place_order.py STORE ID [INPUT]`.

With INPUT (a JSON object) a checkout is started under ID. Without, the engine takes up what STORE holds. Both wait for
the end and print it as one line of JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from counterpoint import Engine, NetworkPolicy

DOCUMENT = Path(__file__).with_name("checkout.yaml")


async def main(store: str, id: str, order: str | None = None) -> None:
    """Start or go on, and wait for the end."""
    async with Engine.embedded(store, network=NetworkPolicy.development()) as engine:
        if order is not None:
            checkout = await engine.publish(DOCUMENT)
            await engine.start(checkout, input=json.loads(order), id=id)
        view = await engine.result(id, timeout=60)
        print(json.dumps({"status": view.status, "output": view.output}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
