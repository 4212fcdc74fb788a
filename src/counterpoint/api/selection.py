"""Which instances a request is about: as parameters of an address, and as a member of a body."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar.params import QueryParameter

from counterpoint.api.models import Answer, Body
from counterpoint.api.problems import Refused
from counterpoint.application.selecting import Count, Wanted
from counterpoint.values.timestamp import parse_timestamp

_FROM = "RFC 3339; that time included."
_TO = "RFC 3339; that time not included."


class InstanceFilter(Body, frozen=True, kw_only=True):
    """Instances of which all holds that is given."""

    status: list[str] | None = None
    """Status phases of the specification; any of them."""
    workflow: str | None = None
    """`name`, `namespace/name`, both of all versions, or `namespace/name:RANGE`."""
    version: str | None = None
    """Of `workflow`: a version, a range of them, or `latest`."""
    saga: str | None = None
    """`compensating`, `compensated` or `stuck`."""
    business_key: str | None = None
    business_key_prefix: str | None = None
    """What the business key begins with, letter by letter."""
    correlation: str | None = None
    parent: str | None = None
    """The id of an instance: its sub-workflows."""
    error_type: str | None = None
    waits_for: str | None = None
    """`timer`, `retry`, `event`, `event:{type}`, `incident` or `resume`."""
    created_from: str | None = None
    created_to: str | None = None
    ended_from: str | None = None
    ended_to: str | None = None
    due_from: str | None = None
    """When the first of the times is that it waits for."""
    due_to: str | None = None

    def wanted(self) -> Wanted:
        """The same for the application. Raises Refused for a time that is none."""
        fields: Any = msgspec.structs.asdict(self)
        names = dict(zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True))
        fields.update((name, _moment(names[name], fields[name])) for name in _MOMENTS)
        wanted: Wanted = fields
        return wanted


class CountedInstances(Answer, frozen=True, kw_only=True):
    """How many instances match."""

    total: int
    at_least: bool
    """Whether there may be more: counting stopped at its limit."""
    by_status: dict[str, int]
    by_workflow: dict[str, int]
    """By `namespace/name:version`."""

    @classmethod
    def of(cls, count: Count) -> CountedInstances:
        """The same over the wire."""
        return cls(**msgspec.structs.asdict(count))


async def wanted_of(
    status: Annotated[list[str] | None, QueryParameter(description="May be given several times.")] = None,
    workflow: Annotated[
        str | None,
        QueryParameter(description="`name` or `namespace/name`, of all versions, or `namespace/name:RANGE`."),
    ] = None,
    version: Annotated[
        str | None, QueryParameter(description="Of `workflow`: a version, a range, or `latest`.")
    ] = None,
    saga: Annotated[str | None, QueryParameter(description="`compensating`, `compensated` or `stuck`.")] = None,
    business_key: Annotated[str | None, QueryParameter(name="businessKey")] = None,
    business_key_prefix: Annotated[
        str | None,
        QueryParameter(name="businessKeyPrefix", description="What the business key begins with, letter by letter."),
    ] = None,
    correlation: Annotated[str | None, QueryParameter()] = None,
    parent: Annotated[str | None, QueryParameter(description="An instance's id: its sub-workflows.")] = None,
    error_type: Annotated[str | None, QueryParameter(name="errorType")] = None,
    waits_for: Annotated[
        str | None,
        QueryParameter(
            name="waitsFor", description="`timer`, `retry`, `event`, `event:{type}`, `incident` or `resume`."
        ),
    ] = None,
    created_from: Annotated[str | None, QueryParameter(name="createdFrom", description=_FROM)] = None,
    created_to: Annotated[str | None, QueryParameter(name="createdTo", description=_TO)] = None,
    ended_from: Annotated[str | None, QueryParameter(name="endedFrom", description=_FROM)] = None,
    ended_to: Annotated[str | None, QueryParameter(name="endedTo", description=_TO)] = None,
    due_from: Annotated[str | None, QueryParameter(name="dueFrom", description=f"When it is due: {_FROM}")] = None,
    due_to: Annotated[str | None, QueryParameter(name="dueTo", description=f"When it is due: {_TO}")] = None,
) -> Wanted:
    """The parameters of an address that say which instances; a dependency of routes. Raises Refused."""
    return InstanceFilter(
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
    ).wanted()


_MOMENTS = ("created_from", "created_to", "ended_from", "ended_to", "due_from", "due_to")
_MS_MAX = 2**62


def _moment(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        moment = parse_timestamp(text)
    except (ValueError, OverflowError) as error:
        raise Refused("invalid-request", f"{name}: {error}") from None
    return max(-_MS_MAX, min(moment, _MS_MAX))
