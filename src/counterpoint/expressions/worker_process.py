"""The worker's own side: a script that runs jq programs which may not end, in a process that may be killed.

It is started as `python -I worker_process.py <address space in bytes> <sys.path entry>...`, reads requests from
standard input and writes responses to standard output until its input ends. A message is four bytes of length
(big-endian) and a MessagePack array:

- request `[program, input as JSON text, milliseconds allowed, result bytes allowed]`
- response `["result", JSON text]`, `["none", ""]`, `["error", message]` or `["large", its size]`

The deadline is the kernel's: an interval timer whose signal ends the process, since libjq cannot be interrupted.
"""

from __future__ import annotations

import resource
import signal
import struct
import sys
from typing import Any, Final

_PROGRAMS_MAX: Final = 256


def serve(bytes_max: int) -> None:
    """Answer requests until standard input ends."""
    import jq
    import msgspec

    _limit_process(bytes_max)
    encode, decode = msgspec.msgpack.encode, msgspec.msgpack.decode
    programs: dict[str, Any] = {}
    requests, responses = sys.stdin.buffer, sys.stdout.buffer
    while len(head := requests.read(4)) == 4:
        text, value, ms, result_bytes_max = decode(requests.read(struct.unpack(">I", head)[0]))
        signal.setitimer(signal.ITIMER_REAL, ms / 1_000)
        program = programs.get(text)
        if program is None:
            if len(programs) >= _PROGRAMS_MAX:
                del programs[next(iter(programs))]
            program = programs[text] = jq.compile(text)
        response = encode(_answer(program, value, result_bytes_max))
        signal.setitimer(signal.ITIMER_REAL, 0)
        responses.write(struct.pack(">I", len(response)) + response)
        responses.flush()


def _answer(program: Any, value: str, result_bytes_max: int) -> list[Any]:
    try:
        result = program.input_text(value).first()
    except StopIteration:
        return ["none", ""]
    except ValueError as error:
        return ["error", str(error)]
    return ["large", f"{len(result):,}"] if len(result) > result_bytes_max else ["result", result]


def _limit_process(bytes_max: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # macOS knows the limit but does not apply it
        resource.setrlimit(resource.RLIMIT_AS, (bytes_max, bytes_max))


if __name__ == "__main__":
    sys.path.extend(entry for entry in sys.argv[2:] if entry not in sys.path)
    serve(int(sys.argv[1]))
