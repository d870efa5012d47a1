"""Requests that cannot leave the private network: each goes to an address that was checked.

The only part of the geocoder that opens a connection; used by providers.py alone.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderServiceError

Resolver = Callable[[str, int], Sequence[str]]
"""All addresses of a host; raises OSError where it has none."""

MOST_BYTES = 1 << 20
"""No answer to one question is a megabyte."""
SECONDS = 5.0
"""For a whole request, however slowly its parts come."""

Problem = Literal[
    "no_address",
    "not_private",
    "no_answer",
    "redirect",
    "status",
    "too_large",
    "not_json",
    "resting",
]

PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
"""Loopback, RFC 1918 and RFC 4193. Not link-local (cloud machines tell their secrets there), not
0.0.0.0, not shared or translated ranges: whatever is not named here is refused."""


class AskFailed(GeocoderServiceError):  # type: ignore[misc]
    """Why a question was not asked or not answered, in a word of Problem; never what was asked."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem: Problem = problem


def is_private(address: str) -> bool:
    """Whether an IP address is this machine or on a private network; a mapped one is unwrapped."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # with a zone, or no address at all
        return False
    plain = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(plain.version == network.version and plain in network for network in PRIVATE)


def system_resolver(host: str, port: int) -> list[str]:
    """What the system says are the host's addresses."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_address(host: str, port: int, resolver: Resolver) -> str:
    """One address of the host, after all of them were found private.

    Raises AskFailed where there is none or where any is not private.
    """
    try:
        addresses = list(resolver(host, port))
    except (OSError, UnicodeError):
        raise AskFailed("no_address") from None
    if not addresses:
        raise AskFailed("no_address")
    if not all(is_private(address) for address in addresses):
        raise AskFailed("not_private")
    return addresses[0]


class _CheckedConnection(http.client.HTTPConnection):
    """Connects to the address that was checked, not to what the name means a moment later."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address, self._tls = address, tls
        self._line: socket.socket | None = None

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), SECONDS)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)
        # http.client forgets its socket while the answer is still read from it.
        self._line = self.sock

    def cut(self) -> None:
        """End a request that takes too long, whatever it waits for."""
        if self._line is not None:
            try:
                self._line.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has just ended by itself
                return


class PrivateAdapter(BaseSyncAdapter):  # type: ignore[misc]
    """How geopy asks: no proxy, no redirect, no cookie, one checked address, limits."""

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None,
        ssl_context: ssl.SSLContext | None,
        resolver: Resolver = system_resolver,
        seconds: float = SECONDS,
    ) -> None:
        # Whatever the system says of proxies goes no further than here: one would be another host
        # that reads the address.
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._tls = ssl_context or ssl.create_default_context()
        self._resolver = resolver
        self._seconds = seconds

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """The answer as JSON; raises AskFailed."""
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except (ValueError, RecursionError):
            raise AskFailed("not_json") from None

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """The answer as text, UTF-8; see `get_json`."""
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        address = checked_address(host, port, self._resolver)
        connection = _CheckedConnection(host, port, address, self._tls if secure else None)
        watch = threading.Timer(self._seconds, connection.cut)
        watch.daemon = True
        watch.start()
        try:
            # The body is whole or cut: a length that the server named is held by http.client.
            connection.request("GET", f"{parts.path}?{parts.query}", headers=dict(headers))
            return _body_of(connection.getresponse())
        except (OSError, http.client.HTTPException):
            raise AskFailed("no_answer") from None
        finally:
            watch.cancel()
            connection.close()


def _body_of(answer: http.client.HTTPResponse) -> str:
    if answer.status != http.client.OK:
        raise AskFailed("redirect" if 300 <= answer.status < 400 else "status")
    body = answer.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise AskFailed("too_large")
    return body.decode("utf-8", errors="replace")
