"""What every answer carries, and which requests may change anything."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth import keys
from api.errors import note_unexpected, problem, unexpected

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
DOCUMENT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)
"""For documents with everything inside: a report may style itself, and run nothing."""

HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 64 * 1024
LARGEST_FILE = 50 * 1024 * 1024
FILES = frozenset({("POST", "/api/v1/imports")})
"""Where whole files are handed in, and nowhere else; who may is asked before the body is read."""


class Guard:
    """ASGI middleware: security headers on every answer, no change on another site's behalf."""

    def __init__(self, app: ASGIApp, allowed_hosts: Collection[str]) -> None:
        self.app = app
        self.allowed_hosts = frozenset(name.strip().lower() for name in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what may not be, and dress every answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        started = False

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                headers.setdefault("Cache-Control", "no-store")
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope)
        refused = _wrong_host(request, self.allowed_hosts) or _refusal(request)
        if refused:
            await problem(*refused, request.url.path)(scope, receive, dressed)
            return
        try:
            await self.app(scope, _limited(receive, _largest(request)), dressed)
        except Exception as error:
            if started:
                # Raised further, the server would log its words too; so it only ends the answer.
                note_unexpected(request, error)
                return
            # Starlette would answer outside of this, and without these headers.
            await unexpected(request, error)(scope, receive, dressed)


class BodyTooLarge(Exception):
    """More came than any form of ours sends."""


def _wrong_host(request: Request, allowed: Collection[str]) -> tuple[int, str, str] | None:
    """A made-up name would end up in links, and lets another site's page read this one's."""
    host = request.headers.get("host", "")
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if name.lower() in allowed:
        return None
    return 421, "The service is not known under this name.", "See NEEDSMAP_ALLOWED_HOSTS."


def _refusal(request: Request) -> tuple[int, str, str] | None:
    if request.method in SAFE_METHODS:
        return None
    if not _same_origin(request):
        return 403, "This request came from another site.", "Open the page itself and try again."
    length = request.headers.get("content-length", "")
    largest = _largest(request)
    if length.isdigit() and int(length) > largest:
        hint = "Shorten the note." if largest == LARGEST_BODY else "Hand it in in parts."
        return 413, f"The request is larger than {largest} bytes.", hint
    return None


def _largest(request: Request) -> int:
    """The largest body a request may have, in bytes."""
    return LARGEST_FILE if (request.method, request.url.path) in FILES else LARGEST_BODY


def _same_origin(request: Request) -> bool:
    """A browser says where a request comes from; without a word it may not change anything.

    A key in a header is never sent along by itself as a cookie is: no other site can borrow it.
    """
    if keys.shown(request.headers.get("authorization")) is not None:
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return site == "same-origin"
    return urlsplit(origin).netloc == request.headers.get("host")


def _limited(receive: Receive, largest: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > largest:
            raise BodyTooLarge
        return message

    return counted
