"""How far an address reaches."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.settings.core.locations import is_private_host
from digest.settings.core.reach import Reach, ends_at, may_dial, reach


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2606:4700::5efe:1.1.1.1", "2a00:1450:4001:82a::200e"]
)
def test_public(address: str) -> None:
    """A public address is open to every feed."""
    assert may_dial(address, private=False)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "::1",
        "fd00::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "2001:db9::5efe:127.0.0.1",
        "2606:4700::200:5efe:10.0.0.1",
        "fd00::5efe:1.1.1.1",
    ],
)
def test_private(address: str) -> None:
    """This machine and this network are closed, however they are written, but for a feed marked private."""
    assert reach(address) is Reach.PRIVATE
    assert not may_dial(address, private=False)
    assert may_dial(address, private=True)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "169.254.169.254",
        "192.0.0.1",
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fe80::5efe:1.1.1.1",
        "2606:4700::5efe:224.0.0.1",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
        "2001::1",
        "64:ff9b:1::7f00:1",
        "100::1",
        "5f00::1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "not an address",
        "",
        "0x7f.1",
        "2130706433",
        "127.1",
        "127.0.0.1\n",
    ],
)
def test_forbidden(address: str) -> None:
    """Where no feed lives, none is asked, not even a private one; what is not a plain address cannot be judged."""
    assert reach(address) is Reach.FORBIDDEN
    assert not may_dial(address, private=True)


@given(st.ip_addresses(v=4))
@example(IPv4Address("127.0.0.1"))
def test_hidden_addresses_are_judged_like_bare_ones(bare: IPv4Address) -> None:
    """An IPv4 address inside an IPv6 one reaches exactly as far as it does alone."""
    number = int(bare)
    wrapped = [
        IPv6Address(0xFFFF_0000_0000 | number),
        IPv6Address((0x0064_FF9B << 96) | number),
        IPv6Address((0x2002 << 112) | (number << 80)),
    ]
    assert {reach(str(one)) for one in wrapped} == {reach(str(bare))}


@given(st.ip_addresses())
@example(ip_address("::ffff:1.1.1.1"))
@example(ip_address("::ffff:10.0.0.1"))
@example(ip_address("2002:100::"))
@example(ip_address("2002:a00::"))
@example(ip_address("fe80::5efe:101:101"))
@example(ip_address("fd00::200:5efe:101:101"))
@example(ip_address("224.0.0.1"))
def test_stricter_than_the_standard_library(address: IPv4Address | IPv6Address) -> None:
    """Nothing that the standard library calls private, multicast, reserved or link-local passes as public.

    Python's versions disagree on what a mapped or a 6to4 address is: the library is asked about the one inside.
    """
    inner = (address.ipv4_mapped or address.sixtofour) if isinstance(address, IPv6Address) else None
    judged = inner or address
    if judged.is_private or judged.is_multicast or judged.is_link_local or judged.is_unspecified:
        assert not may_dial(str(address), private=False)


@pytest.mark.parametrize(
    ("address", "end"),
    [
        ("2002:102:304::", "1.2.3.4"),
        ("64:ff9b::1.2.3.4", "1.2.3.4"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("1.2.3.4", "1.2.3.4"),
        ("2606:4700::1111", "2606:4700::1111"),
        ("no address", "no address"),
    ],
)
def test_where_an_address_ends(address: str, end: str) -> None:
    """Traffic to an address that carries another one ends at that one."""
    assert ends_at(address) == end


@given(st.ip_addresses())
@example(ip_address("224.0.0.1"))
@example(ip_address("64:ff9b::7f00:1"))
@example(ip_address("2002:7f00:1::"))
@example(ip_address("fec0::1"))
@example(ip_address("::127.0.0.1"))
def test_the_configuration_and_the_dialer_agree(address: IPv4Address | IPv6Address) -> None:
    """What `check` calls private is exactly what is not dialled for a feed that was not marked private."""
    assert is_private_host(str(address)) is not may_dial(str(address), private=False)


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    """Whatever a resolver might hand out gets a verdict, never an exception."""
    assert isinstance(reach(text), Reach)
