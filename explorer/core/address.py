"""The address of an endpoint, and which of them the user's key may be sent to."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from explorer.core.errors import InputError

KEY, HOSTS = "OPENAI_API_KEY", "OPENAI_API_KEY_HOSTS"
"""Environment variables: the key, and the hosts that it may be sent to."""
USUAL_HOST = "api.openai.com"
"""Where the key goes while HOSTS names nothing."""
_USUAL_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Address:
    """An endpoint's URL, its host in lower case and ASCII, so that one host has one
    spelling.
    """

    base: str
    """The URL without its query, which may be secret."""
    host: str
    server: str
    """The host, with its port where that is not the usual one, and with “http://” where
    what is sent is readable on the way.
    """
    query: dict[str, str]
    is_local: bool
    """Whether it is this machine."""


def address_of(url: str) -> Address:
    """Read an endpoint's URL. Raises InputError for what is none, and for one with a
    user or a password in it, which files and listings would show.
    """
    if "@" in url:
        raise InputError(
            "The URL of the endpoint holds an @, as before a user or a password would end.",
            f"Leave them out of it, and put the key into {KEY}.",
        )
    try:
        parts = urlsplit(url)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in _USUAL_PORTS or not host or re.search(r"\s", url):
        # The URL is not shown: it may hold a password.
        raise InputError(
            "The endpoint is not a URL.", "Expected something like https://api.example.org/v1."
        )
    shown = f"[{host}]" if ":" in host else host
    place = shown if port in (None, _USUAL_PORTS[parts.scheme]) else f"{shown}:{port}"
    is_local = _is_local(host)
    return Address(
        base=f"{parts.scheme}://{place}{parts.path}",
        host=host,
        server=f"http://{place}" if parts.scheme == "http" and not is_local else place,
        query=dict(parse_qsl(parts.query)),
        is_local=is_local,
    )


def is_named(address: Address) -> bool:
    """Whether the user has named this server as one that the key may be sent to. Raises
    InputError for a HOSTS that names none.
    """
    return address.server in _named()


def key_for(address: Address) -> str:
    """The key to send to an address: empty where none is set, and for this machine
    while it is not named.

    Raises InputError where a key is set and the server is not among those named.
    """
    key = os.environ.get(KEY, "").strip()
    if not key or (address.is_local and not is_named(address)):
        return ""
    if not re.fullmatch("[!-~]+", key):
        raise InputError(f"{KEY} holds a sign that no key has, such as a blank.", "Set it again.")
    if is_named(address):
        return key
    named = _named()
    open_to_read = " and the network on the way, which can read it" * ("://" in address.server)
    raise InputError(
        f"The endpoint is at {address.server}, and {KEY} may be sent to {', '.join(named)} only.",
        f"If the key is for that host and you trust it{open_to_read}, set "
        f"{HOSTS}='{' '.join([*named, address.server])}'; unset {KEY} if it needs none.",
    )


def _named() -> list[str]:
    named = []
    for word in os.environ.get(HOSTS, "").replace(",", " ").split() or [USUAL_HOST]:
        try:
            named.append(address_of(word if "://" in word else f"https://{word}").server)
        except InputError as error:
            raise InputError(
                f"{HOSTS} names a host that is none.",
                "Expected names such as api.example.org, localhost:8000 or, without TLS, "
                "http://lab.example.org:8000, separated by blanks.",
            ) from error
    return named


def _host(name: str) -> str:
    """A host as it is asked for; empty for what is none. Raises ValueError."""
    if ":" in name:
        return str(ipaddress.IPv6Address(name))
    plain = name.encode("idna").decode("ascii").lower().removesuffix(".")
    return plain if re.fullmatch(r"[a-z0-9._-]+", plain) else ""


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
