"""Functions compiled at their first call."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numba

PLAIN = "EXPERT_EXPLORER_PLAIN_KERNELS"
"""Environment variable that, when set, keeps to the loops of `ranking/plain.py`."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` compiled at its first call, and kept on disk where there is a folder
    for that.

    With `PLAIN` nothing is kept: numba would take what was compiled with the other
    kernels for the same.
    """
    keep = not os.environ.get(PLAIN)
    try:
        kept: Any = numba.njit(cache=keep, nogil=True, error_model="numpy", fastmath={"reassoc"})(
            function
        )
    except RuntimeError:  # numba finds no folder it may write to, as in a read-only installation
        kept = numba.njit(nogil=True, error_model="numpy", fastmath={"reassoc"})(function)
    return kept  # type: ignore[no-any-return]
