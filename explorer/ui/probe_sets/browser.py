"""The facts of a probe set, the table of its concepts, and what speaks against a
concept's sense.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from explorer.core.records import RunInfo
from explorer.core.text import plain
from explorer.probes.probe_set import ProbeSet
from explorer.ui import probe_library, shell
from explorer.ui.controls import bound
from explorer.ui.probe_sets import card

_CHOSEN_ELSEWHERE = "_concept_chosen_elsewhere"
_NEAR = "Sentences of a concept that share four fifths of their distinct words with an earlier one."
_HELP = {
    "words": "Mean number of words in a sentence.",
    "type_token": "Distinct words ÷ words, over all sentences of the concept. It falls as text "
    "grows: compare concepts "
    "of like size only.",
    "same": "Sentences equal to an earlier one but for case, spacing and punctuation.",
    "near": _NEAR,
    "names_others": "Share of the sentences that hold the word of another concept of the set.",
    "nearest": "The concepts whose sentences are most similar.",
    "hint": "What a wrong sense of the word would look like. A hint, not a verdict: read the "
    "sentences.",
}


def facts(probes: ProbeSet) -> None:
    """Size, sources and identity of a probe set, and its card."""
    info = probes.info
    table = probe_library.concept_table(probes)
    with st.container(horizontal=True, key="facts"):
        st.metric("Concepts", f"{len(info.concepts):,}")
        st.metric("Sentences", f"{sum(info.sizes.values()):,}")
        st.metric("Sources", f"{len(info.sources):,}", help=plain(", ".join(info.sources)))
        st.metric(
            "Duplicates",
            f"{table['same'].sum():,}",
            help="Equal but for case, spacing and punctuation.",
        )
        st.metric("Near duplicates", f"{table['near'].sum():,}", help=_NEAR)
        st.metric("Digest", info.digest[:7], help="Identifies the sentences; every run records it.")
    with st.expander("Where these sentences come from", icon=":material/description:"):
        known = card.lines(info.card)
        if not known:
            st.markdown("This probe set carries no card: its maker recorded nothing.")
        known = [
            ("Sources", ", ".join(info.sources)),
            *known,
            ("Digest of the sentences", info.digest),
        ]
        st.markdown("\n".join(f"- **{plain(label)}:** {plain(value)}" for label, value in known))


def concepts(probes: ProbeSet, run: RunInfo | None) -> None:
    """The table of concepts: searched, narrowed to hints, a row chosen by a click."""
    table = _described(probes, run)
    left, right = st.columns([5, 3], vertical_alignment="bottom")
    with left:
        sought = st.text_input(
            "Find a concept",
            key="find",
            bind="query-params",
            type="search",
            placeholder="A word, a domain, or part of one",
        )
    with right:
        hinted = bound.toggle(
            "hints", f"Only with a word-sense hint ({(table['hint'] != '').sum()})"
        )
    kept = table["hint"].ne("") if hinted else pd.Series(True, table.index)
    if sought:
        kept &= holds(table["concept"], sought) | holds(table["domain"].fillna(""), sought)
    shown = table[kept].reset_index(drop=True)
    if shown.empty:
        shell.notice("No concept of this probe set fits.")
        return

    # A selection is kept as row numbers: with other rows, or another choice made
    # elsewhere, it must not live on.
    key = f"concept_rows-{probes.info.digest[:12]}-{hinted}-{sought}-{st.session_state.get(_CHOSEN_ELSEWHERE, 0)}"

    def clicked() -> None:
        for row in st.session_state[key].selection.rows[:1]:
            st.session_state["concept"] = str(shown["concept"][row])
            first_page()

    st.dataframe(
        shown.fillna({"domain": "–"}),
        hide_index=True,
        height=min(420, 37 + 35 * len(shown)),
        key=key,
        on_select=clicked,
        selection_mode="single-row",
        column_config=_columns(probes),
        alt=f"Table of {len(shown)} concepts with the measures of their sentences.",
    )
    how = similarity_of(run)
    shell.figure_footer(
        key="concept_table",
        caption=f"{provenance(probes)} · n = {len(shown):,} of {len(table):,} concepts · nearest: "
        f"{how}",
        data=shown,
        filename=f"probe-set-{probes.info.name}",
    )


def _described(probes: ProbeSet, run: RunInfo | None) -> pd.DataFrame:
    run_id = run.id if run else None
    near, hints = (
        probe_library.neighbourhood(probes, run_id).nearest,
        probe_library.hints(probes, run_id),
    )
    table = probe_library.concept_table(probes)
    if table["sentences"].nunique() == 1:
        table = table.drop(columns="type_token_first")
    # Before the numbers, where a phone shows them.
    table.insert(2, "hint", [", ".join(hints.get(concept, {})) for concept in table["concept"]])
    table.insert(
        3, "nearest", [", ".join(near.get(concept, [])[:3]) for concept in table["concept"]]
    )
    return table


def _columns(probes: ProbeSet) -> dict[str, Any]:
    number = st.column_config.NumberColumn
    fewest = min(probes.info.sizes.values())
    return {
        "words": number(format="%.1f", help=_HELP["words"]),
        "type_token": number("type/token", format="%.3f", help=_HELP["type_token"]),
        "type_token_first": number(
            f"of the first {fewest:,}",
            format="%.3f",
            help=f"Type/token ratio of the first {fewest:,} sentences, as many as every concept "
            "has: comparable.",
        ),
        "same": number("duplicates", help=_HELP["same"]),
        "near": number("near duplicates", help=_HELP["near"]),
        "names_others": st.column_config.NumberColumn(
            "name others", format="percent", help=_HELP["names_others"]
        ),
        "nearest": st.column_config.TextColumn(help=_HELP["nearest"]),
        "hint": st.column_config.TextColumn("word-sense hint", help=_HELP["hint"]),
    }


def similarity_of(run: RunInfo | None) -> str:
    """How nearness is measured."""
    if run is None:
        return (
            "cosine of TF-IDF over the words of the sentences (no finished run has embedded them)"
        )
    return f"cosine of sentence embeddings of {run.label}, the mean over concepts removed"


def provenance(probes: ProbeSet) -> str:
    """Which sentences a figure or table is about."""
    info = probes.info
    return f"probe set {info.name} ({info.digest[:7]}) · {sum(info.sizes.values()):,} sentences"


def chosen_elsewhere() -> None:
    """A concept was chosen, but not in the table: no row of it is ticked any more."""
    st.session_state[_CHOSEN_ELSEWHERE] = st.session_state.get(_CHOSEN_ELSEWHERE, 0) + 1
    first_page()


def first_page() -> None:
    """Back to the first page: what is listed has changed."""
    st.session_state["page"] = 1


def hints(probes: ProbeSet, run: RunInfo | None, concept: str) -> None:
    """What a concept's sentences are nearest to, and what may be wrong with their
    sense.
    """
    run_id = run.id if run else None
    near = probe_library.neighbourhood(probes, run_id).nearest.get(concept, [])
    if near:
        names = ", ".join(f"**{plain(word)}**" for word in near)
        st.markdown(f"Nearest concepts: {names}. :small[:gray[{plain(similarity_of(run))}]]")
    for kind, text in probe_library.hints(probes, run_id).get(concept, {}).items():
        shell.warn(
            f"**Word-sense hint, {plain(kind)}.** {plain(text)} A hint, not a verdict: read the "
            "sentences."
        )


def holds(texts: pd.Series, sought: str) -> pd.Series:
    """Which texts hold what is sought, whatever the case."""
    return texts.str.contains(sought.strip(), case=False, regex=False)
