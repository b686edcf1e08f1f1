"""Expert Explorer: when and where do LLM representations align with humans?

In a notebook: `open_library()` gives the runs, `view_of(library)` what to look at, and
`exhibit(name, view)` a figure or table that draws itself.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.exhibits.registry import exhibit
    from explorer.results.library import open_library
    from explorer.results.runs import runs_table
    from explorer.results.view import view_of

__version__ = "0.2.0"
"""Written into every file that the program makes."""
__all__ = ["__version__", "exhibit", "open_library", "runs_table", "view_of"]
_HOMES = {
    "exhibit": "explorer.exhibits.registry",
    "open_library": "explorer.results.library",
    "runs_table": "explorer.results.runs",
    "view_of": "explorer.results.view",
}


def __getattr__(name: str) -> Any:
    # On demand: most of the program needs none of these, and they pull plotly.
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
