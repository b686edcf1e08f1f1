"""What an endpoint may do to its client: send so many bytes, and lead nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import openai

from explorer.generate.endpoint.answer import TooLong

LONGEST_ANSWER = 4_000_000
"""Bytes; ten sentences take a thousandth, and their model's thoughts a hundredth."""
_ANONYMOUS = {"host", "accept", "user-agent", "content-type", "content-length"}


def bounded_client(*, is_named: bool, is_local: bool) -> httpx2.AsyncClient:
    """A client that follows no redirect, inflates nothing and reads LONGEST_ANSWER
    bytes of an answer; no proxy stands between it and this machine.

    is_named: whether the server may have what the environment holds for it beside the
    key, such as an organisation.
    """

    async def ask(request: httpx2.Request) -> None:
        if not is_named:
            for name in set(request.headers) - _ANONYMOUS:
                del request.headers[name]
            # Some servers that need no key want to see one.
            request.headers["Authorization"] = "Bearer none"
        request.headers["Accept-Encoding"] = "identity"

    async def hear(response: httpx2.Response) -> None:
        response.headers.pop("Content-Encoding", None)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Bounded(response.stream)

    return openai.DefaultAsyncHttpxClient(
        follow_redirects=False,
        # The whole of a request has a time; its parts need none.
        timeout=None,
        trust_env=not is_local,
        event_hooks={"request": [ask], "response": [hear]},
    )


class _Bounded(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        n_bytes = 0
        async for part in self._stream:
            n_bytes += len(part)
            if n_bytes > LONGEST_ANSWER:
                raise TooLong(f"an answer of more than {LONGEST_ANSWER:,} bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()
