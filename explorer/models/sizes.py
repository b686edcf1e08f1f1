"""The numbers of a config.json, each checked when it is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from explorer.core.errors import ModelError

LARGEST = 10_000_000
"""More than any width, number of heads, vocabulary or context there is."""
DEEPEST = 1_000
"""More than the number of blocks of any model there is."""

MOST_LABELS = 100_000


class Sizes:
    """Whole numbers of a config by their key; each read raises ModelError when the
    number cannot be one of a model.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config

    def __getitem__(self, key: str) -> int:
        value = self.get(key)
        if value is None:
            stated = "says null for" if key in self._config else "has no"
            raise ModelError(f"The config {stated} “{key}”.", "Is this a complete config.json?")
        return value

    def get(self, key: str, largest: int = LARGEST) -> int | None:
        """The number of a key, None where it is absent or null."""
        value = self._config.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= largest:
            raise ModelError(
                f"The config says {json.dumps(value)[:40]} for “{key}”, expected a whole number "
                f"from 1 to {largest:,}.",
                "Correct config.json, or get it again from where the model comes from.",
            )
        return value

    def first(self, *keys: str, largest: int = LARGEST) -> int | None:
        """The number of the first key that is there."""
        return next((value for key in keys if (value := self.get(key, largest)) is not None), None)
