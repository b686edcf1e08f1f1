"""What the server does for a browser beside running scripts."""

from __future__ import annotations

import contextlib
import os
import socket

import psutil
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route

from explorer.ui import navigation


def send_at_once() -> None:
    """Let every connection send small pieces without waiting until the browser has
    acknowledged the one before.

    Streamlit makes its listening socket without naming TCP, which keeps asyncio from
    switching Nagle's algorithm off (Kludex/uvicorn issue 3149): most of the hundred
    files of a first visit, and messages of a script run, would each wait 40 ms for a
    delayed acknowledgement. Accepted connections inherit the option from the socket
    that listens.
    """
    with contextlib.suppress(OSError, psutil.Error):  # slower, and nothing worse
        for found in psutil.Process().net_connections("tcp"):
            if found.status == psutil.CONN_LISTEN and found.fd >= 0:
                with socket.socket(fileno=os.dup(found.fd)) as listening:
                    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _home(request: Request) -> RedirectResponse:
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")


ROUTES = [Route(f"/{navigation.HOME}", _home)]
"""The first page lives at the root; whoever asks for it by name gets there too, with
the same view.
"""
