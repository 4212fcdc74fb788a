"""No business key is made of what the input's schema hides, however the expression reads it."""

from __future__ import annotations

import pytest

from counterpoint.application.publishing import validate
from counterpoint.expressions import Compiler

DOCUMENT = """document:
  dsl: 1.0.3
  namespace: test
  name: keys
  version: 1.0.0
  metadata: {{ businessKey: '{key}' }}
input:
  schema:
    document:
      type: object
      $defs: {{ secret: {{ type: object, x-sensitive: true, properties: {{ number: {{ type: string }} }} }} }}
      properties:
        order: {{ type: string }}
        card: {{ $ref: '#/$defs/secret' }}
        payer:
          type: object
          properties: {{ iban: {{ type: string, x-sensitive: true }}, name: {{ type: string }} }}
do:
- pay: {{ set: {{ paid: true }} }}
"""


@pytest.mark.parametrize(
    ("key", "refused"),
    [
        ("${ .order }", False),
        ("${ .payer.name }", False),
        ("${ .payer.iban }", True),
        ("${ .card.number }", True),
        ("${ .order + (.payer.iban // .order) }", True),
        ("fixed", False),
    ],
)
def test_what_is_marked_never_becomes_a_key(key: str, refused: bool) -> None:
    found = [each.code for each in validate(DOCUMENT.format(key=key), Compiler())]
    assert ("CP318" in found) == refused, found
