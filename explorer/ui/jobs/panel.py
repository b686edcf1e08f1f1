"""A job on the page, of whatever kind: progress, what can be done about it, its log,
its result.
"""

from __future__ import annotations

import contextlib
import html
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from explorer.core import access
from explorer.core.errors import InputError
from explorer.core.text import date, duration, plain
from explorer.jobs import queue
from explorer.jobs.job import STOPPED
from explorer.jobs.queue import Job
from explorer.ui import login, navigation, shell

STATES = {
    "queued": ("waiting", "gray", ":material/schedule:"),
    "running": ("running", "blue", ":material/progress_activity:"),
    "done": ("done", "green", ":material/check:"),
    "failed": ("failed", "red", ":material/error:"),
    "cancelled": ("cancelled", "gray", ":material/block:"),
    "interrupted": ("interrupted", "orange", ":material/pause:"),
    "damaged": ("damaged", "red", ":material/broken_image:"),
    "unknown": ("unknown kind", "gray", ":material/help:"),
}
_EVERY = 1.0


def show(job_id: str) -> None:
    """The job of this id, or what is there under it, refreshed every second while it is
    active.
    """
    job = None
    with contextlib.suppress(InputError):  # an address that cannot be a job's
        job = queue.look_up(job_id)
    if job is None:
        shell.notice(f"There is no job “{plain(job_id)}”. It may have been removed.")
    elif job.active:
        _watch(job_id)
    else:
        _panel(job)


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
        if not (job.state == "done" and job.kind and job.kind.finished(job.request)):
            login.closed("job")
        if job.active:
            _progress(job)
        elif job.state == "done":
            _result(job)
        else:
            _stopped(job)
        _parts(job)
        _log(job)


def badge(job: Job) -> None:
    """The state of a job as a coloured word."""
    word, colour, icon = STATES[job.state]
    st.badge(word, color=colour, icon=icon)  # type: ignore[arg-type]


def _heading(job: Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(job.title), anchor=False, width="content")
        badge(job)
    if job.kind is not None:
        started = plain(date(job.created.isoformat()))
        by = f" by {person}" if (person := login.named(job.person)) else ""
        where = f" · {plain(job.where)}" if job.where else ""
        told = f"{plain(job.summary)} · started {started}{by} · {job.kind.name} `{job.id}`{where}"
        st.caption(told)


def _progress(job: Job) -> None:
    if job.kind is not None:
        st.html(_steps(job.kind.stages, job.stage))
    share = min(1.0, job.done / job.total) if job.total else 0.0
    left = f" — about {duration(job.eta_s)} left" if job.eta_s is not None else ""
    st.progress(share, text=plain((job.message or "Starting") + left))
    st.caption("You can close this page: the work goes on, and its address brings you back.")
    if _may() and st.button("Cancel", key=f"cancel_{job.id}", icon=":material/stop:"):
        with shell.guard():
            queue.cancel(job.id)
            kept = job.kind.kept if job.kind else "what is finished is kept"
            st.toast(f"Stopping at the next good moment; {kept}.")


def _may() -> bool:
    return access.refusal() is None


def _steps(stages: Mapping[str, str], stage: str) -> str:
    names = list(stages)
    at = names.index(stage) if stage in names else -1
    parts = []
    for i, name in enumerate(names):
        weight, shade = ("650", 1.0) if i == at else ("400", 0.85 if i < at else 0.45)
        sign = "✓ " if i < at else ""
        words = html.escape(stages[name])
        parts.append(f'<span style="font-weight:{weight};opacity:{shade}">{sign}{words}</span>')
    arrow = '<span style="opacity:.4;padding:0 .45rem">›</span>'
    return f'<div style="font-size:.9rem;line-height:1.7">{arrow.join(parts)}</div>'


def _result(job: Job) -> None:
    if job.kind is None:
        return
    if not job.kind.finished(job.request):
        shell.warn("What this job made is no longer in the cache, or not all of it.")
        if _may() and st.button("Run it again", key=f"again_{job.id}", icon=":material/replay:"):
            with shell.guard():
                queue.submit(job.kind, job.request, place=job.place)
                st.rerun()
        return
    links = [link for link in job.kind.links(job.request) if link.page in navigation.PAGES]
    st.markdown(plain(job.kind.result(job.request)) + (" Look at it:" if links else ""))
    with st.container(horizontal=True):
        for link in links:
            navigation.link(link.page, link.label or None, params=link.params)


def _stopped(job: Job) -> None:
    if job.state in ("failed", "damaged", "unknown"):
        hint = f"\n\n{plain(job.hint)}" if job.hint else ""
        st.error(f"**{plain(job.error or 'The job failed.')}**{hint}", icon=":material/error:")
    else:
        cancelled = job.state == "cancelled"
        what = job.error or ("It was cancelled." if cancelled else "Its worker has stopped.")
        kept = f" {job.kept} are kept." if job.kept else ""
        hint = f" {job.hint}" if job.error and job.hint else ""
        shell.notice(plain(what + kept + hint))
    if not _may():
        return
    with st.container(horizontal=True):
        resumed = job.state in STOPPED and st.button(
            "Resume", key=f"resume_{job.id}", type="primary", icon=":material/play_arrow:"
        )
        removed = st.button(
            "Remove",
            key=f"forget_{job.id}",
            icon=":material/delete:",
            help="Forget this job and what it has begun; what is finished stays.",
        )
    with shell.guard():
        if resumed:
            queue.resume(job.id)
            st.rerun()
        if removed:
            queue.forget(job.id)
            st.rerun()


def _parts(job: Job) -> None:
    """What became of the parts of a job that has some, failures first."""
    parts = sorted(queue.outcomes(job.id), key=lambda part: not part.problem)
    if not parts:
        return
    n_failed = sum(bool(part.problem) for part in parts)
    failed = f", {n_failed} failed" if n_failed else ""
    with st.expander(f"Parts: {len(parts) - n_failed} done{failed}", expanded=n_failed > 0):
        told = [(part.part, "failed" if part.problem else "done", part.problem) for part in parts]
        st.dataframe(pd.DataFrame(told, columns=["part", "state", "problem"]), hide_index=True)


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
    st.subheader("Other jobs" if chosen else "Jobs", anchor=False)
    for job in others[:20]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            badge(job)
            when = date(job.created.isoformat())
            about = [plain(fact) for fact in (job.summary, when, job.where) if fact]
            facts = " · ".join([*about, *filter(None, [login.named(job.person)])])
            st.markdown(f"**{plain(job.title)}**  \n:small[{facts}]", width="stretch")
            navigation.link(
                "extract", "Open", params={"job": job.id}, icon=":material/arrow_forward:"
            )
    if len(others) > 20:
        st.caption(f"and {len(others) - 20} older ones; `explorer status` lists them all.")
