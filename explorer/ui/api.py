"""What pages show, as data: read-only addresses beside those of the pages."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from explorer import __version__
from explorer.core.errors import ExplorerError, InputError
from explorer.core.similarity import OVERLAPS
from explorer.exhibits.export import FORMATS, Format, export
from explorer.exhibits.registry import EXHIBITS, NotShowable, exhibit, row_of, showable
from explorer.results.runs import runs_table
from explorer.results.view import View, view_of
from explorer.ui import health, navigation
from explorer.ui.library import library

_LOG = logging.getLogger("explorer")
_LONGEST = 4000
"""Letters of a query."""
_OF_VIEW = ("run", "human", "tau", "overlap")
_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "html": "text/html; charset=utf-8",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # An SVG or a page opened by its address runs nothing and fetches nothing.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


def _index(_: Request) -> dict[str, Any]:
    return {
        "program": __version__,
        "runs": "api/runs",
        "health": "api/health",
        "metrics": "api/metrics",
        "pages": {name: f"api/pages/{name}" for name in navigation.LISTED},
        "parameters": {
            "run": "id of a run, or the start of one; what the dashboard opens on when left out",
            "human": "human ratings, such as “MEN test”",
            "tau": "threshold of the grid 0.50, 0.55, …, 0.95",
            "overlap": "how expert sets are compared: "
            + ", ".join(f"“{overlap.name}”" for overlap in OVERLAPS),
        },
        "formats": list(FORMATS),
        "exhibits": {
            row.name: {
                "address": f"api/exhibits/{row.name}.json",
                "page": row.page,
                "about": row.about,
                "needs": [need.name for need in row.needs],
                "options": [option.name for option in row.options],
            }
            for row in EXHIBITS.values()
        },
    }


def _runs(_: Request) -> dict[str, Any]:
    return {
        "runs": json.loads(
            runs_table(library().runs()).to_json(orient="records", date_format="iso")
        )
    }


def _page(request: Request) -> dict[str, Any]:
    """What a page can show of the view of its address, and where its data are."""
    name = request.path_params["page"]
    if name not in navigation.LISTED:
        raise _Missing(f"There is no page “{name}”.", f"There are: {', '.join(navigation.LISTED)}.")
    view = _view(request)
    answers: dict[str, dict[str, str]] = {}
    for row in (row for row in EXHIBITS.values() if row.page == name):
        own = {option.name for option in row.options}
        given = {key: value for key, value in request.query_params.items() if key in own}
        try:
            seen = row.seen(view)
            query = urlencode(seen.address | showable(row, seen, given))
        except InputError as error:
            lacking = error.hint if isinstance(error, NotShowable) else str(error)
            answers[row.name] = {"about": row.about, "lacking": lacking}
        else:
            address = f"api/exhibits/{row.name}.json?{query}"
            answers[row.name] = {"about": row.about, "address": address}
    return {"page": name, "view": view.address, "exhibits": answers}


def _exhibit(request: Request) -> Response:
    name, form = request.path_params["name"], request.path_params["form"]
    if form not in FORMATS:
        raise _Missing(f"There is no format “{form}”.", f"There are: {', '.join(FORMATS)}.")
    try:
        row_of(name)
    except InputError as error:
        raise _Missing(error.what, error.hint) from error
    options = {key: value for key, value in request.query_params.items() if key not in _OF_VIEW}
    shown = exhibit(name, _view(request), **options)
    content = export(shown, cast(Format, form))
    return Response(content, media_type=_TYPES[cast(Format, form)], headers=_HEADERS)


def _view(request: Request) -> View:
    return view_of(library(), **{name: request.query_params.get(name) for name in _OF_VIEW})


def _health(_: Request) -> Response:
    told = health.health()
    return JSONResponse(told, 200 if told["status"] == "ok" else 503, headers=_HEADERS)


def _metrics(_: Request) -> Response:
    text = health.metrics(health.health())
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8", headers=_HEADERS)


class _Missing(InputError):
    """An address that names what there is not."""


def _answered(answer: Callable[[Request], dict[str, Any] | Response]) -> Callable[..., Response]:
    """A handler that checks who asks and how much, and answers every fault in a
    sentence.
    """

    def handled(request: Request) -> Response:
        if not is_host_allowed(request.headers.get("host")):
            return _refused(403, "This server does not answer to that name.", "See README.")
        if len(request.url.query) > _LONGEST:
            return _refused(414, f"The query has over {_LONGEST:,} letters.", "Ask for less.")
        try:
            result = answer(request)
        except _Missing as error:
            return _refused(404, error.what, error.hint)
        except ExplorerError as error:
            return _refused(400, error.what, error.hint)
        except Exception:  # noqa: BLE001 - a visitor gets a sentence, the log the rest
            _LOG.exception("%s", request.url.path)
            return _refused(500, "This could not be answered: a fault of the program.", "See log.")
        return result if isinstance(result, Response) else JSONResponse(result, headers=_HEADERS)

    return handled


def _refused(status: int, error: str, hint: str) -> JSONResponse:
    return JSONResponse({"error": error, "hint": hint}, status, headers=_HEADERS)


ROUTES = [
    Route("/api", _answered(_index)),
    Route("/api/health", _answered(_health)),
    Route("/api/metrics", _answered(_metrics)),
    Route("/api/runs", _answered(_runs)),
    Route("/api/pages/{page}", _answered(_page)),
    Route("/api/exhibits/{name}.{form}", _answered(_exhibit)),
]
