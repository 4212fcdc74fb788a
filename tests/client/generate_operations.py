"""Operations: a method for each `operationId`, a class for each tag of the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.client.generate_types import JSON, MARK, Types, docstring, snake

STREAM = "text/event-stream"
DOCUMENT = "application/yaml"
BATCH = "application/cloudevents-batch+json"
KEY = "Idempotency-Key"
RESUME = "Last-Event-ID"
LEFT_OUT = frozenset({"If-None-Match", "Prefer"})
"""Headers that are for caches and for other clients."""
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
HEAD = """\
from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal

from msgspec import UNSET, UnsetType

from counterpoint.client.calls import Call, body_of, key_of
from counterpoint.client.connection import Connection
from counterpoint.client.sse import StreamEvent
"""


@dataclass
class Parameter:
    """One parameter of a method: where its value goes."""

    name: str
    place: str
    wire: str
    annotation: str
    required: bool
    about: str = ""

    @property
    def declared(self) -> str:
        """As a signature has it."""
        if self.required:
            return f"{self.name}: {self.annotation}"
        parts = [each for each in self.annotation.split(" | ") if each != "None"]
        if self.place != "body":
            return f"{self.name}: {' | '.join(parts)} | None = None"
        null = ["None"] if "None" in self.annotation.split(" | ") else []
        return f"{self.name}: {' | '.join([*parts, 'UnsetType', *null])} = UNSET"


@dataclass
class Method:
    """One method."""

    name: str
    verb: str
    path: str
    about: str
    parameters: list[Parameter] = field(default_factory=list)
    content_type: str = ""
    answer: str = "None"
    accept: str = ""
    item: str = ""
    """Type of the items of a page, where it is one."""

    def of(self, place: str) -> list[Parameter]:
        """The parameters that go somewhere."""
        return [each for each in self.parameters if each.place == place]

    def takes(self, wire: str) -> bool:
        """Whether it has a parameter of that name on the wire."""
        return any(each.wire == wire for each in self.parameters)


def operations(document: dict[str, Any], types: Types) -> dict[str, str]:
    """The source of each module, by its name."""
    methods: dict[str, list[Method]] = {}
    for path, item in document["paths"].items():
        for verb, operation in item.items():
            tag = snake(operation["tags"][0])
            methods.setdefault(tag, []).append(method_of(path, verb.upper(), operation, types))
    made = {}
    for tag, found in sorted(methods.items()):
        about = next(each["description"] for each in document["tags"] if snake(each["name"]) == tag)
        text = f"class {_title(tag)}Operations(Connection):\n{docstring(about, '    ')}\n"
        text += "\n".join(_source(each) for each in found)
        made[tag] = f'{MARK}"""Operations of `{tag}`."""\n\n{HEAD}{types.imports(text)}\n\n{text}'
    names = {tag: f"{_title(tag)}Operations" for tag in sorted(methods)}
    lines = "".join(f"from counterpoint.client.operations.{tag} import {name}\n" for tag, name in names.items())
    parents = "".join(f"    {name},\n" for name in names.values())
    whole = f'class Operations(\n{parents}):\n    """Every operation of the API."""\n'
    made["__init__"] = f'{MARK}"""Operations: a method for each of the API."""\n\n{lines}\n\n{whole}'
    return made


def method_of(path: str, verb: str, operation: dict[str, Any], types: Types) -> Method:
    """The method of an operation."""
    method = Method(snake(operation["operationId"]), verb, path, operation["description"])
    for each in operation.get("parameters", ()):
        if each["name"] not in LEFT_OUT:
            annotation, required = types.annotation(each["schema"], closed=True), each.get("required", False)
            name, about = snake(each["name"]), each.get("description", "")
            method.parameters.append(Parameter(name, each["in"], each["name"], annotation, required, about))
    if "requestBody" in operation:
        _take_body(method, operation["requestBody"]["content"], types)
    _take_answer(method, operation["responses"], types)
    return method


def _take_body(method: Method, content: dict[str, Any], types: Types) -> None:
    if DOCUMENT in content:
        method.content_type = DOCUMENT
        method.parameters.append(Parameter("document", "whole", "", "str | bytes", True, "Its text, YAML or JSON."))
    elif BATCH in content:
        method.content_type = BATCH
        method.parameters.append(Parameter("events", "whole", "", "list[dict[str, Any]]", True, "CloudEvents."))
    elif JSON in content:
        _take_json(method, content[JSON]["schema"], types)
    else:
        method.content_type = next(iter(content))
        method.parameters.append(Parameter("content", "whole", "", "str | bytes", True))


def _take_json(method: Method, schema: dict[str, Any], types: Types) -> None:
    """The members of an object become parameters; anything else is one."""
    whole = types.schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    if "properties" not in whole:
        annotation = types.annotation(schema, closed=True)
        method.parameters.append(Parameter("items", "whole", "", annotation, True))
        return
    taken = {each.name for each in method.parameters}
    for wire, part in whole["properties"].items():
        name = f"new_{snake(wire)}" if snake(wire) in taken else snake(wire)
        annotation, required = types.annotation(part, closed=True), wire in whole.get("required", ())
        method.parameters.append(Parameter(name, "body", wire, annotation, required, part.get("description", "")))


def _take_answer(method: Method, responses: dict[str, Any], types: Types) -> None:
    kinds: dict[str, None] = {}
    for status, answer in responses.items():
        content = answer.get("content", {}) if status.startswith("2") else {}
        if STREAM in content:
            method.accept = STREAM
        elif JSON in content:
            schema = content[JSON].get("schema", {})
            kinds[types.annotation(schema)] = None
            page = types.schemas.get(schema.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
            if "next" in page and "items" in page and method.takes("cursor"):
                method.item = types.annotation(page["items"]["items"])
        elif content:
            method.accept = next(iter(content))
            kinds["str" if method.accept.startswith("text/") else "bytes"] = None
    method.answer = " | ".join(kinds) or "None"


def _source(method: Method) -> str:
    first = [each for each in method.parameters if each.required]
    others = [each for each in method.parameters if not each.required]
    signature = _signature(first, others)
    about = [method.about, *(f"`{each.name}`: {each.about}" for each in method.parameters if each.about)]
    shown = docstring("\n\n".join(about), "        ")
    if method.accept == STREAM:
        resume = "last_event_id" if method.takes(RESUME) else "None"
        head = f"    def {method.name}({signature}) -> AsyncIterator[StreamEvent]:\n"
        return f"{head}{shown}        return self._stream({_call(method)}, {resume})\n"
    text = f"    async def {method.name}({signature}) -> {method.answer}:\n{shown}"
    if method.takes(KEY):
        ids = [each.name for each in method.of("body") if each.wire == "id"]
        text += f"        key = key_of({', '.join(['idempotency_key', *ids])})\n"
    if method.answer == "None":
        text += f"        await self._call({_call(method)}, None)\n"
    else:
        text += f"        answer: {method.answer} = await self._call({_call(method)}, {method.answer})\n"
        text += "        return answer\n"
    return text + (_pages(method, first, others) if method.item else "")


def _pages(method: Method, first: list[Parameter], others: list[Parameter]) -> str:
    rest = [each for each in others if each.name != "cursor"]
    name = f"iterate_{method.name.removeprefix('list_')}"
    given = [*(each.name for each in first), *(f"{each.name}={each.name}" for each in rest), "cursor=cursor"]
    return (
        f"\n    async def {name}({_signature(first, rest)}) -> AsyncIterator[{method.item}]:\n"
        f'        """Every item of all pages of `{method.name}`."""\n'
        "        cursor: str | None = None\n"
        "        while True:\n"
        f"            page = await self.{method.name}({', '.join(given)})\n"
        "            for each in page.items:\n"
        "                yield each\n"
        "            cursor = page.next\n"
        "            if cursor is None:\n"
        "                return\n"
    )


def _signature(first: list[Parameter], others: list[Parameter]) -> str:
    parts = ["self", *(each.declared for each in first)]
    if others:
        parts += ["*", *(each.declared for each in others)]
    return ", ".join(parts)


def _call(method: Method) -> str:
    parts = [f'method="{method.verb}"', f'path="{method.path}"']
    for option, place in (("arguments", "path"), ("query", "query"), ("headers", "header")):
        found = [each for each in method.of(place) if each.wire != RESUME]
        if found:
            values = ", ".join(f'"{each.wire}": {"key" if each.wire == KEY else each.name}' for each in found)
            parts.append(f"{option}={{{values}}}")
    if method.of("body"):
        members = ", ".join(f'"{each.wire}": {each.name}' for each in method.of("body"))
        parts.append(f"body=body_of({{{members}}})")
    parts += [f"body={each.name}" for each in method.of("whole")]
    if method.content_type:
        parts.append(f'content_type="{method.content_type}"')
    if method.accept:
        parts.append(f'accept="{method.accept}"')
    if method.takes(KEY):
        parts.append("repeatable=key is not None")
    elif method.verb in REPEATABLE or method.content_type in (DOCUMENT, BATCH):
        parts.append("repeatable=True")
    return f"Call({', '.join(parts)})"


def _title(tag: str) -> str:
    return "".join(each.title() for each in tag.split("_"))
