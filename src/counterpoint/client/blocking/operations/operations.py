# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `operations`."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from counterpoint.client.blocking.connection import Connection
from counterpoint.client.calls import Call, body_of, key_of
from counterpoint.client.types.operations import ActionAnswer, ForkAnswer, InstanceFilter, Signalled
from counterpoint.client.types.shared import Instance


class OperationsOperations(Connection):
    """What may be done with an instance. Reasons stay in its history."""

    def act_on_instances(
        self,
        action: Literal["abandon", "cancel", "compensate", "done", "resume", "retry", "skip", "suspend", "terminate"],
        filter: InstanceFilter,
        *,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
        dry_run: bool | UnsetType = UNSET,
        token: str | UnsetType | None = UNSET,
    ) -> ActionAnswer:
        """Carry an action out on all instances that match, each answered; without `dryRun: false`, only tell
        which.

        With an `Idempotency-Key`, once, and to its end; 409 where an earlier request with it was cut off by
        a crash. Without, no more is begun where the client goes before its answer comes.

        `idempotency_key`: The same key and request: the same thing, made once.

        `action`: `abandon` is a cancel that undoes nothing; `skip` and `done` are about all open incidents,
        and need a reason.

        `dry_run`: Only tell what it would be carried out on.

        `token`: Of a dry run: the action is refused (412) where other instances match by now, or have other
        states.
        """
        key = key_of(idempotency_key)
        answer: ActionAnswer = self._call(
            Call(
                method="POST",
                path="/v1/bulk/actions",
                headers={"Idempotency-Key": key},
                body=body_of({"reason": reason, "action": action, "filter": filter, "dryRun": dry_run, "token": token}),
                repeatable=key is not None,
            ),
            ActionAnswer,
        )
        return answer

    def cancel_instance(
        self,
        id: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
        abandon: bool | UnsetType = UNSET,
    ) -> Instance:
        """Stop it and undo what it did; with `abandon` leave everything as it is.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.

        `abandon`: Leave everything as it is instead of undoing it.
        """
        key = key_of(idempotency_key)
        answer: Instance = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/cancel",
                arguments={"id": id},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason, "abandon": abandon}),
                repeatable=key is not None,
            ),
            Instance,
        )
        return answer

    def compensate_instance(
        self,
        id: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
    ) -> Instance:
        """Undo what it did, also after it completed, within its `compensableFor`.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.
        """
        key = key_of(idempotency_key)
        answer: Instance = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/compensate",
                arguments={"id": id},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason}),
                repeatable=key is not None,
            ),
            Instance,
        )
        return answer

    def fork_instance(
        self,
        id: str,
        at: int,
        reason: str,
        *,
        idempotency_key: str | None = None,
        new_id: str | UnsetType | None = UNSET,
        business_key: str | UnsetType | None = UNSET,
        dry_run: bool | UnsetType = UNSET,
    ) -> ForkAnswer:
        """Make a new instance from the state after a transition; with `dryRun` only tell (200) what it would
        repeat.

        200 also where an earlier request with the same `Idempotency-Key` has made it.

        `idempotency_key`: The same key and request: the same thing, made once.

        `at`: The number of the transition.

        `reason`: Stays in the history of the fork.

        `new_id`: Of the fork; without it, one is made. Not together with an `Idempotency-Key`.

        `business_key`: Of the fork; without it, that of its origin.

        `dry_run`: Only tell what the fork would do once more.
        """
        key = key_of(idempotency_key, new_id)
        answer: ForkAnswer = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/fork",
                arguments={"id": id},
                headers={"Idempotency-Key": key},
                body=body_of(
                    {"at": at, "reason": reason, "id": new_id, "businessKey": business_key, "dryRun": dry_run}
                ),
                repeatable=key is not None,
            ),
            ForkAnswer,
        )
        return answer

    def resolve_incident(
        self,
        id: str,
        run: int,
        action: Literal["retry", "skip", "done"],
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
        input: Any | UnsetType = UNSET,
    ) -> Instance:
        """Decide about an incident.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.

        `action`: `retry`, `skip` or `done`; the last two need a reason.

        `input`: With `retry`: what takes the place of the task's own input.
        """
        key = key_of(idempotency_key)
        answer: Instance = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/resolve",
                arguments={"id": id},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason, "run": run, "action": action, "input": input}),
                repeatable=key is not None,
            ),
            Instance,
        )
        return answer

    def resume_instance(
        self,
        id: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
    ) -> Instance:
        """Go on after `suspend`.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.
        """
        key = key_of(idempotency_key)
        answer: Instance = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/resume",
                arguments={"id": id},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason}),
                repeatable=key is not None,
            ),
            Instance,
        )
        return answer

    def retry_instance(
        self,
        id: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
        run: int | UnsetType | None = UNSET,
    ) -> Instance:
        """Try again what its open incidents are about.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.

        `run`: Of one incident; all of them where it is left out.
        """
        key = key_of(idempotency_key)
        answer: Instance = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/retry",
                arguments={"id": id},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason, "run": run}),
                repeatable=key is not None,
            ),
            Instance,
        )
        return answer

    def signal_instance(
        self, id: str, items: dict[str, Any], *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Signalled:
        """Hand a CloudEvent (its JSON form) to this instance alone; the answer says whether it was taken.

        With an `Idempotency-Key`, once, although a later task may listen for the same when the request is
        repeated.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.
        """
        key = key_of(idempotency_key)
        answer: Signalled = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/signal",
                arguments={"id": id},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=items,
                repeatable=key is not None,
            ),
            Signalled,
        )
        return answer

    def suspend_instance(
        self,
        id: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
    ) -> Instance:
        """Start nothing new until it is resumed.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.
        """
        key = key_of(idempotency_key)
        answer: Instance = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/suspend",
                arguments={"id": id},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason}),
                repeatable=key is not None,
            ),
            Instance,
        )
        return answer

    def terminate_instance(
        self,
        id: str,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
        reason: str | UnsetType | None = UNSET,
    ) -> Instance:
        """End it by force, and its sub-workflows: nothing is undone, whatever is in flight is dropped.

        `if_match`: The `ETag` that the decision was based on; if it no longer holds: 412.

        `idempotency_key`: The same key and request: the same thing, made once.
        """
        key = key_of(idempotency_key)
        answer: Instance = self._call(
            Call(
                method="POST",
                path="/v1/instances/{id}/terminate",
                arguments={"id": id},
                headers={"If-Match": if_match, "Idempotency-Key": key},
                body=body_of({"reason": reason}),
                repeatable=key is not None,
            ),
            Instance,
        )
        return answer
