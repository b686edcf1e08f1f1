"""What the parsers of the commands share."""

from __future__ import annotations

import argparse
import textwrap
from typing import Any

from explorer.core.place import EXECUTORS, VARIABLE, Place, place_named


def command(
    commands: Any, name: str, about: str, text: str, action: Any
) -> argparse.ArgumentParser:
    """Add a command: `about` in the list of commands, `text` on its own page."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, **told(text))
    parser.set_defaults(run_command=action)
    return parser


def told(text: str) -> dict[str, Any]:
    """Options of a parser that shows a text as it is written."""
    return {
        "description": textwrap.dedent(text).strip(),
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def add_model(
    parser: argparse.ArgumentParser, default: str | None = "built-in", about: str = ""
) -> None:
    """The flags that name a checkpoint."""
    about = about or "hub id, local folder, GGUF file, trained here, or built-in (%(default)s)"
    parser.add_argument("--model", default=default, help=about)
    parser.add_argument(
        "--revision", default="main", help="branch, tag or commit, such as step512 (%(default)s)"
    )


def add_concepts(parser: argparse.ArgumentParser, about: str) -> None:
    """The flags that name concepts."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--concepts", metavar="A,B,C", help=about)
    either.add_argument("--concepts-file", metavar="FILE", help="one word a line")


def add_shards(parser: argparse.ArgumentParser) -> None:
    """The flag that cuts a pass into shards."""
    parser.add_argument(
        "--shards",
        default="1",
        metavar="K",
        help="cut the concepts into parts that are computed apart and merged (%(default)s)",
    )


def add_detach(parser: argparse.ArgumentParser) -> None:
    """The flags that leave the work to a worker, and say where it runs."""
    parser.add_argument(
        "--detach",
        action="store_true",
        help="hand it to a background worker and print the job's id",
    )
    add_place(parser)


def add_place(parser: argparse.ArgumentParser) -> None:
    """The flags that say where a job runs."""
    group = parser.add_argument_group("where it runs")
    group.add_argument(
        "--executor",
        metavar="NAME",
        help=f"{' or '.join(EXECUTORS)} (local, or what {VARIABLE} says)",
    )
    for flag, metavar, about in (
        ("--partition", "NAME", "Slurm's partition"),
        ("--gpus", "N", "GPUs of a Slurm job"),
        ("--cpus", "N", "CPU cores of a Slurm job"),
        ("--time", "LIMIT", "of a Slurm job: minutes, h:mm:ss or days-hours (240)"),
        ("--memory", "SIZE", "of a Slurm job, such as 16G"),
        ("--sbatch", "FLAGS", 'more for sbatch, such as "account=mine qos=low"'),
    ):
        group.add_argument(flag, metavar=metavar, help=about)


def asked_place(options: argparse.Namespace) -> Place | None:
    """Where the flags say that a job runs; None where they say nothing. Raises
    InputError.
    """
    names = ("executor", "partition", "gpus", "cpus", "time", "memory", "sbatch")
    given = {name: getattr(options, name) for name in names}
    return place_named(given) if any(text is not None for text in given.values()) else None


def listed(text: str | None, *, without: tuple[str, ...] = ("",)) -> tuple[str, ...]:
    """The entries of a flag that are separated by commas, without empty ones."""
    entries = (entry.strip() for entry in (text or "").split(","))
    return tuple(entry for entry in entries if entry not in without)
