"""The lives whose histories are recorded: each shows one thing that a journal can hold."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from counterpoint import Engine, function

Drive = Callable[[Engine, str], Awaitable[None]]


@function
async def book(what: str) -> dict[str, str]:
    """Always succeeds."""
    return {"booked": what}


@function
async def release(what: str) -> dict[str, str]:
    """Always succeeds; the undo of `book`."""
    return {"released": what}


@function
async def refuse(what: str) -> None:
    """Always fails."""
    raise ValueError(f"no {what}")


@function
async def relent(what: str) -> dict[str, str]:
    """Fails the first time that it is asked."""
    ASKED.append(what)
    if ASKED.count(what) == 1:
        raise ConnectionError(f"no {what} yet")
    return {"booked": what}


ASKED: list[str] = []
FUNCTIONS = [book, release, refuse, relent]


async def until_it_ends(engine: Engine, id: str) -> None:
    """Nothing from outside is needed."""
    await engine.result(id, timeout=10.0)


def events(*types: str) -> Drive:
    """One event of each type, each of which is awaited."""

    async def deliver(engine: Engine, id: str) -> None:
        for number, type in enumerate(types):
            event = {"specversion": "1.0", "id": str(number), "source": "https://recorder", "type": type}
            await engine.deliver({**event, "room": "12", "data": {"number": number}})
        await until_it_ends(engine, id)

    return deliver


async def cancelled(engine: Engine, id: str) -> None:
    """An operator stops it while it waits."""
    await engine.cancel(id, reason="the customer changed her mind")
    await until_it_ends(engine, id)


async def suspended_and_resumed(engine: Engine, id: str) -> None:
    """An operator holds it, then lets it go on."""
    await engine.suspend(id)
    await engine.resume(id)
    await events("bell")(engine, id)


@dataclass(frozen=True)
class Scenario:
    """One life: the document (and those it runs), its input, and what happens to it."""

    document: str
    input: Any = field(default_factory=dict)
    drive: Drive = until_it_ends
    children: tuple[str, ...] = ()


def _document(name: str, body: str) -> str:
    return f"document: {{dsl: '1.0.3', namespace: histories, name: {name}, version: '1.0.0'}}\n{body}"


def _step(name: str, call: str = "book", undo: str = "release") -> str:
    return f"""\
- {name}:
    call: {call}
    with: {{what: {name}}}
    compensate:
      do:
      - undo{name.capitalize()}: {{call: {undo}, with: {{what: "${{ $compensation.input.trip + \\"-{name}\\" }}"}}}}
      retry: {{delay: {{milliseconds: 1}}, limit: {{attempt: {{count: 1}}}}}}
    output: {{as: "${{ $input + {{{name}: .booked}} }}"}}
"""


def _indented(text: str, spaces: int) -> str:
    return "".join(" " * spaces + line for line in text.splitlines(keepends=True))


TRIP = {"trip": "T1"}
PAUSE = "- pause: {wait: {milliseconds: 5}}\n"
BELL = "- rest:\n    listen: {to: {one: {with: {type: bell}}}}\n    output: {as: '${ $input }'}\n"

SCENARIOS: dict[str, Scenario] = {
    "completed": Scenario(_document("completed", "do:\n" + _step("car") + _step("hotel") + _step("flight")), TRIP),
    "compensated": Scenario(
        _document("compensated", "do:\n" + _step("car") + _step("hotel") + _step("flight", "refuse")), TRIP
    ),
    "incident": Scenario(
        _document("incident", "do:\n" + _step("car") + _step("hotel", undo="refuse") + _step("flight", "refuse")), TRIP
    ),
    "cancelled": Scenario(_document("cancelled", "do:\n" + _step("car") + BELL), TRIP, cancelled),
    "held": Scenario(_document("held", "do:\n" + BELL + _step("car")), TRIP, suspended_and_resumed),
    "wait": Scenario(_document("wait", "do:\n" + PAUSE + "- after: {set: {waited: true}}\n")),
    "fork": Scenario(
        _document(
            "fork",
            """\
do:
- spread:
    fork:
      branches:
      - left: {set: {side: left}, export: {as: '${ {left: .side} }'}}
      - right: {call: book, with: {what: right}, export: {as: '${ {right: .booked} }'}}
- race:
    fork:
      compete: true
      branches:
      - slow: {wait: {days: 1}}
      - fast: {call: book, with: {what: fast}}
- show: {set: {context: '${ $context }', winner: '${ . }'}}
""",
        )
    ),
    "loop": Scenario(
        _document(
            "loop",
            """\
do:
- count:
    for: {each: item, in: '${ .items }', at: place}
    while: '${ $item < 4 }'
    do:
    - add: {set: {items: '${ .items }', sum: '${ (.sum // 0) + $item }', places: '${ (.places // []) + [$place] }'}}
    - choose:
        switch:
        - even: {when: '${ $item % 2 == 0 }', then: continue}
        - odd: {then: continue}
- again:
    set: {round: '${ (.round // 0) + 1 }'}
- more:
    switch:
    - yes: {when: '${ .round < 3 }', then: again}
    - no: {then: end}
""",
        ),
        {"items": [1, 2, 3, 4, 5]},
    ),
    "retry": Scenario(
        _document(
            "retry",
            """\
do:
- stubborn:
    try:
    - ask: {call: relent, with: {what: room}}
    - insist: {call: refuse, with: {what: view}}
    catch:
      as: why
      retry:
        delay: {milliseconds: 1}
        backoff: {exponential: {}}
        jitter: {from: {milliseconds: 0}, to: {milliseconds: 3}}
        limit: {attempt: {count: 2}}
      do:
      - give: {set: {up: '${ $why.type }'}}
- raised:
    raise: {error: {type: https://histories/over, status: 409, title: Over}}
""",
        )
    ),
    "listen": Scenario(
        _document(
            "listen",
            """\
do:
- hear:
    listen:
      to:
        any:
        - with: {type: bell}
          correlate: {room: {from: '${ .room }'}}
        - with: {type: door}
        until: '${ length == 3 }'
    foreach:
      item: sound
      do:
      - note: {set: {heard: '${ $sound }'}}
- both:
    listen: {to: {all: [{with: {type: bell}}, {with: {type: door}}]}}
""",
        ),
        drive=events("bell", "door", "bell", "door", "bell"),
    ),
    "subflow": Scenario(
        _document(
            "subflow",
            "do:\n- child:\n"
            "    run: {workflow: {namespace: histories, name: child, version: '1.0.0', input: {trip: C1}}}\n"
            "- fail: {raise: {error: {type: https://histories/after, status: 500}}}\n",
        ),
        children=(_document("child", "do:\n" + _step("car")),),
    ),
    "timeout": Scenario(
        _document(
            "timeout",
            "use: {timeouts: {short: {after: {milliseconds: 20}}}}\ndo:\n"
            + _step("car")
            + "- rest: {wait: {days: 1}, timeout: short}\n",
        ),
        TRIP,
    ),
    "branches": Scenario(
        _document(
            "branches",
            "do:\n"
            + _step("car")
            + "- spread:\n    fork:\n      branches:\n"
            + _indented(_step("hotel") + _step("flight"), 6)
            + "- insure: {call: refuse, with: {what: insurance}}\n",
        ),
        TRIP,
    ),
    "pivot": Scenario(
        _document(
            "pivot",
            "do:\n" + _step("car") + "- pay: {call: book, with: {what: all}, saga: pivot}\n" + _step("hotel", "refuse"),
        ),
        TRIP,
    ),
    "anew": Scenario(
        _document(
            "anew",
            "do:\n- stubborn:\n    try:\n"
            + _indented(_step("car"), 4)
            + "    - insist: {call: relent, with: {what: insistence}}\n"
            "    catch: {betweenAttempts: compensate, retry: {delay: PT1S, limit: {attempt: {count: 1}}}}\n",
        ),
        TRIP,
    ),
    "directive": Scenario(
        _document(
            "directive",
            "do:\n" + _step("car") + "- decide: {switch: [{never: {when: '${ true }', then: compensate}}]}\n",
        ),
        TRIP,
    ),
}
