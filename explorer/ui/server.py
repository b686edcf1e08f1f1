"""What the server does beside running scripts: what its first visitor should not wait
for.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import logging
import os
import socket
import threading

import psutil
import streamlit as st
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import Route
from threadpoolctl import threadpool_limits

from explorer.exhibits import EXHIBITS
from explorer.figures import theme
from explorer.probes.inflection import inflected
from explorer.results.view import parse_view
from explorer.ui import api, login_routes, navigation
from explorer.ui.library import library


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
        for connection in psutil.Process().net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.fd >= 0:
                with socket.socket(fileno=os.dup(connection.fd)) as listening:
                    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def warm() -> None:
    """Do what the first page needs while the server starts; read the tables of
    inflections, which others need, beside that.

    A failure is the page's to tell, not ours.
    """
    try:
        _opening_view()
    except Exception:
        logging.getLogger("explorer").warning(
            "The opening view could not be prepared.", exc_info=True
        )
    share_cores()
    threading.Thread(target=inflected, args=("word",), daemon=True).start()
    # The first element of a server's life asks who called it, which looks up where each
    # module came from.
    inspect.stack()
    # While Python searches all objects for garbage nothing else can run. What is there
    # by now stays for good, so it is left out: 100 ms less each time.
    gc.freeze()


def cool() -> None:
    """Undo what `warm` did to the collector.

    Libraries want their objects collected when the server ends.
    """
    gc.unfreeze()


def share_cores() -> None:
    """Let each visitor compute on one core.

    BLAS starts a thread a core and has those that are done wait in a loop: where
    several visitors share the cores, products that take a millisecond take twenty. It
    holds for libraries that are loaded by now.
    """
    threadpool_limits(1, user_api="blas")


def _opening_view() -> None:
    from explorer.ui import show  # noqa: F401 - what every page imports takes a moment

    view, _ = parse_view(library(), {})
    if view is None:
        return
    for row in EXHIBITS.values():
        if row.page == navigation.HOME and row.lacking(view) is None:
            figure = row.make(view).figure
            if figure is not None:
                figure.update_layout(template=theme.template(False)).to_json()


def _home(request: Request) -> RedirectResponse:
    return RedirectResponse(f"./?{request.url.query}" if request.url.query else "./")


def routes_below(base: str) -> list[Route]:
    """Our routes where the dashboard is served below a path (`server.baseUrlPath`)."""
    start = f"/{base.strip('/')}".rstrip("/")
    home = Route(f"{start}/{navigation.HOME}", _home)
    answers = [Route(f"{start}{route.path}", route.endpoint) for route in api.ROUTES]
    return [home, *answers, *login_routes.routes(start)]


ROUTES = routes_below(st.get_option("server.baseUrlPath") or "")
"""The first page lives at the root; whoever asks for it by name gets there too, with
the same view.
"""
