"""Which machine this is, among those that share a folder."""

from __future__ import annotations

import socket


def name() -> str:
    """The name by which other machines on the same folder tell this one from theirs."""
    return socket.gethostname() or "localhost"
