"""Which network addresses may be fetched from: public ones, and no other.

A name that a stranger wrote (a link, a redirect) may lead to a machine of our own network. The check is made on the
address that a connection goes to, never on the name, so that no spelling of a name gets round it.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Networks that embed or translate to IPv4 addresses: what they lead to is decided elsewhere, so none of them is public.
_TRANSLATED = (
    ip_network("64:ff9b::/96"),  # NAT64, RFC 6052
    ip_network("64:ff9b:1::/48"),  # local-use NAT64, RFC 8215
    ip_network("2002::/16"),  # 6to4, RFC 3056
    ip_network("2001::/32"),  # Teredo, RFC 4380
    ip_network("::/96"),  # IPv4-compatible, RFC 4291, deprecated
    ip_network("::ffff:0:0/96"),  # IPv4-mapped, RFC 4291
    ip_network("fec0::/10"),  # site-local, RFC 3879, deprecated
)


def is_public(address: str | IPv4Address | IPv6Address) -> bool:
    """Whether an IP address is a plain, globally reachable unicast address.

    False for loopback, private, link-local, shared (CGNAT, RFC 6598), multicast, reserved and unspecified addresses,
    for IPv6 addresses that carry an IPv4 address inside, and for a string that is no IP address.
    """
    if isinstance(address, str):
        try:
            address = ip_address(address)
        except ValueError:
            return False
    if isinstance(address, IPv6Address) and any(address in network for network in _TRANSLATED):
        return False
    if address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local:
        return False
    return address.is_global
