"""Exploring a document in a process of its own, which `rehearsing` starts. Asked on standard input, told on output.

It is started as a program, neither forked nor by `multiprocessing`: the engine's threads and the main module of whoever
embeds the engine must not come along.
"""

from __future__ import annotations

import sys
import time
from typing import Final

import msgspec

from counterpoint.errors import CounterpointError, InvalidDocument, InvalidInput
from counterpoint.values.diagnostics import Diagnostic
from counterpoint.verification import Verdict

SOURCE: Final = "<body>"


class Asked(msgspec.Struct, frozen=True, array_like=True):
    """The text of a document, those of workflows that it may run, and how long to explore."""

    document: str
    others: list[str]
    seconds: float


class _Told(msgspec.Struct, frozen=True, array_like=True):
    """One of: the verdict, the faults of the document, what is wrong with the request."""

    verdict: Verdict | None = None
    diagnostics: list[Diagnostic] | None = None
    refused: str | None = None


def read_verdict(told: bytes) -> Verdict:
    """What the process has written. Raises InvalidDocument, InvalidInput, CounterpointError where there is nothing."""
    try:
        answer = msgspec.msgpack.decode(told, type=_Told)
    except msgspec.DecodeError:
        raise CounterpointError("the verification ended without a verdict; standard error has more") from None
    if answer.diagnostics is not None:
        raise InvalidDocument(answer.diagnostics)
    if answer.verdict is None:
        raise InvalidInput(answer.refused or "the document cannot be verified")
    return answer.verdict


def main() -> None:
    """Answer one request."""
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Asked)
    sys.stdout.buffer.write(msgspec.msgpack.encode(_explore(asked)))


def _explore(asked: Asked) -> _Told:
    from counterpoint.application.verifying import verify
    from counterpoint.expressions import Compiler

    until = time.monotonic() + asked.seconds
    others = [(text.encode(), f"<published {number}>") for number, text in enumerate(asked.others, 1)]
    compiler = Compiler()
    try:
        verdict = verify(
            asked.document.encode(),  # a string could be taken for a path, and what is there read
            others,
            source=SOURCE,
            compiler=compiler,
            go_on=lambda coverage: time.monotonic() < until,
        )
    except InvalidDocument as error:
        return _Told(diagnostics=list(error.diagnostics))
    except CounterpointError as error:
        return _Told(refused=error.message)
    finally:
        compiler.close()
    return _Told(verdict=verdict)


if __name__ == "__main__":
    main()
