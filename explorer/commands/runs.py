"""runs list, show, delete; export."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pandas as pd

from explorer.commands import help
from explorer.commands.output import FORMATS, say, show_fields, show_table, write_frame
from explorer.commands.parsing import command
from explorer.core import settings
from explorer.core.errors import InputError, RunFileError
from explorer.core.paths import user_path
from explorer.core.records import RunInfo
from explorer.results.collected import broken_evidence
from explorer.store.files import delete_run
from explorer.store.leftovers import leftovers
from explorer.store.library import Library
from explorer.store.queries import QUERIES


def add(commands: Any) -> None:
    """Describe the commands to the parser."""
    group = commands.add_parser("runs", help="finished runs: list, show, delete")
    kinds = group.add_subparsers(required=True, metavar="ACTION", title="actions")
    command(kinds, "list", "the finished runs", "The finished runs, newest first.", list_runs)
    parser = command(kinds, "show", "what a run says of itself", "What a run says of itself.", show)
    parser.add_argument("run", metavar="RUN", help="id, or the start of parser")
    parser = command(kinds, "delete", "delete a run file", "Delete a run file.", delete)
    parser.add_argument("run", metavar="RUN", help="id, or the start of parser")
    parser.add_argument("--yes", action="store_true", help="do it")
    parser = command(
        commands,
        "export",
        "a table of a run as CSV, JSON lines or Parquet",
        help.EXPORT,
        export,
    )
    parser.add_argument("run", metavar="RUN")
    parser.add_argument("table", metavar="TABLE", choices=list(QUERIES), help=", ".join(QUERIES))
    parser.add_argument("--format", choices=FORMATS, default="csv")
    parser.add_argument("--out", metavar="FILE", help="stdout when left out")


def list_runs(_: argparse.Namespace) -> int:
    """One line a finished run, newest first; unreadable files are told on stderr."""
    library = Library(settings.runs_dir())
    columns = [
        "id",
        "checkpoint",
        "concepts",
        "positives",
        "negatives",
        "folds",
        "probes",
        "units",
        "created",
        "bytes",
    ]
    rows = []
    for run in library.runs():
        r = run.request
        rows.append(
            (
                *(
                    run.id,
                    run.label,
                    len(r.concepts),
                    r.n_positive,
                    r.n_negative,
                    r.folds,
                    r.probe_set,
                    run.n_units,
                ),
                *(run.created, run.size_bytes),
            )
        )
    show_table(pd.DataFrame(rows, columns=columns))
    for _path, why in [*library.broken(), *broken_evidence(library)]:
        say(f"Not readable: {why}")
    named = {run.id for run in library.runs() if Path(run.path).stem == run.id}
    for leftover in leftovers(library.folder, named):
        say(f"Left over: {leftover.what}")
    return 0


def show(options: argparse.Namespace) -> int:
    """What a run says of itself."""
    run = _run(Library(settings.runs_dir()), options.run)
    names = (
        "id",
        "path",
        "created",
        "commit",
        "n_units",
        "n_sentences",
        "seconds",
        "sources",
        "human",
        "versions",
        "program",
    )
    fields = {name: getattr(run, name) for name in (*names, "size_bytes")}
    show_fields({**fields, "request": json.loads(run.request.to_json())})
    return 0


def delete(options: argparse.Namespace) -> int:
    """Delete a run file; asks for --yes, since an extraction may have taken hours."""
    run = _run(Library(settings.runs_dir()), options.run)
    if not options.yes:
        raise InputError(
            f"This would delete {run.path} ({run.label}).", "Repeat with --yes to do so."
        )
    delete_run(Path(run.path))
    say(f"Deleted {run.path}.")
    return 0


def export(options: argparse.Namespace) -> int:
    """A table of a run as CSV, JSON lines or Parquet."""
    library = Library(settings.runs_dir())
    frame = library.export(_run(library, options.run).id, options.table)
    write_frame(frame, options.format, user_path(options.out) if options.out else None)
    say(f"{len(frame):,} rows of {options.table}.")
    return 0


def _run(library: Library, prefix: str) -> RunInfo:
    found = [run for run in library.runs() if prefix and run.id.startswith(prefix)]
    if len(found) != 1:
        what = (
            f"There is no finished run “{prefix}”"
            if not found
            else f"“{prefix}” fits {len(found)} runs"
        )
        raise RunFileError(f"{what}.", "See: explorer runs list")
    return found[0]
