"""How often one address may use what is open to everybody (filing, progress, the links of visits).

Counted in the memory of each process, by the machine's own time; the web server in front keeps the bound over all
processes (deploy/nginx). Where many citizens share an address (a service hall), the bounds are options.
"""

import ipaddress
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

HOUR = 3600


class PerAddress(BaseThrottle):
    """At most ``settings.OPTIONS.<option>`` requests of one kind an address and hour.

    ninja's own limit for anonymous callers passes over everybody whom an authenticator let in, and a citizen's form has
    one (CSRF). It also keeps its state between two calls on an object that all threads share.
    """

    def __init__(self, option: str) -> None:
        self.option = option

    def allow_request(self, request: HttpRequest) -> bool:
        key = f"per-address:{self.option}:{int(time.time()) // HOUR}:{_neighbourhood(request.META.get('REMOTE_ADDR', ''))}"
        cache.add(key, 0, HOUR)
        try:
            return cache.incr(key) <= getattr(settings.OPTIONS, self.option)
        except ValueError:  # the entry was pushed out between the two lines
            return True

    def wait(self) -> float:
        """Seconds until the count begins anew."""
        return HOUR - time.time() % HOUR


def _neighbourhood(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 household may choose its addresses from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network((parsed, 64), strict=False))
