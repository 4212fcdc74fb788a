"""Which encodings a client accepts (RFC 9110, section 12.5.3)."""

from __future__ import annotations

import pytest

from counterpoint.values.encodings import accepts


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=0.5, br", True),
        ("br;q=1.0, gzip ; q=0.8", True),
        ("*", True),
        ("br, *;q=0.1", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; Q=0.000", False),
        ("*, gzip;q=0", False),
        ("*;q=0", False),
        ("x-gzip-like", False),
        ("gzip;q=high", False),
    ],
)
def test_an_encoding_is_accepted_as_its_weight_says(header: str, expected: bool) -> None:
    assert accepts(header, "gzip") is expected
