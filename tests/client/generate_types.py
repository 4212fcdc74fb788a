"""Types of answers and bodies, a module for each tag of the document; what several tags share has its own."""

from __future__ import annotations

import keyword
import re
import textwrap
from collections.abc import Iterable
from typing import Any

MARK = "# Made by `python -m tests.client.generate`; do not change it by hand.\n"
SHARED = "shared"
ROOTS = ("ProblemDetails",)
WIDTH = 100
SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
JSON = "application/json"


def snake(name: str) -> str:
    """`startInstance` and `Idempotency-Key` as Python writes them."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).lower()
    return f"{words}_" if keyword.iskeyword(words) else words


def docstring(text: str, indent: str) -> str:
    """As a docstring, wrapped, with the quotes."""
    escaped = text.replace("\\", "\\\\").replace('"""', "'''").strip()
    paragraphs = [textwrap.fill(" ".join(each.split()), WIDTH) for each in escaped.split("\n\n")]
    whole = "\n\n".join(paragraphs)
    if "\n" not in whole:
        return f'{indent}"""{whole}"""\n'
    first, _, rest = whole.partition("\n")
    lines = "\n".join(f"{indent}{line}".rstrip() for line in rest.split("\n"))
    return f'{indent}"""{first}\n{lines}\n{indent}"""\n'


class Types:
    """Which schema becomes a type, and where it is."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.schemas: dict[str, Any] = document["components"]["schemas"]
        self._home: dict[str, str] = {}
        reached: dict[str, set[str]] = {name: {SHARED} for name in self._reach(ROOTS)}
        for item in document["paths"].values():
            for operation in item.values():
                for name in self._reach(self._used(operation)):
                    reached.setdefault(name, set()).add(snake(operation["tags"][0]))
        for name, tags in reached.items():
            self._home[name] = next(iter(tags)) if len(tags) == 1 else SHARED

    def annotation(self, schema: dict[str, Any], *, closed: bool = False) -> str:
        """The type of a schema; `closed`: values of an enum are all that there are (in a request)."""
        if "$ref" in schema:
            return str(schema["$ref"].rpartition("/")[2])
        for union in ("anyOf", "oneOf", "allOf"):
            if union in schema:
                parts = dict.fromkeys(self.annotation(each, closed=closed) for each in schema[union])
                return "Any" if "Any" in parts else " | ".join(parts)
        if closed and "enum" in schema:
            return f"Literal[{', '.join(map(repr, schema['enum']))}]"
        match schema.get("type"):
            case "array":
                return f"list[{self.annotation(schema.get('items', {}), closed=closed)}]"
            case "object" if isinstance(schema.get("additionalProperties"), dict):
                return f"dict[str, {self.annotation(schema['additionalProperties'], closed=closed)}]"
            case "object":
                return "dict[str, Any]"
            case list() as several:
                return " | ".join(SIMPLE.get(each, "Any") for each in several)
            case str() as one:
                return SIMPLE.get(one, "Any")
        return type(schema["const"]).__name__ if "const" in schema else "Any"

    def imports(self, text: str, module: str = "") -> str:
        """The imports of the types that a text names."""
        words = set(re.findall(r"\b[A-Z]\w*", re.sub(r'""".*?"""', "", text, flags=re.DOTALL)))
        names = sorted(name for name in words if self._home.get(name, module) != module)
        return "".join(f"from counterpoint.client.types.{self._home[name]} import {name}\n" for name in names)

    def modules(self) -> dict[str, str]:
        """The source of each module, by its name."""
        made = {}
        for module in sorted(set(self._home.values())):
            classes = [self._class(name) for name, home in sorted(self._home.items()) if home == module]
            text = "\n\n".join(classes)
            about = "Bodies that several parts of the API share." if module == SHARED else f"Bodies of `{module}`."
            head = f'{MARK}"""{about}"""\n\nfrom __future__ import annotations\n\nfrom typing import Any\n\n'
            head += "import msgspec\n\nfrom counterpoint.client.types.answered import Answered\n"
            made[module] = f"{head}{self.imports(text, module)}\n\n{text}"
        names = sorted(self._home)
        lines = "".join(f"from counterpoint.client.types.{self._home[name]} import {name}\n" for name in names)
        listed = "".join(f'    "{name}",\n' for name in names)
        made["__init__"] = f'{MARK}"""Bodies of requests and of answers."""\n\n{lines}\n__all__ = [\n{listed}]\n'
        return made

    def _used(self, operation: dict[str, Any]) -> list[str]:
        """Schemas of answers, and what bodies are made of: a body itself becomes parameters."""
        found: list[str] = []
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                found += _references([each.get("schema", {}) for each in answer.get("content", {}).values()])
        body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema", {})
        whole = body.get("$ref", "").rpartition("/")[2]
        return found + _references(self.schemas[whole] if whole else body)

    def _reach(self, names: Iterable[str]) -> set[str]:
        reached, ahead = set[str](), list(names)
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached.add(name)
                ahead += _references(self.schemas[name])
        return reached

    def _class(self, name: str) -> str:
        schema = self.schemas[name]
        text = f"class {name}(Answered, frozen=True, kw_only=True):\n"
        text += docstring(schema.get("description") or name, "    ") + "\n"
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        for encoded in sorted(properties, key=lambda each: each not in required):
            text += self._field(encoded, properties[encoded], required=encoded in required)
        return f"{text}\n"

    def _field(self, encoded: str, schema: dict[str, Any], *, required: bool) -> str:
        name, annotation, value, options = snake(encoded), self.annotation(schema), "", []
        if not required:
            if "None" not in annotation.split(" | ") and annotation != "Any":
                annotation += " | None"
            options.append("default=None")
        if _camel(name) != encoded:
            options.append(f'name="{encoded}"')
        if options == ["default=None"]:
            value = " = None"
        elif options:
            value = f" = msgspec.field({', '.join(options)})"
        text = f"    {name}: {annotation}{value}\n"
        if schema.get("description"):
            text += docstring(schema["description"], "    ")
        return text


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each.title() for each in rest)


def _references(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"].rpartition("/")[2]] if isinstance(schema.get("$ref"), str) else []
        return own + [each for key, part in schema.items() if key != "examples" for each in _references(part)]
    return [each for part in schema for each in _references(part)] if isinstance(schema, list) else []
