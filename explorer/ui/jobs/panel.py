"""An extraction job on the page: progress, what can be done about it, its log, its
result.
"""

from __future__ import annotations

import html

import streamlit as st

from explorer.core.text import date, duration, plain
from explorer.jobs import progress as stages
from explorer.jobs import queue
from explorer.jobs.queue import Job
from explorer.ui import library, navigation, shell

STEPS = {
    stages.WAITING: "Wait",
    stages.LOADING: "Load the model",
    stages.PREPARING: "Read the negative pool",
    stages.CONCEPTS: "Find experts",
    stages.FINISHING: "Compare concepts",
}
STATES = {
    "queued": ("waiting", "gray", ":material/schedule:"),
    "running": ("running", "blue", ":material/progress_activity:"),
    "done": ("done", "green", ":material/check:"),
    "failed": ("failed", "red", ":material/error:"),
    "cancelled": ("cancelled", "gray", ":material/block:"),
    "interrupted": ("interrupted", "orange", ":material/pause:"),
}
_EVERY = 1.0


def show(job_id: str) -> None:
    """The job of this id, refreshed every second while it is active."""
    job = _find(job_id)
    if job is None:
        shell.notice(f"There is no extraction “{plain(job_id)}”. It may have been removed.")
        return
    if job.active:
        _watch(job_id)
    else:
        _panel(job)


def _find(job_id: str) -> Job | None:
    if not job_id.isalnum():
        return None
    job = queue.get(job_id)
    if job is None and any(run.id == job_id for run in library.runs()):
        job = queue.submit(library.library().run(job_id).request)
    return job


@st.fragment(run_every=_EVERY)
def _watch(job_id: str) -> None:
    with shell.guard():
        job = queue.get(job_id)
        if job is None or not job.active:
            st.rerun(scope="app")
        else:
            _panel(job)


def _panel(job: Job) -> None:
    with st.container(border=True, key="job-panel"):
        _heading(job)
        if job.active:
            _progress(job)
        elif job.state == "done":
            _result(job)
        else:
            _stopped(job)
        _log(job)


def badge(job: Job) -> None:
    """The state of a job as a coloured word."""
    word, colour, icon = STATES[job.state]
    st.badge(word, color=colour, icon=icon)  # type: ignore[arg-type]


def summary(job: Job) -> str:
    """What the job extracts, in a line."""
    asked = job.request
    more = f" · with {len(job.also)} more runs" if job.also else ""
    return (
        f"{len(asked.concepts)} concepts · N⁺ {asked.n_positive:,} · N⁻ {asked.n_negative:,} · "
        f"{asked.folds} folds"
        f" · probe set {asked.probe_set}{more}"
    )


def _heading(job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(job.request.checkpoint.label), anchor=False, width="content")
        badge(job)
    st.caption(
        f"{plain(summary(job))} · started {plain(date(job.created.isoformat()))} · run `{job.id}`"
    )


def _progress(job: Job) -> None:
    st.html(_steps(job.stage))
    share = min(1.0, job.done / job.total) if job.total else 0.0
    left = f" — about {duration(job.eta_s)} left" if job.eta_s is not None else ""
    st.progress(share, text=plain((job.message or "Starting") + left))
    st.caption("You can close this page: the extraction goes on, and its address brings you back.")
    if st.button("Cancel", key=f"cancel_{job.id}", icon=":material/stop:"):
        with shell.guard():
            queue.cancel(job.id)
            st.toast("Stopping after the current batch. Finished concepts are kept.")


def _steps(stage: str) -> str:
    names = list(STEPS)
    at = names.index(stage) if stage in names else 0
    parts = []
    for i, name in enumerate(names[1:], 1):
        weight, shade = ("650", 1.0) if i == at else ("400", 0.85 if i < at else 0.45)
        sign = "✓ " if i < at else ""
        parts.append(
            f'<span style="font-weight:{weight};opacity:{shade}">{sign}{html.escape(STEPS[name])}</span>'
        )
    arrow = '<span style="opacity:.4;padding:0 .45rem">›</span>'
    return f'<div style="font-size:.9rem;line-height:1.7">{arrow.join(parts)}</div>'


def _result(job: Job) -> None:
    known = {run.id: run for run in library.runs()}
    if job.id not in known:
        shell.warn("The run file of this extraction is no longer in the cache.")
        if st.button("Extract again", key=f"again_{job.id}", icon=":material/replay:"):
            with shell.guard():
                queue.submit(job.request)
                st.rerun()
        return
    st.markdown("The run is in the cache. Look at its results:")
    with st.container(horizontal=True):
        for page in ("overview", "alignment", "stability", "domains"):
            navigation.link(page, params={"run": job.id})


def _stopped(job: Job) -> None:
    if job.state == "failed":
        hint = f"\n\n{plain(job.hint)}" if job.hint else ""
        st.error(
            f"**{plain(job.error or 'The extraction failed.')}**{hint}", icon=":material/error:"
        )
    else:
        what = (
            "This extraction was cancelled."
            if job.state == "cancelled"
            else "The worker of this extraction has stopped."
        )
        kept = (
            f" {job.done} of {job.total} concepts are kept."
            if job.stage == stages.CONCEPTS and job.total
            else ""
        )
        shell.notice(plain(what + kept))
    with st.container(horizontal=True):
        resumed = st.button(
            "Resume", key=f"resume_{job.id}", type="primary", icon=":material/play_arrow:"
        )
        removed = st.button(
            "Remove",
            key=f"forget_{job.id}",
            icon=":material/delete:",
            help="Forget this extraction and the concepts it has finished.",
        )
    with shell.guard():
        if resumed:
            queue.resume(job.id)
            st.rerun()
        if removed:
            queue.forget(job.id)
            st.rerun()


def _log(job: Job) -> None:
    text = queue.log_tail(job.id)
    if text:
        with st.expander("Log", expanded=job.state == "failed"):
            long = text.count("\n") > 10
            st.code(text, language=None, height=260 if long else "content", wrap_lines=True)


def all_jobs(chosen: str | None) -> None:
    """Every job but the one shown above, newest first, with a link to it."""
    others = [job for job in queue.jobs() if job.id != chosen]
    if not others:
        return
    st.subheader("Other extractions" if chosen else "Extractions", anchor=False)
    for job in others[:20]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            badge(job)
            when = date(job.created.isoformat())
            st.markdown(
                f"**{plain(job.request.checkpoint.label)}**  \n:small[{plain(summary(job))} · "
                f"{plain(when)}]",
                width="stretch",
            )
            navigation.link(
                "extract", "Open", params={"job": job.id}, icon=":material/arrow_forward:"
            )
    if len(others) > 20:
        st.caption(
            f"and {len(others) - 20} older ones; `python -m explorer status` lists them all."
        )
