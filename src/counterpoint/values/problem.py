"""Problem details (RFC 9457): the shape of every error inside a workflow and over HTTP.

Standard error types are the specification's; their URIs are written in the family of DSL 1.0.3, and
the two older families compare equal (`same_type`).
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import msgspec

from counterpoint.values.json import JsonObject

STANDARD: Final = "https://open-workflow-specification.org/spec/1.0.0/errors/"
FAMILIES: Final = (
    STANDARD,
    "https://serverlessworkflow.io/spec/1.0.0/errors/",
    "https://serverlessworkflow.io/dsl/errors/types/",
    "https://open-workflow-specification.org/dsl/errors/types/",
)

TITLES: Final = {
    "configuration": ("Configuration Error", 400),
    "validation": ("Validation Error", 400),
    "expression": ("Expression Error", 400),
    "authentication": ("Authentication Error", 401),
    "authorization": ("Authorization Error", 403),
    "timeout": ("Timeout Error", 408),
    "communication": ("Communication Error", 500),
    "runtime": ("Runtime Error", 500),
}
"""Short name of each standard error type: its title and its default status (dsl-reference)."""


class Outcome(Enum):
    """What is known of an effect that failed (saga.md, section 2)."""

    NONE = "none"
    """Nothing happened, for certain."""
    UNKNOWN = "unknown"
    """It may have happened."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One error: `type` is a URI, `status` an HTTP-like status, `instance` a JSON pointer to the task."""

    type: str
    status: int
    title: str | None = None
    detail: str | None = None
    instance: str | None = None
    extensions: dict[str, Any] | None = None
    """Further members (RFC 9457, section 3.2), flattened by `to_json`."""

    @classmethod
    def standard(cls, name: str, detail: str, *, status: int | None = None, instance: str | None = None) -> Problem:
        """A standard error by its short name (`communication`, `timeout` ...; a key of `TITLES`)."""
        title, default = TITLES[name]
        return cls(
            type=STANDARD + name,
            status=default if status is None else status,
            title=title,
            detail=detail,
            instance=instance,
        )

    def at(self, instance: str) -> Problem:
        """The same problem, placed at `instance` unless it has a place already."""
        return self if self.instance is not None else msgspec.structs.replace(self, instance=instance)

    def to_json(self) -> JsonObject:
        """The problem as `$error` and as an HTTP body show it; members without a value are left out."""
        data: JsonObject = {"type": self.type, "status": self.status}
        for name in ("title", "detail", "instance"):
            value = getattr(self, name)
            if value is not None:
                data[name] = value
        if self.extensions:
            data.update({key: value for key, value in self.extensions.items() if key not in data})
        return data

    @classmethod
    def from_json(cls, data: JsonObject) -> Problem:
        """The reverse of `to_json`; unknown members become extensions."""
        known = {"type", "status", "title", "detail", "instance"}
        rest = {key: value for key, value in data.items() if key not in known}
        return cls(
            type=data["type"],
            status=data["status"],
            title=data.get("title"),
            detail=data.get("detail"),
            instance=data.get("instance"),
            extensions=rest or None,
        )

    def summary(self) -> str:
        """One line for people."""
        name = short_type(self.type)
        where = f" at {self.instance}" if self.instance else ""
        return f"{name} ({self.status}){where}: {self.detail or self.title or 'no detail'}"


def short_type(uri: str) -> str:
    """`communication` for any of the standard URIs of the communication error; other URIs unchanged."""
    for family in FAMILIES:
        if uri.startswith(family):
            return uri[len(family) :]
    return uri


def same_type(left: str, right: str) -> bool:
    """Whether two error types are equal, modulo the families of standard URIs."""
    return left == right or short_type(left) == short_type(right)
