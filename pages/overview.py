"""Overview: the headline result, what is in the cache, and where to go next."""

from __future__ import annotations

import streamlit as st

from explorer.core.records import RunInfo
from explorer.core.tau import TAUS
from explorer.core.text import date, interval, plain, provenance, rho, size, times, with_interval
from explorer.figures import overview as figures
from explorer.jobs import queue
from explorer.ui import library, navigation, overview, shell, trajectories
from explorer.ui.controls import pick

NEXT = {
    "alignment": "ρ at every checkpoint of training, and the word pairs behind each point.",
    "stability": "Are the experts reproducible? Overlap across folds against chance.",
    "domains": "Which concepts share experts: the network, its communities, its bridges.",
    "probe_sets": "The sentences behind it: search them, exclude some, add your own.",
    "extract": "Find experts in a model of yours: built-in, from the hub, or a local folder.",
}
OF_A_RUN = ("alignment", "stability", "domains")


def headline(view: overview.Headline) -> None:
    points = view.points()
    key_numbers(view)
    if points["rho"].isna().all():
        shell.notice(
            f"Alignment cannot be told from the {view.human.n:,} pairs of "
            f"{plain(view.human.label)} whose two "
            "words are concepts of this run. Choose other ratings, or extract more of the rated "
            "words."
        )
        return
    figure, table = st.columns([11, 9], gap="large")
    with figure:
        shell.show_figure(
            figures.headline(points, ceiling=view.ceiling()),
            key="headline",
            caption=provenance(
                view.runs, tau=view.tau, data=view.human.label, n=int(points["n"].max())
            ),
            data=points,
            filename=f"alignment-{view.run.id}",
            alt=overview.alt_text(points),
        )
    with table:
        st.subheader("Are the differences real?", anchor=False)
        st.table(
            overview.difference_table(view.differences()), border="horizontal", hide_index=True
        )
        st.caption(
            "Paired bootstrap over word pairs; p is Holm-adjusted for the rows shown. The "
            "untrained control has "
            "the same architecture and read the same sentences: what it scores is not due to "
            "training."
        )
        if view.control is None and view.run.request.checkpoint.step != 0:
            st.caption(
                "This run has no untrained control yet: extract its random initialisation to see "
                "what remains."
            )


def key_numbers(view: overview.Headline) -> None:
    experts = library.cached_alignment(
        view.run.id, view.human.dataset, view.human.split, view.tau, library.EXPERTS
    )
    trained, untrained = view.ratios()
    first, second, third = st.columns(3)
    with first.container(border=True, height="stretch", gap="xxsmall"):
        st.metric("Alignment of experts with people, ρ", rho(experts.rho))
        st.caption(plain(with_interval(experts.low, experts.high, experts.p) or experts.note))
    with second.container(border=True, height="stretch", gap="xxsmall"):
        st.metric("Overlap within ÷ across domains", times(trained.ratio) if trained else "–")
        if trained:
            control = f" · untrained {times(untrained.ratio)}" if untrained else ""
            st.caption(f"95% CI {interval(trained.low, trained.high)}{control}")
        else:
            st.caption("The concepts of this run have no domains.")
    with third.container(border=True, height="stretch", gap="xxsmall"):
        st.metric("Word pairs rated by people", f"{view.human.n:,}")
        st.caption(
            f"{plain(view.human.label)}, both words among the {len(view.run.request.concepts)} "
            "concepts"
        )


def next_steps(run: RunInfo | None) -> None:
    st.subheader("Explore", anchor=False)
    for column, (page, text) in zip(st.columns(len(NEXT)), NEXT.items(), strict=True):
        with column.container(border=True, height="stretch", gap="xsmall"):
            navigation.link(page, params={"run": run.id} if run and page in OF_A_RUN else None)
            st.caption(text)


def cache(runs: list[RunInfo]) -> None:
    runs = sorted(runs, key=trajectories.by_family)
    st.subheader("In the cache", anchor=False)
    total = sum(run.size_bytes for run in runs)
    st.caption(
        f"{len(runs)} finished run{'s' * (len(runs) != 1)}, {size(total)}. Choose a row to open it."
    )
    number = st.column_config.NumberColumn
    picked = st.dataframe(
        overview.runs_table(runs),
        hide_index=True,
        key="runs",
        on_select="rerun",
        selection_mode="single-row",
        alt="Finished runs",
        column_config={
            "Checkpoint": st.column_config.TextColumn(width=250),
            "Units": number(format="localized"),
            "Extracted": st.column_config.DateColumn(format="D MMM YYYY"),
            "Size (MB)": number(format="%.1f"),
            "Rated pairs": number(
                help="Human-rated pairs whose two words are concepts, over all data sets."
            ),
        },
    )
    rows = [row for row in picked["selection"]["rows"] if row < len(runs)]
    if rows:
        opened(runs[rows[0]])


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
    files = library.library().broken()
    if files:
        lines = "\n".join(f"- {plain(sentence)}" for _, sentence in files)
        what = "1 run file" if len(files) == 1 else f"{len(files)} run files"
        shell.warn(f"**{what} cannot be read.** The other runs are not affected.\n\n{lines}")


def under_way() -> None:
    active = [job for job in queue.jobs() if job.active]
    if active:
        what = "1 extraction is" if len(active) == 1 else f"{len(active)} extractions are"
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{what} under way**", width="stretch")
            navigation.link("extract", "Watch", params={"job": active[0].id})


def page() -> None:
    shell.header(
        "Expert Explorer",
        "When and where do a language model’s representations align with people’s? "
        "An **expert** of a concept is a unit whose response tells sentences about it from others; "
        "concepts that share experts are similar to the model.",
    )
    with shell.guard():
        under_way()
    runs = library.runs()
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
        run = pick.pick_run()
    with right:
        human = pick.pick_human(run) if run else None
    with shell.guard():
        if run and human:
            headline(overview.Headline(run, overview.control_of(run, runs), human, TAUS[0]))
        elif run:
            shell.notice(
                "No human ratings cover two concepts of this run, so its alignment cannot be told."
            )
    next_steps(run)
    with shell.guard():
        cache(runs)


page()
