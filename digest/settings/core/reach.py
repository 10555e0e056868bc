"""How far an IP address reaches: the one judgement of what is private. Pure: it never looks anything up.

`ipaddress.is_global` is no such filter (in Python 3.11 it is True for 224.0.0.1, ::127.0.0.1, 64:ff9b::7f00:1,
2002:7f00:1:: and fec0::1), so the ranges stand here, from the IANA special-purpose registries (RFC 6890), and an
IPv4 address that hides in an IPv6 one is taken out and judged itself.
"""

from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address


class Reach(Enum):
    """How far an address may be trusted with a request."""

    #: Anybody's: every feed may live there.
    PUBLIC = "public"
    #: This machine or this network: only a feed that the operator marked `private = true`.
    PRIVATE = "private"
    #: No feed lives there: link-local (cloud metadata!), multicast, documentation, reserved.
    FORBIDDEN = "forbidden"


def _v4(*networks: str) -> tuple[IPv4Network, ...]:
    return tuple(IPv4Network(network) for network in networks)


def _v6(*networks: str) -> tuple[IPv6Network, ...]:
    return tuple(IPv6Network(network) for network in networks)


#: RFC 1918, loopback, carrier-grade NAT (RFC 6598), benchmarking (RFC 2544).
_PRIVATE_V4 = _v4("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "198.18.0.0/15")
#: "This network", link-local, IETF assignments, three for documentation, 6to4 relays, multicast, reserved.
_FORBIDDEN_V4 = _v4(
    "0.0.0.0/8",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "192.88.99.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
#: Loopback, unique local (RFC 4193).
_PRIVATE_V6 = _v6("::1/128", "fc00::/7")
#: All of IPv6 that is handed out to the public so far (RFC 4291 2.4) ...
_GLOBAL_V6 = IPv6Network("2000::/3")
#: ... but for protocol assignments (Teredo, ORCHID) and documentation (RFC 3849, RFC 9637).
_FORBIDDEN_V6 = _v6("2001::/23", "2001:db8::/32", "3fff::/20")

#: Prefixes after which an IPv4 address stands in the last 32 bits: compatible (RFC 4291 2.5.5.1), mapped (2.5.5.2),
#: translated (RFC 2765), NAT64 (RFC 6052).
_TAIL_V6 = _v6("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
#: The middle of an ISATAP interface identifier (RFC 5214 6.1), with and without the universal bit.
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def _hidden(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that traffic to an IPv6 address ends at, by its prefix."""
    number = int(address)
    if number <= 1:
        return None  # :: and ::1 are addresses of their own
    if any(address in prefix for prefix in _TAIL_V6):
        return IPv4Address(number & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address((number >> 80) & 0xFFFF_FFFF)
    return None


def _tunnelled(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in an ISATAP one, whose prefix is still that of a network."""
    number = int(address)
    return IPv4Address(number & 0xFFFF_FFFF) if (number >> 32) & 0xFFFF_FFFF in _ISATAP else None


def _reach_v4(address: IPv4Address) -> Reach:
    if any(address in network for network in _FORBIDDEN_V4):
        return Reach.FORBIDDEN
    if any(address in network for network in _PRIVATE_V4):
        return Reach.PRIVATE
    return Reach.PUBLIC


def _reach_v6(address: IPv6Address) -> Reach:
    hidden = _hidden(address)
    if hidden is not None:
        return _reach_v4(hidden)
    if any(address in network for network in _PRIVATE_V6):
        return Reach.PRIVATE
    if address not in _GLOBAL_V6 or any(address in network for network in _FORBIDDEN_V6):
        return Reach.FORBIDDEN
    tunnelled = _tunnelled(address)
    return _reach_v4(tunnelled) if tunnelled is not None else Reach.PUBLIC


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address.partition("%")[0].strip("[]"))
    except ValueError:
        return None


def reach(address: str) -> Reach:
    """How far a numeric address may be trusted. What is not an address is forbidden: it cannot be judged."""
    parsed = _parsed(address)
    if parsed is None:
        return Reach.FORBIDDEN
    return _reach_v4(parsed) if isinstance(parsed, IPv4Address) else _reach_v6(parsed)


def ends_at(address: str) -> str:
    """The address at which traffic to a numeric address ends: the IPv4 one inside it, else itself."""
    parsed = _parsed(address)
    hidden = _hidden(parsed) or _tunnelled(parsed) if isinstance(parsed, IPv6Address) else None
    return str(hidden or address)


def may_dial(address: str, *, private: bool) -> bool:
    """Whether a connection to a numeric address may be opened. `private`: for a feed marked `private = true`."""
    found = reach(address)
    return found is Reach.PUBLIC or (private and found is Reach.PRIVATE)
