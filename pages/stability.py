"""Stability: how much of an expert set comes back, beside what chance gives."""

from __future__ import annotations

import math

import streamlit as st

from explorer.core.text import percent, plain
from explorer.exhibits.needs import SWEEP, TWIN, TWO_FOLDS, TWO_SIZES
from explorer.exhibits.stability_grid import sweep_of
from explorer.results.stability import shared_sentences, type_token_by_source
from explorer.results.stability_grid import sweep_type_token
from explorer.results.sweeps import sweep_command
from explorer.results.view import View
from explorer.ui import shell
from explorer.ui.controls import view as controls
from explorer.ui.show import show

LEAD = (
    "How much of an expert set comes back when other sentences are drawn: overlap within a concept "
    "across folds, against overlap between concepts and overlap by chance."
)
_NAMED = 12
"""Words listed by name before an ellipsis."""


def page() -> None:
    """Controls, overlap of the run and its twin, the sweep, set sizes, concepts."""
    shell.header("Stability", LEAD)
    view = controls.run_and_tau()
    if view is None:
        shell.empty_state(
            "No run yet",
            "Stability is measured from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    controls.warn_of_chance(view)
    if sentence := TWO_FOLDS.lacking(view):
        shell.notice(sentence)
    with shell.guard():
        _shared(view)
    if TWIN.met(view):
        left, right = st.columns(2)
        with left:
            show("stability", view, heading=False)
        with right:
            show("stability-twin", view, heading=False)
    else:
        show("stability", view, heading=False)
    if SWEEP.met(view):
        _sweep(view)
    left, right = st.columns(2)
    with left:
        show("set-sizes", view)
    with right:
        show("concept-stability", view)
    if not SWEEP.met(view):
        _no_sweep(view)


def _shared(view: View) -> None:
    positive, negative = shared_sentences(view.library, view.run.id)
    with st.container(horizontal=True, key="sharing"):
        st.metric(
            "Positive sentences two folds share",
            percent(positive),
            help="A small pool of sentences makes folds alike and so inflates overlap within a "
            "concept.",
        )
        st.metric("Negative sentences two folds share", percent(negative))
        for row in type_token_by_source(view.library, view.run.id).itertuples():
            st.metric(
                f"Type/token ratio, {plain(row.source)}",
                f"{row.type_token:.2f}",
                help=f"Distinct words ÷ words over the {row.sentences:,} sentences of this source "
                "in this run. It falls as text grows: compare sources of like size only.",
            )


def _sweep(view: View) -> None:
    """What larger sets gain, the grid, and ratios of words, over the sweep of
    the run.
    """
    sweep = sweep_of(view)
    if sweep.left_out:
        more = " …" if len(sweep.left_out) > _NAMED else ""
        shell.notice(
            f"Not every run of this sweep has all concepts: compared are the {len(sweep.words)} "
            f"that all have. Left out ({len(sweep.left_out)}): "
            f"{plain(', '.join(sweep.left_out[:_NAMED]))}{more}."
        )
    if TWO_FOLDS.met(view):
        show("set-growth", view)
        if TWO_SIZES.met(view):
            show("recommendations", view, folded=True)
    show("stability-grid", view)
    with st.container(horizontal=True, key="words"):
        for row in sweep_type_token(view.library, sweep).itertuples():
            st.metric(
                f"Type/token ratio, {plain(row.source)}",
                f"{row.type_token:.3f}",
                delta="" if math.isnan(row.low) else f"[{row.low:.3f}, {row.high:.3f}]",
                delta_color="off",
                delta_arrow="off",
                help="Distinct words ÷ words, the same number of sentences for every concept and "
                "source; 95% interval.",
            )
    show("type-token", view, folded=True)


def _no_sweep(view: View) -> None:
    shell.empty_state(
        "Over set sizes and sources",
        "No other run differs from this one in N⁺, N⁻ or the source of its sentences only. These "
        "lines plan and make such a sweep; name several probe sets after `--probes`, separated by "
        "commas, to compare sources.",
    )
    lines = (sweep_command(view.run.request, verb) for verb in ("plan", "run"))
    st.code("\n".join(lines), language="bash", wrap_lines=True)


with shell.guard():
    page()
