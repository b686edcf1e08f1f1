"""train-family: train a family of small models in the open."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

import pandas as pd

from explorer.commands.interrupts import stopping
from explorer.commands.output import say, show_table
from explorer.core.errors import InputError
from explorer.train import family as families
from explorer.train import publish
from explorer.train.family import Family, Size


def train_family(options: argparse.Namespace) -> int:
    """Train the sizes of a family one after the other; prints the name of each model
    when it is trained.
    """
    family = families.load(
        options.name, Path(options.table).expanduser() if options.table else None
    )
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
    # Here and not above: it pulls torch, which `--status` does not need.
    from explorer.train import run

    chosen = sizes or run.fitting(family)
    say(_plan(family, chosen))
    text = run.prepared(family, options.threads, say)
    with stopping(say, "after this step") as asked:
        for name in run.train_all(family, chosen, text, tell=say, stopped=asked):
            print(name, flush=True)
    return 0


def _plan(family: Family, sizes: list[Size]) -> str:
    lines = [
        f"{family.name}: {family.tokens:,} tokens of {_texts(family)}, {family.steps:,} steps of "
        f"{family.batch} × "
        f"{family.context} tokens, checkpoints at steps {', '.join(map(str, family.published))}."
    ]
    lines += [
        f"  {family.model_name(size, seed)}: {size.layers} layers × {size.width}, "
        f"{family.n_parameters(size):,} "
        f"parameters, {size.n_inner:,} without the embeddings"
        for size in sizes
        for seed in family.seeds
    ]
    return "\n".join(
        [*lines, "The time that is left follows after the first steps; Ctrl-C keeps what is done."]
    )


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


def _texts(family: Family) -> str:
    return ", ".join(
        share.corpus if share.times == 1 else f"{share.corpus} × {share.times:g}"
        for share in family.corpora
    )
