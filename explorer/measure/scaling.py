"""Multidimensional scaling: places in the plane whose distances are those given."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

_ROUNDS, _TOLERANCE = 300, 1e-6
_ROUNDS_ON_THE_WAY = 12
"""Of relaxing a map that is about to grow."""


def classical(distances: np.ndarray) -> np.ndarray:
    """(n, 2) places by classical scaling (Torgerson 1952) of (n, n) distances; those
    that are not known (NaN) count as the mean of the known ones.
    """
    filled = np.where(np.isnan(distances), np.nanmean(distances), distances)
    n = len(filled)
    if n < 2:
        return np.zeros((n, 2))
    centre = np.eye(n) - 1 / n
    values, vectors = np.linalg.eigh(-0.5 * centre @ filled**2 @ centre)
    top = np.argsort(-values)[:2]
    places = vectors[:, top] * np.sqrt(np.clip(values[top], 0.0, None))
    return np.pad(places, ((0, 0), (0, 2 - places.shape[1])))


def stress(distances: np.ndarray, places: np.ndarray) -> float:
    """Kruskal's stress-1 (1964) of (n, 2) places over the known of (n, n) distances: 0
    for a perfect map; NaN below two places.
    """
    i, j = np.triu_indices(len(places), 1)
    known = ~np.isnan(distances[i, j])
    drawn = np.linalg.norm(places[i] - places[j], axis=1)[known]
    total = float((drawn**2).sum())
    if total == 0:
        return float("nan")
    return float(np.sqrt(((drawn - distances[i, j][known]) ** 2).sum() / total))


def majorised(distances: np.ndarray, start: np.ndarray, rounds: int = _ROUNDS) -> np.ndarray:
    """(n, 2) places of least stress near a start (SMACOF: de Leeuw 1977; Borg & Groenen
    2005, section 8.6); distances that are not known have no weight.
    """
    n = len(start)
    if n < 2:
        return start.copy()
    weights = (~np.isnan(distances)).astype(float)
    np.fill_diagonal(weights, 0.0)
    wanted = np.where(weights > 0, distances, 0.0)
    # With all weights 1 the inverse is a division by n.
    whole = weights.sum() == n * (n - 1)
    inverse = None if whole else np.linalg.pinv(np.diag(weights.sum(1)) - weights)
    places, before = start - start.mean(0), np.inf
    for _ in range(rounds):
        away = cdist(places, places)
        error = float((weights * (away - wanted) ** 2).sum())
        if before - error <= _TOLERANCE * max(error, 1e-12):
            break
        before = error
        ratio = np.divide(weights * wanted, away, out=np.zeros_like(away), where=away > 1e-12)
        moved = ratio.sum(1)[:, None] * places - ratio @ places
        places = moved / n if inverse is None else inverse @ moved
    return np.asarray(places)


def placed(distances: np.ndarray, others: np.ndarray) -> np.ndarray:
    """(2,) the place of least stress of a point among others that stay.

    distances: (n,) to the others, NaN where not known; others: (n, 2).
    """
    known = ~np.isnan(distances)
    if not known.any():
        return np.zeros(2)
    wanted, fixed = distances[known], others[known]
    order = np.argsort(wanted)[:4]
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    rays = np.stack([np.cos(angles), np.sin(angles)], 1)
    starts = (fixed[order][:, None] + wanted[order][:, None, None] * rays).reshape(-1, 2)
    for _ in range(25):
        away = starts[:, None] - fixed[None]
        length = np.maximum(np.linalg.norm(away, axis=2, keepdims=True), 1e-9)
        starts = (fixed + away / length * wanted[:, None]).mean(1)
    error = (np.linalg.norm(starts[:, None] - fixed[None], axis=2) - wanted) ** 2
    return np.asarray(starts[error.sum(1).argmin()])


def turned(places: np.ndarray, onto: np.ndarray) -> np.ndarray:
    """(n, 2) places moved, turned and mirrored, not stretched, to lie as near as can be
    to the first of them in another map (orthogonal Procrustes: Schönemann 1966).

    onto: (m, 2) places of the first m points.
    """
    m = len(onto)
    centre, wanted = places[:m].mean(0), onto.mean(0)
    u, _, v = np.linalg.svd((places[:m] - centre).T @ (onto - wanted))
    return np.asarray((places - centre) @ (u @ v) + wanted)


def grown(distances: np.ndarray) -> np.ndarray:
    """(n, 2) places of n points that came one after the other.

    Each is put where it fits best among those before it, which stay; then all are
    relaxed together, to the end once all are there, and turned back onto where they
    were. So a further point at the end moves the others only as far as it lowers the
    stress. The first three are classical.
    """
    n = len(distances)
    places = majorised(distances[:3, :3], classical(distances[:3, :3]))
    for k in range(len(places), n):
        before = places
        places = np.vstack([before, placed(distances[k, :k], before)])
        own = distances[: k + 1, : k + 1]
        places = turned(majorised(own, places, _ROUNDS_ON_THE_WAY), before)
    return turned(majorised(distances, places), places)
