"""The vector instructions do what the plain loops do, which stand in for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from explorer.core.settings import PROJECT
from explorer.extract.compiled import PLAIN, compiled
from explorer.extract.ranking import plain, vectors

PROGRAM = """
import numpy as np
from explorer.extract.ranking import host, kernels
from sklearn.metrics import average_precision_score
assert kernels._chosen.__name__.endswith("plain"), kernels._chosen
rng = np.random.default_rng(0)
for values in (3, 40, 10**6):
    pool = rng.integers(0, values, (600, 24)).astype(np.float32)
    positives = rng.integers(0, values, (50, 24)).astype(np.float32)
    drawn, own = rng.random((600, 3)) < 0.3, rng.random((50, 3)) < 0.6
    found = host.average_precision(host.sort_pool(pool, 1), drawn, positives, own, threads=1)
    for fold in range(3):
        labels = np.repeat([0, 1], [drawn[:, fold].sum(), own[:, fold].sum()])
        scores = np.concatenate([pool[drawn[:, fold]], positives[own[:, fold]]])
        expected = [average_precision_score(labels, unit) for unit in scores.T]
        np.testing.assert_allclose(found[fold], expected, atol=1e-12)
print("equal")
"""


@compiled
def _by_vectors(row: np.ndarray, marks: np.ndarray, key: int, fold: np.uint64) -> tuple:
    word = vectors.word_of_marks(marks, np.uint64(0), fold)
    return vectors.count_at_most(row, np.uint64(0), key), word, vectors.count_ones(word)


@pytest.mark.skipif(not vectors.usable(), reason="this processor has no such instructions")
@pytest.mark.parametrize("seed", range(40))
def test_vectors_and_loops_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    row = np.sort(rng.integers(-50, 50, plain.BLOCK).astype(np.int32))
    marks = rng.integers(0, 256, plain.MARKS).astype(np.uint8)
    key, fold = np.int32(rng.integers(-60, 60)), np.uint64(rng.integers(0, 8))
    word = np.uint64(plain.word_of_marks(marks, np.uint64(0), fold))
    expected = plain.count_at_most(row, np.uint64(0), key), word, plain.count_ones(word)
    assert _by_vectors(row, marks, key, fold) == expected
    assert expected[0] == (row <= key).sum()
    assert expected[2] == ((marks >> int(fold)) & 1).sum()


@pytest.mark.slow
def test_average_precision_is_exact_by_plain_loops_too(tmp_path: Path) -> None:
    environment = os.environ | {PLAIN: "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "equal\n", done.stderr
