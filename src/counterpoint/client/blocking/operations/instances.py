# Made by `python -m tests.client.generate`; do not change it by hand.
"""Operations of `instances`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from counterpoint.client.blocking.connection import Connection
from counterpoint.client.calls import Call, body_of, key_of
from counterpoint.client.types.instances import (
    CountedInstances,
    History,
    InstancePage,
    StartAnswers,
    StartedInstance,
    WholeChain,
)
from counterpoint.client.types.shared import Instance, InstanceEntry


class InstancesOperations(Connection):
    """Instances of workflows. Ids in addresses are percent-encoded, slashes too."""

    def start_instances(self, items: list[dict[str, Any]], *, idempotency_key: str | None = None) -> StartAnswers:
        """Start many instances; each is answered in its place, and the fault of one harms no other.

        Answered once all that was started is durable; 429 says that nothing was. An `Idempotency-Key` makes
        the request as a whole repeatable: it stands for those starts that have neither an id nor a key of
        their own. Where the client goes before its answer comes, no more is begun.

        `idempotency_key`: The same key and request: the same thing, made once.
        """
        key = key_of(idempotency_key)
        answer: StartAnswers = self._call(
            Call(
                method="POST",
                path="/v1/bulk/starts",
                headers={"Idempotency-Key": key},
                body=items,
                repeatable=key is not None,
            ),
            StartAnswers,
        )
        return answer

    def read_chain(self, correlation: str, *, limit: int | None = None, cursor: str | None = None) -> WholeChain:
        """A chain by its correlation, or by the id of any instance of it: who started or woke whom, and by
        what.

        `limit`: Items of a page; the server may give fewer than asked for.

        `cursor`: `next` of the page before; the other parameters stay the same.
        """
        answer: WholeChain = self._call(
            Call(
                method="GET",
                path="/v1/chains/{correlation}",
                arguments={"correlation": correlation},
                query={"limit": limit, "cursor": cursor},
                repeatable=True,
            ),
            WholeChain,
        )
        return answer

    def list_instances(
        self,
        *,
        status: list[str] | None = None,
        workflow: str | None = None,
        version: str | None = None,
        saga: str | None = None,
        business_key: str | None = None,
        business_key_prefix: str | None = None,
        correlation: str | None = None,
        parent: str | None = None,
        error_type: str | None = None,
        waits_for: str | None = None,
        created_from: str | None = None,
        created_to: str | None = None,
        ended_from: str | None = None,
        ended_to: str | None = None,
        due_from: str | None = None,
        due_to: str | None = None,
        order: Literal["newest", "due"] | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> InstancePage:
        """Instances of which all holds that is asked for: newest first, or in another order.

        Newest first, what starts meanwhile is on no later page. By due time, an instance that comes to wait
        for another time meanwhile moves to its new place.

        `status`: May be given several times.

        `workflow`: `name` or `namespace/name`, of all versions, or `namespace/name:RANGE`.

        `version`: Of `workflow`: a version, a range, or `latest`.

        `saga`: `compensating`, `compensated` or `stuck`.

        `business_key_prefix`: What the business key begins with, letter by letter.

        `parent`: An instance's id: its sub-workflows.

        `waits_for`: `timer`, `retry`, `event`, `event:{type}`, `incident` or `resume`.

        `created_from`: RFC 3339; that time included.

        `created_to`: RFC 3339; that time not included.

        `ended_from`: RFC 3339; that time included.

        `ended_to`: RFC 3339; that time not included.

        `due_from`: When it is due: RFC 3339; that time included.

        `due_to`: When it is due: RFC 3339; that time not included.

        `order`: `newest` first, or by when they are `due`: those that wait for a time, the earliest first.
        What has been overdue for the longest begins that list, and what waits for no time is not on it.

        `cursor`: `next` of the page before; the other parameters stay the same.

        `limit`: Items of a page; the server may give fewer than asked for.
        """
        answer: InstancePage = self._call(
            Call(
                method="GET",
                path="/v1/instances",
                query={
                    "status": status,
                    "workflow": workflow,
                    "version": version,
                    "saga": saga,
                    "businessKey": business_key,
                    "businessKeyPrefix": business_key_prefix,
                    "correlation": correlation,
                    "parent": parent,
                    "errorType": error_type,
                    "waitsFor": waits_for,
                    "createdFrom": created_from,
                    "createdTo": created_to,
                    "endedFrom": ended_from,
                    "endedTo": ended_to,
                    "dueFrom": due_from,
                    "dueTo": due_to,
                    "order": order,
                    "cursor": cursor,
                    "limit": limit,
                },
                repeatable=True,
            ),
            InstancePage,
        )
        return answer

    def iterate_instances(
        self,
        *,
        status: list[str] | None = None,
        workflow: str | None = None,
        version: str | None = None,
        saga: str | None = None,
        business_key: str | None = None,
        business_key_prefix: str | None = None,
        correlation: str | None = None,
        parent: str | None = None,
        error_type: str | None = None,
        waits_for: str | None = None,
        created_from: str | None = None,
        created_to: str | None = None,
        ended_from: str | None = None,
        ended_to: str | None = None,
        due_from: str | None = None,
        due_to: str | None = None,
        order: Literal["newest", "due"] | None = None,
        limit: int | None = None,
    ) -> Iterator[InstanceEntry]:
        """Every item of all pages of `list_instances`."""
        cursor: str | None = None
        while True:
            page = self.list_instances(
                status=status,
                workflow=workflow,
                version=version,
                saga=saga,
                business_key=business_key,
                business_key_prefix=business_key_prefix,
                correlation=correlation,
                parent=parent,
                error_type=error_type,
                waits_for=waits_for,
                created_from=created_from,
                created_to=created_to,
                ended_from=ended_from,
                ended_to=ended_to,
                due_from=due_from,
                due_to=due_to,
                order=order,
                limit=limit,
                cursor=cursor,
            )
            for each in page.items:
                yield each
            cursor = page.next
            if cursor is None:
                return

    def start_instance(
        self,
        definition: str,
        *,
        idempotency_key: str | None = None,
        wait: float | None = None,
        input: Any | UnsetType = UNSET,
        id: str | UnsetType | None = UNSET,
        business_key: str | UnsetType | None = UNSET,
    ) -> StartedInstance:
        """Start an instance. Answered once that is durable, or, with `wait`, once it has ended or needs a
        person.

        `idempotency_key`: The same key and request: the same thing, made once.

        `wait`: Seconds to wait until it has ended or needs a person; it may be answered sooner.

        `definition`: `namespace/name:RANGE`: `1.2.3`, `^1.2`, `~1.2.3`, `1.x`, `>=1.0 <2`, `latest`. The
        highest version that fits; the range may be left out, and the namespace where that is clear.

        `input`: JSON; `{}` where it is left out.

        `id`: An id of the caller's choice; not together with an `Idempotency-Key`.

        `business_key`: What people call it, such as an order number; need not be unique.
        """
        key = key_of(idempotency_key, id)
        answer: StartedInstance = self._call(
            Call(
                method="POST",
                path="/v1/instances",
                query={"wait": wait},
                headers={"Idempotency-Key": key},
                body=body_of({"definition": definition, "input": input, "id": id, "businessKey": business_key}),
                repeatable=key is not None,
            ),
            StartedInstance,
        )
        return answer

    def count_instances(
        self,
        *,
        status: list[str] | None = None,
        workflow: str | None = None,
        version: str | None = None,
        saga: str | None = None,
        business_key: str | None = None,
        business_key_prefix: str | None = None,
        correlation: str | None = None,
        parent: str | None = None,
        error_type: str | None = None,
        waits_for: str | None = None,
        created_from: str | None = None,
        created_to: str | None = None,
        ended_from: str | None = None,
        ended_to: str | None = None,
        due_from: str | None = None,
        due_to: str | None = None,
    ) -> CountedInstances:
        """How many instances there are of which all holds that is asked for.

        `status`: May be given several times.

        `workflow`: `name` or `namespace/name`, of all versions, or `namespace/name:RANGE`.

        `version`: Of `workflow`: a version, a range, or `latest`.

        `saga`: `compensating`, `compensated` or `stuck`.

        `business_key_prefix`: What the business key begins with, letter by letter.

        `parent`: An instance's id: its sub-workflows.

        `waits_for`: `timer`, `retry`, `event`, `event:{type}`, `incident` or `resume`.

        `created_from`: RFC 3339; that time included.

        `created_to`: RFC 3339; that time not included.

        `ended_from`: RFC 3339; that time included.

        `ended_to`: RFC 3339; that time not included.

        `due_from`: When it is due: RFC 3339; that time included.

        `due_to`: When it is due: RFC 3339; that time not included.
        """
        answer: CountedInstances = self._call(
            Call(
                method="GET",
                path="/v1/instances/counts",
                query={
                    "status": status,
                    "workflow": workflow,
                    "version": version,
                    "saga": saga,
                    "businessKey": business_key,
                    "businessKeyPrefix": business_key_prefix,
                    "correlation": correlation,
                    "parent": parent,
                    "errorType": error_type,
                    "waitsFor": waits_for,
                    "createdFrom": created_from,
                    "createdTo": created_to,
                    "endedFrom": ended_from,
                    "endedTo": ended_to,
                    "dueFrom": due_from,
                    "dueTo": due_to,
                },
                repeatable=True,
            ),
            CountedInstances,
        )
        return answer

    def get_instance(self, id: str, *, wait: float | None = None) -> Instance:
        """One instance as it stands; with `wait`, once it has ended or needs a person.

        `wait`: Seconds to wait until it has ended or needs a person; it may be answered sooner.
        """
        answer: Instance = self._call(
            Call(method="GET", path="/v1/instances/{id}", arguments={"id": id}, query={"wait": wait}, repeatable=True),
            Instance,
        )
        return answer

    def get_history(self, id: str, *, after: int | None = None, limit: int | None = None) -> History:
        """What has happened to an instance: transition by transition, from what follows `after`.

        `after`: The number of a transition.

        `limit`: How many transitions at most.
        """
        answer: History = self._call(
            Call(
                method="GET",
                path="/v1/instances/{id}/history",
                arguments={"id": id},
                query={"after": after, "limit": limit},
                repeatable=True,
            ),
            History,
        )
        return answer
