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
from explorer.results.selection import Series
from explorer.results.view import Misfit, View
from explorer.ui.controls import address

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
    series = offered.series_of(chosen)
    leads = {other.last.id: other for other in offered.series.values()}
    st.session_state[_CHOICE] = series.last.id
    st.selectbox(
        "B, compared with",
        list(leads),
        format_func=lambda lead: offered.series_label(leads[lead]),
        key=_CHOICE,
        on_change=_series_chosen,
        args=(leads, chosen.request.checkpoint.step),
    )
    if len(series.runs) > 1:
        st.session_state[_STEP] = chosen.request.checkpoint.step
        st.select_slider(
            "Training step of B",
            [other.request.checkpoint.step for other in series.runs],
            format_func=lambda step: f"{step:,}",
            key=_STEP,
            on_change=_step_chosen,
            args=(series,),
        )
    return chosen.id


def _series_chosen(leads: dict[str, Series], step: int | None) -> None:
    address.put(WITH, leads[st.session_state[_CHOICE]].near(step).id)


def _step_chosen(series: Series) -> None:
    address.put(WITH, series.near(st.session_state[_STEP]).id)
