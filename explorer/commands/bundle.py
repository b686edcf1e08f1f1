"""bundle export, import: runs and what goes with them as one file."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.bundles.exporting import chosen_runs, export_bundle
from explorer.bundles.importing import import_bundle
from explorer.commands import help
from explorer.commands.output import say
from explorer.commands.parsing import command, listed
from explorer.core.errors import InputError
from explorer.core.paths import user_path
from explorer.core.text import size
from explorer.results.library import open_library


def add(commands: Any) -> None:
    """Describe the commands to the parser."""
    group = commands.add_parser("bundle", help="runs and what goes with them as one file")
    kinds = group.add_subparsers(required=True, metavar="ACTION", title="actions")
    parser = command(kinds, "export", "write a bundle", help.BUNDLE_EXPORT, export)
    parser.add_argument("out", metavar="OUT.zip")
    parser.add_argument("--runs", metavar="A,B", required=True, help="starts of ids, or: all")
    parser.add_argument("--report", metavar="NAME", action="append", default=[], help="a draft")
    parser.add_argument("--study", metavar="FILE", action="append", default=[], help="its TOML")
    parser.add_argument(
        "--without-sentences",
        action="store_true",
        help="what the runs read: words of concepts in no order, digests of probe sets",
    )
    parser = command(kinds, "import", "take in a bundle", help.BUNDLE_IMPORT, take)
    parser.add_argument("file", metavar="FILE.zip")


def export(options: argparse.Namespace) -> int:
    """Write a bundle."""
    path, library = user_path(options.out), open_library()
    runs = chosen_runs(library, listed(options.runs))
    if not runs:
        raise InputError("--runs: there is no run to export.", "See: explorer runs list")
    names = export_bundle(
        path,
        library,
        runs,
        reports=options.report,
        studies=[user_path(study) for study in options.study],
        with_sentences=not options.without_sentences,
    )
    say(f"{len(names)} files of {len(runs)} runs, {size(path.stat().st_size)}.")
    print(path)
    return 0


def take(options: argparse.Namespace) -> int:
    """Take in a bundle."""
    for place in import_bundle(user_path(options.file)).values():
        print(place)
    return 0
