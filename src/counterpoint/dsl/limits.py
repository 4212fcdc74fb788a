"""How large a document or an input may be. Every limit is checked while the text is read, not after."""

from __future__ import annotations

import msgspec


class DocumentLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of one text. The defaults keep the reading of any text well below a second."""

    document_bytes_max: int = 4 * 1024 * 1024
    """Size of the text in UTF-8."""
    nodes_max: int = 60_000
    """Values and keys after aliases have been expanded, so that nested aliases cannot explode."""
    depth_max: int = 100
    """Nesting of objects and arrays."""
    number_digits_max: int = 1_000
    """Characters of one number; conversion of a long number takes quadratic time."""
    diagnostics_max: int = 200
    """Findings that are reported; the rest is counted, not listed."""


DEFAULT_LIMITS = DocumentLimits()
