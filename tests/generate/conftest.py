"""A loopback endpoint in a cache folder of its own, and a probe set asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from explorer.core import address
from explorer.generate.endpoint import client, writing
from explorer.probes.probe_set import ProbeSetInfo
from tests.support.endpoint_server import Server, serve

KEY = "sk-very-secret-0123456789"
CONCEPTS = ["cat", "dog", "bus"]


class Told(list[str]):
    """What was narrated."""

    def __call__(self, text: str) -> None:
        self.append(text)

    def holds(self, text: str) -> bool:
        """Whether a line holds this."""
        return any(text in line for line in self)


@pytest.fixture
def told() -> Told:
    """An empty narration."""
    return Told()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """An endpoint that answers at once, and is asked again at once."""
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setenv(address.KEY, KEY)
    monkeypatch.setattr(client, "BACKOFF_S", 0.01)
    with serve() as found:
        monkeypatch.setenv(address.HOSTS, found.url)
        yield found


def generate(
    server: Server, told: Told | None = None, concepts: list[str] | None = None, **options: Any
) -> ProbeSetInfo:
    """Six sentences of each concept, one of each template, one request at a time."""
    tell = Told() if told is None else told
    wish: dict[str, Any] = {"target": 6, "parallel": 1, "tell": tell, **options}
    return writing.generate_set(server.url, "tiny", concepts or CONCEPTS, "mine", **wish)
