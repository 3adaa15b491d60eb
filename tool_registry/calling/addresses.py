"""Which network addresses a document from elsewhere may send requests to."""

import ipaddress

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: NAT64 (RFC 6052) and 6to4 (RFC 3056): addresses that stand for an IPv4 address inside them.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Return whether an IP address, as a socket gives it, belongs to the open internet.

    Loopback, private, link-local (cloud metadata), multicast and reserved ranges do not; an IPv6 address that
    stands for an IPv4 one counts as that. What is no IP address is not public.
    """
    try:
        found: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_global(found) and all(map(_is_global, _inside(found)))


def is_private_name(host: str) -> bool:
    """Return whether a host is private by its name alone, before it is looked up."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return not is_public(host)


def _is_global(address: _Address) -> bool:
    return address.is_global and not address.is_multicast


def _inside(address: _Address) -> list[_Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[_Address | None] = [address.ipv4_mapped, address.sixtofour]
    if address in _NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [each for each in found if each is not None]
