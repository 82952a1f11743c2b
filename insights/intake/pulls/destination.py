"""Where a request may go: to https only, and not into our own network unless somebody declared that it should.

The name is resolved once and the connection is made to the address that was looked at, so a name that answers
otherwise a moment later leads nowhere else.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from insights.intake.pulls.trouble import Broken, Misdeclared

_PORTS = {"https": 443, "http": 80}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A checked place: whom to connect to, as whom to greet it, and what to ask for there."""

    scheme: str
    host: str
    port: int
    ip: str
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: credentials are for one of these and no other."""
        return self.scheme, self.host, self.port


def destination(address: str, *, may_be_private: bool) -> Destination:
    """Check and resolve an address. Raises Misdeclared when we must not go there, Broken when it has no such name."""
    scheme, host, port, target = _taken_apart(address)
    addresses = _resolved(host, port)
    for one in addresses:
        _refuse_inside(host, one, may_be_private=may_be_private)
    if scheme != "https" and not all(one.is_loopback for one in addresses):
        raise Misdeclared(
            f"{host} is to be asked by http, where everybody on the way can read the token. Use an https address."
        )
    return Destination(scheme=scheme, host=host, port=port, ip=str(addresses[0]), target=target)


def origin_of(address: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address. Raises Misdeclared when it is none."""
    return _taken_apart(address)[:3]


def _taken_apart(address: str) -> tuple[str, str, int, str]:
    try:
        parts = urlsplit(address)
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Misdeclared(f"'{address[:80]}' is no address. Write it as https://host/path.") from None
    if scheme not in _PORTS or not host or any(sign.isspace() or not sign.isprintable() for sign in address):
        raise Misdeclared(f"'{address[:80]}' is no address. Write it as https://host/path.")
    if parts.username is not None or parts.password is not None:
        raise Misdeclared("The address holds a user or a password. Give them as secrets, which are kept sealed.")
    return scheme, host, port or _PORTS[scheme], (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Broken(f"{host} cannot be found: is the name right, and does this machine reach the internet?") from None
    return [_plain(ipaddress.ip_address(str(one[4][0]).partition("%")[0])) for one in found]


def _plain(address: Address) -> Address:
    """An IPv4 address written as an IPv6 one is the IPv4 one."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _refuse_inside(host: str, address: Address, *, may_be_private: bool) -> None:
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        raise Misdeclared(f"{host} leads to {address}, an address that no system to be asked has.")
    if not address.is_global and not may_be_private:
        raise Misdeclared(
            f"{host} leads to {address}, inside the network of this machine. If that is meant, set the option "
            "private_network to yes."
        )
