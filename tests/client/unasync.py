"""The blocking twin of an asynchronous module: the same source without `async` and `await`."""

from __future__ import annotations

import re

from tests.client.generate_types import MARK

_NAMES = {
    "AsyncClient": "Client",
    "AsyncIterator": "Iterator",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "aclose": "close",
    "aiter_lines": "iter_lines",
    "aread": "read",
    "asyncio.sleep": "time.sleep",
}
_PACKAGES = ("operations", "connection", "client")


def blocking(text: str) -> str:
    """The twin of a module of the client."""
    for name, other in _NAMES.items():
        text = re.sub(rf"\b{re.escape(name)}\b", other, text)
    text = re.sub(r"\basync (def|with|for)\b", r"\1", text)
    text = re.sub(r"\bawait ", "", text)
    text = re.sub(r"^import asyncio\n", "", text, flags=re.MULTILINE)
    for name in _PACKAGES:
        text = re.sub(rf"\bcounterpoint\.client\.{name}\b", f"counterpoint.client.blocking.{name}", text)
    text = re.sub(r"  # noqa: ASYNC\d+[^\n]*", "", text)
    text = text.replace("an async context manager", "a context manager")
    return text if text.startswith(MARK) else MARK + text
