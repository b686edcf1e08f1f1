"""Functions compiled at their first call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` compiled at its first call, and kept on disk where there is a folder
    for that.
    """
    try:
        kept: Any = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath={"reassoc"})(
            function
        )
    except RuntimeError:  # numba finds no folder it may write to, as in a read-only installation
        kept = numba.njit(nogil=True, error_model="numpy", fastmath={"reassoc"})(function)
    return kept  # type: ignore[no-any-return]
