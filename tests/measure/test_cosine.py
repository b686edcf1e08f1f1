from __future__ import annotations

import itertools

import numpy as np
import pytest

from explorer.measure.alignment import cosine_similarity_matrix


def test_cosine_similarity_is_the_mean_over_folds() -> None:
    vectors = np.random.default_rng(0).normal(size=(3, 5, 7)).astype(np.float32)
    found = cosine_similarity_matrix(vectors)
    for i, j in itertools.product(range(5), repeat=2):
        cosines = [f[i] @ f[j] / np.linalg.norm(f[i]) / np.linalg.norm(f[j]) for f in vectors]
        assert found[i, j] == pytest.approx(np.mean(cosines), abs=1e-6)


def test_cosine_similarity_ignores_length() -> None:
    vectors = np.random.default_rng(0).normal(size=(1, 4, 6))
    scaled = vectors * np.array([1, 10, 1e-4, 1e6])[None, :, None]
    np.testing.assert_allclose(cosine_similarity_matrix(scaled), cosine_similarity_matrix(vectors))


def test_a_zero_vector_is_similar_to_nothing() -> None:
    assert np.array_equal(
        cosine_similarity_matrix(np.array([[[0.0, 0.0], [3.0, 4.0]]])), [[0, 0], [0, 1]]
    )
