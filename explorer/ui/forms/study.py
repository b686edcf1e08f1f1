"""A study from the page: what it holds, what it costs, and starting what the cache
lacks.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.core.text import duration, plain, size
from explorer.jobs import queue
from explorer.jobs.kinds import study_passes
from explorer.jobs.kinds.sentences import SENTENCES
from explorer.jobs.kinds.study import STUDY
from explorer.jobs.kinds.study_passes import Planned, StudyPass
from explorer.reports.hypotheses import check_hypotheses
from explorer.studies.study import SHIPPED, Study, load, parse
from explorer.ui import shell
from explorer.ui.forms import place
from explorer.ui.library import library

OWN = "My own TOML file"


def choose() -> Study | None:
    """A shipped study or an uploaded one; None while none is given. Raises InputError
    for a faulty file.
    """
    name = st.selectbox(
        "Study",
        [*SHIPPED, OWN],
        format_func=lambda study: study if study == OWN else f"{study} · {load(study).title}",
        key="form_study",
        persist_state="session",
    )
    if name != OWN:
        return load(name)
    given = st.file_uploader(
        "TOML file",
        type="toml",
        key="form_study_file",
        help="`explorer study show bundled` prints one.",
    )
    if given is None:
        shell.notice("Give a TOML file to see what it would do.")
        return None
    study = parse(given.name.removesuffix(".toml"), given.getvalue().decode("utf-8", "replace"))
    check_hypotheses(study.hypotheses)
    return study


def show(study: Study) -> None:
    """The passes of a study, their state and, when asked for, their cost; a button that
    starts what is left.
    """
    published = {run.id: run for run in library().runs()}
    parts = study_passes.passes(study)
    unwritten = [part for part in _by_probe_set(parts) if part.writing]
    n_runs = sum(len(part.requests) for part in parts)
    n_left = sum(len(part.left(published)) for part in parts)
    st.caption(
        plain(
            f"{n_runs} runs, {len(study.checkpoints)} checkpoints × {', '.join(study.probe_sets)}; "
            f"{n_runs - n_left} are in the cache."
        )
    )
    if study.hypotheses:
        st.caption(
            f"{len(study.hypotheses)} hypotheses will be written, with the date, into every run "
            "that is begun; a report shows what became of them."
        )
    if sentence := study_passes.unstated(study, parts, published):
        shell.notice(plain(sentence))
    _costs(study, parts, published)
    for part in _by_probe_set(parts):
        _sentences(part)
    if n_left:
        _start(study, n_left, len(unwritten))
    else:
        shell.notice("Every run of this study is in the cache.")


def _by_probe_set(parts: list[StudyPass]) -> list[StudyPass]:
    """A pass of each probe set."""
    return list({part.probe_set: part for part in parts}.values())


def _costs(study: Study, parts: list[StudyPass], published: Collection[str]) -> None:
    """The table of passes, with their costs once somebody has asked for them."""
    planned = st.session_state.get("study_plan")
    known = planned[1] if planned and planned[0] == study else None
    st.dataframe(_table(parts, published, known), hide_index=True)
    if known:
        st.caption(plain(_total(known, published)))
    elif st.button("Estimate the cost", icon=":material/speed:", key="study_cost"):
        with st.spinner("Asking for every checkpoint…", show_time=True):
            st.session_state["study_plan"] = (study, study_passes.plan(study, published))
        st.rerun()


def _sentences(part: StudyPass) -> None:
    """What to know about a probe set: that it is yet to be written, or what it
    lacks.
    """
    if part.writing:
        shell.notice(
            plain(
                f"The probe set “{part.probe_set}” is not there and will be written first: "
                f"{SENTENCES.summary(part.writing.request)}."
            )
        )
    if part.missing:
        shell.notice(
            plain(
                f"“{part.probe_set}” has no sentences of {len(part.missing)} words "
                f"({_some(part.missing)}), which takes {part.lost_pairs} rated pairs away."
            )
        )


def _start(study: Study, n_left: int, n_unwritten: int) -> None:
    first = f" and write {n_unwritten} probe sets" if n_unwritten else ""
    where = place.choose()
    if st.button(
        f"Start the {n_left} runs that are left{first}",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
        disabled=where is None,
    ):
        job = queue.submit(STUDY, study, place=where)
        st.query_params["job"] = job.id
        st.rerun()


def _table(
    parts: list[StudyPass], published: Collection[str], known: list[Planned] | None
) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "checkpoint": [part.checkpoint.label for part in parts],
            "probe set": [part.probe_set for part in parts],
            "runs": [len(part.requests) for part in parts],
            "in the cache": [len(part.requests) - len(part.left(published)) for part in parts],
        }
    )
    if known:
        costs = [row.cost for row in known]
        table["sentences"] = [cost.n_sentences if cost else None for cost in costs]
        table["time"] = [duration(cost.seconds) if cost else "–" for cost in costs]
        table["memory"] = [size(cost.memory_bytes) if cost else "–" for cost in costs]
        table["disk"] = [size(cost.disk_bytes) if cost else "–" for cost in costs]
        table["problem"] = [row.problem for row in known]
    return table


def _total(known: list[Planned], published: Collection[str]) -> str:
    costs = [row.cost for row in known if row.cost and row.part.left(published)]
    if not costs:
        return "Nothing of what can be estimated is left to do."
    seconds, disk = sum(cost.seconds for cost in costs), sum(cost.disk_bytes for cost in costs)
    memory = max(cost.memory_bytes for cost in costs)
    return (
        f"About {duration(seconds)} for what is left and can be estimated, up to {size(memory)} "
        f"of memory, {size(disk)} of disk."
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
