"""The studio's pages, in front of the HTTP API: whatever is neither its page nor its file is the API's.

Pages hold nothing secret, so everybody may load them; what they ask the API for needs what the API asks for.
"""

from __future__ import annotations

import secrets
from typing import Any, Final, TypeAlias

from counterpoint.studio.bundle import Bundle, File
from counterpoint.values.encodings import accepts

Asgi: TypeAlias = Any
"""An ASGI application; frameworks disagree about its exact type."""

PAGES: Final = ("/workflows", "/instances", "/attention", "/insights", "/debug")
"""Addresses below which the studio shows a page of its own."""
_ASSETS: Final = "/assets/"
_NOT_FOUND: Final = 404
_NONCE: Final = "csp-nonce-of-this-answer"
"""What the built page has in the place of the nonce."""
_FOR_EVER: Final = b"public, max-age=31536000, immutable"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def pages(bundle: Bundle) -> Any:
    """What puts the studio in front of an application: a function from ASGI application to ASGI application."""

    def before(app: Asgi) -> Asgi:
        async def serve(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
                path: str = scope["path"]
                file = bundle.files.get(path.removeprefix("/")) if path.startswith(_ASSETS) else None
                if file is not None:
                    await _answer(scope, send, file, _FOR_EVER, [])
                    return
                if path == "/" or _is_page(path):
                    await _page(scope, send, bundle.page)
                    return
                if not path.startswith("/v1/") and _is_read_by_people(scope):
                    await _known_or_page(app, scope, receive, send, bundle.page)
                    return
            await app(scope, receive, send)

        return serve

    return before


def _is_read_by_people(scope: Any) -> bool:
    """Whether somebody has opened the address in a browser: programs ask for JSON, or for anything."""
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")


async def _known_or_page(app: Asgi, scope: Any, receive: Any, send: Any, index: str) -> None:
    """What the application answers; for what it does not know, the page that says so."""
    unknown = False

    async def passed_on(message: Any) -> None:
        nonlocal unknown
        if message["type"] == "http.response.start":
            unknown = message["status"] == _NOT_FOUND
        if not unknown:
            await send(message)

    await app(scope, receive, passed_on)
    if unknown:
        await _page(scope, send, index, _NOT_FOUND)


def _is_page(path: str) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in PAGES)


async def _page(scope: Any, send: Any, index: str, status: int = 200) -> None:
    nonce = secrets.token_urlsafe(16)
    file = File("text/html; charset=utf-8", index.replace(_NONCE, nonce).encode(), None)
    policy = _POLICY.format(nonce=nonce).encode()
    await _answer(scope, send, file, b"no-store", [(b"content-security-policy", policy)], status)


async def _answer(
    scope: Any, send: Any, file: File, cached: bytes, more: list[tuple[bytes, bytes]], status: int = 200
) -> None:
    headers = [
        (b"content-type", file.media_type.encode()),
        (b"cache-control", cached),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        *more,
    ]
    body = file.body
    if file.compressed is not None:
        headers.append((b"vary", b"Accept-Encoding"))
        if accepts(dict(scope["headers"]).get(b"accept-encoding", b"").decode("latin-1"), "gzip"):
            body = file.compressed
            headers.append((b"content-encoding", b"gzip"))
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body, "more_body": False})
