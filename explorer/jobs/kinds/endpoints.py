"""Addresses of endpoints in jobs: what may be secret in them stays in the
environment.
"""

from __future__ import annotations

import os

from explorer.core.address import address_of

VARIABLE = "EXPERT_EXPLORER_ENDPOINTS"
"""Full addresses, separated by spaces; workers inherit them."""


def public_address(url: str) -> str:
    """The address without its query, as a job's files may hold it.

    The full one is put into the environment for this process and the workers it
    starts. Raises InputError for what is not a URL without a password.
    """
    base = address_of(url).base
    if base != url and url not in os.environ.get(VARIABLE, "").split():
        os.environ[VARIABLE] = f"{url} {os.environ.get(VARIABLE, '')}".strip()
    return base


def full_address(base: str) -> str:
    """The address with what the environment knows of it; as given when that is
    nothing.
    """
    known = os.environ.get(VARIABLE, "").split()
    return next((url for url in known if address_of(url).base == base), base)
