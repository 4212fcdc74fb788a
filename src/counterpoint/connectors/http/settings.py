"""What an HTTP client may use, at most."""

from __future__ import annotations

import msgspec


class HttpLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of the HTTP client; the unit stands last in each name."""

    request_bytes_max: int = 32 * 1024 * 1024
    """The encoded body of one request."""
    response_bytes_max: int = 32 * 1024 * 1024
    """One response's content after decompression."""
    response_headers_bytes_max: int = 64 * 1024
    """All names and values of one response's headers."""
    uri_length_max: int = 16 * 1024
    redirects_max: int = 10
    connect_ms_max: int = 10_000
    """Resolving, connecting and the TLS handshake, each."""
    idle_ms_max: int = 300_000
    """Silence while reading or writing, and waiting for a free connection; a deadline is usually sooner."""
    connections_max: int = 200
    """Open at one time, to all servers; further calls wait."""
    keepalive_connections_max: int = 50
    keepalive_ms_max: int = 4_000
    """Shorter than what servers use (often 5 s), so that a pooled connection is rarely closed under a request."""
    error_content_bytes_max: int = 8 * 1024
    """A refused request's JSON content, up to this size, is kept in the problem's `content` member."""
