"""What an alignment is compared with, and what could undo it: sections of the page of
alignment.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.figures import differences as difference_figures
from explorer.figures import partial as partial_figures
from explorer.figures import threshold as threshold_figures
from explorer.measure.alignment import ALPHA
from explorer.ui import controlled, differences, rated_coverage, shell, trajectories
from explorer.ui.controls import bound
from explorer.ui.controls.pick import HumanChoice

THIS, REPRESENTATIONS, CHECKPOINTS, SIZES = (
    "this and its control",
    "representations",
    "checkpoints",
    "sizes",
)
PAIRED = "paired bootstrap over pairs"


def difference_section(
    run: RunInfo, runs: Sequence[RunInfo], human: HumanChoice, tau: float
) -> None:
    """Paired differences: between representations, between checkpoints of a model,
    between models at a step.
    """
    st.subheader("What makes a difference", anchor=False)
    kind, table, shown = _compared(run, runs, human, tau)
    if table.empty:
        shell.notice("No two checkpoints of this study can be compared like this.")
        return
    more = [PAIRED, f"Holm over all {len(table)} rows", _count(table)]
    caption = text.provenance(
        trajectories.collective(shown),
        tau=tau,
        data=human.label,
        n=int(table["n"].max()),
        more=more,
    )
    filename = f"alignment-differences-{human.label}"
    if kind != THIS:
        shell.show_figure(
            difference_figures.differences(table),
            key="differences",
            caption=caption,
            data=table,
            filename=filename,
            alt=f"Differences of alignment with {human.label} over training steps. "
            f"{_count(table)}.",
        )
        with st.expander("The same as a table"):
            _difference_table(table)
    else:
        _difference_table(table)
        shell.figure_footer(key="differences", caption=caption, data=table, filename=filename)


def _compared(
    run: RunInfo, runs: Sequence[RunInfo], human: HumanChoice, tau: float
) -> tuple[str, pd.DataFrame, Sequence[RunInfo]]:
    """What is compared, the differences, and the runs they are between."""
    of = (human.dataset, human.split, tau)
    control = trajectories.control_of(run, runs)
    own = [run, *([control] if control else [])]
    line = differences.checkpoints_of(run, runs)
    options = [THIS]
    options += [REPRESENTATIONS] * (len(runs) > len(own)) + [CHECKPOINTS] * (len(line) > 2)
    options += [SIZES] * (not (sizes := differences.between_sizes(runs, *of)).empty)
    kind = THIS
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if len(options) > 1:
            kind = bound.choice("compare", "Compared", options)
        if kind == CHECKPOINTS:
            labels = [differences.PREVIOUS, *(other.label for other in line)]
            against = bound.pick("against", "With checkpoint", labels)
    if kind == REPRESENTATIONS:
        return kind, differences.between_representations(runs, *of), runs
    if kind == CHECKPOINTS:
        return kind, differences.between_checkpoints(run, runs, *of, against=against), line
    if kind == SIZES:
        return kind, sizes, runs
    return kind, differences.of_runs(own, runs, *of), own


def _count(table: pd.DataFrame) -> str:
    clear = int((table["p_holm"] < ALPHA).sum())
    return f"{clear} of {len(table)} differ from 0 at 0.05"


def _difference_table(table: pd.DataFrame) -> None:
    st.dataframe(
        table[
            ["checkpoint", "comparison", "delta", "low", "high", "p", "p_holm", "n"]
        ].style.format(
            dict.fromkeys(("delta", "low", "high"), text.rho)
            | dict.fromkeys(("p", "p_holm"), short_p)
        ),
        hide_index=True,
        column_config={
            "checkpoint": st.column_config.TextColumn("Checkpoint", width=260),
            "comparison": "Difference of ρ",
            "delta": "Δρ",
            "low": "95% from",
            "high": "to",
            "p": "p",
            "p_holm": st.column_config.Column(
                "p (Holm)", help="Corrected for all rows of this table."
            ),
            "n": "pairs",
        },
    )


def short_p(value: float) -> str:
    """< 0.001, 0.032, or a dash."""
    return text.p_value(value).removeprefix("p ").removeprefix("= ") or "–"


def threshold_section(
    run: RunInfo, control: RunInfo | None, human: HumanChoice, tau: float
) -> None:
    """ρ of experts at every τ, for a run and its control."""
    st.subheader("Does it depend on the threshold?", anchor=False)
    shown = [run, *([control] if control else [])]
    tables = [
        controlled.by_tau(one.id, human.dataset, human.split).assign(label=one.label)
        for one in shown
    ]
    first = tables[0]
    bare = first[first["empty"] > 0]
    said = (
        f"From τ {bare['tau'].iloc[0]:.2f} on some pairs have a word without any expert: "
        f"{first['empty'].iloc[-1]:.0%} of the pairs at τ {first['tau'].iloc[-1]:.2f}. Their "
        "overlap counts as 0."
        if len(bare)
        else "At every τ of the grid both words of every pair have experts."
    )
    st.markdown(said)
    table = pd.concat(tables, ignore_index=True)
    shell.show_figure(
        threshold_figures.by_threshold(table, tau=tau),
        key="threshold",
        caption=text.provenance(
            shown,
            data=human.label,
            n=int(table["n"].max()),
            more=["95% bootstrap intervals over pairs", "dashed: the τ of this page"],
        ),
        data=table,
        filename=f"alignment-by-threshold-{human.label}",
        alt=f"Alignment of experts with {human.label} against the threshold. " + _rho_by_tau(first),
    )


def _rho_by_tau(table: pd.DataFrame) -> str:
    return ", ".join(f"τ {row.tau:.2f}: {text.rho(row.rho)}" for row in table.itertuples())


def partial_section(run: RunInfo, control: RunInfo | None, human: HumanChoice, tau: float) -> None:
    """Raw and partial ρ given the words that the concepts' sentences share."""
    st.subheader("Representation or shared context?", anchor=False)
    st.markdown(
        "Related concepts have sentences with the same words in them, so a model could seem "
        "aligned by the words it "
        "reads alone. Here the similarity of those words is held constant: what is left of ρ they "
        "do not explain. "
        "It is a strict control. Words in common are themselves a sign of meaning, and what a "
        "model owes them is lost."
    )
    shown = [run, *([control] if control else [])]
    table = controlled.partials(shown, human.dataset, human.split, tau)
    for note in table.loc[table["note"] != "", "note"].drop_duplicates():
        shell.notice(note)
    alone = table[table["representation"] == controlled.SURFACE].iloc[0]
    result = (
        f"shared words alone: ρ = {text.rho(alone['rho'])} "
        f"{text.interval(alone['low'], alone['high'])}"
    )
    shell.show_figure(
        partial_figures.raw_and_partial(table, [one.label for one in shown]),
        key="partial",
        caption=text.provenance(
            shown,
            tau=tau,
            data=human.label,
            n=int(table["n"].max()),
            more=[
                "shared words: cosine of TF-IDF of each concept's sentences without its own word "
                "forms",
                result,
                "partial Spearman correlation (Conover 1999, section 5.4)",
                f"95% bootstrap intervals over pairs, Holm over {table['p_holm'].notna().sum()} "
                "partial ρ",
            ],
        ),
        data=table,
        filename=f"alignment-partial-{human.label}",
        alt=f"Raw and partial alignment with {human.label}. {_raw_and_partial(table)}; {result}.",
    )
    with st.expander("The same as a table"):
        _partial_table(table)


def _raw_and_partial(table: pd.DataFrame) -> str:
    rows = table.dropna(subset="partial").itertuples()
    return "; ".join(
        f"{r.label}, {r.representation}: {text.rho(r.rho)} to {text.rho(r.partial)}" for r in rows
    )


def _partial_table(table: pd.DataFrame) -> None:
    rows = [
        {
            "Checkpoint": row.label,
            "Similarity": row.representation,
            "ρ [95% CI]": f"{text.rho(row.rho)} {text.interval(row.low, row.high)}",
            "given shared words": f"{text.rho(row.partial)} "
            f"{text.interval(row.partial_low, row.partial_high)}",
            "p": short_p(row.partial_p),
            "p (Holm)": short_p(row.p_holm),
            "pairs": row.n,
        }
        for row in table.itertuples()
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True)


def uncovered_section(run: RunInfo, human: HumanChoice, found: rated_coverage.Coverage) -> None:
    """The rated pairs that take no part, each with the word that has no probe set."""
    if found.missing is None:
        shell.notice(f"{found.text}. {found.note}")
        return
    with st.expander(
        f"{len(found.missing):,} pairs of {text.plain(human.label)} that take no part"
    ):
        if found.missing.empty:
            st.markdown("Every pair is covered.")
            return
        st.markdown(f"{found.text}. The others have a word that is no concept of this run.")
        st.dataframe(found.missing, hide_index=True, height=300)
        shell.figure_footer(
            key="uncovered",
            caption=text.provenance(
                run, data=human.label, n=len(found.missing), of="pairs without a probe set"
            ),
            data=found.missing,
            filename=f"uncovered-pairs-{human.label}",
        )
