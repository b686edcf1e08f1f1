"""The finished runs as a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from explorer.core.records import RunInfo
from explorer.results.selection import covered_pairs


def runs_table(runs: Sequence[RunInfo]) -> pd.DataFrame:
    """run, checkpoint, concepts, n_positive, n_negative, folds, units, rated_pairs,
    probe_set, created, megabytes; one row a run.
    """
    return pd.DataFrame(
        {
            "run": [run.id for run in runs],
            "checkpoint": [run.label for run in runs],
            "concepts": [len(run.request.concepts) for run in runs],
            "n_positive": [run.request.n_positive for run in runs],
            "n_negative": [run.request.n_negative for run in runs],
            "folds": [run.request.folds for run in runs],
            "units": [run.n_units for run in runs],
            "rated_pairs": [covered_pairs(run) for run in runs],
            "probe_set": [run.request.probe_set for run in runs],
            "created": [pd.Timestamp(run.created).to_pydatetime() for run in runs],
            "megabytes": [run.size_bytes / 1e6 for run in runs],
        }
    )
