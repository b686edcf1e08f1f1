"""The facts of a probe set, the table of its concepts, and what speaks against the
sense of a concept.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from explorer.core.records import RunInfo
from explorer.core.text import plain
from explorer.exhibits import probe_sets as exhibits
from explorer.exhibits.exhibit import Exhibit, Table
from explorer.probes.probe_set import ProbeSet
from explorer.results import probe_sets as results
from explorer.ui import shell, show
from explorer.ui.controls import address
from explorer.ui.library import library
from explorer.ui.probe_sets import card

_CHOSEN_ELSEWHERE = "_concept_chosen_elsewhere"


def facts(probes: ProbeSet) -> None:
    """Size, sources and identity of a probe set, and its card."""
    info = probes.info
    table = results.concept_table(probes)
    with st.container(horizontal=True, key="facts"):
        st.metric("Concepts", f"{len(info.concepts):,}")
        st.metric("Sentences", f"{sum(info.sizes.values()):,}")
        st.metric("Sources", f"{len(info.sources):,}", help=plain(", ".join(info.sources)))
        st.metric("Duplicates", f"{table['same'].sum():,}", help=exhibits.SAME)
        st.metric("Near duplicates", f"{table['near'].sum():,}", help=exhibits.NEAR)
        st.metric("Digest", info.digest[:7], help="Identifies the sentences; every run records it.")
    with st.expander("Where these sentences come from", icon=":material/description:"):
        known = card.lines(info.card)
        if not known:
            st.markdown("This probe set carries no card: its maker recorded nothing.")
        sources = ("Sources", ", ".join(info.sources))
        known = [sources, *known, ("Digest of the sentences", info.digest)]
        st.markdown("\n".join(f"- **{plain(label)}:** {plain(value)}" for label, value in known))


def concepts(probes: ProbeSet, run: RunInfo | None) -> None:
    """The table of concepts: searched, narrowed to hints, a row chosen by a click."""
    whole = exhibits.probe_concepts(library(), probes, run)
    hints = whole.data["hint"] != ""
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
        hinted = address.switch("hints", f"Only with a word-sense hint ({hints.sum()})")
    fitting = hints if hinted else pd.Series(True, whole.data.index)
    if sought:
        domains = whole.data["domain"].fillna("")
        fitting &= holds(whole.data["concept"], sought) | holds(domains, sought)
    if not fitting.any():
        shell.notice("No concept of this probe set fits.")
        return
    # A selection is kept as row numbers: with other rows, or another choice made
    # elsewhere, it must not live on.
    elsewhere = st.session_state.get(_CHOSEN_ELSEWHERE, 0)
    key = f"concept_table-{probes.info.digest[:12]}-{hinted}-{sought}-{elsewhere}"
    show.draw(_narrowed(whole, fitting), key, then=first_page)


def hints(probes: ProbeSet, run: RunInfo | None, concept: str) -> None:
    """What a concept's sentences are nearest to, and what may be wrong with their
    sense.
    """
    run_id = run.id if run else None
    near = results.neighbourhood(library(), probes, run_id).nearest.get(concept, [])
    if near:
        names = ", ".join(f"**{plain(word)}**" for word in near)
        how = plain(exhibits.nearness(run))
        st.markdown(f"Nearest concepts: {names}. :small[:gray[{how}]]")
    of_concept = results.hints(library(), probes, run_id).get(concept, {})
    for kind, text in of_concept.items():
        shell.warn(
            f"**Word-sense hint, {plain(kind)}.** {plain(text)} A hint, not a verdict: read the "
            "sentences."
        )


def chosen_elsewhere() -> None:
    """A concept was chosen, but not in the table: no row of it is ticked any more."""
    st.session_state[_CHOSEN_ELSEWHERE] = st.session_state.get(_CHOSEN_ELSEWHERE, 0) + 1
    first_page()


def first_page() -> None:
    """Back to the first page: what is listed has changed."""
    st.session_state["page"] = 1


def holds(texts: pd.Series, sought: str) -> pd.Series:
    """Which texts hold what is sought, whatever the case."""
    return texts.str.contains(sought.strip(), case=False, regex=False)


def _narrowed(whole: Exhibit, fitting: pd.Series) -> Exhibit:
    """The rows of the table that fit."""
    assert whole.table is not None
    rows = whole.data[fitting].reset_index(drop=True)
    counted = f"n = {len(whole.data):,} concepts"
    caption = whole.caption.replace(counted, f"n = {len(rows):,} of {len(whole.data):,} concepts")
    table = Table(whole.table.columns, rows, height=min(420, 37 + 35 * len(rows)))
    return replace(whole, table=table, source=rows, caption=caption)
