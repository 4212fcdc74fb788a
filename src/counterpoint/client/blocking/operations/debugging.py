# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `debugging`."""

from __future__ import annotations

from counterpoint.client.blocking.connection import Connection
from counterpoint.client.calls import Call
from counterpoint.client.types.debugging import Differences, State


class DebuggingOperations(Connection):
    """Any point of the history of an instance: running, waiting, or ended. Only looks."""

    def get_difference(self, id: str, from_: str, *, to: str | None = None) -> Differences:
        """In what two points differ. Tasks (`/tasks/7/output`) and the log are named by run.

        `from_`: A place in the history: `3.1` is event 1 of transition 3; `3` is the end of transition 3.

        `to`: A place in the history: `3.1` is event 1 of transition 3; `3` is the end of transition 3.
        Without it, as it stands.
        """
        answer: Differences = self._call(
            Call(
                method="GET",
                path="/v1/instances/{id}/diff",
                arguments={"id": id},
                query={"from": from_, "to": to},
                repeatable=True,
            ),
            Differences,
        )
        return answer

    def get_state(self, id: str, *, at: str | None = None) -> State:
        """State and data at one point: tasks, context, compensation log, what it waits for, and owed effects.

        `at`: A place in the history: `3.1` is event 1 of transition 3; `3` is the end of transition 3.
        Without it, as it stands.
        """
        answer: State = self._call(
            Call(
                method="GET", path="/v1/instances/{id}/state", arguments={"id": id}, query={"at": at}, repeatable=True
            ),
            State,
        )
        return answer
