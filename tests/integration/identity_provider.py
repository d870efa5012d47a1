"""A log-in provider on 127.0.0.1 that can be told to misbehave in each way that matters."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT = "needsmap-test"
REDIRECT = "https://testserver/api/v1/session/oidc/return"


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@cache
def own_key() -> RSAKey:
    """The provider's key; made once, since it takes long."""
    return RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Provider:
    """Its keys, who is signed in there, what it says; tests change what they need."""

    issuer: str = ""
    subject: str = "subject-1"
    key: RSAKey = field(default_factory=own_key)
    claims: dict[str, Any] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    description: dict[str, Any] = field(default_factory=dict)
    signing: str = "RS256"
    status: int = 200
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def authorize(self, url: str) -> dict[str, str]:
        """What somebody who signs in there is sent back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == REDIRECT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "nonce": nonce,
            "iat": now,
            "exp": now + 300,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if name not in self.dropped}
        if self.signing == "none":
            parts = ({"alg": "none", "typ": "JWT"}, claims)
            return ".".join([*(b64(json.dumps(part).encode()) for part in parts), ""])
        if self.signing == "HS256":
            # The public key taken for a shared secret: the classic confusion of algorithms.
            header = {"alg": "HS256", "kid": "one", "typ": "JWT"}
            signed = ".".join(b64(json.dumps(part).encode()) for part in (header, claims))
            shared = self.key.as_pem(private=False)
            return f"{signed}.{b64(hmac.digest(shared, signed.encode(), 'sha256'))}"
        if self.signing == "another key":
            stranger = RSAKey.generate_key(2048)
            return jwt.encode({"alg": "RS256", "kid": "one"}, claims, stranger)
        if self.signing == "ES256":
            stranger_ec = ECKey.generate_key("P-256")
            return jwt.encode({"alg": "ES256", "kid": "one"}, claims, stranger_ec)
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        if self.signing == "changed":
            header, payload, signature = token.split(".")
            said = json.loads(base64.urlsafe_b64decode(payload + "=="))
            payload = b64(json.dumps(said | {"sub": "subject-2"}).encode())
            return ".".join((header, payload, signature))
        return token

    def answer(self, method: str, path: str, form: dict[str, str], login: str) -> tuple[int, Any]:
        self.asked.append((path, form, login))
        if self.status != 200:
            return self.status, {}
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "authorization_response_iss_parameter_supported": True,
                **self.description,
            }
        if path == "/keys":
            return 200, KeySet([self.key]).as_dict(private=False)
        if path == "/token" and method == "POST":
            asked = self.codes.pop(form.get("code", ""), None)
            challenge = b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
            if asked is None or asked["code_challenge"] != challenge:
                return 400, {"error": "invalid_grant"}
            token = self.id_token(asked["nonce"])
            return 200, {"id_token": token, "access_token": "x", "token_type": "Bearer"}
        return 404, {}


@contextmanager
def running() -> Iterator[Provider]:
    """The provider on a free port of 127.0.0.1."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            body = parse_qs(self.rfile.read(length).decode()) if length else {}
            form = {name: values[0] for name, values in body.items()}
            login = self.headers.get("authorization", "")
            status, said = provider.answer(self.command, self.path, form, login)
            content = json.dumps(said).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{provider.issuer}/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is said."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def back_with(**parameters: str) -> str:
    """The address that a browser comes back to."""
    return f"/api/v1/session/oidc/return?{urlencode(parameters)}"
