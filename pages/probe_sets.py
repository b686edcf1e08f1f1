"""Probe sets: the sentences behind every concept, read, searched, judged, amended."""

from __future__ import annotations

import streamlit as st

from explorer.core.records import RunInfo
from explorer.exhibits import probe_sets as exhibits
from explorer.probes import probe_set
from explorer.probes.probe_set import ProbeSet
from explorer.reports.report import Source
from explorer.results.probe_sets import runs_of
from explorer.ui import shell, show
from explorer.ui.controls import address
from explorer.ui.controls import view as controls
from explorer.ui.library import library
from explorer.ui.probe_sets import browser, drafts, sentences

LEAD = (
    "The sentences from which experts are found. A word in a wrong sense, a repeated sentence or "
    "a narrow vocabulary shows up in every result, so look here first."
)


def page() -> None:
    """Controls, facts, concepts, figures, sentences, draft."""
    shell.header("Probe sets", LEAD)
    names = probe_set.names()
    if not names:
        shell.empty_state(
            "No probe set",
            "Generate sentences with a model, harvest them from texts, or import your own: "
            "`explorer probes --help` says how. Then open this page again.",
        )
        return
    left, right = st.columns(2)
    with left:
        name = address.pick("probes", "Probe set", names, on_change=browser.first_page)
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
        _sentences(probes, run)
    drafts.panel(probes)


def _pick_run(probes: ProbeSet) -> RunInfo | None:
    runs = runs_of(library(), probes)
    if runs:
        return controls.run("Sentence embeddings of", runs)
    shell.notice(
        "No finished run has read these sentences: nearest concepts are found by their words "
        "instead."
    )
    return None


def _figures(probes: ProbeSet) -> None:
    makers = (exhibits.sentence_lengths, exhibits.type_token_growth)
    for column, make in zip(st.columns(2), makers, strict=True):
        with column:
            shown = make(library(), probes)
            st.subheader(shown.title, anchor=False)
            source = Source(shown.name, options={"probes": probes.info.name})
            show.draw(shown, source=source)


def _sentences(probes: ProbeSet, run: RunInfo | None) -> None:
    concept = address.find(
        "concept",
        "Concept",
        sorted(probes.info.concepts),
        nothing="all concepts",
        placeholder="All concepts; choose one here or in the table",
        on_change=browser.chosen_elsewhere,
    )
    if concept is not None:
        browser.hints(probes, run, concept)
    sentences.show(probes, concept)
    if concept is not None:
        drafts.add(probes, concept)


with shell.guard():
    page()
