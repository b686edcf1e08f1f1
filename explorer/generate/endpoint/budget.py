"""Tokens that an endpoint may spend: what is spent is counted, what is asked for is
reserved first.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from explorer.core.errors import ResourceError


class Budget:
    """At most `limit` tokens, those spent before included; None for no limit."""

    def __init__(self, limit: int | None, spent: int) -> None:
        self.limit, self.spent = limit, spent
        self._reserved = 0
        self._settled = asyncio.Condition()

    @contextlib.asynccontextmanager
    async def reserved(self, most: int) -> AsyncIterator[None]:
        """Room for a request of at most `most` tokens; waits for those under way while
        there is none.

        Raises ResourceError when none is left although nothing is under way.
        """
        async with self._settled:
            while self.limit is not None and self.spent + self._reserved + most > self.limit:
                if not self._reserved:
                    raise ResourceError(
                        f"{self.spent:,} of the {self.limit:,} tokens of the budget are spent, "
                        "and the next request "
                        f"could take {most:,}.",
                        "What is there is kept: the same command with a larger --token-budget "
                        "goes on.",
                    )
                await self._settled.wait()
            self._reserved += most
        try:
            yield
        finally:
            async with self._settled:
                self._reserved -= most
                self._settled.notify_all()
