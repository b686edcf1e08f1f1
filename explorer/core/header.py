"""What every file that the program writes says of itself."""

from __future__ import annotations

from collections.abc import Sequence

from explorer import __version__


def header(kind: str, schema_version: int, parents: Sequence[str] = ()) -> dict[str, object]:
    """Kind of the file, version of its form, version of the program, ids it
    came from.
    """
    return {
        "kind": kind,
        "schema_version": schema_version,
        "program": __version__,
        "parents": list(parents),
    }
