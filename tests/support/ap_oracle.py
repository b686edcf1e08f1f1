"""Average precision of one fold by the kernel and by scikit-learn; arguments are
(sentences, units).
"""

from __future__ import annotations

import numpy as np
import torch
from sklearn.metrics import average_precision_score

from explorer.extract.ranking import device
from explorer.extract.ranking.host import average_precision, sort_pool


def ours(negatives: np.ndarray, positives: np.ndarray, threads: int = 1) -> np.ndarray:
    """AP of one fold that holds every sentence."""
    every = [np.ones((len(part), 1), bool) for part in (negatives, positives)]
    return average_precision(sort_pool(negatives, threads), every[0], positives, every[1], threads)[
        0
    ]


def on_device(negatives: np.ndarray, positives: np.ndarray) -> np.ndarray:
    """The same by the kernel for GPUs, which runs on any device."""
    every = [np.ones((len(part), 1), bool) for part in (negatives, positives)]
    pool = device.sort_pool(torch.from_numpy(np.ascontiguousarray(negatives)))
    return device.average_precision(
        pool, every[0], torch.from_numpy(np.ascontiguousarray(positives)), every[1]
    )[0]


KERNELS = {"host": ours, "device": on_device}


def sklearn(negatives: np.ndarray, positives: np.ndarray) -> np.ndarray:
    labels = np.repeat([0, 1], [len(negatives), len(positives)])
    scores = np.concatenate([negatives, positives])
    return np.array([average_precision_score(labels, unit) for unit in scores.T])
