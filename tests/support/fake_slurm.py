"""As much of Slurm as is asked of it, as five programs on the PATH: a job is a process
of this machine, its state a line of a file.

What the file says can be changed by a test: `state(folder, job, "NODE_FAIL")`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
from pathlib import Path

_PROGRAM = """#!{python}
import os, sys
sys.path.insert(0, {project!r})
from tests.support import fake_slurm
sys.exit(fake_slurm.{name}(sys.argv[1:]))
"""
_FOLDER = "FAKE_SLURM"
_PROJECT = Path(__file__).resolve().parent.parent.parent


def install(folder: Path) -> Path:
    """Write the programs into a folder; returns the one for the PATH. `FAKE_SLURM` has
    to name the folder.
    """
    programs = folder / "bin"
    programs.mkdir(parents=True)
    for name in ("sbatch", "srun", "squeue", "scancel", "sinfo"):
        path = programs / name
        path.write_text(_PROGRAM.format(python=sys.executable, project=str(_PROJECT), name=name))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return programs


def state(folder: Path, job: str, name: str, reason: str = "None") -> None:
    """Say in what state a job is, whatever its process does."""
    (folder / f"{job}.state").write_text(f"{name}|{reason}")


def end(pid: int) -> None:
    """End what is left of a job."""
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def sbatch(arguments: list[str]) -> int:
    """Take a script; refuse it as `refuse` says, hold it where `hold` is there, and
    have it die at once where `die` names its number.
    """
    folder = Path(os.environ[_FOLDER])
    if (folder / "refuse").exists():
        print(f"sbatch: error: {(folder / 'refuse').read_text()}", file=sys.stderr)
        return 1
    job = str(1 + len(list(folder.glob("*.state"))))
    (folder / f"{job}.script").write_text(Path(arguments[-1]).read_text())
    held = (folder / "hold").exists()
    state(folder, job, "PENDING" if held else "RUNNING", "Resources" if held else "None")
    if (folder / "die").exists() and (folder / "die").read_text() == job:
        state(folder, job, "NODE_FAIL")
    elif not held and os.fork() == 0:
        _run(folder, job, arguments[-1])
    print(f"Submitted batch job {job}")
    return 0


def srun(arguments: list[str]) -> int:
    """Run a command with its output where it is said."""
    outputs = [arguments[at + 1] for at, word in enumerate(arguments) if word == "--output"]
    # As submitit calls it: python -u -m …
    first = arguments.index("-u") - 1
    sink = os.open(outputs[-1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for stream in (1, 2):
        os.dup2(sink, stream)
    os.execv(arguments[first], arguments[first:])


def squeue(arguments: list[str]) -> int:
    """The jobs of `--jobs=`, as `--format=%i|%T|%N|%l|%L|%r` shows them."""
    folder = Path(os.environ[_FOLDER])
    if (folder / "silent").exists():
        return 1
    asked = next(word for word in arguments if word.startswith("--jobs=")).removeprefix("--jobs=")
    paths = [folder / f"{job}.state" for job in asked.split(",")]
    if not any(path.exists() for path in paths):
        print("slurm_load_jobs error: Invalid job id specified", file=sys.stderr)
        return 1
    for path in filter(Path.exists, paths):
        name, reason = path.read_text().split("|")
        if name:
            node = "" if name == "PENDING" else "c01"
            print(f"{path.stem}|{name}|{node}|10:00|9:00|{reason}")
    return 0


def scancel(arguments: list[str]) -> int:
    """End a job."""
    folder, job = Path(os.environ[_FOLDER]), arguments[-1]
    with contextlib.suppress(OSError, ValueError):
        os.killpg(int((folder / f"{job}.pid").read_text()), signal.SIGTERM)
    state(folder, job, "CANCELLED")
    return 0


def sinfo(_: list[str]) -> int:
    """The partitions."""
    print("gpu\nmain*")
    return 0


def _run(folder: Path, job: str, script: str) -> None:
    os.setsid()
    (folder / f"{job}.pid").write_text(str(os.getpid()))
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    os.environ["SLURM_JOB_ID"] = job
    if (pid := os.fork()) == 0:
        os.execv("/bin/bash", ["bash", script])
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if (folder / f"{job}.state").read_text().startswith("RUNNING"):
        state(folder, job, "FAILED" if code else "COMPLETED")
    os._exit(0)
