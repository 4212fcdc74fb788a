"""A process that appends to a store and says on its output what was acknowledged; tests kill it and fail its disk.

Each batch holds sequence N for the instances 1 to 10. Lines in: `append`, `run` (append until killed), `room BYTES`
(limit the size of files that it may write; -1 lifts the limit), `fork` (leave a child behind), `exit`.
Lines out: `ready N`, `acked N`, `refused KIND MESSAGE`, `done`.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys

from counterpoint.errors import StoreError
from counterpoint.ports.store import Batch, Record
from counterpoint.stores.sqlite import SqliteStore

INSTANCES = range(1, 11)


async def main(path: str, body_bytes: int, thread_records_min: int) -> None:
    store = SqliteStore(path, thread_records_min=thread_records_min)
    await store.claim("appender")
    last = len(await store.read(1))
    say(f"ready {last}")
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "append":
            last += await appended(store, last + 1, body_bytes)
        while command == "run":
            last += await appended(store, last + 1, body_bytes)
        if command == "room":
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(arguments[0]), resource.RLIM_INFINITY))
            say("done")
        if command == "fork" and os.fork() == 0:
            say("done")
            os.read(0, 1)  # until the test closes our input
            os._exit(0)
        if command == "exit":
            os._exit(0)


async def appended(store: SqliteStore, sequence: int, body_bytes: int) -> bool:
    body = sequence.to_bytes(4, "big").ljust(body_bytes, b".")
    try:
        await store.append(Batch(records=[Record(instance, sequence, body) for instance in INSTANCES]))
    except StoreError as error:
        say(f"refused {type(error).__name__} {error}")
        return False
    say(f"acked {sequence}")
    return True


def say(line: str) -> None:
    print(line, flush=True)


asyncio.run(main(sys.argv[1], int(sys.argv[2]), 1 if "threaded" in sys.argv else 1_000))
