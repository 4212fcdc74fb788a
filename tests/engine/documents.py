"""Documents of the engine's tests."""

from __future__ import annotations


def document(tasks: str, name: str = "flow", *, version: str = "1.0.0", head: str = "") -> str:
    """A document with these tasks (YAML, not indented)."""
    about = f"{{dsl: '1.0.3', namespace: test, name: {name}, version: '{version}'}}"
    return f"document: {about}\n{head}\ndo:\n{tasks.strip()}\n"


STEPS = """
- first: {call: step, with: {name: first}}
- second: {call: step, with: {name: second}}
"""
WAIT_A_DAY = "- rest: {wait: {days: 1}}"
LISTEN = """
- hear:
    listen: {to: {one: {with: {type: org.example.rung}}}}
"""
SAGA = """
- reserve:
    call: step
    with: {name: reserve}
    compensate: {do: [{release: {call: step, with: {name: release}}}]}
- ship: {call: refuse, with: {}}
"""


def rung(id: str = "1", **data: object) -> dict[str, object]:
    """The event that LISTEN waits for."""
    return {"specversion": "1.0", "id": id, "source": "/test", "type": "org.example.rung", "data": data}
