"""Where a webhook may point: public addresses over HTTP(S), so that nobody makes the server call its own network.

The address is resolved once and the connection goes to that very address (no second look-up that could answer
otherwise: DNS rebinding). OWASP API Security Top 10 2023, API7.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenTarget(Exception):
    """The address may not be called; the words say why, in Chinese."""


@dataclass(frozen=True)
class Target:
    """A resolved receiver: what to connect to, and the name it is asked under."""

    url: str
    host: str
    address: str


def parse(url: str) -> SplitResult:
    """The parts of a webhook's address; :class:`ForbiddenTarget` where its form alone rules it out."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForbiddenTarget("地址格式不对。") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise ForbiddenTarget("地址须以 http:// 或 https:// 开头，并写明主机。")
    if parts.username or parts.password:
        raise ForbiddenTarget("地址里不能带用户名和密码。")
    return parts


def resolve(url: str) -> Target:
    """Look the host up and refuse every address that is not public, unless the centre allows private ones."""
    parts = parse(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ForbiddenTarget("主机名无法解析。") from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not settings.OPTIONS.webhook_private_targets and not all(_is_public(address) for address in addresses):
        raise ForbiddenTarget("不能推送到本机或内网地址；确需推送请由运维开启 HUYING_WEBHOOK_PRIVATE_TARGETS。")
    chosen = addresses[0]
    literal = f"[{chosen}]" if ":" in chosen else chosen
    return Target(parts._replace(netloc=f"{literal}:{port}", fragment="").geturl(), parts.netloc, chosen)


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = (
            parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None) or _nat64(parsed)
        )
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return parsed.is_global and not parsed.is_multicast


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address behind one that a NAT64 gateway translates (RFC 6052)."""
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None
