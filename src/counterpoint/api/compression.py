"""Compression: which answers are compressed, and how."""

from __future__ import annotations

import gzip
from typing import Final

from litestar.config.compression import CompressionConfig

ENCODING: Final = "gzip"
UNCOMPRESSED: Final = "uncompressed"
"""Key of the `opt` of routes whose answers must not wait in a compressor."""
_FROM_BYTES: Final = 1_024
_LEVEL: Final = 6


def configuration() -> CompressionConfig:
    """What Litestar is to do."""
    return CompressionConfig(
        backend=ENCODING, gzip_compress_level=_LEVEL, minimum_size=_FROM_BYTES, exclude_opt_key=UNCOMPRESSED
    )


def compressed(body: bytes, accepted: str) -> bytes | None:
    """As Litestar does it for who accepts these encodings (`Accept-Encoding`); None where it would not."""
    return gzip.compress(body, _LEVEL) if ENCODING in accepted and len(body) >= _FROM_BYTES else None
