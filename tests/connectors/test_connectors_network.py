"""The network policy: what may be reached, and why not."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.connectors import NetworkPolicy
from counterpoint.connectors.network import METADATA, classify
from counterpoint.values.problem import Outcome, short_type
from tests.connectors.http_calls import Caller, with_origin
from tests.connectors.origin import Answer, Origin

REFUSED = {
    "127.0.0.1": "loopback",
    "127.9.9.9": "loopback",
    "::1": "loopback",
    "10.1.2.3": "private",
    "172.31.0.1": "private",
    "192.168.1.1": "private",
    "100.64.0.1": "private",
    "fd12::1": "private",
    "169.254.1.1": "link-local",
    "fe80::1": "link-local",
    "0.0.0.0": "unspecified",
    "::": "unspecified",
    "224.0.0.1": "multicast",
    "ff02::1": "multicast",
    "255.255.255.255": "reserved",
    "198.18.0.1": "reserved",
    "203.0.113.5": "reserved",
    "2001:db8::1": "reserved",
    "::ffff:10.0.0.1": "IPv4-mapped",
    "::7f00:1": "IPv4-mapped",
    "64:ff9b::7f00:1": "NAT64",
    "64:ff9b:1::1": "NAT64",
    "2002:7f00:1::": "6to4",
    "2001:0:4136::1": "Teredo",
}


@pytest.mark.parametrize(("address", "kind"), REFUSED.items())
def test_addresses_that_are_not_public_are_refused_with_the_rule_and_the_way_out(address: str, kind: str) -> None:
    refusal = NetworkPolicy().refuse_address("shop.example", ip_address(address))
    assert refusal is not None
    assert f"is a {kind} address; add shop.example to the network policy's `allow`" in refusal
    assert NetworkPolicy(allow=("shop.example",)).refuse_address("shop.example", ip_address(address)) is None


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111"])
def test_public_addresses_are_reachable(address: str) -> None:
    assert NetworkPolicy().refuse_address("x.example", ip_address(address)) is None


@pytest.mark.parametrize("address", sorted(str(each) for each in METADATA))
def test_metadata_addresses_open_only_by_their_own_name(address: str) -> None:
    wide = NetworkPolicy(allow=("meta.example", "0.0.0.0/0", "::/0"), loopback=True)
    assert "metadata" in str(wide.refuse_address("meta.example", ip_address(address)))
    assert NetworkPolicy(allow=(address,)).refuse_address("meta.example", ip_address(address)) is None


def test_metadata_inside_another_address_is_refused_too() -> None:
    policy = NetworkPolicy(allow=("meta.example",))
    for carrier in ("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"):
        assert "metadata" in str(policy.refuse_address("meta.example", ip_address(carrier)))


def test_development_mode_opens_this_machine_only() -> None:
    policy = NetworkPolicy.development()
    assert policy.refuse_address("localhost", ip_address("127.0.0.1")) is None
    assert policy.refuse_address("localhost", ip_address("::1")) is None
    assert policy.refuse_address("lan", ip_address("192.168.0.1")) is not None


def test_deny_is_stronger_than_allow() -> None:
    policy = NetworkPolicy(allow=("10.0.0.0/8", "*.corp"), deny=("10.9.0.0/16", "evil.corp"))
    assert policy.refuse_address("a", ip_address("10.1.0.1")) is None
    assert policy.refuse_address("a", ip_address("10.9.0.1")) is not None
    assert policy.refuse_address("a", ip_address("::ffff:10.9.0.1")) is not None
    assert policy.refuse_target("evil.corp", 443) is not None
    assert policy.refuse_target("EVIL.corp.", 443) is not None
    assert policy.refuse_target("good.corp", 443) is None


def test_only_closes_everything_else() -> None:
    policy = NetworkPolicy(only=("api.example", "1.1.1.0/24"))
    assert policy.refuse_address("api.example", ip_address("8.8.8.8")) is None
    assert policy.refuse_address("other.example", ip_address("1.1.1.1")) is None
    assert "`only`" in str(policy.refuse_address("other.example", ip_address("8.8.8.8")))


def test_ports() -> None:
    policy = NetworkPolicy(ports=frozenset({443}))
    assert policy.refuse_target("x.example", 443) is None
    assert "port 22" in str(policy.refuse_target("x.example", 22))


def test_a_malformed_network_is_refused_when_the_policy_is_used() -> None:
    with pytest.raises(ValueError, match="neither a host nor a network"):
        NetworkPolicy(deny=("10.0.0.0/99",)).refuse_target("a", 1)


@given(st.ip_addresses())
def test_no_address_outside_the_global_ranges_is_ever_open(address: object) -> None:
    if not address.is_global or address.is_multicast:  # type: ignore[attr-defined]
        assert classify(address) is not None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://0:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
    ],
)
def test_the_guard_stands_before_every_connection(endpoint: str) -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(endpoint.format(port=server.port), "post")
        assert (short_type(error.problem.type), error.outcome) == ("configuration", Outcome.NONE)
        assert "network policy" in str(error.problem.detail)
        assert server.connections == 0

    with_origin(test, caller={"policy": NetworkPolicy()})


def test_the_guard_stands_before_redirects() -> None:
    async def test(server: Origin, call: Caller) -> None:
        error = await call.fails(server.url, redirect=True)
        assert short_type(error.problem.type) == "configuration"
        assert "metadata" in str(error.problem.detail)

    with_origin(test, Answer(302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}))


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that resolves differently a moment later (DNS rebinding) is resolved once only."""

    async def test(server: Origin, call: Caller) -> None:
        loop = asyncio.get_running_loop()
        asked: list[str] = []

        async def rebinding(host: str, port: int, **_: object) -> list[object]:
            asked.append(host)
            address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
            return [(0, 0, 0, "", (address, port))]

        monkeypatch.setattr(loop, "getaddrinfo", rebinding)
        assert await call(f"http://shop.example:{server.port}/") == {"ok": True}
        assert asked == ["shop.example"]
        assert server.asked[0].headers["host"] == f"shop.example:{server.port}"

    with_origin(test)
