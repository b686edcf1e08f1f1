"""report, verify: exhibits as a document that opens anywhere, and its numbers again."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

import pandas as pd

from explorer.commands.output import say, show_table
from explorer.commands.parsing import command
from explorer.core.disk import replacing
from explorer.core.errors import InputError, ResourceError
from explorer.core.paths import user_path
from explorer.core.text import size
from explorer.reports.archive import write_archive
from explorer.reports.page import write_report
from explorer.reports.reading import example, read_report
from explorer.reports.verify import read_document, verify
from explorer.results.library import open_library

ABOUT = """
    Write a report: exhibits in an order of yours, with your words between them, as one HTML
    file that opens anywhere, or as a ZIP with every figure's SVG and CSV. Prints the path.

    examples
      explorer report --example > mine.toml
      explorer report mine.toml --out mine.html
      explorer report mine.toml --out mine.zip --with-runs"""
VERIFY = """
    Recompute every number of a report from the runs at hand, and say what changed: the data of its
    exhibits, the claims of its author, the words and pictures of an HTML file, the run files.
    Exit code 0 when all are equal, 1 when one is not or cannot be recomputed.

    examples
      explorer verify report.html
      explorer verify report.zip | grep -v ^equal"""
_ENDINGS = (".html", ".zip")


def add(commands: Any) -> None:
    """Describe the command to the parser."""
    parser = command(
        commands, "report", "write exhibits as a document that opens anywhere", ABOUT, report
    )
    parser.add_argument("file", nargs="?", metavar="FILE.toml", help="see --example")
    parser.add_argument("--example", action="store_true", help="print a file to start from")
    parser.add_argument("--out", metavar="FILE", help="its ending says which: .html or .zip")
    parser.add_argument(
        "--still", action="store_true", help="pictures only, without the scripts: 2 MB less"
    )
    parser.add_argument("--with-runs", action="store_true", help="the run files too, in a ZIP")

    parser = command(commands, "verify", "recompute the numbers of a report", VERIFY, check)
    parser.add_argument("file", metavar="FILE", help="a report: .html, .toml or .zip")


def check(options: argparse.Namespace) -> int:
    """Compare what a report states with what the runs say."""
    document = read_document(user_path(options.file))
    outcomes = verify(document, open_library())
    columns = ["status", "what", "then", "now", "why"]
    rows = [[getattr(outcome, name) for name in columns] for outcome in outcomes]
    show_table(pd.DataFrame(rows, columns=columns))
    equal = sum(outcome.status == "equal" for outcome in outcomes)
    say(f"{equal} of {len(outcomes)} equal.")
    return 0 if equal == len(outcomes) else 1


def report(options: argparse.Namespace) -> int:
    """Write a report, or print the example."""
    if options.example:
        sys.stdout.write(example())
        return 0
    if options.file is None:
        raise InputError("No report was named.", "Start from: explorer report --example")
    if options.out is None:
        raise InputError("--out: got nothing, expected a file.", "Give --out report.html.")
    path = user_path(options.out)
    if path.suffix.lower() not in _ENDINGS:
        raise InputError(
            f"“{options.out}” has an ending that names no form of a report.",
            f"Known: {', '.join(_ENDINGS)}.",
        )
    if options.with_runs and path.suffix.lower() != ".zip":
        raise InputError("--with-runs: only a ZIP has room for them.", "Give --out report.zip.")
    draft = read_report(user_path(options.file))
    began = time.monotonic()
    written = write_report(draft, open_library(), live_figures=not options.still)
    try:
        with replacing(path) as scratch, scratch.open("wb") as sink:
            if path.suffix.lower() == ".zip":
                write_archive(written, sink, with_runs=options.with_runs)
            else:
                sink.write(written.html.encode())
    except OSError as error:
        why = error.strerror or error
        raise ResourceError(f"{path} cannot be written: {why}.", "Give another --out.") from error
    for problem in written.problems:
        say(problem)
    for outcome in written.outcomes:
        if outcome.status != "equal":
            say(f"Claim {outcome.status}: {outcome.what}: {outcome.why}")
    shown = sum(part.numbers is not None for part in written.sections)
    took = time.monotonic() - began
    say(f"{shown} exhibits, {size(path.stat().st_size)}, {took:.1f} s.")
    print(path)
    return 0
