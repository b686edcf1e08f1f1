"""Ctrl-C as a request to stop at the next good moment, for commands that work for
long.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def stopping(tell: Callable[[str], None], when: str) -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether SIGINT or SIGTERM came; a second one stops at
    once.

    An interrupt raised inside a library's callback can get lost, or tear what is being
    written. `when`: the moment at which the work will stop, for the narration.
    """
    asked: list[int] = []

    def heard(number: int, _frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        tell(f"Stopping {when}; Ctrl-C again stops at once.")

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
