"""Slurm's states as sentences."""

from __future__ import annotations

import sys

from explorer.core import settings
from explorer.jobs.claim import Claim
from explorer.jobs.executors.executor import End, Standing
from explorer.jobs.executors.slurm_watch import FORGOTTEN, UNHEARD, JobState

_REASONS = {
    "None": "",
    "Priority": "others go first",
    "Resources": "the nodes are taken",
    "BeginTime": "its time to begin has not come",
    "Dependency": "another job has to end first",
    "JobHeldUser": "it is held; `scontrol release {job}` lets it go",
    "JobHeldAdmin": "an administrator holds it",
    "PartitionTimeLimit": "it asks for more time than the partition gives, and will never "
    "start; cancel it and ask for less",
    "PartitionNodeLimit": "it asks for more than the partition has, and will never start; "
    "cancel it and ask for less",
    "ReqNodeNotAvail": "the nodes it needs are away",
    "launch_failed_requeued_held": "a node could not start it, and Slurm holds it; see the log",
}
"""Why a job waits, in words; Slurm's own word stands for others."""
_GOING = {
    "CONFIGURING": "its nodes are being made ready",
    "REQUEUED": "it was put back into the queue",
    "REQUEUE_HOLD": "it was put back into the queue and is held; `scontrol release {job}` lets it "
    "go",
    "REQUEUE_FED": "it was put back into the queue",
    "RESV_DEL_HOLD": "its reservation is gone, and it is held",
    "RESIZING": "it is being resized",
    "SIGNALING": "it is being told to end",
    "STAGE_OUT": "its files are being moved",
    "STOPPED": "it was stopped and can go on",
    "SUSPENDED": "it was suspended and can go on",
    "SPECIAL_EXIT": "it was put back into the queue and is held",
}
_WORKING = ("RUNNING", "COMPLETING")
_ENDS: dict[str, tuple[End, str, str]] = {
    "CANCELLED": ("cancelled", "Slurm's job {job} was cancelled (scancel)", ""),
    "TIMEOUT": (
        "interrupted",
        "Slurm's job {job} ran into its time limit of {limit}",
        "Resume it, or submit it again with a longer --time.",
    ),
    "DEADLINE": ("interrupted", "Slurm's job {job} ran into its deadline", "Resume it."),
    "PREEMPTED": ("interrupted", "Slurm gave the place of its job {job} to another", "Resume it."),
    "NODE_FAIL": ("interrupted", "The node {nodes} of Slurm's job {job} failed", "Resume it."),
    "BOOT_FAIL": ("interrupted", "The node {nodes} of Slurm's job {job} did not start", ""),
    "REVOKED": ("interrupted", "Slurm's job {job} was moved to another cluster", "Resume it."),
    "OUT_OF_MEMORY": (
        "failed",
        "Slurm's job {job} took more memory than it was given",
        "Submit it again with more --memory, lower N⁻, or choose a smaller model.",
    ),
}


def standing(claim: Claim, state: JobState) -> Standing:
    """How the worker of a job stands, after what Slurm says of it."""
    job, nodes = claim.job, state.nodes or claim.host
    where = f"Slurm job {job}" + (f" on {nodes}" if nodes else "")
    if state == UNHEARD:
        told = "" if claim.pid else f"Slurm has it as job {job} and does not answer now"
        return Standing(there=True, waiting=told, where=where)
    if state.name == "PENDING":
        reason = state.reason.strip("()")
        why = _REASONS.get(reason, reason).format(job=job)
        return Standing(
            there=True, waiting=f"In Slurm's queue as job {job}{_after(why)}", where=where
        )
    if state.name in _WORKING:
        told = "" if claim.pid else f"Slurm has started it on {nodes}"
        left = f", {state.left} left of {state.limit}" if state.left not in ("", "INVALID") else ""
        return Standing(there=True, waiting=told, where=f"{where}{left}")
    if state.name in _GOING:
        why = _GOING[state.name].format(job=job)
        return Standing(there=True, waiting=f"In Slurm as job {job}{_after(why)}", where=where)
    return _ended(claim, state, where)


def _ended(claim: Claim, state: JobState, where: str) -> Standing:
    job, nodes = claim.job, state.nodes or claim.host or "a node"
    if state.name in _ENDS:
        end, message, hint = _ENDS[state.name]
        message = message.format(job=job, nodes=nodes, limit=state.limit or "its partition")
    elif state == FORGOTTEN:
        end, hint = "interrupted", "Resume it."
        message = f"Slurm no longer knows its job {job}, whose worker stopped without saying why"
    elif claim.pid:
        end, hint = "interrupted", "The log may tell more; resume it."
        message = f"Its worker on {nodes}, Slurm's job {job}, stopped without saying why"
    else:
        end, message = "failed", f"{nodes} could not start the worker of Slurm's job {job}"
        hint = (
            f"The log has what Slurm said. A node needs {sys.executable}, {settings.PROJECT}, "
            f"{settings.state_dir()} and {settings.cache_dir()} at the same paths as here, and "
            "room on the disk."
        )
    return Standing(there=False, end=end, message=message, hint=hint, lasting=True, where=where)


def _after(why: str) -> str:
    return f": {why}" if why else ""
