"""Recorded histories: how they are stored, and how they are replayed.

A file is JSON lines. A line with `document` begins an instance: the text of its document, and the release that
recorded it. Each line after it is one transition: the record as it stood in the journal, in hexadecimal, and the
picture of the state that it leads to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterpoint import dsl
from counterpoint.expressions import Compiler
from counterpoint.history import Codec, fold
from counterpoint.plan import compile_plan
from tests.histories.picture import picture

RECORDED = Path(__file__).parent / "recorded"

DATA = {"input", "output", "error", "context", "data", "arguments"}
"""What belongs to the workflow: here nothing may be added either."""

JsonObject = dict[str, Any]


@dataclass
class History:
    """The life of one instance."""

    document: str
    release: str
    records: list[bytes] = field(default_factory=list)
    pictures: list[JsonObject] = field(default_factory=list)


def replay(document: str, records: Iterable[bytes]) -> list[JsonObject]:
    """The picture after each record."""
    plan = compile_plan(dsl.load(document, source="history"), Compiler())
    codec = Codec()
    transitions = [codec.decode(body) for body in records]
    return [_plain(picture(fold(plan, transitions[: end + 1]))) for end in range(len(transitions))]


def differences(now: Any, recorded: Any, place: str = "") -> Iterator[str]:
    """Where a picture is not what was recorded. Later releases may know more of a state, but nothing else of it."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        for name, value in recorded.items():
            if name in DATA:
                if now.get(name) != value:
                    yield f"{place}/{name}: {now.get(name)!r}, recorded as {value!r}"
            elif name not in now:
                yield f"{place}/{name} is gone"
            else:
                yield from differences(now[name], value, f"{place}/{name}")
    elif isinstance(recorded, list) and isinstance(now, list) and len(now) == len(recorded):
        for index, (left, right) in enumerate(zip(now, recorded, strict=True)):
            yield from differences(left, right, f"{place}/{index}")
    elif now != recorded:
        yield f"{place}: {now!r}, recorded as {recorded!r}"


def read(path: Path) -> list[History]:
    """The histories of a file."""
    histories: list[History] = []
    for line in path.read_text().splitlines():
        data = json.loads(line)
        if "document" in data:
            histories.append(History(data["document"], data["release"]))
        else:
            histories[-1].records.append(bytes.fromhex(data["record"]))
            histories[-1].pictures.append(data["picture"])
    return histories


def write(path: Path, histories: list[History]) -> None:
    """Store histories in a file."""
    lines: list[JsonObject] = []
    for history in histories:
        lines.append({"document": history.document, "release": history.release})
        for body, state in zip(history.records, history.pictures, strict=True):
            lines.append({"record": body.hex(), "picture": state})
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def _plain(value: Any) -> Any:
    """As it would come back from a file."""
    return json.loads(json.dumps(value))
