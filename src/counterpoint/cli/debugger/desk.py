"""What both terminal debuggers do: commands in, the session and moments of it out."""

from __future__ import annotations

import json

from counterpoint.application.debugging.debuggees import Debuggee
from counterpoint.dsl import check
from counterpoint.errors import InvalidInput
from counterpoint.values.json import JsonObject, JsonValue


class Position:
    """A debuggee, how its session stands, and the moment that is looked at: now, or a place in the past."""

    def __init__(self, debuggee: Debuggee, view: JsonObject) -> None:
        self.debuggee = debuggee
        self.view = view
        self._texts: dict[str, str] = {}
        self.past: JsonObject | None = None
        """The moment that is looked at; None: now."""

    @property
    def instance(self) -> str:
        """The instance that is looked at."""
        stop = self.view["stop"]
        return str(self.view["instance"] if stop is None else stop["at"]["instance"])

    async def command(self, name: str, seconds_max: float = 0.0, **given: JsonValue) -> JsonObject:
        """Carry out a command; with `seconds_max`, wait until the session stops again."""
        self.past = None
        self.view = await self.debuggee.command(name, **given)
        if seconds_max:
            self.view = await self.debuggee.settled(seconds_max)
        return self.view

    async def look(self) -> JsonObject:
        """How the session stands now."""
        self.view = await self.debuggee.view()
        return self.view

    async def moment(self) -> JsonObject:
        """The moment that is looked at."""
        return self.past if self.past is not None else await self.debuggee.moment(None, self.instance)

    async def travel(self, to: str) -> JsonObject:
        """Go to a place: `3.1`, `3`, `back`, `forward` or `now`. Raises InvalidInput at either end."""
        here = await self.moment()
        if to == "now":
            self.past = None
            return await self.moment()
        place = to
        if to in ("back", "forward"):
            place = await self._beside(here, forward=to == "forward")
        found = await self.debuggee.moment(place, here["id"])
        self.past = None if found["place"] == found["last"] else found
        return found

    async def _beside(self, here: JsonObject, *, forward: bool) -> str:
        sequence, ordinal = (int(each) for each in here["place"].split("."))
        if forward:
            if here["place"] == here["last"]:
                raise InvalidInput("this is the latest moment")
            try:
                await self.debuggee.moment(f"{sequence}.{ordinal + 1}", here["id"])
            except InvalidInput:
                return f"{sequence + 1}.1"
            return f"{sequence}.{ordinal + 1}"
        if ordinal > 1:
            return f"{sequence}.{ordinal - 1}"
        if sequence == 1:
            raise InvalidInput("this is the first moment")
        return str(sequence - 1)

    async def source(self) -> tuple[list[str], int | None]:
        """The lines of the document that is looked at, and which of them (from 1) is the current one.

        That is where it is stopped, or, in the past, the task that the moment is about.
        """
        stop = self.view["stop"] if self.past is None else None
        workflow = stop["at"]["workflow"] if stop else (await self.moment())["workflow"]
        if workflow not in self._texts:
            self._texts = await self.debuggee.texts()
        text = self._texts.get(workflow, "")
        line = stop["at"].get("line") if stop else None if self.past is None else self._line(text, self.past)
        return text.splitlines(), line

    def _line(self, text: str, moment: JsonObject) -> int | None:
        run = moment["event"].get("run")
        reference = next((each["reference"] for each in moment["tasks"] if each["run"] == run), None)
        definition = check(text).definition
        return None if reference is None or definition is None else definition.position(reference, of_key=True).line


def json_of(text: str, what: str) -> JsonValue:
    """A JSON value that was typed. Raises InvalidInput."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{what} must be JSON: {error}") from None
