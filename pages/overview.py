"""Overview: the headline result, what is in the cache, and where to go next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from explorer.core.records import RunInfo
from explorer.core.text import date, plain, size
from explorer.exhibits import EXHIBITS
from explorer.jobs import queue
from explorer.results.checkpoints import by_family
from explorer.results.collected import broken_evidence
from explorer.results.overview import story
from explorer.results.runs import runs_table
from explorer.results.view import View
from explorer.ui import navigation, shell
from explorer.ui.controls import view as controls
from explorer.ui.library import library
from explorer.ui.show import show

NEXT = {
    "alignment": "ρ at every checkpoint of training, and the word pairs behind each point.",
    "concepts": "Every concept: its experts, its neighbours, and the evidence for them.",
    "domains": "Which concepts share experts: the network, its communities, its bridges.",
    "compare": "Two checkpoints side by side: which follows people more, and what moved.",
    "report": "Collect figures, write between them, hand on one file that opens anywhere.",
    "extract": "Find experts in a model of yours: built-in, from the hub, or a local folder.",
}
OF_A_RUN = ("alignment", "concepts", "domains", "compare")


def page() -> None:
    shell.header(
        "Expert Explorer",
        "A concept’s **experts** are the units that tell sentences about it from others; "
        "concepts that share experts are alike to the model.",
    )
    with shell.guard():
        under_way()
    runs = library().runs()
    broken()
    if not runs:
        shell.empty_state(
            "No runs yet",
            "Nothing has been extracted into this cache. A quick look at the built-in model "
            "(8 concepts) takes a few minutes on a laptop, without a GPU.",
            "extract",
            action="Extract a first run",
        )
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        run = controls.run()
    with right:
        ratings = controls.ratings(run) if run else None
    if run:
        headline(View(library(), run, ratings))
    next_steps(run)
    with shell.guard():
        cache(runs)


def headline(view: View) -> None:
    # The figure is what visitors wait for: it is sent before what stands above it.
    above = st.container()
    left, right = st.columns(2, gap="large")
    with left:
        shown = show("headline", view)
    if shown:
        over_time = False
        with right, shell.guard():
            over_time = EXHIBITS["headline-training"].lacking(view) is None
            show("headline-training" if over_time else "headline-differences", view)
        with above, shell.guard(), st.container(key="story"):
            st.markdown(plain(" ".join(story(view))))
        left, right = st.columns(2, gap="large")
        if over_time:
            with left:
                show("headline-differences", view)
    if view.ratings:
        with right:
            show("key-numbers", view)


def next_steps(run: RunInfo | None) -> None:
    st.subheader("Explore", anchor=False)
    places = [place for _ in range(2) for place in st.columns(3)]
    for place, (page, text) in zip(places, NEXT.items(), strict=True):
        with place.container(border=True, height="stretch", gap="xsmall"):
            navigation.link(page, params={"run": run.id} if run and page in OF_A_RUN else None)
            st.caption(text)


def cache(runs: Sequence[RunInfo]) -> None:
    runs = sorted(runs, key=by_family)
    st.subheader("In the cache", anchor=False)
    total = sum(run.size_bytes for run in runs)
    st.caption(
        f"{len(runs)} finished run{'s' * (len(runs) != 1)}, {size(total)}. Choose a row to open it."
    )
    picked = st.dataframe(
        runs_table(runs),
        hide_index=True,
        key="runs",
        on_select="rerun",
        selection_mode="single-row",
        alt="Finished runs",
        column_config=_columns(),
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(runs)]
    if rows:
        opened(runs[rows[0]])


def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "run": None,
        "checkpoint": column.TextColumn("Checkpoint", width=250),
        "concepts": "Concepts",
        "n_positive": "N⁺",
        "n_negative": "N⁻",
        "folds": "Folds",
        "units": column.NumberColumn("Units", format="localized"),
        "rated_pairs": column.NumberColumn(
            "Rated pairs",
            help="Human-rated pairs whose two words are concepts, over all data sets.",
        ),
        "probe_set": "Probe set",
        "created": column.DateColumn("Extracted", format="D MMM YYYY"),
        "megabytes": column.NumberColumn("Size (MB)", format="%.1f"),
    }


def opened(run: RunInfo) -> None:
    with st.container(border=True):
        commit = f" · commit {run.commit[:12]}" if run.commit else ""
        st.markdown(
            f"**{plain(run.label)}** · run `{run.id}`{plain(commit)} · {plain(date(run.created))}"
        )
        with st.container(horizontal=True):
            for page in OF_A_RUN:
                navigation.link(page, params={"run": run.id})


def broken() -> None:
    for files, what in (
        (library().broken(), "run file"),
        (broken_evidence(library()), "evidence file"),
    ):
        if files:
            count = f"1 {what}" if len(files) == 1 else f"{len(files)} {what}s"
            lines = "\n".join(f"- {plain(sentence)}" for _, sentence in files)
            shell.warn(f"**{count} cannot be read.** The other runs are not affected.\n\n{lines}")


def under_way() -> None:
    active = [job for job in queue.jobs() if job.active]
    if active:
        what = "1 job is" if len(active) == 1 else f"{len(active)} jobs are"
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{what} under way**", width="stretch")
            navigation.link("extract", "Watch", params={"job": active[0].id})


page()
