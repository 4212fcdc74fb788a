"""Laws of what is written into requests and errors."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.connectors.http.request import checked_header, query_pairs, with_query
from counterpoint.connectors.problems import shown
from counterpoint.errors import ConnectorError

TEXT = st.text(max_size=20)
SECRET = st.text(alphabet="QXZ", min_size=8, max_size=12)


@given(SECRET, SECRET, SECRET)
def test_a_shown_uri_holds_no_secret_of_the_uri(user: str, password: str, value: str) -> None:
    uri = shown(f"https://{user}:{password}@host.example:8443/a/b?token={value}&{value}#{value}")
    assert user not in uri
    assert password not in uri
    assert value not in uri
    assert uri.startswith("https://host.example:8443/a/b?token=***")


@given(st.text(max_size=60))
def test_showing_a_uri_never_fails(text: str) -> None:
    assert isinstance(shown(text), str)


@given(st.dictionaries(TEXT, st.one_of(TEXT, st.lists(TEXT, max_size=3))), st.sampled_from(["", "?a=1", "?", "?a=1&"]))
def test_query_values_survive_the_uri(query: dict[str, Any], before: str) -> None:
    uri = with_query(f"http://h/p{before}#part", query_pairs(query))
    expected = [("a", "1")] if "a=1" in before else []
    expected += [
        (name, each) for name, value in query.items() for each in (value if isinstance(value, list) else [value])
    ]
    assert parse_qsl(urlsplit(uri).query, keep_blank_values=True) == expected
    assert urlsplit(uri).fragment == "part"


@given(TEXT, st.text(max_size=60))
def test_no_header_breaks_out_of_its_line(name: str, value: str) -> None:
    try:
        line = "{}: {}".format(*checked_header(name, value))
    except ConnectorError:
        return
    assert not {"\r", "\n", "\0"} & set(line)
    assert line.partition(":")[0] == name


@given(st.binary(max_size=40))
def test_percent_encoded_paths_stay_as_they_are_written(data: bytes) -> None:
    from counterpoint.connectors.http.request import parse_url

    path = "/" + quote(data)
    url, _ = parse_url("http://host.example" + path)
    assert url.raw_path.decode() == path
