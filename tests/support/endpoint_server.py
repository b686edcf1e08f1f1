"""A loopback stand-in for an OpenAI-compatible endpoint: chat completions that a test
scripts.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKENS = 50
"""What every completion says it took."""


@dataclass
class Reply:
    """What the server sends back; a str body goes out as it is."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    parts: Iterable[bytes] | None = None
    """In place of the body: sent one after the other, without a length."""


@dataclass
class Asked:
    """A request as it came; the names of its headers in lower case."""

    body: dict[str, Any]
    headers: dict[str, str]
    path: str

    @property
    def user(self) -> str:
        """What the user's message says."""
        return str(self.body["messages"][-1]["content"])

    @property
    def concept(self) -> str:
        """The last word of the user's message that is no part of a shipped template."""
        found = re.search(r'"(\w+)"|about (\w+)|Describe (\w+)', self.user)
        assert found, self.user
        return next(word for word in found.groups() if word)

    @property
    def count(self) -> int:
        """How many sentences are asked for."""
        found = re.search(r"asked (\d+) times", str(self.body["messages"][0]["content"]))
        return int(found[1]) if found else 1


def completion(
    text: str | None, *, finish: str = "stop", usage: bool = True, **message: Any
) -> dict[str, Any]:
    """The body of a chat completion."""
    body = {
        "id": "c1",
        "object": "chat.completion",
        "created": 0,
        "model": "tiny-2024-01-01",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
    }
    return body | (
        {"usage": {"prompt_tokens": 10, "completion_tokens": TOKENS - 10, "total_tokens": TOKENS}}
        if usage
        else {}
    )


def failure(
    status: int, message: str, headers: dict[str, str] | None = None, **error: Any
) -> Reply:
    """An error in the form that the API gives it."""
    return Reply({"error": {"message": message, "type": "error", **error}}, status, headers or {})


class Server:
    """Counts what it is asked; `script` may answer a request in place of sentences
    about its concept.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: Callable[[Asked, int], Reply | None] = lambda _asked, _number: None
        self.delay = 0.0
        self.url = ""
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def about(self, concept: str) -> int:
        """How many requests there were about a concept."""
        return sum(one.concept == concept for one in self.asked)

    def answer(self, asked: Asked) -> Reply:
        """The scripted reply, else as many new sentences as are asked for."""
        with self._lock:
            self.asked.append(asked)
            number = len(self.asked)
            reply = self.script(asked, number)
            if reply is None:
                lines = [
                    f"The old {asked.concept} number {next(self._numbers)} stood by the door."
                    for _ in range(asked.count)
                ]
                reply = Reply(completion("\n".join(lines)))
        time.sleep(self.delay)
        return reply


class _Loopback(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that was killed breaks its connection; anything else is worth a
        # traceback.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextlib.contextmanager
def serve() -> Iterator[Server]:
    """A server on a free port of this machine."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = state.answer(
                Asked(
                    body, {name.lower(): value for name, value in self.headers.items()}, self.path
                )
            )
            time.sleep(reply.delay)
            content = (
                reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            ).encode()
            # A client that was killed or gave up waiting is not there to hear.
            with contextlib.suppress(OSError):
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.close_connection = reply.parts is not None
                if reply.parts is None:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                for part in (content,) if reply.parts is None else reply.parts:
                    self.wfile.write(part)

        def log_message(self, *_: object) -> None:
            """The test's output is for the test."""

    server = _Loopback(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
