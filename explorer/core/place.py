"""Where a job runs, beside what it is: on this machine, or where Slurm puts it."""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from explorer.core.errors import InputError
from explorer.core.tables import is_whole, near

EXECUTORS = ("local", "slurm")
VARIABLE = "EXPERT_EXPLORER_EXECUTOR"
"""Names the executor; those that start with `EXPERT_EXPLORER_SLURM_` say the rest."""
_OURS = {
    *("array", "chdir", "error", "input", "job-name", "ntasks", "open-mode", "output"),
    *("parsable", "requeue", "no-requeue", "signal", "test-only", "wait", "wrap"),
}
_FIELD_OF = {
    "partition": "--partition",
    "time": "--time",
    "mem": "--memory",
    "gpus-per-node": "--gpus",
    "cpus-per-task": "--cpus",
}


@dataclass(frozen=True)
class Place:
    """An executor and what it is asked for. Raises InputError for what cannot be asked.

    `gpus` and `cpus`: 0 leaves them to Slurm. `memory`: as sbatch reads it, such as
    "16G". `flags`: more for sbatch, each "--name" or "--name=value".
    """

    executor: str = "local"
    partition: str = ""
    gpus: int = 0
    cpus: int = 0
    minutes: int = 240
    memory: str = ""
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.executor not in EXECUTORS:
            raise InputError(
                f"There is no executor “{self.executor}”.",
                f"{near(self.executor, EXECUTORS)}Known: {', '.join(EXECUTORS)}.",
            )
        if self.is_local:
            self._refuse_the_rest()
        for name in ("gpus", "cpus"):
            _check_number(name, getattr(self, name), least=0)
        _check_number("time", self.minutes, least=1)
        if self.partition and not re.fullmatch(r"[\w.,@+-]+", self.partition):
            raise InputError(f"“{self.partition}” is not the name of a partition.", "See: sinfo")
        _check_memory(self.memory)
        for flag in self.flags:
            _check_flag(flag)

    @property
    def is_local(self) -> bool:
        """Whether it is the machine that is asked."""
        return self.executor == "local"

    def to_table(self) -> dict[str, Any]:
        """As JSON, without what nobody chose."""
        table = dataclasses.asdict(self)
        usual = {field.name: field.default for field in dataclasses.fields(self)}
        return {key: value for key, value in table.items() if value != usual[key]}

    def _refuse_the_rest(self) -> None:
        chosen = sorted(self.to_table().keys() - {"executor"})
        if chosen:
            raise InputError(
                f"{', '.join(chosen)}: these are for Slurm, and the executor is local.",
                "Add --executor slurm, or leave them out.",
            )


def place_of(table: object) -> Place:
    """The place that `to_table` gave. Raises InputError."""
    if not isinstance(table, Mapping):
        raise InputError(f"The place of a job is {table!r}, expected a table.")
    known = {field.name for field in dataclasses.fields(Place)}
    if table.keys() - known:
        raise InputError(f"The place of a job has the unknown field {min(table.keys() - known)}.")
    flags = table.get("flags", ())
    if not isinstance(flags, (list, tuple)):
        raise InputError(f"The flags of a job's place are {flags!r}, expected a list.")
    texts = [table.get(name, "") for name in ("executor", "partition", "memory")]
    if not all(isinstance(text, str) for text in (*texts, *flags)):
        raise InputError("The place of a job has numbers where texts belong.")
    return Place(**{**table, "flags": tuple(flags)})


def place_named(given: Mapping[str, str | None]) -> Place:
    """The place that texts name, those of flags before those of the environment.

    given: executor, partition, gpus, cpus, time, memory, sbatch; None or left out for
    what the environment says. Raises InputError.
    """
    chosen = {key: text for key, text in given.items() if text is not None}
    executor = chosen.pop("executor", None) or os.environ.get(VARIABLE, "").strip() or "local"
    if executor != "local":
        for name in ("partition", "gpus", "cpus", "time", "memory", "sbatch"):
            text = os.environ.get(f"EXPERT_EXPLORER_SLURM_{name.upper()}", "").strip()
            if text:
                chosen.setdefault(name, text)
    return Place(executor, **{_NAMES[key]: _READERS[key](text) for key, text in chosen.items()})


def minutes_of(text: str) -> int:
    """Minutes of a time limit as sbatch writes it: minutes, minutes:seconds,
    hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds;
    a part of a minute counts as one. Raises InputError.
    """
    days, dash, rest = text.strip().rpartition("-")
    parts = rest.split(":")
    if not all(re.fullmatch("[0-9]{1,6}", part) for part in (*parts, *([days] if dash else []))):
        raise _no_time(text)
    numbers = [int(part) for part in parts]
    if dash and len(numbers) <= 3:
        hours, minutes, seconds = [*numbers, 0, 0][:3]
        hours += 24 * int(days)
    elif len(numbers) <= 3:
        padded = {1: [0, *numbers, 0], 2: [0, *numbers], 3: numbers}[len(numbers)]
        hours, minutes, seconds = padded
    else:
        raise _no_time(text)
    return 60 * hours + minutes + (seconds + 59) // 60


def _check_memory(text: str) -> None:
    if text and not re.fullmatch(r"[1-9][0-9]{0,8}[KMGT]?", text):
        raise InputError(f"--memory: got “{text}”.", "Expected a size such as 16G or 900M.")


def flags_of(text: str) -> tuple[str, ...]:
    """The flags of one text, as a shell would part them, with or without the dashes
    before each. Raises InputError.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InputError(f"--sbatch: “{text}” cannot be read: {error}.") from error
    return tuple(word if word.startswith("-") else f"--{word}" for word in words)


def _check_number(name: str, value: object, least: int) -> None:
    if not is_whole(value) or not least <= value <= 1_000_000:  # type: ignore[operator]
        raise InputError(f"--{name}: got {value!r}, expected a whole number from {least} on.")


def _check_flag(flag: str) -> None:
    name = flag.removeprefix("--").partition("=")[0]
    if not re.fullmatch(r"--[a-z][a-z0-9-]*(=.+)?", flag) or not flag.isprintable():
        raise InputError(
            f"--sbatch: got “{flag}”.", "Write each flag as name=value, such as account=mine."
        )
    if name in _FIELD_OF:
        raise InputError(f"--sbatch: {flag}: there is a flag for this.", f"Use {_FIELD_OF[name]}.")
    if name in _OURS:
        raise InputError(f"--sbatch: {flag}: this one is set by Expert Explorer.", "Leave it out.")


def _whole(name: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text.strip()):
        raise InputError(f"--{name}: got “{text}”, expected a whole number.")
    return int(text)


def _no_time(text: str) -> InputError:
    return InputError(
        f"--time: got “{text}”.", "Expected minutes, hours:minutes:seconds or days-hours."
    )


_NAMES = {
    **{name: name for name in ("partition", "gpus", "cpus", "memory")},
    "time": "minutes",
    "sbatch": "flags",
}
_READERS: dict[str, Any] = {
    "partition": str.strip,
    "gpus": lambda text: _whole("gpus", text),
    "cpus": lambda text: _whole("cpus", text),
    "time": minutes_of,
    "memory": str.strip,
    "sbatch": flags_of,
}
LOCAL = Place()
