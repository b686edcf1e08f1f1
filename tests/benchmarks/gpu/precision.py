"""Average precision by the kernel for GPUs against its definition, computed in float64
one unit at a time: scores that are distinct, tied, constant, or of two signs of zero.
"""

from __future__ import annotations

import numpy as np
import torch

from explorer.extract.ranking import device
from tests.benchmarks.gpu.asked import Answer, Asked

LARGEST = 1e-12
FOLDS = 3


def by_definition(
    negatives: np.ndarray, positives: np.ndarray, drawn: np.ndarray, hits: np.ndarray
) -> np.ndarray:
    """AP, float64 (folds, units): the mean over a fold's positives of the precision
    among all sentences that score as high or higher.
    """
    out = np.empty((drawn.shape[1], negatives.shape[1]))
    for fold, (no, yes) in enumerate(zip(drawn.T, hits.T, strict=True)):
        for unit in range(negatives.shape[1]):
            mine = positives[yes, unit]
            above = (mine[None, :] >= mine[:, None]).sum(1)
            false = (negatives[no, unit][None, :] >= mine[:, None]).sum(1)
            out[fold, unit] = np.mean(above / (above + false))
    return out


def scores(kind: str, rows: int, units: int, rng: np.random.Generator) -> np.ndarray:
    """Responses of one kind, float32 (sentences, units)."""
    values = rng.standard_normal((rows, units)).astype(np.float32)
    if kind == "tied":
        return np.round(values, 1)
    if kind == "bfloat16":
        return torch.from_numpy(values).bfloat16().float().numpy()
    if kind == "constant":
        return np.full_like(values, 0.25)
    if kind == "zeros of two signs":
        return np.where(values > 0, np.float32(0), np.float32(-0.0))
    return values


def ask(asked: Asked) -> Answer:
    """The largest error of each kind of score."""
    answer = Answer("Average precision and its definition", ("scores", "units", "largest error"))
    pool, n, units = (60, 20, 64) if asked.quick else (1000, 400, 2048)
    for kind in ("distinct", "tied", "bfloat16", "constant", "zeros of two signs"):
        rng = np.random.default_rng(0)
        negatives, positives = (scores(kind, rows, units, rng) for rows in (pool, n))
        drawn, hits = (rng.random((rows, FOLDS)) < 0.6 for rows in (pool, n))
        computed = device.average_precision(
            device.sort_pool(torch.from_numpy(negatives).to(asked.device)),
            drawn,
            torch.from_numpy(positives).to(asked.device),
            hits,
        )
        error = float(np.abs(computed - by_definition(negatives, positives, drawn, hits)).max())
        answer.add((kind, f"{units:,} × {FOLDS} folds", f"{error:.0e}"), scores=kind, error=error)
        answer.demand(error <= LARGEST, f"AP of {kind} scores is off by {error:.1e}.")
    return answer
