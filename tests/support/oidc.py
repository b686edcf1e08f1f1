"""A loopback stand-in for a provider of OpenID Connect: its form lets a test choose who
logs in, and a test what its tokens say.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "explorer-test", "a secret of the client, 32 letters"


@dataclass
class Provider:
    """A running provider."""

    url: str = ""
    people: dict[str, str] = field(
        default_factory=lambda: {"Ada": "ada@lab.example", "Eve": "eve@other.example"}
    )
    """Name → e-mail address, each a link of its form."""
    claims: dict[str, Any] = field(default_factory=dict)
    """What an id token says in place of what it would."""
    secret: str = SECRET
    """What a client must send."""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signing: RSAKey | None = None
    """Signs in place of the key that is published."""

    def secrets_file(self, folder: Path, dashboard: str, **changes: str) -> Path:
        """A secrets.toml that has the dashboard of an address log in here."""
        auth = {
            "redirect_uri": f"{dashboard}/oauth2callback",
            "cookie_secret": "a secret of the cookies, long enough",
            "client_id": CLIENT,
            "client_secret": SECRET,
            "server_metadata_url": f"{self.url}/.well-known/openid-configuration",
        } | changes
        path = folder / "secrets.toml"
        lines = [f"{name} = {json.dumps(value)}" for name, value in auth.items()]
        path.write_text("\n".join(["[auth]", *lines, ""]))
        return path


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """Start one on a free port."""
    running = Provider()
    codes: dict[str, dict[str, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/.well-known/openid-configuration":
                self._json(_discovery(running.url))
            elif parts.path == "/jwks":
                self._json({"keys": [running.key.as_dict(private=False)]})
            elif parts.path == "/authorize":
                self._page(query)
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            sent = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            asked = codes.pop(sent.get("code", ""), None)
            given = base64.b64decode(self.headers.get("Authorization", "").partition(" ")[2])
            if given.decode() != f"{CLIENT}:{running.secret}" or asked is None:
                self._json({"error": "invalid_client"}, 401)
            elif not _proves(asked, sent):
                self._json({"error": "invalid_grant"}, 400)
            else:
                self._json(_tokens(running, asked))

        def _page(self, query: dict[str, str]) -> None:
            links = []
            for name, address in running.people.items():
                code = secrets.token_hex(8)
                codes[code] = {**query, "email": address}
                back = urlencode({"code": code, "state": query["state"]})
                links.append((name, f"{query['redirect_uri']}?{back}"))
            back = urlencode({"error": "access_denied", "state": query["state"]})
            links.append(("Cancel", f"{query['redirect_uri']}?{back}"))
            shown = "".join(f'<p><a href="{html.escape(to)}">{name}</a>' for name, to in links)
            self._send(f"<title>Provider</title>{shown}".encode(), "text/html")

        def _json(self, value: object, status: int = 200) -> None:
            self._send(json.dumps(value).encode(), "application/json", status)

        def _send(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running.url = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield running
        server.shutdown()
        thread.join(10)


def _discovery(url: str) -> dict[str, Any]:
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "jwks_uri": f"{url}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
    }


def _proves(asked: dict[str, str], sent: dict[str, str]) -> bool:
    """Whether whoever brings a code is who asked for it (RFC 7636)."""
    digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
    proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return proof == asked.get("code_challenge")


def _tokens(running: Provider, asked: dict[str, str]) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": running.url,
        "sub": asked["email"],
        "aud": CLIENT,
        "iat": now,
        "exp": now + 3600,
        "nonce": asked["nonce"],
        "email": asked["email"],
        "email_verified": True,
    } | running.claims
    header = {"alg": "RS256", "kid": "one"}
    signed = jwt.encode(header, claims, running.signing or running.key)
    return {
        "access_token": "of no use",
        "token_type": "Bearer",
        "expires_in": 3600,
        "id_token": signed,
    }
