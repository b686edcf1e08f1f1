"""The section of the stability page on the sweep that a run belongs to."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.figures import stability_grid as grids
from explorer.measure.stability_grid import GAIN, PAPER
from explorer.ui import library, shell, stability_grid, sweeps
from explorer.ui.controls import bound
from explorer.ui.sweeps import Sweep

GROWING = {"positive": "n_positive", "negative": "n_negative"}


def show(run: RunInfo, sweep: Sweep, tau: float) -> None:
    """Recommendation, overlap against set size, the grid, and ratios of words of the
    sweep of a run.
    """
    st.subheader("Over set sizes and sources", anchor=False)
    if sweep.left_out:
        shown = ", ".join(sweep.left_out[:12]) + (" …" if len(sweep.left_out) > 12 else "")
        shell.notice(
            f"Not every run of this sweep has all concepts: compared are the {len(sweep.words)} "
            "that all have. "
            f"Left out ({len(sweep.left_out)}): {text.plain(shown)}."
        )
    with st.spinner(f"Measuring {len(sweep.runs)} runs …"):
        curves = stability_grid.curves(sweep)
    colours = grids.source_colours(sweeps.source_names(library.runs()).values())
    if run.request.folds > 1:
        _by_size(run, sweep, tau, colours)
    _grid(sweep, curves, tau, colours)
    _words(sweep)


def _by_size(run: RunInfo, sweep: Sweep, tau: float, colours: dict[str, str]) -> None:
    several = [name for name, size in GROWING.items() if len(sweep.sizes(size)) > 1] or ["positive"]
    along = GROWING[bound.choice("growing", "Set that grows", several)]
    table = stability_grid.recommendations(sweep, tau, along)
    paper = abs(tau - PAPER.tau) < 1e-6
    points = stability_grid.points(sweep, tau, along)
    _recommend(run, table, along, sweep, tau)
    more = ["95% intervals over concepts", _range(points["shared"], along)]
    if paper:
        more.append("open diamond or dotted line: arXiv 2502.15090, GPT-2, not ours")
    shell.show_figure(
        grids.by_size(points, along=along, colours=colours, paper=paper),
        key="sweep_sizes",
        caption=text.provenance(sweep.runs, tau=tau, n=len(sweep.words), of="concepts", more=more),
        data=points,
        filename=f"stability-by-{along.replace('_', '-')}-{run.label}",
        alt=f"Overlap within concept at τ = {tau:.2f} against {grids.SIZES[along]}: from "
        f"{points['mean'].min():.2f} to "
        f"{points['mean'].max():.2f} over {len(points)} runs.",
    )


def _recommend(run: RunInfo, table: pd.DataFrame, along: str, sweep: Sweep, tau: float) -> None:
    name = grids.SIZES[along]
    if table.empty:
        shell.notice(
            f"All runs of this sweep have the same {name}: nothing can be said of what more "
            "sentences gain."
        )
        return
    other = next(size for size in GROWING.values() if size != along)
    source = sweeps.source_names(library.runs())[run.request.probe_digest]
    mine = table[(table["source"] == source) & (table[other] == getattr(run.request, other))]
    for row in mine.itertuples():
        st.markdown(
            f"**{text.plain(source)}, {grids.SIZES[other]} {getattr(run.request, other):,}, τ "
            f"{tau:.2f}.** "
            f"{text.plain(row.reading)}"
        )
    with st.expander(f"The same for every source and {grids.SIZES[other]} ({len(table)})"):
        st.dataframe(
            table.drop(columns="reading"),
            hide_index=True,
            column_config={
                other: st.column_config.NumberColumn(grids.SIZES[other], format="localized"),
                "size": st.column_config.NumberColumn(f"{name}, beyond which", format="localized"),
                "gain": st.column_config.NumberColumn("gain of the last step", format="%+.3f"),
                "low": st.column_config.NumberColumn("95% from", format="%+.3f"),
                "high": st.column_config.NumberColumn("to", format="%+.3f"),
                "n": "concepts",
                "shared_at_size": st.column_config.NumberColumn(
                    "sentences shared there", format="percent"
                ),
                "shared_at_largest": st.column_config.NumberColumn(
                    "at the largest", format="percent"
                ),
            },
        )
        shell.figure_footer(
            key="recommendations",
            caption=text.provenance(
                sweep.runs,
                tau=tau,
                n=len(sweep.words),
                of="concepts",
                more=[
                    f"levels off: beyond this size no step gains {GAIN}, upper 95% end included; "
                    "paired by concept"
                ],
            ),
            data=table,
            filename=f"stability-recommendation-{along.replace('_', '-')}",
        )


def _range(shared: pd.Series, along: str) -> str:
    side = "positive" if along == "n_positive" else "negative"
    return f"two folds share {percent(shared.min())} to {percent(shared.max())} of {side} sentences"


def _grid(sweep: Sweep, curves: pd.DataFrame, tau: float, colours: dict[str, str]) -> None:
    positive = stability_grid.points(sweep, tau, "n_positive")["shared"]
    sharing = [_range(positive, "n_positive")] if len(positive) else ["one fold"]
    shell.show_figure(
        grids.grid(curves, colours=colours, mark=tau),
        key="sweep_grid",
        caption=text.provenance(
            sweep.runs,
            n=len(sweep.words),
            of="concepts",
            more=["95% intervals over concepts", *sharing],
        ),
        data=curves,
        filename="stability-grid",
        alt=f"Overlap over τ in a grid of {len(sweep.sizes('n_positive'))} sizes of the positive "
        "set by "
        f"{len(sweep.sizes('n_negative'))} of the negative set, {curves['source'].nunique()} "
        "sources by colour.",
    )


def _words(sweep: Sweep) -> None:
    table = stability_grid.type_token(sweep)
    with st.container(horizontal=True, key="words"):
        for row in table.itertuples():
            st.metric(
                f"Type/token ratio, {text.plain(row.source)}",
                f"{row.type_token:.3f}",
                delta="" if math.isnan(row.low) else f"[{row.low:.3f}, {row.high:.3f}]",
                delta_color="off",
                delta_arrow="off",
                help="Distinct words ÷ words, the same number of sentences for every concept and "
                "source; 95% interval.",
            )
    each = int(table["sentences"].iloc[0]) if len(table) else 0
    shell.figure_footer(
        key="words",
        caption=text.provenance(
            sweep.runs,
            n=len(sweep.words),
            of="concepts",
            more=[f"{each:,} sentences a concept of every source", "mean over concepts"],
        ),
        data=table,
        filename="type-token-ratio",
    )


def empty(run: RunInfo) -> None:
    """What a run without a sweep shows, and the command lines that make one."""
    shell.empty_state(
        "Over set sizes and sources",
        "No other run differs from this one in N⁺, N⁻ or the source of its sentences only. These "
        "lines plan and make "
        "such a sweep; name several probe sets after `--probes`, separated by commas, to compare "
        "sources.",
    )
    st.code(
        "\n".join(sweeps.command(run.request, verb) for verb in ("plan", "run")),
        language="bash",
        wrap_lines=True,
    )


def percent(share: float) -> str:
    """34%, 1.3%, or a dash where it is undefined."""
    return "–" if math.isnan(share) else f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"
