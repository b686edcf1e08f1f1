"""Workers that Slurm starts, by submitit: `python -m explorer worker` on a node of a
cluster.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import Any

from explorer.core import settings
from explorer.core.errors import InputError, ResourceError
from explorer.core.place import Place
from explorer.core.tables import near
from explorer.jobs import heartbeat
from explorer.jobs.claim import Claim
from explorer.jobs.executors import slurm_states
from explorer.jobs.executors.executor import Executor, Standing
from explorer.jobs.executors.slurm_watch import WATCHER
from explorer.jobs.executors.slurm_work import Work
from explorer.jobs.folder import JobFolder

_WARNING_S = 90
"""How long before its time limit a worker is told, so that it can be queued again."""
_PASSED_ON = ("EXPERT_EXPLORER_DOWNLOADS", "EXPERT_EXPLORER_KINDS")
"""What a node has to know where Slurm does not hand on the environment; no secrets."""
_MOST_TIMES = 1000
"""How often it is queued again; `Work` stops before, when that brings nothing."""
_ANSWER_S = 60


class Slurm(Executor):
    """One Slurm job a job."""

    def check(self, place: Place) -> None:
        _submitit()
        if shutil.which("sbatch") is None or shutil.which("srun") is None:
            raise InputError(
                "There is no Slurm on this machine: sbatch and srun are not on the PATH.",
                "Start it where they are, such as a login node, or choose --executor local.",
            )
        known = partitions()
        for name in place.partition.split(",") if known and place.partition else ():
            if name not in known:
                raise InputError(
                    f"Slurm has no partition “{name}”.",
                    f"{near(name, known)}Its partitions: {', '.join(known)}.",
                )

    def start(self, folder: JobFolder, place: Place) -> None:
        self.check(place)
        executor = _submitit().SlurmExecutor
        # Not in the cache: what lies here is executed on a node in this user's name.
        scratch = settings.state_dir() / "slurm" / folder.id
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(0o700, parents=True)
        try:
            submission = executor(folder=scratch, max_num_timeout=_MOST_TIMES)
            submission.update_parameters(**_parameters(folder, place))
            work = Work(folder.id, _environment(), place.minutes, _warning_s(place))
            job = submission.submit(work)
        except (RuntimeError, subprocess.SubprocessError) as error:
            shutil.rmtree(scratch, ignore_errors=True)
            raise _refusal(str(error)) from error
        except OSError:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
        folder.claim_for(str(job.job_id))
        WATCHER.look_again()

    def standing(self, folder: JobFolder, claim: Claim) -> Standing:
        if not is_here():
            return _from_afar(folder, claim)
        return slurm_states.standing(claim, WATCHER.state(claim.job))

    def stop(self, claim: Claim) -> None:
        if not is_here():
            raise InputError(
                f"There is no Slurm on this machine to cancel its job {claim.job}.",
                f"On the cluster: scancel {claim.job}",
            )
        _call("scancel", claim.job)
        WATCHER.look_again()


SLURM = Slurm()


def is_here() -> bool:
    """Whether this machine can ask Slurm for anything."""
    return shutil.which("squeue") is not None


def partitions() -> list[str]:
    """The partitions there are, the usual one first; none where Slurm does not say."""
    try:
        lines = _call("sinfo", "--noheader", "--format=%P").split()
    except (InputError, ResourceError):
        return []
    return [line.rstrip("*") for line in sorted(lines, key=lambda line: not line.endswith("*"))]


def _call(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_ANSWER_S, check=True
        )
    except subprocess.CalledProcessError as error:
        raise _refusal(str(error.stderr)) from error
    except subprocess.TimeoutExpired as error:
        raise ResourceError(
            f"Slurm has not answered {command[0]} for {_ANSWER_S} s.", "Try again later."
        ) from error
    except OSError as error:
        raise InputError(
            f"{command[0]} cannot be run: {error.strerror}.", "Is Slurm on the PATH?"
        ) from error
    return done.stdout


def _parameters(folder: JobFolder, place: Place) -> dict[str, Any]:
    log = str(folder.log.resolve())
    given: dict[str, Any] = {
        "partition": place.partition or None,
        "gpus_per_node": place.gpus or None,
        "cpus_per_task": place.cpus or None,
        "mem": place.memory or None,
    }
    more: dict[str, Any] = {}
    for flag in place.flags:
        name, sign, value = flag.removeprefix("--").partition("=")
        more[name] = value if sign else True
    # Slurm's own words, such as of a time limit, go into the log of the job too.
    ours = {"chdir": str(settings.PROJECT), "output": _plain(log), "error": _plain(log)}
    return {
        **{name: value for name, value in given.items() if value is not None},
        "job_name": f"explorer-{folder.id[:16]}",
        "time": place.minutes,
        "signal_delay_s": _warning_s(place),
        "additional_parameters": {**more, **ours, "requeue": True},
        "srun_args": ["--output", _plain(log), "--error", _plain(log), "--open-mode=append"],
        "wckey": None,
    }


def _warning_s(place: Place) -> int:
    # Enough for the batch that is under way; a third of a short limit.
    return min(_WARNING_S, 60 * place.minutes // 3)


def _plain(path: str) -> str:
    return path.replace("%", "%%")


def _environment() -> dict[str, str]:
    given = {name: os.environ[name] for name in _PASSED_ON if os.environ.get(name)}
    return {**given, "EXPERT_EXPLORER_CACHE": str(settings.cache_dir().resolve())}


def _submitit() -> Any:
    try:
        import submitit
    except ImportError as error:
        raise InputError(
            "Slurm is asked through the library submitit, which is not installed.",
            "pip install 'expert-explorer[cluster]'",
        ) from error
    return submitit


def _refusal(said: str) -> ResourceError | InputError:
    """What Slurm says when it takes no job, as a sentence."""
    lines = re.findall(r"^\w+: error: (.+)$", said, re.MULTILINE) or said.split("\n")[-1:]
    why = lines[-1].removeprefix("Batch job submission failed: ").strip().rstrip(".")
    if "partition" in why.lower() and (known := partitions()):
        return InputError(f"Slurm refused the job: {why}.", f"Its partitions: {', '.join(known)}.")
    if "contact" in why.lower() or "connect" in why.lower():
        return ResourceError(f"Slurm does not answer: {why}.", "Try again later.")
    return InputError(f"Slurm refused: {why or 'it does not say why'}.", "Correct what was asked.")


def _from_afar(folder: JobFolder, claim: Claim) -> Standing:
    """What a machine without Slurm can tell of a job of Slurm."""
    where = f"Slurm job {claim.job}" + (f" on {claim.host}" if claim.host else "")
    if not claim.pid:
        told = f"{where} is in the queue, as far as this machine without Slurm can tell"
        return Standing(there=True, waiting=told, where=where)
    if not heartbeat.is_silent(folder.beat):
        return Standing(there=True, where=where)
    return Standing(
        there=True,
        waiting=f"{where} has given no sign of life for {heartbeat.SILENT_S:.0f} s; only a "
        "machine with Slurm can tell more",
        where=where,
    )
