"""Where a provider may live: https, and no private network, unless the operator allows the host by name.

The check and the connection use the same answer of the resolver, so a name cannot point elsewhere in between.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from shared.runtime.errors import Invalid

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(Invalid):
    """The base URL names a place that Patchbay does not talk to; `params` say which and why."""

    default_code = "address_refused"


def check_base_url(base_url: str, allowed_hosts: Collection[str]) -> tuple[str, int]:
    """Host and port of `base_url`. Raises `AddressRefused` for anything but plain https without credentials."""
    try:
        parts = urlsplit(base_url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise _refused(base_url, "malformed", "The base URL is not a URL.") from None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise _refused(base_url, "malformed", "Give the base URL as https://host/path, without name, query or anchor.")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in allowed_hosts):
        raise _refused(base_url, "not_https", "The base URL must begin with https://.")
    return host, port or (443 if parts.scheme == "https" else 80)


async def resolve(host: str, port: int, allowed_hosts: Collection[str]) -> str:
    """One address of `host`. Raises `AddressRefused` if any of them is private, and `OSError` if there is none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if host not in allowed_hosts:
        for address in addresses:
            if not is_public(address):
                place = host if host == address else f"{host} leads to {address}, which"
                raise _refused(
                    host,
                    "private_address",
                    f"{place} is not on the public internet. "
                    "An operator can allow the host with PATCHBAY_ALLOWED_HOSTS.",
                )
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, looking inside mapped and translated ones."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _refused(place: str, reason: str, detail: str) -> AddressRefused:
    return AddressRefused(detail, params={"address": place, "reason": reason}, pointer="/base_url")
