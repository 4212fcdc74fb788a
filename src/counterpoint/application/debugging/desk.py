"""The desk: the commands of a debug session as JSON, the same for HTTP, the inbox, and the terminal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import msgspec

from counterpoint.application.debugging.session import Session, problem_of
from counterpoint.application.debugging.sessions import Breaks, DebugSessions
from counterpoint.application.debugging.stepper import Mode
from counterpoint.application.instances import checked_json
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject

COMMANDS: Final = (*(mode.value for mode in Mode), "pause", "fail", "output", "edit", "break", "clear")
_MODES: Final = {mode.value: mode for mode in Mode}
Handler: TypeAlias = Callable[[JsonObject], Awaitable[JsonObject]]


async def carry_out(session: Session, command: str, given: JsonObject) -> None:
    """One command of a session's owner.

    `continue`, `over`, `into`, `out`, `pause`; `fail` {error?}; `output` {value}; `edit` {what, value};
    `break` {on?, task?, condition?}; `clear` {breakpoint}. Raises InvalidInput, Conflict (it is not stopped, or has
    ended), NotFound, LimitExceeded.
    """
    session.renew()
    if command in _MODES:
        await session.go(_MODES[command])
    elif command == "pause":
        await session.pause()
    elif command == "fail":
        await session.fail(problem_of(given.get("error")))
    elif command == "output":
        await session.answer(checked_json(_member(given, command, "value")))
    elif command == "edit":
        await session.edit(_member(given, command, "what"), checked_json(_member(given, command, "value")))
    elif command == "break":
        asked = _asked(given, Breaks)
        session.stop_at(asked.on, asked.task, asked.condition)
    elif command == "clear":
        session.stop_no_more_at(_member(given, command, "breakpoint"))
    else:
        raise InvalidInput(f"{command!r} is no command of a debug session: {', '.join(COMMANDS)}")


def shown(session: Session) -> JsonObject:
    """The session as it stands."""
    view: JsonObject = msgspec.to_builtins(session.view())
    return view


class Attaching(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of `DebugSessions.attach` through the inbox."""

    instance: str
    owner: str
    lease_ms: int | None = None
    breakpoints: list[Breaks] = []
    stop_on_entry: bool = True
    takeover: bool = False


class Starting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of `DebugSessions.start` through the inbox."""

    definition: str
    owner: str
    input: Any = None
    id: str | None = None
    lease_ms: int | None = None
    breakpoints: list[Breaks] = []
    stop_on_entry: bool = True


def handler(sessions: DebugSessions) -> Handler:
    """What handles the request `debug` of the inbox.

    `{"do": "attach" | "start", ...}`; `{"do": "show" | "renew" | "end" | "texts", "session"}`;
    `{"do": "command", "session", "command", ...}`. The answer is the session as it stands; of `texts`, `{"texts"}`.
    """

    async def handle(body: JsonObject) -> JsonObject:
        given = dict(body)
        do = given.pop("do", None)
        if do == "attach":
            asked = _asked(given, Attaching)
            return shown(await sessions.attach(**msgspec.structs.asdict(asked)))
        if do == "start":
            start = _asked(given, Starting)
            return shown(await sessions.start(**msgspec.structs.asdict(start)))
        session = sessions.find(_member(given, "debug", "session"))
        if do == "command":
            await carry_out(session, _member(given, "command", "command"), given)
        elif do == "renew":
            sessions.lease(session, None)
        elif do == "end":
            await session.end(f"{session.owner} has ended it")
        elif do == "texts":
            return {"texts": dict(session.stage.texts())}
        elif do != "show":
            raise InvalidInput(f"{do!r} is nothing that can be done with a debug session")
        return shown(session)

    return handle


def _asked(given: JsonObject, kind: type[Any]) -> Any:
    known = {each.name for each in msgspec.structs.fields(kind)}
    wanted = {name: value for name, value in given.items() if name in known}
    try:
        return msgspec.convert(wanted, kind)
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error)) from error


def _member(given: JsonObject, command: str, name: str) -> Any:
    if name not in given:
        raise InvalidInput(f"`{command}` needs `{name}`")
    return given[name]
