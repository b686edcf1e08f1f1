"""Stability: overlap of expert sets over τ, within a concept and between concepts,
beside what chance gives.
"""

from __future__ import annotations

import math

import streamlit as st

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.figures import stability as figures
from explorer.ui import analysis, library, shell, studies, sweep_section, sweeps
from explorer.ui.controls import pick
from explorer.ui.sweep_section import percent

LEAD = (
    "How much of an expert set comes back when other sentences are drawn: overlap within a "
    "concept across folds, "
    "against overlap between concepts and overlap by chance."
)


def page() -> None:
    """Controls, overlap over τ of the run and its control, set sizes, concepts."""
    shell.header("Stability", LEAD)
    if not library.runs():
        shell.empty_state(
            "No run yet",
            "Stability is measured from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    first, second = st.columns([5, 3])
    with first:
        run = pick.pick_run()
    with second:
        tau = pick.pick_tau()
    assert run is not None
    pick.warn_of_chance(run, tau)
    twin = studies.twin_of(run, library.runs())
    if run.request.folds < 2:
        shell.notice(
            "This run has one fold, so overlap within a concept is not defined; extract with two "
            "folds or more."
        )
    with shell.guard():
        _shared(run)
    columns = st.columns(2) if twin else [st.container()]
    for shown, column in zip([run, twin] if twin else [run], columns, strict=True):
        with column, shell.guard():
            _overlap(shown, tau)
    sweep = sweeps.sweep_of(run, library.runs())
    if sweep is not None:
        with shell.guard():
            sweep_section.show(run, sweep, tau)
    left, right = st.columns(2)
    with left, shell.guard():
        _sizes(run)
    with right, shell.guard():
        _concepts(run, tau)
    if sweep is None:
        sweep_section.empty(run)


def _shared(run: RunInfo) -> None:
    shared = library.cached_shared_sentences(run.id)
    table = analysis.sources(run.id)
    with st.container(horizontal=True, key="sharing"):
        st.metric(
            "Positive sentences two folds share",
            percent(shared[0]),
            help="A small pool of sentences makes folds alike and so inflates overlap within a "
            "concept.",
        )
        st.metric("Negative sentences two folds share", percent(shared[1]))
        for row in table.itertuples():
            st.metric(
                f"Type/token ratio, {text.plain(row.source)}",
                f"{row.type_token:.2f}",
                help=f"Distinct words ÷ words over the {row.sentences:,} sentences of this source "
                "in this run. It "
                "falls as text grows: compare sources of like size only.",
            )


def _overlap(run: RunInfo, tau: float) -> None:
    curves = analysis.overlap_curves(run.id)
    sharing = _sharing(run)
    at = curves[(curves["tau"] - tau).abs() < 1e-6].set_index("kind")["mean"]
    values = ", ".join(f"{figures.NAMES[kind]} {value:.2f}" for kind, value in at.items())
    shell.show_figure(
        figures.overlap_by_tau(curves, title=run.label, sharing=sharing, mark=tau),
        key=f"overlap_{run.id}",
        caption=text.provenance(
            run,
            tau=tau,
            n=len(run.request.concepts),
            of="concepts",
            more=[sharing, "95% intervals over concepts"],
        ),
        data=curves,
        filename=f"stability-{run.label}",
        alt=f"Overlap over τ for {run.label}. At τ = {tau:.2f}: {values}.",
    )


def _sharing(run: RunInfo) -> str:
    positive, negative = library.cached_shared_sentences(run.id)
    if math.isnan(positive):
        return "one fold: nothing to compare"
    return (
        f"two folds share {percent(positive)} of positive and {percent(negative)} of negative "
        "sentences"
    )


def _sizes(run: RunInfo) -> None:
    st.subheader("Experts per concept", anchor=False)
    sizes = analysis.set_sizes(run.id)
    shell.show_figure(
        figures.set_sizes(sizes, n_units=run.n_units),
        key="sizes_figure",
        caption=text.provenance(
            run, n=len(run.request.concepts), of="concepts", more=["mean over folds"]
        ),
        data=sizes,
        filename=f"experts-per-concept-{run.label}",
        alt=f"Experts per concept over τ, {run.label}: median {sizes['median'].iloc[0]:,.0f} of "
        f"{run.n_units:,} at "
        f"τ = {sizes['tau'].iloc[0]:.2f}, {sizes['median'].iloc[-1]:,.0f} at τ = "
        f"{sizes['tau'].iloc[-1]:.2f}.",
    )


def _concepts(run: RunInfo, tau: float) -> None:
    st.subheader(f"Concepts at τ = {tau:.2f}, least stable first", anchor=False)
    table = analysis.concept_stability(run.id, tau)
    st.dataframe(
        table.fillna({"domain": "–"}),
        hide_index=True,
        height=370,
        column_config={
            "overlap": st.column_config.ProgressColumn(
                "overlap across folds", format="%.2f", min_value=0, max_value=1, color="#D55E00"
            ),
            "experts": st.column_config.NumberColumn(format="%.1f"),
        },
    )
    shell.figure_footer(
        key="concepts_table",
        caption=text.provenance(run, tau=tau, n=len(table), of="concepts"),
        data=table,
        filename=f"stability-by-concept-{run.label}",
    )


with shell.guard():
    page()
