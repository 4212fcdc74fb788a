"""Which hosts, ports and addresses may be reached: the guard against server-side request forgery.

The guard judges the address that is really connected to, not the name: a name may resolve to anything,
and to something else a moment later. It runs for every connection: first calls, redirects, token
requests, fetched documents.
"""

from __future__ import annotations

from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

import msgspec

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

METADATA: Final = frozenset(
    ip_address(each)
    for each in (
        "169.254.169.254",  # AWS, Azure, Google Cloud, DigitalOcean, OpenStack ...
        "169.254.169.253",  # AWS resolver
        "169.254.170.2",  # AWS container credentials
        "169.254.170.23",  # AWS pod identity
        "168.63.129.16",  # Azure platform
        "100.100.100.200",  # Alibaba Cloud
        "192.0.0.192",  # Oracle Cloud
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",  # Google Cloud
    )
)
"""Addresses that hand out a machine's credentials. Only naming the address itself in `allow` opens one."""

LOOPBACK: Final = "loopback"

_RANGES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (LOOPBACK, ("127.0.0.0/8", "::1/128")),
    ("link-local", ("169.254.0.0/16", "fe80::/10")),
    ("private", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10")),
    ("unspecified", ("0.0.0.0/8", "::/128")),
    ("multicast", ("224.0.0.0/4", "ff00::/8")),
    # Addresses that carry an IPv4 address inside may reach what the IPv4 rules refuse.
    ("IPv4-mapped", ("::ffff:0:0/96", "::ffff:0:0:0/96", "::/96")),
    ("NAT64", ("64:ff9b::/96", "64:ff9b:1::/48")),
    ("6to4", ("2002::/16", "192.88.99.0/24")),
    ("Teredo", ("2001::/32",)),
)
_NAMED_RANGES: Final[tuple[tuple[str, Network], ...]] = tuple(
    (name, ip_network(cidr)) for name, cidrs in _RANGES for cidr in cidrs
)


class NetworkPolicy(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Where connections may go. The default reaches public addresses only.

    `allow`, `deny` and `only` hold host names (`payments.internal`), host patterns (`*.internal`),
    addresses (`10.0.0.7`) and networks (`10.0.0.0/8`).
    """

    allow: tuple[str, ...] = ()
    """Reachable although the address is not public. A host name allows whatever it resolves to, save metadata."""
    deny: tuple[str, ...] = ()
    """Never reachable; stronger than `allow`."""
    only: tuple[str, ...] = ()
    """Where not empty, nothing else is reachable."""
    ports: frozenset[int] | None = None
    """The ports that may be used; None for all."""
    loopback: bool = False
    """Development mode: this machine's own services may be called."""

    @classmethod
    def development(cls) -> NetworkPolicy:
        """The default, and this machine."""
        return cls(loopback=True)

    def refuse_target(self, host: str, port: int) -> str | None:
        """Why this host name or port may not be used, in one sentence; None where it may."""
        if self.ports is not None and port not in self.ports:
            return f"port {port} is not among the allowed ports; add it to the network policy's `ports`"
        if self._deny.names_host(host):
            return f"the network policy's `deny` holds {host}"
        return None

    def refuse_address(self, host: str, address: Address) -> str | None:
        """Why this address, which `host` resolved to, may not be connected to; None where it may."""
        carried = carried_address(address)
        if self._deny.holds(address) or (carried and self._deny.holds(carried)):
            return f"the network policy's `deny` holds {address}"
        if self.only and not (self._only.names_host(host) or self._only.holds(address)):
            return f"{host} is not in the network policy's `only`"
        if (address in METADATA or carried in METADATA) and address not in self._allow.addresses:
            return (
                f"{address} is a cloud metadata address, which hands out the machine's credentials; "
                f"only naming {address} itself in the network policy's `allow` opens it"
            )
        kind = classify(address)
        if kind is None or (kind == LOOPBACK and self.loopback):
            return None
        if self._allow.names_host(host) or self._allow.holds(address):
            return None
        mode = " or turn on `loopback` (development mode)" if kind == LOOPBACK else ""
        return f"{address} is a {kind} address; add {host} to the network policy's `allow`{mode} if it is meant"

    @cached_property
    def _allow(self) -> _Targets:
        return _Targets(self.allow)

    @cached_property
    def _deny(self) -> _Targets:
        return _Targets(self.deny)

    @cached_property
    def _only(self) -> _Targets:
        return _Targets(self.only)


def classify(address: Address) -> str | None:
    """The kind of a non-public address (`loopback`, `private`, `NAT64` ...); None for a public one."""
    for name, network in _NAMED_RANGES:
        if address.version == network.version and address in network:
            return name
    return None if address.is_global else "reserved"


def carried_address(address: Address) -> Address | None:
    """The IPv4 address inside an IPv4-mapped, IPv4-compatible, 6to4 or NAT64 address."""
    if isinstance(address, IPv4Address):
        return None
    if address.sixtofour is not None:
        return address.sixtofour
    if classify(address) in ("IPv4-mapped", "NAT64"):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


class _Targets:
    """A list of hosts, patterns, addresses and networks, read once."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        self.hosts: set[str] = set()
        self.suffixes: list[str] = []
        self.networks: list[Network] = []
        self.addresses: set[Address] = set()
        for entry in entries:
            self._read(entry.strip().lower().rstrip("."))

    def names_host(self, host: str) -> bool:
        name = host.lower().rstrip(".")
        return name in self.hosts or any(name.endswith(suffix) for suffix in self.suffixes)

    def holds(self, address: Address) -> bool:
        if address in self.addresses:
            return True
        return any(address.version == each.version and address in each for each in self.networks)

    def _read(self, entry: str) -> None:
        if entry.startswith("*."):
            self.suffixes.append(entry[1:])
            return
        try:
            network = ip_network(entry.strip("[]"))
        except ValueError:
            if "/" in entry:
                raise ValueError(
                    f"{entry!r} is neither a host nor a network; write 10.0.0.0/8 or host.example"
                ) from None
            self.hosts.add(entry)
            return
        if network.num_addresses == 1:
            self.addresses.add(network.network_address)
        else:
            self.networks.append(network)
