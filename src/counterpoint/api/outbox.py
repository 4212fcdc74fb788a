"""Events that go out, over HTTP: the sinks, what they are owed, and their dead letters."""

from __future__ import annotations

from typing import Annotated, Any, Final

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from counterpoint.api.access import PERMISSION
from counterpoint.api.cursors import Cursor, Limit, cursor_at, number_of
from counterpoint.api.limits import ApiLimits
from counterpoint.api.models import Answer
from counterpoint.api.problems import documented
from counterpoint.application.events import DeadLetter
from counterpoint.application.service import Service
from counterpoint.errors import NotFound
from counterpoint.values.timestamp import iso8601

READ: Final = {PERMISSION: "events:read"}
REPAIR: Final = {PERMISSION: "events:repair"}
_LETTERS: Final = "dead-letters"
_DIGITS_MAX: Final = 18

SinkName = Annotated[str | None, QueryParameter(name="sink", description="Those of one sink alone.")]


class Sink(Answer, frozen=True, kw_only=True):
    """One sink. The counts of what was done are since the engine was opened."""

    name: str
    configured: bool
    """Whether this engine sends to it."""
    owed: int
    dead: int
    """Dead letters."""
    sent: int
    failures: int
    """Batches that were not taken and are sent again."""
    refused: int
    """Events that became dead letters."""
    problem: str | None
    """Why nothing gets through at the moment."""


class SinkList(Answer, frozen=True, kw_only=True):
    """All sinks."""

    items: list[Sink]


class Letter(Answer, frozen=True, kw_only=True):
    """An event that a receiver will never take, it says."""

    number: int
    sink: str
    reason: str
    written_at: str
    event: dict[str, Any]

    @classmethod
    def of(cls, letter: DeadLetter) -> Letter:
        """What goes over the wire."""
        return cls(
            number=letter.number,
            sink=letter.sink,
            reason=letter.reason,
            written_at=iso8601(letter.written_at),
            event=letter.event,
        )


class LetterPage(Answer, frozen=True, kw_only=True):
    """A page of dead letters."""

    items: list[Letter]
    next: str | None
    """The `cursor` of the next page, where there is one."""


class Revived(Answer, frozen=True, kw_only=True):
    """How many dead letters are sent again."""

    count: int


class OutboxController(Controller):
    """Events that go out."""

    path = "/v1"
    tags = ("events",)

    @get("/sinks", opt=READ, operation_id="listSinks", responses=documented())
    async def sinks(self, service: NamedDependency[Service]) -> SinkList:
        """All sinks: what they are owed, and why nothing gets through where that is so."""
        views = await service.events.sinks()
        return SinkList(
            items=[Sink(**{name: getattr(each, name) for name in Sink.__struct_fields__}) for each in views]
        )

    @get("/dead-letters", opt=READ, operation_id="listDeadLetters", responses=documented())
    async def letters(
        self,
        service: NamedDependency[Service],
        limits: NamedDependency[ApiLimits],
        sink: SinkName = None,
        limit: Limit = 100,
        cursor: Cursor = None,
    ) -> LetterPage:
        """Events that were refused for good, the oldest first."""
        size = min(limit, limits.page_items_max)
        letters = await service.events.dead_letters(sink, number_of(_LETTERS, cursor) or 0, size)
        more = cursor_at(_LETTERS, letters[-1].number) if len(letters) == size else None
        return LetterPage(items=[Letter.of(each) for each in letters], next=more)

    @post("/dead-letters/retry", opt=REPAIR, operation_id="retryDeadLetters", status_code=200, responses=documented())
    async def retry_all(self, service: NamedDependency[Service], sink: SinkName = None) -> Revived:
        """Have all of them sent again, or those of one sink; 10,000 at most."""
        return Revived(count=await service.events.retry_all(sink))

    @post(
        "/dead-letters/{number:str}/retry",
        opt=REPAIR,
        operation_id="retryDeadLetter",
        status_code=200,
        responses=documented(404),
    )
    async def retry(self, service: NamedDependency[Service], number: FromPath[str]) -> Letter:
        """Have one sent again."""
        return Letter.of(await service.events.retry(_number(number)))

    @delete(
        "/dead-letters/{number:str}",
        opt=REPAIR,
        operation_id="discardDeadLetter",
        status_code=200,
        responses=documented(404),
    )
    async def discard(self, service: NamedDependency[Service], number: FromPath[str]) -> Letter:
        """Throw one away."""
        return Letter.of(await service.events.discard(_number(number)))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX):
        raise NotFound(f"there is no dead letter {text!r}")
    return int(text)
