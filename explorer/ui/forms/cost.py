"""What an extraction will cost, shown before it starts."""

from __future__ import annotations

import streamlit as st

from explorer.core.errors import ExplorerError
from explorer.core.request import RunRequest
from explorer.core.text import duration, plain, size
from explorer.jobs.cost import speeds
from explorer.jobs.cost.estimate import Estimate, estimate
from explorer.models import folders
from explorer.ui import shell


class _Refused(ExplorerError):
    """An estimate's problem, remembered so that each keystroke does not ask a slow hub
    again.
    """


@st.cache_data(show_spinner="Estimating the cost…", ttl=60, max_entries=64)
def _ask(request_json: str) -> Estimate | tuple[str, str]:
    try:
        return estimate(RunRequest.from_json(request_json))
    except ExplorerError as error:
        return error.what, error.hint


def of(request: RunRequest) -> Estimate:
    """The estimate, cached for a minute. Raises ExplorerError when the request cannot
    be carried out.
    """
    text = request.to_json()
    found = _ask(text)
    if isinstance(found, tuple):
        if folders.is_local(request.checkpoint.model):
            _ask.clear(text)  # it is mended at once, and asking again costs nothing
        raise _Refused(*found)
    return found


def show(found: Estimate, request: RunRequest) -> None:
    """Time, memory and disk against what there is, and a way to measure instead of
    guessing.
    """
    time, memory, disk, *gpu = st.columns(4 if found.gpu_bytes else 3)
    with time.container(border=True, height="stretch", gap="xxsmall"):
        st.metric("Time", f"≈ {duration(found.seconds)}")
        st.caption(
            f"{duration(found.seconds_low)} to {duration(found.seconds_high)} on this machine"
        )
    with memory.container(border=True, height="stretch", gap="xxsmall"):
        st.metric("Memory", f"≈ {size(found.memory_bytes)}")
        st.caption(f"{size(found.memory_available)} available")
    with disk.container(border=True, height="stretch", gap="xxsmall"):
        st.metric("Disk", f"≈ {size(found.disk_bytes)}")
        st.caption(f"{size(found.disk_available)} free")
    if gpu:
        with gpu[0].container(border=True, height="stretch", gap="xxsmall"):
            st.metric("GPU memory", f"≈ {size(found.gpu_bytes)}")
            st.caption(f"{size(found.gpu_available)} free")
    st.caption(plain(f"{found.note}; {found.n_units:,} units a concept."))
    if not found.measured and st.button(
        "Measure on this machine",
        icon=":material/speed:",
        key="measure",
        help="Loads the model and times a few batches of these sentences: seconds to a minute.",
    ):
        with st.spinner("Loading the model and timing a few batches…", show_time=True):
            speeds.measure(request)
        _ask.clear()
        st.rerun()
    if found.memory_bytes >= found.memory_available:
        shell.warn(
            "This needs more memory than is free now: lower N⁻, or choose fewer concepts or a "
            "smaller model."
        )
    if found.gpu_bytes > found.gpu_available:
        shell.warn("This needs more GPU memory than is free: choose bfloat16 or a smaller model.")
    if found.disk_bytes >= found.disk_available:
        shell.warn("This needs more disk than is free: delete runs you no longer need.")
