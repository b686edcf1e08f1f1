"""The address of an endpoint, without what may be secret in it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from explorer.core.errors import InputError


@dataclass(frozen=True)
class Address:
    """An endpoint's URL without what may be secret in it, and its query, which may
    be.
    """

    base: str
    host: str
    query: dict[str, str]


def address_of(url: str) -> Address:
    """Read an endpoint's URL; a user and password in it are left out. Raises
    InputError.
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        # The URL is not shown: it may hold a password.
        raise InputError(
            "The endpoint is not a URL.", "Expected something like https://api.example.org/v1."
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Address(f"{parts.scheme}://{host}{port}{parts.path}", host, dict(parse_qsl(parts.query)))
