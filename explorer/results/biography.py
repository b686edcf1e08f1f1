"""How a concept came about over training."""

from __future__ import annotations

import numpy as np
import pandas as pd

from explorer.core.tau import Tau
from explorer.results.checkpoints import step_of
from explorer.results.concepts import number_of
from explorer.results.memo import remembered
from explorer.results.view import View
from explorer.store.library import Library


def biography(view: View, word: str) -> pd.DataFrame:
    """How the expert set of a concept came about, one row a checkpoint of the run's
    training.

    label, step, tokens; experts, born, died, survived (units of the first fold, against
    the checkpoint before); resemblance (overlap with the set of the last checkpoint),
    others (greatest overlap of that last set with 95% of the other concepts), p (share
    of concepts whose set at this checkpoint resembles it as much).
    """
    number = number_of(view, word)
    runs = view.selection.checkpoints(view.run)
    last, rows, before = runs[-1].id, [], np.empty(0, np.int64)
    for run in runs:
        own = _set(view.library, run.id, number, view.tau)
        overlaps = _resemblance(view.library, run.id, last, number, view.tau)
        others = np.delete(overlaps, number)
        survived = len(np.intersect1d(before, own, assume_unique=True))
        rows.append(
            {
                "label": run.label,
                "step": step_of(run),
                "tokens": (run.training or {}).get("tokens"),
                "experts": len(own),
                "born": len(own) - survived,
                "died": len(before) - survived,
                "survived": survived,
                "resemblance": overlaps[number],
                "others": float(np.quantile(others, 0.95)) if len(others) else np.nan,
                "p": (1 + int((others >= overlaps[number]).sum())) / (1 + len(others)),
            }
        )
        before = own
    return pd.DataFrame(rows)


@remembered(512)
def _resemblance(library: Library, run_id: str, last: str, number: int, tau: Tau) -> np.ndarray:
    """(concepts,) overlap of every set with that of one concept in the last run."""
    units = _set(library, last, number, tau)
    sizes, shared = library.sizes_and_shared(run_id, units, tau.value)
    union = sizes + len(units) - shared
    return np.asarray(np.divide(shared, union, out=np.zeros(len(shared)), where=union > 0))


@remembered(512)
def _set(library: Library, run_id: str, number: int, tau: Tau) -> np.ndarray:
    """The units of a concept in the first fold."""
    return library.first_set(run_id, number, tau.value)


def appeared(table: pd.DataFrame, level: float = 0.05) -> float | None:
    """The first step from which on, at every later one, the set resembles its last
    state more than other concepts do; None where only the last does.

    table: of `biography`.
    """
    earlier = table.iloc[:-1]
    held = (earlier["p"] <= level).to_numpy() & (earlier["resemblance"] > 0).to_numpy()
    lasting = np.logical_and.accumulate(held[::-1])[::-1]
    return float(earlier["step"][lasting].iloc[0]) if lasting.any() else None
