"""One start: what every way to ask for it over HTTP has in common."""

from __future__ import annotations

from typing import NamedTuple

from litestar.types import Receive

from counterpoint.api.keys import refuse_unsound
from counterpoint.api.models import Instance, StartedInstance, StartRequest
from counterpoint.api.paths import path_to
from counterpoint.api.serving import Serving
from counterpoint.api.versions import deprecation_headers, warned
from counterpoint.application.starting import Started


class Answered(NamedTuple):
    """What a start is answered with."""

    status: int
    headers: dict[str, str]
    body: StartedInstance


async def start(serving: Serving, asked: StartRequest, key: str | None, wait: float, receive: Receive) -> Answered:
    """Start an instance, once it is durable, or, with `wait` (in seconds), once it has ended or needs a person.

    `receive` is that of the request (see ASGI), whose body has been read. Raises Refused, and what `Starting` raises.
    """
    starting = serving.service.starting
    refuse_unsound(key, asked.id, serving.limits)
    if key is None:
        started = await starting.start(asked.definition, asked.input, asked.id, asked.business_key)
    else:
        started = await starting.start_once(key, asked.definition, asked.input, asked.business_key)
    return answered(started, await settled(serving, started.id, wait, receive) if wait else None)


def answered(started: Started, instance: Instance | None = None) -> Answered:
    """What is told of an instance that was started, and of how it stands where somebody has waited for that."""
    warnings = [] if started.caution is None else [warned(started.caution)]
    body = StartedInstance(
        id=started.id, workflow=started.workflow, replayed=started.replayed, instance=instance, warnings=warnings
    )
    headers = {"Location": path_to("v1", "instances", started.id), **deprecation_headers(started.caution)}
    return Answered(200 if started.replayed else 201, headers, body)


async def settled(serving: Serving, id: str, wait: float, receive: Receive) -> Instance:
    """The instance once it is at rest, or as it stands when the time is up, the server stops or the client has gone.

    `wait` is in seconds; 0 does not wait. Raises NotFound.
    """
    instances = serving.service.instances
    if wait:
        seconds_max = min(wait, serving.limits.wait_ms_max / 1000)
        view = await serving.stopping.unless(instances.result(id), receive, seconds_max)
        if view is not None:
            return Instance.of(view)
    return Instance.of(await instances.inspect(id))
