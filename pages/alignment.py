"""Alignment: Spearman ρ with human similarity over checkpoints, and the word pairs behind each point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.figures import alignment as figures
from explorer.figures.pairs import pair_scatter
from explorer.measure.alignment import PAPER_MARKS
from explorer.probes.human import CEILINGS, DATASETS
from explorer.records import RunInfo
from explorer.ui import controls, library, shell, studies, text, trajectories
from explorer.ui.clicks import show_clickable
from explorer.ui.controls import HumanChoice
from explorer.ui.library import EXPERTS, REPRESENTATIONS

LEAD = (
    "Spearman correlation between model similarity and human similarity of word pairs, for three representations: "
    "overlap of expert sets, word embeddings, and mean sentence embeddings."
)
PANELS = ("model", "representation")
COMPARED = ("this and its control", "all")


def page() -> None:
    """Controls, ρ over checkpoints, differences, word pairs."""
    shell.header("Alignment", LEAD)
    if not library.runs():
        shell.empty_state(
            "No run yet", "Alignment is measured from a finished extraction.", "extract", action="Extract a model"
        )
        return
    with st.container(key="controls"):
        first, second, third = st.columns([5, 2, 3])
        with first:
            run = controls.pick_run("Run, compared with its other checkpoints")
        assert run is not None
        with second:
            human = controls.pick_human(run)
        with third:
            tau = controls.pick_tau()
    if human is None:
        shell.empty_state(
            "No rated pair is covered",
            "No word pair of the human ratings has both words among the concepts of this run. Choose another run, or "
            "extract one whose concepts include both words of rated pairs.",
            "extract",
            action="Extract with other concepts",
        )
        return
    runs = studies.same_design(run, library.runs())
    with shell.guard():
        _over_checkpoints(run, runs, human, tau)
    with shell.guard():
        _differences(run, runs, human, tau)
    with shell.guard():
        _pairs(run, human, tau)


def _over_checkpoints(run: RunInfo, runs: Sequence[RunInfo], human: HumanChoice, tau: float) -> None:
    ceilings = CEILINGS.get(human.dataset, {})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        ceiling_name = _choice("ceiling", "Human ceiling", [*ceilings, "none"]) if ceilings else "none"
        several = len({trajectories.family(r.request.checkpoint) for r in runs}) > 1
        panels = _choice("panels", "One panel per", PANELS) if several else PANELS[0]
        paper = human.label == "MEN test" and _toggle("paper", "The paper's results")
        null = _toggle(
            "null", "Shuffled null", "The range of ρ of experts when human scores are dealt to pairs at random."
        )
    with st.spinner("Measuring …"):
        points = trajectories.points(runs, human.dataset, human.split, tau, null=null)
    ceiling = ceilings.get(ceiling_name)
    representation = st.session_state.get("representation", EXPERTS)
    figure = figures.over_checkpoints(
        points,
        ceiling=(ceiling[0], ceiling_name) if ceiling else None,
        marks={mark.model: mark.rho for mark in PAPER_MARKS} if paper else None,
        panels=panels,
        selected=(run.id, representation),
    )
    more = [f"human ceiling {ceiling[0]:.2f}: {ceiling[1]}"] if ceiling else []
    if paper:
        more.append(f"open diamonds: {PAPER_MARKS[0].source}, not ours")
    show_clickable(
        figure,
        key="alignment_figure",
        caption=text.provenance(
            trajectories.collective(runs),
            tau=tau,
            data=human.label,
            n=int(points["n"].max()),
            more=["95% bootstrap intervals over pairs", *more],
        ),
        data=points,
        filename=f"alignment-{human.label}",
        alt=_alt(points, human),
        on_point=_select,
    )
    for note in points.loc[points["note"] != "", "note"].drop_duplicates():
        shell.notice(note)


def _select(custom: Sequence[Any]) -> None:
    """A clicked point becomes the page's run and representation."""
    st.query_params["run"] = str(custom[0])
    st.session_state["representation"] = str(custom[1])


def _alt(points: pd.DataFrame, human: HumanChoice) -> str:
    last = points[points["run"] == points["run"].iloc[-1]]
    values = ", ".join(f"{row.representation} {text.rho(row.rho)}" for row in last.itertuples())
    return f"Alignment with {human.label} over training steps. {last['label'].iloc[0]}: {values}."


def _differences(run: RunInfo, runs: Sequence[RunInfo], human: HumanChoice, tau: float) -> None:
    st.subheader("What makes a difference", anchor=False)
    control = trajectories.control_of(run, runs)
    shown = [run, *([control] if control else [])]
    if len(runs) > len(shown) and _choice("compare", "Checkpoints compared", COMPARED) == COMPARED[1]:
        shown = list(runs)
    table = trajectories.differences(shown, runs, human.dataset, human.split, tau)
    st.dataframe(
        table.drop(columns="note").style.format(
            dict.fromkeys(("delta", "low", "high"), text.rho) | dict.fromkeys(("p", "p_holm"), _p)
        ),
        hide_index=True,
        column_config={
            "checkpoint": st.column_config.TextColumn("Checkpoint", width=260),
            "comparison": "Difference of ρ",
            "delta": "Δρ",
            "low": "95% from",
            "high": "to",
            "p": "p",
            "p_holm": st.column_config.Column("p (Holm)", help="Corrected for all rows of this table."),
            "n": "pairs",
        },
    )
    shell.figure_footer(
        key="differences",
        caption=text.provenance(
            trajectories.collective(shown),
            tau=tau,
            data=human.label,
            more=["paired bootstrap over pairs; Holm over all rows"],
        ),
        data=table,
        filename=f"alignment-differences-{human.label}",
    )


def _p(value: float) -> str:
    return text.p_value(value).removeprefix("p ").removeprefix("= ") or "–"


def _pairs(run: RunInfo, human: HumanChoice, tau: float) -> None:
    st.subheader(f"Word pairs behind {text.plain(run.label)}", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        representation = _choice("representation", "Representation", REPRESENTATIONS)
        ranks = _toggle("ranks", "Ranks", "Spearman's ρ correlates ranks, not values.")
    pairs = library.rated_pairs(run.id, human.dataset, human.split, representation, tau)
    pairs = pairs[["word1", "word2", "score", "similarity"]]
    found = library.cached_alignment(run.id, human.dataset, human.split, tau, representation)
    scale = DATASETS[human.dataset].scale if human.dataset in DATASETS else None
    title = f"{human.dataset} score" + (f" ({scale[0]:g}–{scale[1]:g})" if scale else "")
    left, right = st.columns([3, 2])
    result = f"ρ = {text.rho(found.rho)} {text.interval(found.low, found.high)}, {text.p_value(found.p)}"
    with left:
        shell.show_figure(
            pair_scatter(pairs, representation=representation, scale=title, ranks=ranks),
            key="pairs_figure",
            caption=text.provenance(
                run, tau=tau if representation == EXPERTS else None, data=human.label, n=found.n, more=[result]
            ),
            data=pairs,
            filename=f"pairs-{representation.replace(' ', '-')}-{human.label}",
            alt=f"Human score against {representation} similarity of {found.n} word pairs, {result}.",
        )
    with right:
        st.dataframe(
            pairs,
            hide_index=True,
            height=420,
            column_config={
                "word1": "word",
                "word2": "word",
                "score": st.column_config.NumberColumn("human", format="%.1f"),
                "similarity": st.column_config.NumberColumn("model", format="%.3f"),
            },
        )


def _choice(key: str, label: str, options: Sequence[str]) -> str:
    controls.warn_of_bad(key, options, options[0])
    # Pills wrap on a phone where a segmented control is cut off.
    return str(st.pills(label, options, default=options[0], required=True, key=key, bind="query-params", wrap=True))


def _toggle(key: str, label: str, help_text: str | None = None) -> bool:
    controls.warn_of_bad(key, ("true", "false"), "off")
    return st.toggle(label, key=key, bind="query-params", help=help_text)


with shell.guard():
    page()
