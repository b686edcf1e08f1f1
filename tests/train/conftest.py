"""A family that trains in seconds, on a corpus made of a few words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.train import family as families
from explorer.train import text as texts
from explorer.train.family import Family

TABLE = """
[tiny]
corpora = {{ "{corpus}" = 1 }}
vocabulary = 300
context = 16
batch = 4
tokens = 1600
learning_rate = 1e-2
warmup = 2
checkpoints = [0, 1, 4, 16]
sizes.a = {{ layers = 1, width = 16, heads = 2 }}
sizes.b = {{ layers = 2, width = 24, heads = 3 }}
"""


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Just enough sentences for a stretch of them to be held out."""
    rng = np.random.default_rng(0)
    words = rng.choice(
        ["cat", "dog", "bus", "sees", "likes", "the", "old", "red"], (64 * texts.HELD_OUT_EVERY, 6)
    )
    path = tmp_path_factory.mktemp("corpus") / "words.txt"
    path.write_text("\n".join(" ".join(row).capitalize() + "." for row in words), "utf-8")
    return path


@pytest.fixture(scope="session")
def table(corpus: Path) -> Path:
    """The TOML file of the family."""
    path = corpus.parent / "families.toml"
    path.write_text(TABLE.format(corpus=corpus), "utf-8")
    return path


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose text is prepared once for all tests; models go elsewhere."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture
def tiny(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Family:
    """The family, with a folder of downloads of its own."""
    monkeypatch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(tmp_path))
    return families.load("tiny", table)


@pytest.fixture(scope="session")
def text(table: Path, downloads: Path) -> texts.Text:
    """The prepared text of the family."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPERT_EXPLORER_DOWNLOADS", str(downloads))
        return texts.prepare(families.load("tiny", table))
