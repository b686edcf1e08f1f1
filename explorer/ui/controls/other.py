"""The controls of the second side of a comparison: a run, its τ, and folds."""

from __future__ import annotations

import streamlit as st

from explorer.results.compare import (
    FOLDS,
    TAU_B,
    WITH,
    default_other,
    fold_pairs,
    thresholds,
)
from explorer.results.view import Misfit, View
from explorer.ui.controls import address
from explorer.ui.controls import view as controls

_CHOICE, _STEP = "with_choice", "with_step"


def other_side(view: View) -> dict[str, str]:
    """Choose what a run is compared with; the options of exhibits that say it.

    As for the run itself, checkpoints of one training are one entry with a slider, and
    the address names the run. What it is compared with at first goes without saying.
    """
    left, right, last = st.columns([5, 2, 3])
    with left:
        chosen = {WITH: _run(view)}
    with right:
        chosen[TAU_B] = address.pick(
            TAU_B, "τ of B", thresholds(view, chosen), "The threshold of the second run."
        )
    if folds := fold_pairs(view, chosen):
        with last:
            chosen[FOLDS] = address.pick(
                FOLDS, "Folds of A and B", folds, "A fold is an independent draw of the sentences."
            )
    return chosen


def _run(view: View) -> str:
    offered, default = view.selection, default_other(view)
    named = address.given(WITH)
    if named is not None and named not in offered.by_id:
        address.tell(Misfit(WITH, named, offered.label(default)))
        named = None
    chosen = offered.by_id[named] if named else default
    controls.series_and_step(
        ("B, compared with", "Training step of B"),
        (_CHOICE, _STEP),
        offered,
        list(offered.series.values()),
        chosen,
        lambda run_id: address.put(WITH, run_id),
    )
    return chosen.id
