"""An event loop for work that callers without one, or inside one, may ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end, in a thread of its own where this one has a loop already, as in a
    notebook.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    with ThreadPoolExecutor(1) as executor:
        executor.submit(asyncio.run, work).result()
