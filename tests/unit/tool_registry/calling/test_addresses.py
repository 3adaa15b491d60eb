from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tool_registry.calling.addresses import is_private_name, is_public

PRIVATE = [
    IPv4Network(net) for net in ("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
]


@pytest.mark.parametrize(
    "address",
    (
        "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 "
        "::1 :: fe80::1%eth0 fc00::1 ff02::1 ::ffff:127.0.0.1 no-address"
    ).split(),
)
def test_addresses_that_no_document_may_lead_to(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address):
    assert is_public(address)


@given(st.sampled_from(PRIVATE).flatmap(lambda net: st.integers(int(net[0]), int(net[-1]))).map(IPv4Address))
def test_an_ipv6_address_that_stands_for_a_private_one_is_private(address):
    assert not is_public(str(address))
    assert not is_public(f"::ffff:{address}")
    assert not is_public(str(IPv6Address(int(IPv6Address("64:ff9b::")) | int(address))))
    assert not is_public(str(IPv6Address((0x2002 << 112) | (int(address) << 80))))


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "db.localhost", "printer.local", "x.internal", "127.0.0.1", "[::1]"]
)
def test_names_that_are_private_by_themselves(host):
    assert is_private_name(host)


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "8.8.8.8", "internal"])
def test_names_that_have_to_be_looked_up(host):
    assert not is_private_name(host)
