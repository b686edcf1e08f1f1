"""The concepts of the bundled study: ten domains of four and the MEN words beside
them.
"""

from __future__ import annotations

import tomllib
from importlib import resources


def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(
        resources.files("explorer.probes").joinpath("bundled.toml").read_text("utf-8")
    )


def domains() -> dict[str, str]:
    """Concept → domain for the forty concepts of the ten domains."""
    return {word: domain for domain, words in _table()["domains"].items() for word in words}


def concepts() -> list[str]:
    """All concepts, those of the domains first."""
    return [*domains(), *(word for words in _table()["words"].values() for word in words)]
