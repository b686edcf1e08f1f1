"""Who may talk to the server: pages of this machine, not names that point at it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Server, serve
from tests.support.fixtures import small_run

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("cache")
    small_run(folder / "runs")
    with serve(folder) as started:
        yield started


def handshake(server: Server, host: str, origin: str) -> int:
    """Status of the answer to a request for the websocket."""
    address = urlsplit(server.url)
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}",
        f"Origin: {origin}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: streamlit",
    ]
    with socket.create_connection((address.hostname or "", address.port or 0), 10) as stream:
        stream.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(stream.recv(200).split()[1])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_pages_of_this_machine_may_open_the_websocket(server: Server, host: str) -> None:
    port = urlsplit(server.url).port
    assert handshake(server, f"{host}:{port}", f"http://{host}:{port}") == 101


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.example"]
)
def test_a_name_that_points_at_this_machine_may_not(server: Server, host: str) -> None:
    port = urlsplit(server.url).port
    assert handshake(server, f"{host}:{port}", f"http://{host}:{port}") == 403


def test_another_origin_may_not(server: Server) -> None:
    port = urlsplit(server.url).port
    assert handshake(server, f"localhost:{port}", "http://evil.example") == 403


def test_the_limit_of_uploads_is_small() -> None:
    text = (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text("utf-8")
    assert "maxUploadSize = 20\n" in text
