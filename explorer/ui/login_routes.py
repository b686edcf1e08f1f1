"""The two addresses of a login, with a sentence where Streamlit shows a bare error or
says nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_auth_routes import _auth_callback, _auth_login
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from explorer.ui.login import FAILED

_LOG = logging.getLogger("explorer")
_Answer = Callable[[Request, str], Awaitable[Response]]


def routes(start: str) -> list[Route]:
    """The addresses below the path that the dashboard is served at."""

    def handled(answer: _Answer, good: Callable[[Response], bool]) -> Callable[..., Awaitable]:
        async def handler(request: Request) -> Response:
            try:
                response = await answer(request, start)
            except Exception:  # noqa: BLE001 - whatever a provider answers
                _LOG.warning("A login did not succeed.", exc_info=True)
            else:
                if good(response):
                    return response
            return RedirectResponse(f"{start}/?{FAILED}=failed", 302)

        return handler

    return [
        Route(f"{start}/auth/login", handled(_auth_login, _leads_on)),
        Route(f"{start}/oauth2callback", handled(_auth_callback, _logs_in)),
    ]


def _leads_on(response: Response) -> bool:
    return response.status_code < 400


def _logs_in(response: Response) -> bool:
    """Whether a response gives the cookie of a login, rather than takes one away."""
    given = [value for name, value in response.raw_headers if name == b"set-cookie"]
    start = f"{USER_COOKIE_NAME}=".encode()
    return any(
        value.startswith(start) and not value[len(start) :].startswith((b";", b'"";'))
        for value in given
    )
