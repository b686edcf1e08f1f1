"""A study from the page: what it holds, what it costs, and starting what the cache
lacks.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.core.text import duration, plain, size
from explorer.jobs import queue
from explorer.jobs.kinds import study as jobs
from explorer.jobs.kinds.study_sources import lacking
from explorer.studies.study import SHIPPED, Study, load, parse
from explorer.ui import shell

OWN = "My own TOML file"


def choose() -> Study | None:
    """A shipped study or an uploaded one; None while none is given. Raises InputError
    for a faulty file.
    """
    name = st.selectbox(
        "Study",
        [*SHIPPED, OWN],
        format_func=lambda one: one if one == OWN else f"{one} · {load(one).title}",
        key="form_study",
        persist_state="session",
    )
    if name != OWN:
        return load(name)
    given = st.file_uploader(
        "TOML file",
        type="toml",
        key="form_study_file",
        help="`python -m explorer study show bundled` prints one.",
    )
    if given is None:
        shell.notice("Give a TOML file to see what it would do.")
        return None
    return parse(given.name.removesuffix(".toml"), given.getvalue().decode("utf-8", "replace"))


def show(study: Study) -> None:
    """The passes of a study, their state and, when asked for, their cost; a button that
    starts the rest.
    """
    work = jobs.passes(study)
    unwritten = lacking(study)
    n_runs, left = (
        sum(len(one.requests) for one in work),
        [r for one in work if not one.writing for r in one.left],
    )
    st.caption(
        plain(
            f"{n_runs} runs, {len(study.checkpoints)} checkpoints × {', '.join(study.probe_sets)}; "
            f"{n_runs - sum(len(one.left) for one in work)} are in the cache."
        )
    )
    planned = st.session_state.get("study_plan")
    known = planned[1] if planned and planned[0] == study else None
    st.dataframe(_table(work, known), hide_index=True)
    if known:
        st.caption(plain(_total(known)))
    elif st.button("Estimate the cost", icon=":material/speed:", key="study_cost"):
        with st.spinner("Asking for every checkpoint…", show_time=True):
            st.session_state["study_plan"] = (study, jobs.plan(study))
        st.rerun()
    for writing in unwritten:
        shell.notice(
            f"The probe set “{plain(writing.source.probe_set)}” is not there. Have it written by "
            f"{plain(writing.source.writer)} with `python -m explorer study run "
            f"{plain(study.name)}`, which also goes "
            "on with the rest."
        )
    for one in {one.probe_set: one for one in work}.values():
        if one.missing:
            shell.notice(
                f"“{plain(one.probe_set)}” has no sentences of {len(one.missing)} words "
                f"({plain(_some(one.missing))}), "
                f"which takes {one.lost_pairs} rated pairs away."
            )
    if not left:
        if not unwritten:
            shell.notice("Every run of this study is in the cache.")
        return
    if st.button(
        f"Start the {len(left)} runs that are left",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
    ):
        job = queue.submit(left[0], also=left[1:], human=study.human)
        st.query_params["job"] = job.id
        st.rerun()


def _table(work: list[jobs.Pass], known: list[jobs.Planned] | None) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "checkpoint": [one.checkpoint.label for one in work],
            "probe set": [one.probe_set for one in work],
            "runs": [len(one.requests) for one in work],
            "in the cache": [len(one.requests) - len(one.left) for one in work],
        }
    )
    if known:
        costs = [one.cost for one in known]
        table["sentences"] = [cost.n_sentences if cost else None for cost in costs]
        table["time"] = [duration(cost.seconds) if cost else "–" for cost in costs]
        table["memory"] = [size(cost.memory_bytes) if cost else "–" for cost in costs]
        table["disk"] = [size(cost.disk_bytes) if cost else "–" for cost in costs]
        table["problem"] = [one.problem for one in known]
    return table


def _total(known: list[jobs.Planned]) -> str:
    left = [one.cost for one in known if one.cost and one.work.left]
    if not left:
        return "Nothing of what can be estimated is left to do."
    seconds, disk = sum(cost.seconds for cost in left), sum(cost.disk_bytes for cost in left)
    memory = max(cost.memory_bytes for cost in left)
    return (
        f"About {duration(seconds)} for what is left and can be estimated, up to {size(memory)} "
        "of memory, "
        f"{size(disk)} of disk."
    )


def _some(words: tuple[str, ...], most: int = 8) -> str:
    return ", ".join(words[:most]) + (", …" if len(words) > most else "")


def guarded() -> None:
    """Choose a study and show it; a problem is shown as a sentence."""
    try:
        study = choose()
        if study is not None:
            show(study)
    except ExplorerError as error:
        shell.problem(error)
