"""Alignment: Spearman ρ with human similarity over checkpoints, and the word pairs
behind each point.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.figures import alignment as figures
from explorer.figures.pairs import pair_scatter
from explorer.measure.alignment import PAPER_MARKS
from explorer.probes.human import CEILINGS, DATASETS
from explorer.ui import alignment_sections as sections
from explorer.ui import library, rated_coverage, shell, studies, trajectories
from explorer.ui.clicks import show_clickable
from explorer.ui.controls import bound, pick
from explorer.ui.controls.pick import HumanChoice
from explorer.ui.library import EXPERTS, REPRESENTATIONS
from explorer.ui.rated_coverage import Coverage

LEAD = (
    "Spearman correlation between model similarity and human similarity of word pairs, for three "
    "representations: "
    "overlap of expert sets, word embeddings, and mean sentence embeddings."
)
PANELS = ("model", "representation")


def page() -> None:
    """Controls, ρ over checkpoints, differences, what could undo it, word pairs."""
    shell.header("Alignment", LEAD)
    if not library.runs():
        shell.empty_state(
            "No run yet",
            "Alignment is measured from a finished extraction.",
            "extract",
            action="Extract a model",
        )
        return
    with st.container(key="controls"):
        first, second, third = st.columns([5, 2, 3])
        with first:
            run = pick.pick_run("Run, compared with its other checkpoints")
        assert run is not None
        with second:
            human = pick.pick_human(run)
        with third:
            tau = pick.pick_tau()
    if human is None:
        shell.empty_state(
            "No rated pair is covered",
            "No word pair of the human ratings has both words among the concepts of this run. "
            "Choose another run, or "
            "extract one whose concepts include both words of rated pairs.",
            "extract",
            action="Extract with other concepts",
        )
        return
    pick.warn_of_chance(run, tau)
    runs = studies.same_design(run, library.runs())
    control = trajectories.control_of(run, runs)
    covered = rated_coverage.coverage(run, human)
    with shell.guard():
        _over_checkpoints(run, runs, human, tau, covered)
    with shell.guard():
        sections.difference_section(run, runs, human, tau)
    with shell.guard():
        sections.partial_section(run, control, human, tau)
    with shell.guard():
        sections.threshold_section(run, control, human, tau)
    with shell.guard():
        _pairs(run, human, tau, covered)
    with shell.guard():
        sections.uncovered_section(run, human, covered)


def _over_checkpoints(
    run: RunInfo, runs: Sequence[RunInfo], human: HumanChoice, tau: float, covered: Coverage
) -> None:
    ceilings = CEILINGS.get(human.dataset, {})
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        ceiling_name = (
            bound.choice("ceiling", "Human ceiling", [*ceilings, "none"]) if ceilings else "none"
        )
        several = len({trajectories.family(r.request.checkpoint) for r in runs}) > 1
        panels = bound.choice("panels", "One panel per", PANELS) if several else PANELS[0]
        paper = human.label == "MEN test" and bound.toggle("paper", "The paper's results")
        held = bound.toggle(
            "held",
            "Shared words held constant",
            "Partial ρ: what the words that sentences share do not explain.",
        )
        null = not held and bound.toggle(
            "null",
            "Shuffled null",
            "The range of ρ when human scores are dealt to pairs at random.",
        )
    with st.spinner("Measuring …"):
        points = trajectories.points(runs, human.dataset, human.split, tau, null=null, held=held)
    ceiling = ceilings.get(ceiling_name)
    figure = figures.over_checkpoints(
        points,
        ceiling=(ceiling[0], ceiling_name) if ceiling else None,
        marks={mark.model: mark.rho for mark in PAPER_MARKS} if paper else None,
        panels=panels,
        selected=(run.id, st.session_state.get("representation", EXPERTS)),
        measure="partial ρ" if held else "alignment ρ",
    )
    more = ["95% bootstrap intervals over pairs", covered.text]
    if held:
        more.append("partial ρ given the words that the sentences of two concepts share")
    if ceiling:
        more.append(f"human ceiling {ceiling[0]:.2f}: {ceiling[1]}")
    if paper:
        more.append(f"open diamonds: {PAPER_MARKS[0].source}, not ours")
    if null:
        more.append(
            "null: 5,000 shuffles of the human scores, the widest of the representations in a panel"
        )
    claims = trajectories.first_significant(points)
    more += [*claims, f"Holm over all {len(points)} points"]
    show_clickable(
        figure,
        key="alignment_figure",
        caption=text.provenance(
            trajectories.collective(runs),
            tau=tau,
            data=human.label,
            n=int(points["n"].max()),
            more=more,
        ),
        data=points,
        filename=f"alignment-{human.label}",
        alt=_alt(points, human, claims),
        on_point=_select,
    )
    for note in points.loc[points["note"] != "", "note"].drop_duplicates():
        shell.notice(note)


def _select(custom: Sequence[Any]) -> None:
    """A clicked point becomes the page's run and, where it has one, representation."""
    run, representation = custom[:2]
    if run is None:
        return
    st.query_params["run"] = str(run)
    if representation is not None:
        st.session_state["representation"] = str(representation)


def _alt(points: pd.DataFrame, human: HumanChoice, claims: Sequence[str]) -> str:
    last = points[points["run"] == points["run"].iloc[-1]]
    values = ", ".join(f"{row.representation} {text.rho(row.rho)}" for row in last.itertuples())
    said = "".join(f" {claim}." for claim in claims)
    return (
        f"Alignment with {human.label} over training steps. {last['label'].iloc[0]}: "
        f"{values}.{said}"
    )


def _pairs(run: RunInfo, human: HumanChoice, tau: float, covered: Coverage) -> None:
    st.subheader(f"Word pairs behind {text.plain(run.label)}", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        representation = bound.choice("representation", "Representation", REPRESENTATIONS)
        ranks = bound.toggle("ranks", "Ranks", "Spearman's ρ correlates ranks, not values.")
    pairs = library.rated_pairs(run.id, human.dataset, human.split, representation, tau)
    pairs = pairs[["word1", "word2", "score", "similarity"]]
    found = library.cached_alignment(run.id, human.dataset, human.split, tau, representation)
    scale = DATASETS[human.dataset].scale if human.dataset in DATASETS else None
    title = f"{human.dataset} score" + (f" ({scale[0]:g}–{scale[1]:g})" if scale else "")
    left, right = st.columns([3, 2])
    result = (
        f"ρ = {text.rho(found.rho)} {text.interval(found.low, found.high)}, {text.p_value(found.p)}"
    )
    with left:
        shell.show_figure(
            pair_scatter(pairs, representation=representation, scale=title, ranks=ranks),
            key="pairs_figure",
            caption=text.provenance(
                run,
                tau=tau if representation == EXPERTS else None,
                data=human.label,
                n=found.n,
                more=[result, covered.text],
            ),
            data=pairs,
            filename=f"pairs-{representation.replace(' ', '-')}-{human.label}",
            alt=f"Human score against {representation} similarity of {found.n} word pairs, "
            f"{result}.",
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


with shell.guard():
    page()
