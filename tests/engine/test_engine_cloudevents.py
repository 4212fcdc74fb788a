"""What is a CloudEvent and what is none, attribute by attribute (cloudevents/spec.md, Context Attributes)."""

from __future__ import annotations

from typing import Any

import pytest

from counterpoint.engine.cloudevents import checked
from counterpoint.errors import InvalidInput

EVENT = {"specversion": "1.0", "id": "1", "source": "/shop", "type": "shop.paid"}


@pytest.mark.parametrize(
    "attributes",
    [
        {"source": "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"},
        {"source": "https://shop.example.org/orders?of=%C3%BC#7"},
        {"source": "mailto:shop@example.org"},
        {"source": "../orders"},
        {"source": "urn:example:größe"},
        {"dataschema": "https://shop.example.org/order.json#/paid"},
        {"datacontenttype": "application/vnd.shop+json; charset=utf-8"},
        {"datacontenttype": "text/plain"},
        {"subject": "größe ✓ 😀"},
        {"time": "2018-04-05T17:31:00.123456789+02:00"},
        {"time": "2016-12-31T23:59:60Z"},
        {"count": 7, "first": True},
    ],
)
def test_these_are_cloudevents(attributes: dict[str, Any]) -> None:
    event = EVENT | attributes
    assert checked(event) is event


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("source", "a b", "is not a URI reference"),
        ("source", "/100%", "is not a URI reference"),
        ("source", "/<shop>", "is not a URI reference"),
        ("dataschema", "/order.json", "is not an absolute URI"),
        ("dataschema", "order", "is not an absolute URI"),
        ("datacontenttype", "json", "is not a media type"),
        ("datacontenttype", "text/", "is not a media type"),
        ("subject", "a\u0001", "has a control character"),
        ("note", "a\u0085", "has a control character"),
        ("note", "\ud800", "or one that is none"),
        ("note", "\ufdd0", "or one that is none"),
        ("note", "\U0001ffff", "or one that is none"),
        ("id", "a\nb", "has a control character"),
        ("time", "2016-12-31T23:59:61Z", "is not an RFC 3339 timestamp"),
        ("time", "2016-12-31", "is not an RFC 3339 timestamp"),
        ("count", 2**31, "32-bit integer"),
    ],
)
def test_these_are_none_and_it_is_said_why(name: str, value: Any, why: str) -> None:
    with pytest.raises(InvalidInput, match=f"this is no CloudEvent: .*{name}.*{why}"):
        checked(EVENT | {name: value})
