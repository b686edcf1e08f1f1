"""What the bad status of an endpoint says, read from the client's error."""

from __future__ import annotations

import email.utils
import time
from typing import Any

from explorer.core.address import address_of
from explorer.core.errors import InputError


def target_of(error: Any) -> str:
    """The server that a redirect leads to."""
    try:
        return address_of(error.response.headers.get("location", "")).server
    except InputError:
        return "another address"


def code_of(error: Any) -> str:
    """The endpoint's own code; empty where it gave none."""
    return str(getattr(error, "code", None) or "")


def said_in(error: Any) -> str:
    """The endpoint's own words."""
    body = error.body if isinstance(error.body, dict) else {}
    said = body.get("message") or error.message
    return str(said)


def retry_after(headers: Any) -> float | None:
    """Seconds of a Retry-After header, given as a number or as a date (RFC 9110,
    section 10.2.3).
    """
    text = headers.get("retry-after")
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(email.utils.parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
