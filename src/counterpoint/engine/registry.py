"""The registry: what is published, in what state it is, and which version a reference means. In memory.

What a range or `latest` means changes when somebody publishes or retires, never because time passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from counterpoint.errors import InvalidInput, NotFound, Withdrawn
from counterpoint.ports.store import StoredDefinition, VersionState
from counterpoint.values.timestamp import iso8601
from counterpoint.values.versions import allows, choose, is_version, precedence

ACTIVE: Final = "active"
DEPRECATED: Final = "deprecated"
RETIRED: Final = "retired"

_REFERENCE: Final = re.compile(r"(?:(?P<namespace>[^/:]+)/)?(?P<name>[^/:]+)(?::(?P<wanted>[^/:]+))?")
_CHOICES_KEPT: Final = 10_000
_KNOWN_SHOWN: Final = 20


class Reference(NamedTuple):
    """What people call a definition."""

    namespace: str | None
    name: str
    wanted: str | None
    """A version, a range, or `latest`; None means `latest`."""


class Caution(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever starts a deprecated version should know."""

    message: str
    deprecated_at: int
    """In ms since the epoch."""
    sunset_at: int | None
    """From when on it cannot be started."""
    replacement: str | None
    """What to start instead: `namespace/name:RANGE`."""


class Registry:
    """All versions of all workflows of one store."""

    def __init__(self) -> None:
        self._versions: dict[str, dict[str, StoredDefinition]] = {}
        self._states: dict[int, list[VersionState]] = {}
        self._closing: set[int] = set()
        """Versions that are being retired: nothing starts any more."""
        self._choices: dict[str, StoredDefinition] = {}

    def fill(self, definitions: Iterable[StoredDefinition], states: Iterable[VersionState]) -> None:
        """Take over everything that a store holds."""
        self._versions, self._states = {}, {}
        for definition in definitions:
            self.add(definition)
        for state in states:
            self.put(state)

    def add(self, definition: StoredDefinition) -> None:
        """A version was published."""
        self._versions.setdefault(f"{definition.namespace}/{definition.name}", {})[definition.version] = definition
        self._choices.clear()

    def put(self, state: VersionState) -> None:
        """The state of a version has changed."""
        self._states.setdefault(state.definition, []).append(state)
        self._choices.clear()

    def all(self) -> list[StoredDefinition]:
        """Every version, by number."""
        found = [each for versions in self._versions.values() for each in versions.values()]
        return sorted(found, key=lambda each: each.number)

    def get(self, workflow: str) -> StoredDefinition | None:
        """The version that `namespace/name:version` is, whatever its state."""
        title, _, version = workflow.partition(":")
        return self._versions.get(title, {}).get(version)

    def history(self, definition: StoredDefinition) -> Sequence[VersionState]:
        """All states that a version was ever brought into, the last one last."""
        return self._states.get(definition.number, ())

    def state(self, definition: StoredDefinition) -> VersionState:
        """The state that a version is in; that of one which nobody has changed has revision 0."""
        states = self._states.get(definition.number)
        if states:
            return states[-1]
        return VersionState(definition=definition.number, revision=0, state=ACTIVE, changed_at=definition.published_at)

    def find(self, text: str) -> StoredDefinition:
        """By `namespace/name:RANGE`, the highest version that fits; the namespace may be left out where that is clear.

        Without a range, or with `latest`, the highest release. Retired versions are found by their own number alone.
        Raises NotFound, also where several namespaces have the name, and InvalidInput for what is no range.
        """
        exact = self.get(text)
        if exact is not None:
            return exact
        found = self._choices.get(text)
        if found is None:
            found = self._choose(text)
            if len(self._choices) >= _CHOICES_KEPT:
                self._choices.clear()
            self._choices[text] = found
        return found

    def to_start(self, text: str) -> StoredDefinition:
        """As `find`, for who means to start it. Raises Withdrawn where all that it could mean is retired."""
        try:
            return self.find(text)
        except NotFound:
            self._refuse_retired(text)
            raise

    def latest(self) -> list[StoredDefinition]:
        """The version of every workflow that its name alone means."""
        return [found for title in self._versions if (found := self._best(title, None)) is not None]

    def admit(self, definition: StoredDefinition, now: int) -> None:
        """Raises Withdrawn where a version may not be started at `now`."""
        if definition.number in self._closing:
            raise Withdrawn(f"{_title(definition)} is being retired")
        states = self._states.get(definition.number)
        if not states:
            return
        state = states[-1]
        if state.state == RETIRED:
            raise Withdrawn(f"{_title(definition)} is retired{_advice(state)}", state.replacement)
        if state.state == DEPRECATED and state.sunset_at is not None and now >= state.sunset_at:
            until = iso8601(state.sunset_at)
            raise Withdrawn(
                f"{_title(definition)} is deprecated and could be started until {until}{_advice(state)}",
                state.replacement,
            )

    def caution(self, definition: StoredDefinition) -> Caution | None:
        """What is to be said to whoever starts a version."""
        states = self._states.get(definition.number)
        if not states or states[-1].state != DEPRECATED:
            return None
        state = states[-1]
        until = "" if state.sunset_at is None else f" and can be started until {iso8601(state.sunset_at)}"
        why = f" ({state.reason})" if state.reason else ""
        instead = f"; use {state.replacement}" if state.replacement else ""
        return Caution(
            message=f"{_title(definition)} is deprecated{until}{why}{instead}",
            deprecated_at=state.changed_at,
            sunset_at=state.sunset_at,
            replacement=state.replacement,
        )

    def close(self, definition: StoredDefinition) -> None:
        """Let nothing start any more, while it is seen whether this version can be retired."""
        self._closing.add(definition.number)

    def reopen(self, definition: StoredDefinition) -> None:
        """Whatever came of it is in the state now."""
        self._closing.discard(definition.number)

    def _choose(self, text: str) -> StoredDefinition:
        reference = parse(text)
        titles = self._titles(reference)
        if len(titles) > 1:
            namespaces = sorted(each.partition("/")[0] for each in titles)
            raise NotFound(f"{text!r} is in several namespaces: {', '.join(namespaces)}; name one of them")
        if not titles:
            raise NotFound(f"there is no definition {text!r} (published: {_listed(sorted(self._versions))})")
        found = self._best(titles[0], reference.wanted)
        if found is None:
            known = [self._told(each) for each in self._ordered(titles[0])]
            raise NotFound(f"there is no definition {text!r} (versions of {titles[0]}: {_listed(known)})")
        return found

    def _refuse_retired(self, text: str) -> None:
        """Raises Withdrawn where something would fit, were it not retired."""
        reference = parse(text)
        titles = self._titles(reference)
        retired = self._best(titles[0], reference.wanted, retired=True) if len(titles) == 1 else None
        if retired is not None:
            state = self.state(retired)
            told = f"nothing that {text!r} means can be started any more: {_title(retired)} is retired"
            raise Withdrawn(told + _advice(state), state.replacement)

    def _titles(self, reference: Reference) -> list[str]:
        return [
            title
            for title in self._versions
            if title.partition("/")[2] == reference.name and reference.namespace in (None, title.partition("/")[0])
        ]

    def _best(self, title: str, wanted: str | None, *, retired: bool = False) -> StoredDefinition | None:
        versions = self._versions.get(title, {})
        if wanted is not None and is_version(wanted):
            return versions.get(wanted)
        # The latest published comes first, so that it wins where versions differ by build metadata alone.
        offered = [each for each in reversed(versions.values()) if (self.state(each).state == RETIRED) == retired]
        try:
            chosen = choose((each.version for each in offered), wanted)
        except ValueError as error:
            raise InvalidInput(str(error)) from None
        return None if chosen is None else versions[chosen]

    def _ordered(self, title: str) -> list[StoredDefinition]:
        return sorted(self._versions[title].values(), key=lambda each: precedence(each.version), reverse=True)

    def _told(self, definition: StoredDefinition) -> str:
        state = self.state(definition).state
        return definition.version if state == ACTIVE else f"{definition.version} ({state})"


def parse(text: str) -> Reference:
    """The parts of a reference. Raises NotFound for what is none."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise NotFound(f"{text!r} names no definition; write namespace/name, or namespace/name:RANGE")
    return Reference(match["namespace"], match["name"], match["wanted"])


def require_readable(reference: str) -> None:
    """Raises InvalidInput for what can mean no workflow, whatever is published."""
    try:
        allows(parse(reference).wanted, "0.0.0")
    except (NotFound, ValueError) as error:
        raise InvalidInput(str(error)) from None


@lru_cache(4096)
def may_mean(reference: str, workflow: str) -> bool:
    """Whether a reference may mean `namespace/name:version`, whatever else is published."""
    asked, named = _REFERENCE.fullmatch(reference), _REFERENCE.fullmatch(workflow)
    if asked is None or named is None:
        return reference == workflow
    if asked["namespace"] not in (None, named["namespace"]) or asked["name"] != named["name"]:
        return False
    try:
        return allows(asked["wanted"], named["wanted"])
    except ValueError:
        return False


def _title(definition: StoredDefinition) -> str:
    return f"{definition.namespace}/{definition.name}:{definition.version}"


def _advice(state: VersionState) -> str:
    """Why a version was withdrawn, and what to start instead."""
    why = f" ({state.reason})" if state.reason else ""
    return why + (f"; start {state.replacement} instead" if state.replacement else "")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _KNOWN_SHOWN
    return ", ".join(names[:_KNOWN_SHOWN]) + (f" and {more} more" if more > 0 else "") or "none"
