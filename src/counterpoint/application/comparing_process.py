"""One comparison in a process that may be killed: two schemas can be such that judging them takes for ever.

It is started as `python -I comparing_process.py <address space in bytes> <milliseconds> <sys.path entry>...`, reads a
`Request` (MessagePack) from standard input and writes a `Comparison` (MessagePack) to standard output. The deadline is
the kernel's: an interval timer whose signal ends the process.
"""

from __future__ import annotations

import resource
import signal
import sys
from typing import Any, Final

GIVEN_UP: Final = 3
"""Exit code where it needed too much memory, or schemas were too much for the library that judges them."""


def answer(bytes_max: int, ms_max: int) -> None:
    """Read the request, write the comparison."""
    import msgspec

    from counterpoint.dsl import load
    from counterpoint.governance.compatibility import compare

    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS knows the limit but does not apply it
        resource.setrlimit(resource.RLIMIT_AS, (bytes_max, bytes_max))
    signal.setitimer(signal.ITIMER_REAL, ms_max / 1_000)
    request: Any = msgspec.msgpack.decode(sys.stdin.buffer.read())
    before, after = (load(each["text"], source=each["source"]) for each in request["sides"])
    resources = [each["resources"] for each in request["sides"]]
    try:
        comparison = compare(
            before, after, before_resources=resources[0], after_resources=resources[1], judging=request["judging"]
        )
    except (MemoryError, RecursionError):
        sys.exit(GIVEN_UP)
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the library that judges; it is no Exception
            sys.exit(GIVEN_UP)
        raise
    sys.stdout.buffer.write(msgspec.msgpack.encode(comparison))


if __name__ == "__main__":
    sys.path.extend(entry for entry in sys.argv[3:] if entry not in sys.path)
    answer(int(sys.argv[1]), int(sys.argv[2]))
