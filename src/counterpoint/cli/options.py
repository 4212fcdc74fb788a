"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from shlex import quote
from typing import Annotated, Final, NamedTuple, TypeAlias

from cyclopts import Parameter

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
Repeated: TypeAlias = tuple[str, ...]


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


class Ask(NamedTuple):
    """Where to ask for something, how long to wait (seconds), and with what engine if none runs there."""

    store: str
    seconds_max: float
    options: EngineOptions


Commands: TypeAlias = "dict[str, tuple[Callable[..., int], str]]"
"""The commands of a group: name, function, examples."""
