"""A reverse proxy as small as can be: it passes on what lies below a path, websockets
included, and answers 404 to all else.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

_HEAD = 65_536


@dataclass
class Proxy:
    """A running proxy."""

    url: str
    """Its address with the path."""
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for, in their order."""
    strayed: list[str] = field(default_factory=list)
    """Those of them that do not lie below the path."""


@contextlib.contextmanager
def proxy(port: int, path: str) -> Iterator[Proxy]:
    """Pass on what lies below `path` (such as "/lab/explorer") to a server on a port of
    this machine.
    """
    ready, started, ends = threading.Event(), Proxy(""), []

    async def serve() -> None:
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        async with await asyncio.start_server(answer, "127.0.0.1", 0, limit=_HEAD) as server:
            started.url = f"http://localhost:{server.sockets[0].getsockname()[1]}{path}"
            ends.append(lambda: loop.call_soon_threadsafe(over.set))
            ready.set()
            await over.wait()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with (
            contextlib.closing(writer),
            contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError),
        ):
            head = await reader.readuntil(b"\r\n\r\n")
            target = head.split(b" ", 2)[1].decode()
            started.asked.append(target)
            if target != path and not target.startswith((f"{path}/", f"{path}?")):
                started.strayed.append(target)
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                behind, ahead = await asyncio.open_connection("127.0.0.1", port)
                ahead.write(_one_answer(head))
                await asyncio.gather(_pipe(reader, ahead), _pipe(behind, writer))
            await writer.drain()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield started
    finally:
        ends[0]()
        thread.join(10)


async def _pipe(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.closing(sink), contextlib.suppress(OSError):
        while piece := await source.read(_HEAD):
            sink.write(piece)
            await sink.drain()


def _one_answer(head: bytes) -> bytes:
    """The head of a request whose connection ends with its answer, unless it becomes a
    websocket.
    """
    lines = [line for line in head.split(b"\r\n") if line]
    if any(line.lower().startswith(b"upgrade:") for line in lines):
        return head
    lines = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines, b"Connection: close", b"", b""])
