"""What a route works with, as one dependency. Several would be resolved as tasks of their own, which costs a start a
fifth of its time: routes that are asked for most take this one.
"""

from __future__ import annotations

from typing import NamedTuple

from counterpoint.api.limits import ApiLimits
from counterpoint.api.stopping import Stopping
from counterpoint.application.service import Service


class Serving(NamedTuple):
    """The engine's use cases, and how they are served."""

    service: Service
    stopping: Stopping
    limits: ApiLimits
