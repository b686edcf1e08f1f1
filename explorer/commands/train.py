"""train-family: train a family of small models in the open."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

import pandas as pd

from explorer.commands import help
from explorer.commands.jobs import carry_out
from explorer.commands.output import show_table
from explorer.commands.parsing import add_detach, command
from explorer.core.errors import InputError
from explorer.core.paths import user_path
from explorer.jobs.kind import Outcome
from explorer.jobs.kinds.training import TRAINING, Training
from explorer.train import family as families
from explorer.train import publish
from explorer.train.family import Family, Size


def add(commands: Any) -> None:
    """Describe the command to the parser."""
    parser = command(
        commands, "train-family", "train a family of small models", help.TRAIN, train_family
    )
    parser.add_argument(
        "name", nargs="?", default="neox-enwik8", metavar="NAME", help="of the family (%(default)s)"
    )
    parser.add_argument("--sizes", metavar="A,B", help="all that suit this machine when left out")
    parser.add_argument(
        "--tokens", type=int, metavar="N", help="to train on, in place of the family's"
    )
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="of the CPU (all cores when left out)"
    )
    parser.add_argument(
        "--table", metavar="FILE", help="TOML of families in place of the shipped parser"
    )
    parser.add_argument(
        "--status", action="store_true", help="list the checkpoints there are, and stop"
    )
    add_detach(parser)


def train_family(options: argparse.Namespace) -> int:
    """Train the sizes of a family one after the other; prints the name of each model
    when it is trained.
    """
    family = families.load(options.name, user_path(options.table) if options.table else None)
    if options.tokens is not None:
        family = dataclasses.replace(family, tokens=options.tokens)
    if options.threads < 0:
        raise InputError(
            f"--threads: got {options.threads}, expected 1 or more.",
            "Leave it out to use all cores.",
        )
    sizes = (
        [family.size(name.strip()) for name in options.sizes.split(",")] if options.sizes else None
    )
    if options.status:
        show_table(_status(family, sizes or list(family.sizes)))
        return 0
    request = Training(
        family, tuple(size.name for size in sizes or _fitting(family)), options.threads
    )
    printed: list[str] = []

    def heard(outcome: Outcome) -> None:
        printed.append(outcome.part)
        print(outcome.part, flush=True)

    if carry_out(TRAINING, request, options, when="after this step", heard=heard):
        for name in request.names:
            if name not in printed:
                print(name)
    return 0


def _fitting(family: Family) -> list[Size]:
    # Here and not above: it pulls torch, which `--status` does not need.
    from explorer.train import run

    return run.fitting(family)


def _status(family: Family, sizes: list[Size]) -> pd.DataFrame:
    columns = ["model", "step", "of", "tokens", "held_out_loss", "path"]
    rows: list[tuple[object, ...]] = []
    for size in sizes:
        for seed in family.seeds:
            name = family.model_name(size, seed)
            for step in publish.steps(name):
                facts = publish.facts_of(name, step)
                path = publish.folder(name) / f"step{step}"
                rows.append(
                    (
                        name,
                        step,
                        family.steps,
                        facts["tokens"],
                        round(facts["held_out_loss"], 4),
                        str(path),
                    )
                )
            if not publish.steps(name):
                rows.append((name, None, family.steps, None, None, ""))
    return pd.DataFrame(rows, columns=columns).astype({"step": "Int64", "tokens": "Int64"})
