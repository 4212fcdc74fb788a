"""Compression: which answers are compressed, and how."""

from __future__ import annotations

import gzip
from typing import Final

from litestar.config.compression import CompressionConfig
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import Receive, Scope, Send

from counterpoint.values.encodings import accepts

ENCODING: Final = "gzip"
UNCOMPRESSED: Final = "uncompressed"
"""Key of the `opt` of routes whose answers must not wait in a compressor."""
_ACCEPT_ENCODING: Final = b"accept-encoding"
_FROM_BYTES: Final = 1_024
_LEVEL: Final = 6


class Negotiated(CompressionMiddleware):
    """Litestar's, which looks for the letters `gzip` in the header, behind one that reads it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        given = [value for name, value in scope["headers"] if name == _ACCEPT_ENCODING]
        if given and accepts(b", ".join(given).decode("latin-1"), ENCODING):
            told = [(_ACCEPT_ENCODING, ENCODING.encode())]
            scope["headers"] = [*(each for each in scope["headers"] if each[0] != _ACCEPT_ENCODING), *told]
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def configuration() -> CompressionConfig:
    """What Litestar is to do."""
    return CompressionConfig(
        backend=ENCODING,
        gzip_compress_level=_LEVEL,
        minimum_size=_FROM_BYTES,
        exclude_opt_key=UNCOMPRESSED,
        middleware_class=Negotiated,
    )


def compressed(body: bytes, accepted: str) -> bytes | None:
    """As Litestar does it for who accepts these encodings (`Accept-Encoding`); None where it would not."""
    return gzip.compress(body, _LEVEL) if len(body) >= _FROM_BYTES and accepts(accepted, ENCODING) else None
