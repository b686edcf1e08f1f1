"""What a server does before its first visitor comes, so that the visitor does not wait
for it.
"""

from __future__ import annotations

import gc
import logging
import socket
import sys
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.routing import Match
from threadpoolctl import threadpool_info, threadpool_limits

from explorer.ui import server
from tests.pages.conftest import Opener

pytestmark = pytest.mark.slow


def _refuse(*args: object, **kwargs: object) -> None:
    raise AssertionError("measured while somebody waits")


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere connections need not inherit the option"
)
def test_connections_of_a_listening_socket_send_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.send_at_once()
        with (
            socket.create_connection(listening.getsockname()) as _,
            listening.accept()[0] as accepted,
        ):
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize(("query", "target"), [("", "./"), ("run=a&tau=0.60", "./?run=a&tau=0.60")])
def test_the_name_of_the_first_page_leads_to_the_root_with_the_same_view(
    query: str, target: str
) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/overview",
        "headers": [],
        "query_string": query.encode(),
    }
    route = server.ROUTES[0]
    assert route.matches(scope)[0] is Match.FULL
    scope |= {"scheme": "http", "server": ("localhost", 80)}
    answer = server._home(Request(scope))
    assert (answer.status_code, answer.headers["location"]) == (307, target)


def test_the_opening_view_is_measured_before_the_first_visit(
    full_cache: Path, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.results.library._libraries", {})
    server.warm()
    server.cool()
    for name in ("results.alignment.align", "results.differences.difference"):
        monkeypatch.setattr(f"explorer.{name}", _refuse)
    monkeypatch.setattr("explorer.measure.domains.within_cross_ratio", _refuse)
    app = open_page("overview")
    assert not app.error
    assert len(app.table[-1].value) == 3


def test_what_a_server_starts_with_is_not_searched_for_garbage(empty_cache: Path) -> None:
    server.warm()
    assert gc.get_freeze_count() > 0
    server.cool()
    assert gc.get_freeze_count() == 0


def test_visitors_share_the_cores(full_cache: Path) -> None:
    def threads() -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    with threadpool_limits(3, user_api="blas"):
        assert threads() == {3}
        server.warm()
        server.cool()
        assert threads() == {1}


def test_a_study_that_cannot_be_shown_does_not_keep_the_server_from_starting(
    full_cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("explorer.ui.library.open_library", _refuse)
    with caplog.at_level(logging.WARNING, "explorer"):
        server.warm()
    server.cool()
    assert "could not be prepared" in caplog.text


def test_the_figure_of_the_opening_view_waits_for_nothing_else(
    full_cache: Path, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.results.library._libraries", {})
    monkeypatch.setattr("explorer.measure.domains.within_cross_ratio", _refuse)
    monkeypatch.setattr("explorer.results.differences.difference", _refuse)
    app = open_page("overview")
    assert len(app.get("plotly_chart")) == 2
    assert len(app.error) == 3
