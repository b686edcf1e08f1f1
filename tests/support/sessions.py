"""Visitors as the server meets them: a websocket that speaks Streamlit's protocol and
draws nothing.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect


@dataclass(frozen=True)
class Visit:
    """Seconds from the request for a connection."""

    figure: float
    """To the first figure."""
    whole: float
    """To the end of the page's script."""


def open_session(
    url: str, began: float, timeout: float = 600, page: str = ""
) -> tuple[ClientConnection, Visit]:
    """Open a page, the first when left out, in a session of its own, which stays open.
    Raises RuntimeError where the page has an exception, TimeoutError.
    """
    address = f"ws{url.removeprefix('http')}/_stcore/stream"
    socket = connect(
        address, subprotocols=[Subprotocol("streamlit")], max_size=None, open_timeout=timeout,
        ping_interval=None, legacy=True,
    )  # fmt: skip
    asked = BackMsg()
    asked.rerun_script.query_string = ""
    asked.rerun_script.page_name = page
    socket.send(asked.SerializeToString())
    figure = float("nan")
    while True:
        left = began + timeout - time.monotonic()
        message = ForwardMsg.FromString(socket.recv(timeout=left))  # type: ignore[arg-type]
        now = time.monotonic() - began
        element = message.delta.new_element.WhichOneof("type") if message.HasField("delta") else ""
        if element == "exception":
            raise RuntimeError(message.delta.new_element.exception.message)
        if element == "plotly_chart" and figure != figure:
            figure = now
        if message.WhichOneof("type") == "script_finished":
            return socket, Visit(figure, now)


def open_at_once(url: str, n: int) -> tuple[list[ClientConnection], list[Visit]]:
    """As many sessions as that, at the same moment."""
    ready = threading.Barrier(n)

    def visit(_: int) -> tuple[ClientConnection, Visit]:
        ready.wait()
        return open_session(url, time.monotonic())

    with ThreadPoolExecutor(n) as pool:
        opened = list(pool.map(visit, range(n)))
    return [socket for socket, _ in opened], [found for _, found in opened]
