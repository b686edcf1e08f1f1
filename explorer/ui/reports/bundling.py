"""Runs and what goes with them as one file: to a colleague, and from one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from explorer.bundles.exporting import export_bundle
from explorer.bundles.importing import import_bundle
from explorer.core import access, settings
from explorer.core.errors import ExplorerError
from explorer.core.records import RunInfo
from explorer.core.text import plain, size
from explorer.ui import login, shell
from explorer.ui.library import library
from explorer.ui.reports import changing

_SENT, _TAKEN = "bundle_sent", "_bundle_taken"
_LARGEST_MB = 200
"""Of a bundle that is sent by a browser; the command line takes any."""


def show(name: str | None) -> None:
    """Forms that write a bundle, with a draft of a report if one is looked at, and that
    take one in.
    """
    with st.expander("Runs as one file, to and from colleagues", icon=":material/inventory_2:"):
        left, right = st.columns(2, gap="large")
        with left, shell.guard():
            _export(name)
        with right, shell.guard():
            _import()


def _export(name: str | None) -> None:
    runs = {run.id: run for run in library().runs()}
    chosen = st.multiselect(
        "Runs to hand on",
        list(runs),
        format_func=lambda run: f"{runs[run].label} · {run[:8]}",
        key="bundle_runs",
        placeholder="all" if runs else "There is no run.",
    )
    bare = st.checkbox(
        "Without sentences",
        key="bundle_bare",
        help="For text that may not be passed on: of each concept the words alone, in no order.",
    )
    picked = [runs[run] for run in chosen] or list(runs.values())
    reports = [name] if name is not None else []
    with_report = f" and the report “{name}”" if name else ""
    st.caption(
        plain(f"{len(picked)} runs, {size(sum(run.size_bytes for run in picked))}{with_report}")
    )
    st.download_button(
        "Bundle",
        data=lambda: _written(picked, reports, with_sentences=not bare),
        file_name="bundle.zip",
        mime="application/zip",
        key="bundle_out",
        icon=":material/folder_zip:",
        on_click="ignore",
        disabled=not picked,
    )


def _import() -> None:
    if login.closed("bundle"):
        return
    sent = st.file_uploader(
        "A bundle from a colleague",
        type="zip",
        key=_SENT,
        max_upload_size=_LARGEST_MB,
        help="It is checked whole before anything is written; nothing in it can run.",
    )
    st.button("Take it in", key="bundle_in", on_click=_take, disabled=sent is None)
    if taken := st.session_state.pop(_TAKEN, None):
        st.success(plain(taken), icon=":material/check:")


def _written(runs: Sequence[RunInfo], reports: list[str], *, with_sentences: bool) -> bytes:
    # Whoever may only look leaves nothing in the cache, not for a moment.
    cache = None if access.refusal() else settings.cache_dir()
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=cache) as folder:
        path = Path(folder, "bundle.zip")
        export_bundle(path, library(), runs, reports=reports, with_sentences=with_sentences)
        return path.read_bytes()


def _take() -> None:
    sent = st.session_state.get(_SENT)
    if sent is None:
        return
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "bundle.zip")
            path.write_bytes(sent.getbuffer())
            places = import_bundle(path)
    except ExplorerError as error:
        changing.refuse(error)
        return
    n_runs = sum(member.startswith("runs/") for member in places)
    others = len(places) - n_runs
    st.session_state[_TAKEN] = f"{n_runs} runs and {others} other files are in the cache."
