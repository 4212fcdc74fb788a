"""The few shapes that the grammar's tables are made of, and how a value is checked against each.

Every shape has one method, `check`, which reports all that is wrong with a value and returns nothing:
a value fits exactly when no error was reported. So the verdict and the explanation cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

import msgspec

from counterpoint.dsl.report import Path, Report, kind_of, one_of, shown, suggest
from counterpoint.values.json import JsonObject, JsonValue


class Shape(Protocol):
    """What a value must look like."""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        """Report everything that is wrong with `value`, which stands at `path`."""


class Anything(msgspec.Struct, frozen=True):
    """Any value at all."""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        """Nothing can be wrong."""


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A string; of some form where `fits` is given, one of a few where `values` are."""

    what: str = "a string"
    """The form in words, for messages."""
    fits: Callable[[str], object] | None = None
    values: tuple[str, ...] = ()
    example: str = ""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if not isinstance(value, str):
            report.error("CP101", path, f"must be {self.what}, and is {kind_of(value)}", self._example())
        elif self.values and value not in self.values:
            hint = None if report.full else suggest(value, self.values) or f"use {one_of(self.values)}"
            report.error("CP104", path, f"{shown(value)} is not allowed here", hint)
        elif self.fits is not None and not self.fits(value):
            report.error("CP105", path, f"{shown(value)} is not {self.what}", self._example())

    def _example(self) -> str | None:
        return f"for example `{self.example}`" if self.example else None


class Integer(msgspec.Struct, frozen=True, kw_only=True):
    """A whole number; 1.0 is one too, as in JSON Schema."""

    minimum: int | None = None
    maximum: int | None = None

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            report.error("CP101", path, f"must be a whole number, and is {kind_of(value)}")
        elif isinstance(value, float) and not value.is_integer():
            report.error("CP101", path, f"must be a whole number, and is {shown(value)}")
        elif (self.minimum is not None and value < self.minimum) or (self.maximum is not None and value > self.maximum):
            report.error("CP107", path, f"must be between {self.minimum} and {self.maximum}, and is {shown(value)}")


class Boolean(msgspec.Struct, frozen=True):
    """`true` or `false`."""

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if not isinstance(value, bool):
            hint = "YAML 1.2 knows only `true` and `false`" if value in ("yes", "no", "on", "off") else None
            report.error("CP101", path, f"must be true or false, and is {kind_of(value)}", hint)


class Array(msgspec.Struct, frozen=True, kw_only=True):
    """An array of one shape."""

    items: Shape
    minimum: int = 0

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if not isinstance(value, list):
            report.error("CP101", path, f"must be an array, and is {kind_of(value)}")
            return
        if len(value) < self.minimum:
            report.error("CP106", path, f"needs at least {self.minimum} item")
        for index, item in enumerate(value):
            self.items.check(item, (path, index), report)


class NamedItems(msgspec.Struct, frozen=True, kw_only=True):
    """An array of objects with one member each: the name of the item and the item, as in a task list."""

    items: Shape
    what: str
    minimum: int = 0

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if not isinstance(value, list):
            hint = f"begin each {self.what} with a dash: `- name: ...`" if isinstance(value, dict) else None
            report.error("CP101", path, f"must be an array of named {self.what}s, and is {kind_of(value)}", hint)
            return
        if len(value) < self.minimum:
            report.error("CP106", path, f"needs at least {self.minimum} {self.what}")
        for index, item in enumerate(value):
            place = (path, index)
            if not isinstance(item, dict):
                report.error("CP101", place, f"must be an object `name: {self.what}`, and is {kind_of(item)}")
                continue
            if len(item) != 1:
                self._report_size(item, place, report)
            for name, member in item.items():
                self.items.check(member, (place, name), report)

    def _report_size(self, item: JsonObject, place: Path, report: Report) -> None:
        if not item:
            report.error("CP106", place, f"has no {self.what} in it", f"write `name: {self.what}`")
            return
        names = list(item)
        hint = f"give each {self.what} a dash of its own, or check the indentation of `{names[1]}`"
        message = f"holds {len(names)} members ({one_of(names[:4])}), and must hold one {self.what}"
        report.error("CP106", (place, names[1]), message, hint, of_key=True)


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """An object with any names and values of one shape."""

    values: Shape
    minimum: int = 0

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.error("CP101", path, f"must be an object, and is {kind_of(value)}")
            return
        if len(value) < self.minimum:
            report.error("CP106", path, f"needs at least {self.minimum} member")
        for name, member in value.items():
            self.values.check(member, (path, name), report)


Rule = Callable[[JsonObject, Path, Report], None]
"""A further condition on an object, beyond its members one by one."""


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """An object with known members."""

    known: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    open: bool = False
    """Whether other members are allowed as well."""
    minimum: int = 0
    rules: tuple[Rule, ...] = ()
    what: str = "an object"

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        if not isinstance(value, dict):
            report.error("CP101", path, f"must be {self.what}, and is {kind_of(value)}", self._outline())
            return
        if len(value) < self.minimum:
            report.error("CP106", path, "must not be empty", self._outline())
        for name in self.required:
            if name not in value:
                report.error("CP102", path, f"the member `{name}` is missing")
        for name, member in value.items():
            shape = self.known.get(name)
            if shape is not None:
                shape.check(member, (path, name), report)
            elif not self.open:
                self._report_unknown(name, value, path, report)
        for rule in self.rules:
            rule(value, path, report)

    def _report_unknown(self, name: str, value: JsonObject, path: Path, report: Report) -> None:
        hint = None
        if not report.full:
            free = [each for each in self.known if each not in value]
            hint = suggest(name, free) or (f"known here: {one_of(sorted(free))}" if free else None)
        report.error("CP103", (path, name), f"unknown member {shown(name)}", hint, of_key=True)

    def _outline(self) -> str | None:
        return f"its members are {one_of(sorted(self.known))}" if self.known else None


class ByKind(msgspec.Struct, frozen=True, kw_only=True):
    """Different shapes for different kinds of JSON value: a string here, an object there."""

    text: Shape | None = None
    object: Shape | None = None
    array: Shape | None = None
    what: str

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        shapes: dict[type, Shape | None] = {str: self.text, dict: self.object, list: self.array}
        shape = shapes.get(type(value))
        if shape is None:
            report.error("CP101", path, f"must be {self.what}, and is {kind_of(value)}")
        else:
            shape.check(value, path, report)


class ByReference(msgspec.Struct, frozen=True, kw_only=True):
    """A shape that is looked up when it is used, so that the tables may refer to one another in circles."""

    find: Callable[[], Shape]

    def check(self, value: JsonValue, path: Path, report: Report) -> None:
        self.find().check(value, path, report)


class ExactlyOne(msgspec.Struct, frozen=True):
    """A rule: of these members, one must be there and the others must not."""

    names: tuple[str, ...]

    def __call__(self, value: JsonObject, path: Path, report: Report) -> None:
        """Report what is missing, or too many."""
        present = [name for name in self.names if name in value]
        if not present:
            report.error("CP102", path, f"needs {one_of(self.names)}")
        for name in present[1:]:
            message = f"`{name}` cannot stand beside `{present[0]}`"
            report.error("CP108", (path, name), message, "keep one of them", of_key=True)


def exactly_one(*names: str) -> Rule:
    """Of these members, one must be there and the others must not."""
    return ExactlyOne(names)


ANYTHING: Final = Anything()
STRING: Final = Text()
BOOLEAN: Final = Boolean()
INTEGER: Final = Integer()
OBJECT: Final = Members(known={}, open=True)
STRINGS: Final = Array(items=STRING)
STRING_ENTRIES: Final = Entries(values=STRING)


def closed(what: str, members: Mapping[str, Shape], *rules: Rule, minimum: int = 0) -> Members:
    """An object with these members only; a name that ends in `!` is required."""
    return Members(known=_names(members), required=_required(members), rules=rules, what=what, minimum=minimum)


def opened(what: str, members: Mapping[str, Shape], *rules: Rule, minimum: int = 0) -> Members:
    """An object with these members and any others; a name that ends in `!` is required."""
    known, required = _names(members), _required(members)
    return Members(known=known, required=required, rules=rules, what=what, minimum=minimum, open=True)


def _names(members: Mapping[str, Shape]) -> Mapping[str, Shape]:
    return {name.removesuffix("!"): shape for name, shape in members.items()}


def _required(members: Mapping[str, Shape]) -> tuple[str, ...]:
    return tuple(name.removesuffix("!") for name in members if name.endswith("!"))
