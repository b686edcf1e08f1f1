"""Rung 1 of pairs: more shared experts than popular units explain.

Some units are experts of many concepts, so that concepts share them whatever they mean.
The null keeps the popularity of every unit, and in the mean the size of every set, and
is otherwise as random as can be: the bipartite configuration model (Saracco et al.
2015; 2017), given for how many concepts each unit is an expert.
"""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.sparse import csr_array

_STEPS, _TOLERANCE = 3000, 1e-7


def expected_shared(units: list[np.ndarray]) -> np.ndarray:
    """(C, C) numbers of units that C sets are expected to share under the null.

    units: per concept, its expert units without repeats.
    """
    sizes = np.array([len(of_one) for of_one in units], float)
    flat = np.concatenate(units) if len(units) else np.empty(0, np.int64)
    _, popularity = np.unique(flat, return_counts=True)
    degrees, counts = np.unique(popularity, return_counts=True)
    member = _membership(sizes, degrees.astype(float), counts.astype(float))
    # Given how many sets hold it, a unit's sets are a conditional Poisson sample; that
    # two are among them is Hájek's (1964) approximation, scaled so that a unit of d
    # sets joins d (d - 1) / 2 pairs. Without it a unit of one set alone would count.
    spread = member * (1 - member)
    total = np.maximum(spread.sum(0), 1e-9)
    joined = (member.sum(0) ** 2 - (member**2).sum(0)) / 2
    joined -= (total**2 - (spread**2).sum(0)) / 2 / total
    pairs = degrees * (degrees - 1) / 2
    weights = counts * np.divide(pairs, joined, out=np.zeros(len(pairs)), where=joined > 0)
    joint = (member * weights) @ member.T - (spread * (weights / total)) @ spread.T
    return np.asarray(np.maximum(joint, 0.0))


def shared_counts(units: list[np.ndarray]) -> np.ndarray:
    """(C, C) numbers of units that the sets share; the diagonal holds their sizes."""
    flat = np.concatenate(units) if len(units) else np.empty(0, np.int64)
    used, columns = np.unique(flat, return_inverse=True)
    starts = np.concatenate([[0], np.cumsum([len(of_one) for of_one in units])])
    table = csr_array((np.ones(len(columns), np.int32), columns, starts), (len(units), len(used)))
    return np.asarray((table @ table.T).toarray())


def shared_p(shared: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """P(sharing as many or more by popularity alone).

    A sum of independent events of unequal probability; its upper tail lies below that
    of Poisson's distribution of the same mean from one above the mean on (Hoeffding
    1956; Anderson & Samuels 1967), so p is rather too large.
    """
    return np.asarray(stats.poisson.sf(shared - 1, expected))


def _membership(sizes: np.ndarray, degrees: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """(C, K) probability that a unit of popularity degrees[k] is in the set of a
    concept.
    """
    n_sets = len(sizes)
    everywhere = degrees >= n_sets
    free = np.where(everywhere, 0.0, counts)
    rest = sizes - counts[everywhere].sum()
    x = rest / np.sqrt(max(rest.sum(), 1.0))
    y = degrees / np.sqrt(max(rest.sum(), 1.0))
    for _ in range(_STEPS):
        odds = 1 + np.outer(x, y)
        new_x = rest / np.maximum(((free * y) / odds).sum(1), 1e-300)
        odds = 1 + np.outer(new_x, y)
        new_y = degrees / np.maximum((new_x[:, None] / odds).sum(0), 1e-300)
        moved = max(_change(x, new_x), _change(y[~everywhere], new_y[~everywhere]))
        x, y = new_x, new_y
        if moved < _TOLERANCE:
            break
    product = np.outer(x, y)
    member = product / (1 + product)
    member[:, everywhere] = 1.0
    return np.asarray(member)


def _change(before: np.ndarray, after: np.ndarray) -> float:
    return float(np.max(np.abs(after - before) / np.maximum(np.abs(before), 1e-12), initial=0.0))
