"""Probe sets: the sentences behind every concept, read, searched, judged and
amended.
"""

from __future__ import annotations

import streamlit as st

from explorer.core import text
from explorer.core.records import RunInfo
from explorer.figures import probe_sets as figures
from explorer.probes import probe_set
from explorer.ui import library, probe_library, shell, sweeps
from explorer.ui.controls import pick
from explorer.ui.probe_sets import browser, drafts, sentences

LEAD = (
    "The sentences from which experts are found. A word in a wrong sense, a repeated sentence or "
    "a narrow vocabulary "
    "shows up in every result, so look here first."
)


def page() -> None:
    """Controls, facts, concepts, figures, sentences, draft."""
    shell.header("Probe sets", LEAD)
    names = probe_library.names()
    if not names:
        shell.empty_state(
            "No probe set",
            "Generate sentences with a model, harvest them from texts, or import your own: "
            "`python -m explorer probes --help` says how. Then open this page again.",
        )
        return
    left, right = st.columns(2)
    with left:
        name = _pick_set(names)
    probes = probe_set.load(name)
    with right:
        run = _pick_run(probes)
    browser.facts(probes)
    st.subheader("Concepts", anchor=False)
    with shell.guard():
        browser.concepts(probes, run)
    with shell.guard():
        _figures(probes)
    st.subheader("Sentences", anchor=False)
    with shell.guard():
        concept = _pick_concept(probes)
        if concept is not None:
            browser.hints(probes, run, concept)
        sentences.show(probes, concept)
        if concept is not None:
            drafts.add(probes, concept)
    drafts.panel(probes)


def _pick_set(names: list[str]) -> str:
    pick.warn_of_bad("probes", names, names[0])
    if st.session_state.get("probes") not in (None, *names):
        st.session_state["probes"] = names[0]
    return str(
        st.selectbox(
            "Probe set", names, key="probes", bind="query-params", on_change=browser.first_page
        )
    )


def _pick_run(probes: probe_set.ProbeSet) -> RunInfo | None:
    runs = probe_library.runs_of(probes.info.digest)
    if runs:
        return pick.pick_run("Sentence embeddings of", runs=runs)
    shell.notice(
        "No finished run has read these sentences: nearest concepts are found by their words "
        "instead."
    )
    return None


def _pick_concept(probes: probe_set.ProbeSet) -> str | None:
    known = list(probes.info.concepts)
    pick.warn_of_bad("concept", known, "all concepts")
    if st.session_state.get("concept") not in (None, *known):
        st.session_state["concept"] = None
    return st.selectbox(
        "Concept",
        sorted(known),
        index=None,
        key="concept",
        bind="query-params",
        placeholder="All concepts; choose one here or in the table",
        on_change=browser.chosen_elsewhere,
    )


def _figures(probes: probe_set.ProbeSet) -> None:
    lengths, growth = probe_library.lengths(probes), probe_library.growth(probes)
    known = sweeps.source_names(library.runs()).values()
    described, name = browser.provenance(probes), probes.info.name
    if few := figures.left_out(lengths):
        described += f" · not drawn, fewer than {figures.FEW} sentences: {', '.join(few)}"
        growth = growth[~growth["source"].isin(few)]
    left, right = st.columns(2)
    with left:
        st.subheader("How long sentences are", anchor=False)
        shell.show_figure(
            figures.sentence_lengths(lengths, known),
            key="lengths",
            caption=f"{described} · words between spaces",
            data=lengths,
            filename=f"sentence-lengths-{name}",
            alt="Distribution of sentence length. Mean words: "
            + ", ".join(
                f"{source} {mean:.1f}" for source, mean in probe_library.mean_words(probes).items()
            ),
        )
    with right:
        st.subheader("How varied they are", anchor=False)
        last = growth.groupby("source").tail(1)
        shell.show_figure(
            figures.type_token_growth(growth, known),
            key="growth",
            caption=f"{described} · type/token ratio of a concept's first sentences, mean over "
            "concepts · it falls as "
            f"text grows: compare sources at the same number · n = {growth['concepts'].max():,} "
            "concepts · 95% "
            "bootstrap intervals over concepts",
            data=growth,
            filename=f"type-token-{name}",
            alt="Type/token ratio against the number of sentences. "
            + "; ".join(
                f"{r.source}, first {r.n:,}: {r.mean:.2f} {text.interval(r.low, r.high)}"
                for r in last.itertuples()
            ),
        )


with shell.guard():
    page()
