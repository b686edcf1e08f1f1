"""Partitions of concepts: the modularity of one, the agreement of two."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import entr

Labels = Sequence[str | int | None] | np.ndarray
"""Domain or community of each concept; None where a concept has no domain."""


def modularity(matrix: np.ndarray, labels: Labels) -> float:
    """Modularity of a partition of the weighted graph (Newman 2004, eq. 4); NaN without
    any overlap.
    """
    weights, codes = labelled(matrix, labels)
    strength = weights.sum(1)
    total = strength.sum()
    if total == 0:
        return float("nan")
    same = codes[:, None] == codes[None, :]
    return float(((weights / total - np.outer(strength, strength) / total**2) * same).sum())


def adjusted_rand_index(a: Labels, b: Labels) -> float:
    """Agreement of two partitions beyond chance (Hubert & Arabie 1985): 1 equal, about
    0 unrelated.
    """
    return float(_rand(_contingency(a, b)))


def normalized_mutual_information(a: Labels, b: Labels) -> float:
    """Mutual information of two partitions over the mean of their entropies; not
    corrected for chance.

    1 for two partitions of a single group each, 0 when only one of the two has a single
    group.
    """
    return float(_information(_contingency(a, b)))


def agreement_by_chance(
    a: Labels, b: Labels, n: int = 200, seed: int = 0, level: float = 0.95
) -> tuple[float, float]:
    """The quantile `level` of the adjusted Rand index and of NMI when the labels `a`
    are dealt to the items anew.
    """
    codes, others, rng = _codes(a), _codes(b), np.random.default_rng(seed)
    if len(codes) != len(others):
        raise ValueError(f"two partitions of {len(codes)} and {len(others)} items")
    dealt = np.array([rng.permutation(codes) for _ in range(n)])
    shape = n, codes.max(initial=-1) + 1, others.max(initial=-1) + 1
    cells = (np.arange(n)[:, None] * shape[1] + dealt) * shape[2] + others
    tables = np.bincount(cells.ravel(), minlength=n * shape[1] * shape[2]).reshape(shape)
    ari = np.quantile(_rand(tables), level)
    return float(ari), float(np.quantile(_information(tables), level))


def off_diagonal(matrix: np.ndarray) -> np.ndarray:
    """A copy with a zero diagonal. Raises ValueError unless square and symmetric."""
    weights = np.array(matrix, float)
    if weights.ndim != 2 or not np.allclose(weights, weights.T):
        raise ValueError(f"overlap must be a symmetric matrix, got shape {weights.shape}")
    np.fill_diagonal(weights, 0.0)
    return weights


def has_label(labels: Labels) -> np.ndarray:
    """Where a concept has a label."""
    return np.array([label is not None for label in labels], bool)


def labelled(matrix: np.ndarray, labels: Labels) -> tuple[np.ndarray, np.ndarray]:
    """Overlaps and label numbers of the concepts that have a label."""
    known = has_label(labels)
    return off_diagonal(matrix)[np.ix_(known, known)], _codes(
        [label for label in labels if label is not None]
    )


def _codes(labels: Labels) -> np.ndarray:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], int)


def _contingency(a: Labels, b: Labels) -> np.ndarray:
    rows, columns = _codes(a), _codes(b)
    if len(rows) != len(columns):
        raise ValueError(f"two partitions of {len(rows)} and {len(columns)} items")
    table = np.zeros((rows.max(initial=-1) + 1, columns.max(initial=-1) + 1), np.int64)
    np.add.at(table, (rows, columns), 1)
    return table


def _rand(tables: np.ndarray) -> np.ndarray:
    """Adjusted Rand indices of (..., rows, columns) contingency tables."""
    together, in_a, in_b, pairs = (
        (n * (n - 1) // 2).sum((-2, -1)).astype(float)
        for n in (
            tables,
            tables.sum(-1, keepdims=True),
            tables.sum(-2, keepdims=True),
            tables.sum((-2, -1), keepdims=True),
        )
    )
    expected = np.divide(in_a * in_b, pairs, out=np.zeros_like(pairs), where=pairs > 0)
    highest = (in_a + in_b) / 2
    same = highest == expected
    return np.asarray(
        np.where(same, 1.0, (together - expected) / np.where(same, 1.0, highest - expected))
    )


def _information(tables: np.ndarray) -> np.ndarray:
    """Normalised mutual information of (..., rows, columns) contingency tables."""
    shares = tables / np.maximum(tables.sum((-2, -1), keepdims=True), 1)
    entropies = _entropy(shares.sum(-1)) + _entropy(shares.sum(-2))
    joint = _entropy(shares.reshape(*shares.shape[:-2], -1))
    known = entropies > 0
    return np.asarray(
        np.where(known, np.clip(2 * (1 - joint / np.where(known, entropies, 1.0)), 0.0, 1.0), 1.0)
    )


def _entropy(shares: np.ndarray) -> np.ndarray:
    """Along the last axis."""
    return np.asarray(entr(shares).sum(-1))
