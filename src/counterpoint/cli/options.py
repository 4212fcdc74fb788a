"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

from cyclopts import Parameter, Token
from cyclopts.validators import Number as InRange

STORE_DEFAULT: Final = "counterpoint.db"
MEMORY: Final = ":memory:"

Store: TypeAlias = Annotated[
    str,
    Parameter(
        name="--store",
        env_var="COUNTERPOINT_STORE",
        help="The file that keeps everything; `:memory:` keeps nothing.",
    ),
]
Json: TypeAlias = Annotated[bool, Parameter(name="--json", negative=(), show_default=False)]
Timeout: TypeAlias = Annotated[
    float, Parameter(name="--timeout", help="How long to wait, in seconds.", allow_leading_hyphen=True)
]


def _whole(_: Any, tokens: Sequence[Token]) -> int:
    """Nothing is rounded, as the library would: a point within a transition (`3.1`) is another than the transition."""
    text = tokens[0].value
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{text!r} is no whole number")
    return int(text)


Number: TypeAlias = Annotated[int, Parameter(converter=_whole)]
"""A whole number, never rounded, of 0 or more."""
Count: TypeAlias = Annotated[int, Parameter(converter=_whole, validator=InRange(gt=0))]
"""How many: a whole number of 1 or more."""
Repeated: TypeAlias = tuple[str, ...]
Order: TypeAlias = Literal["newest", "due"]
Status: TypeAlias = Literal["pending", "running", "waiting", "suspended", "cancelled", "faulted", "completed"]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """What an engine that the command starts may use."""

    functions: Annotated[
        Repeated,
        Parameter(
            name=["--function", "--functions"],
            negative=(),
            show_default=False,
            help="Python code whose `@function`s workflows may call: `path/to/file.py`, `module` or `module:name`. "
            "May be given several times.",
        ),
    ] = ()
    secrets: Annotated[
        str | None,
        Parameter(
            name="--secrets",
            show_default=False,
            help="A JSON or YAML file of secrets. Environment variables COUNTERPOINT_SECRET_<NAME> are secrets too.",
        ),
    ] = None
    allow_network: Annotated[
        Repeated,
        Parameter(
            name="--allow-network",
            negative=(),
            show_default=False,
            help="A host, an address, a network, `loopback` or `private` that HTTP calls may reach although it is not "
            "public. May be given several times; also COUNTERPOINT_ALLOW_NETWORK, with commas.",
        ),
    ] = ()
    resources: Annotated[
        Repeated,
        Parameter(
            name="--resources",
            negative=(),
            show_default=False,
            help="A directory from which documents that workflows refer to may be read. May be given several times.",
        ),
    ] = ()

    def arguments(self) -> str:
        """The same options as they are written on a command line, each with a space before it."""
        given = [("--function", each) for each in self.functions]
        given += [("--secrets", self.secrets)] if self.secrets is not None else []
        given += [("--allow-network", each) for each in self.allow_network]
        given += [("--resources", each) for each in self.resources]
        return "".join(f" {name} {quote(value)}" for name, value in given)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Matching:
    """Which runs: those of which all holds that is given."""

    status: Annotated[
        tuple[Status, ...],
        Parameter(name="--status", negative=(), show_default=False, help="A status. May be given several times."),
    ] = ()
    workflow: Annotated[
        str | None,
        Parameter(
            name="--workflow",
            show_default=False,
            help="`name` or `namespace/name`, both of all versions, or `namespace/name:RANGE`.",
        ),
    ] = None
    version: Annotated[
        str | None,
        Parameter(
            name="--workflow-version", show_default=False, help="Of the workflow: a version, a range, or `latest`."
        ),
    ] = None
    saga: Annotated[
        Literal["compensating", "compensated", "stuck"] | None,
        Parameter(name="--saga", show_default=False, help="How far undoing is."),
    ] = None
    business_key: Annotated[
        str | None, Parameter(name="--business-key", show_default=False, help="What people call them.")
    ] = None
    business_key_prefix: Annotated[
        str | None,
        Parameter(name="--business-key-prefix", show_default=False, help="What that begins with, letter by letter."),
    ] = None
    correlation: Annotated[
        str | None, Parameter(name="--correlation", show_default=False, help="What a story of several runs shares.")
    ] = None
    parent: Annotated[
        str | None, Parameter(name="--parent", show_default=False, help="A run's id: its sub-workflows.")
    ] = None
    error_type: Annotated[
        str | None, Parameter(name="--error-type", show_default=False, help="The type of the error they ended with.")
    ] = None
    waits_for: Annotated[
        str | None,
        Parameter(
            name="--waits-for",
            show_default=False,
            help="`timer`, `retry`, `event`, `event:TYPE`, `incident`, or `resume` after a suspension.",
        ),
    ] = None
    created_from: Annotated[
        str | None, Parameter(name="--created-from", show_default=False, help="A time: 2026-01-31T08:00:00Z.")
    ] = None
    created_to: Annotated[str | None, Parameter(name="--created-to", show_default=False, help="Before then.")] = None
    ended_from: Annotated[str | None, Parameter(name="--ended-from", show_default=False, help="A time.")] = None
    ended_to: Annotated[str | None, Parameter(name="--ended-to", show_default=False, help="Before then.")] = None
    due_from: Annotated[
        str | None, Parameter(name="--due-from", show_default=False, help="A time: the first that they wait for.")
    ] = None
    due_to: Annotated[str | None, Parameter(name="--due-to", show_default=False, help="Before then.")] = None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Asked:
    """How a run is asked for something."""

    reason: Annotated[
        str | None, Parameter(name="--reason", show_default=False, help="Why; it is kept in the history.")
    ] = None
    store: Store = STORE_DEFAULT
    timeout: Timeout = 30.0
    json: Annotated[
        bool, Parameter(name="--json", negative=(), show_default=False, help="Print JSON, as `run --json` does.")
    ] = False

    def of(self, options: EngineOptions | None) -> Ask:
        """Where to ask, and with what engine if none runs there."""
        return Ask(self.store, self.timeout, options or EngineOptions())


class Ask(NamedTuple):
    """Where to ask for something, how long to wait (seconds), and with what engine if none runs there."""

    store: str
    seconds_max: float
    options: EngineOptions


Commands: TypeAlias = "dict[str, tuple[Callable[..., int], str]]"
"""The commands of a group: name, function, examples."""
