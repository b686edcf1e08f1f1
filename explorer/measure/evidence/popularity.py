"""Rung 1 of pairs: more shared experts than popular units explain.

Some units are experts of many concepts, so that concepts share them whatever they mean.
The null keeps the popularity of every unit, and in the mean the size of every set, and
is otherwise as random as can be: the bipartite configuration model (Saracco et al.
2015; 2017), given for how many concepts each unit is an expert.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

_STEPS, _TOLERANCE = 20, 1e-7
"""Where so many steps do not settle it, some hundred more would not: Newton's method
takes over.
"""
_NEWTON_STEPS, _RESIDUAL = 50, 1e-10


def expected_shared(sizes: np.ndarray, popularity: np.ndarray) -> np.ndarray:
    """(C, C) numbers of units that C sets are expected to share under the null.

    sizes: (C,) of the sets; popularity: of each unit, how many of the sets hold it
    (units of none may be left out).
    """
    sizes, of_degree = np.asarray(sizes, float), np.bincount(popularity)
    degrees = np.flatnonzero(of_degree)
    degrees = degrees[degrees > 0]
    counts = of_degree[degrees]
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
    moved, without = np.inf, np.empty((n_sets, len(degrees)))
    for _ in range(_STEPS):
        new_x = rest / np.maximum(_no_member(x, y, without) @ (free * y), 1e-300)
        new_y = degrees / np.maximum(new_x @ _no_member(new_x, y, without), 1e-300)
        moved = max(_change(x, new_x), _change(y[~everywhere], new_y[~everywhere]))
        x, y = new_x, new_y
        if moved < _TOLERANCE:
            break
    product = np.outer(x, y)
    member = product / (1 + product)
    if moved >= _TOLERANCE:
        some = rest > 0
        free = ~everywhere
        member[np.ix_(some, free)] = _by_newton(
            rest[some], degrees[free], counts[free], np.log(x[some]), np.log(y[free])
        )
    member[:, everywhere] = 1.0
    return np.asarray(member)


def _no_member(x: np.ndarray, y: np.ndarray, out: np.ndarray) -> np.ndarray:
    """(C, K) 1 / (1 + x y), written to `out`: most of the time goes into these."""
    np.multiply.outer(x, y, out=out)
    out += 1
    np.divide(1, out, out=out)
    return out


def _by_newton(
    sizes: np.ndarray, degrees: np.ndarray, counts: np.ndarray, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """The memberships from logarithms of x and y that are near.

    Where most sets hold many of the units, each step of the iteration moves them a
    little; Newton's method on the likelihood, which is concave in the logarithms, needs
    some five.
    """
    best, least = np.empty(0), np.inf
    for _ in range(_NEWTON_STEPS):
        member = 1 / (1 + np.exp(-np.add.outer(x, y)))
        of_sets, of_degrees = sizes - member @ counts, counts * (degrees - member.sum(0))
        error = max(_change(sizes, sizes - of_sets), np.abs(of_degrees / counts / degrees).max())
        if error < least:
            best, least = member, error
        if error < _RESIDUAL:
            break
        weights = member * (1 - member) * counts
        row, column = weights.sum(1), weights.sum(0)
        # The sets are eliminated: there are no more degrees than sets. A constant may
        # move from x to y, which the last term settles.
        inner = np.diag(column) - weights.T @ (weights / row[:, None])
        inner += column.mean() / len(column)
        move_y = np.linalg.solve(inner, of_degrees - weights.T @ (of_sets / row))
        move_x = (of_sets - weights @ move_y) / row
        # A logarithm may move by one at a time, so that no step leaps beyond the peak.
        part = min(1.0, 1 / max(np.abs(move_x).max(), np.abs(move_y).max()))
        x, y = x + part * move_x, y + part * move_y
    return best


def _change(before: np.ndarray, after: np.ndarray) -> float:
    return float(np.max(np.abs(after - before) / np.maximum(np.abs(before), 1e-12), initial=0.0))
