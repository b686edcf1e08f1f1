"""Every family as one fixture."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.models.checkpoints import Loaded, load_checkpoint
from tests.support import tiny


@pytest.fixture(scope="session", params=sorted(tiny.FAMILIES))
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """A tiny loaded model of each family."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    return load_checkpoint(Checkpoint(str(tiny.checkpoint(folder, request.param))))
