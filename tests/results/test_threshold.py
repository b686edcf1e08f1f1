"""Alignment at every τ, and the pairs that have a word without experts there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from explorer.core.ratings import Ratings
from explorer.core.tau import TAUS
from explorer.results.threshold import alignment_by_threshold
from explorer.store.library import Library
from tests.support.fixtures import DATASET, small_run


def test_pairs_with_an_empty_set_are_counted_at_every_threshold(tmp_path: Path) -> None:
    run_id = small_run(tmp_path).stem
    library = Library(tmp_path)
    table = alignment_by_threshold(library, run_id, Ratings(DATASET, "test"))
    assert table["tau"].tolist() == list(TAUS)
    assert table["empty"].is_monotonic_increasing
    sizes = library.set_sizes(run_id)
    pairs = library.human_pairs(run_id, DATASET, "test")
    last = sizes[np.isclose(sizes["tau"], 0.95)].set_index(["word", "fold"])["size"]
    folds = sorted(sizes["fold"].unique())
    bare = [
        last[p.word1, f] == 0 or last[p.word2, f] == 0 for p in pairs.itertuples() for f in folds
    ]
    assert table["empty"].iloc[-1] == pytest.approx(np.mean(bare))
