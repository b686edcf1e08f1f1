"""Where a job runs, on a machine from which a cluster can be asked."""

from __future__ import annotations

import shlex

import streamlit as st

from explorer.core.place import LOCAL, Place, place_named
from explorer.jobs.executors import slurm
from explorer.ui import shell

HERE, SLURM = "This machine", "Slurm"
_USUAL = "as Slurm chooses"
_ANSWER_KEPT_S = 60


def choose() -> Place | None:
    """The place of a job, asked only where there is a choice; None while what was
    chosen cannot be asked for, which is then told. Raises InputError for what the
    environment says wrongly.
    """
    usual = place_named({})
    if usual.is_local and not slurm.is_here():
        return usual
    chosen = st.segmented_control(
        "Run on",
        [HERE, SLURM],
        default=HERE if usual.is_local else SLURM,
        required=True,
        key="form_executor",
        persist_state="session",
    )
    if chosen == HERE:
        return LOCAL
    with st.expander("Slurm: partition, time limit, memory, GPUs"), shell.guard():
        return _slurm(place_named({"executor": "slurm"}))
    return None


def _slurm(usual: Place) -> Place:
    names = [_USUAL, *_partitions()]
    if usual.partition and usual.partition not in names:
        names.append(usual.partition)
    first, second, third = st.columns(3)
    partition = first.selectbox(
        "Partition",
        names,
        index=names.index(usual.partition or _USUAL),
        key="form_partition",
        persist_state="session",
    )
    hours = second.number_input(
        "Time limit, hours",
        1 / 60,
        24.0 * 365,
        usual.minutes / 60,
        key="form_hours",
        persist_state="session",
        help="A job that runs into it is queued again and goes on where it was.",
    )
    memory = third.text_input(
        "Memory",
        usual.memory,
        placeholder=_USUAL,
        key="form_memory",
        persist_state="session",
        help="As sbatch reads it, such as 16G.",
    )
    first, second, third = st.columns(3)
    gpus = first.number_input("GPUs", 0, 64, usual.gpus, key="form_gpus", persist_state="session")
    cpus = second.number_input(
        "CPU cores",
        0,
        4096,
        usual.cpus,
        key="form_cpus",
        persist_state="session",
        help="0 leaves it to Slurm.",
    )
    flags = third.text_input(
        "More flags of sbatch",
        shlex.join(usual.flags),
        placeholder="account=mine qos=low",
        key="form_flags",
        persist_state="session",
    )
    st.caption("What is estimated above is for this machine; a node may take less or more time.")
    return place_named(
        {
            "executor": "slurm",
            "partition": "" if partition == _USUAL else partition,
            "time": str(max(1, round(60 * hours))),
            "memory": memory.strip(),
            "gpus": str(gpus),
            "cpus": str(cpus),
            "sbatch": flags,
        }
    )


@st.cache_data(ttl=_ANSWER_KEPT_S, show_spinner=False)
def _partitions() -> list[str]:
    return slurm.partitions()
