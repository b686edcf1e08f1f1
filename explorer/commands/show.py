"""show: any exhibit as a picture, a page or data, without a browser."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import pandas as pd

from explorer.commands.output import say, show_table
from explorer.commands.parsing import command
from explorer.core.errors import InputError
from explorer.core.paths import user_path
from explorer.core.similarity import OVERLAPS
from explorer.exhibits.export import FORMATS, Format, export, format_of, save
from explorer.exhibits.registry import EXHIBITS, exhibit, row_of
from explorer.probes.covariate import keep_values
from explorer.results.library import open_library
from explorer.results.view import view_of

ABOUT = """
    Write an exhibit: what a page of the dashboard draws, with its caption and its data.

    examples
      explorer show --list
      explorer show alignment --out alignment.svg
      explorer show pairs --run 8137c33b --human "MEN dev" --tau 0.6 --out pairs.png
      explorer show alignment --overlap "top 100" --out best-units.svg
      explorer show confounds --covariate concreteness.csv --out confounds.svg
      explorer show pairs --set representation="word embedding" --out pairs.csv
      explorer show compare-network --with 211c6250 --out gained.svg
      explorer show bridges --out bridges.csv
      explorer show recovery > recovery.json"""


def add(commands: Any) -> None:
    """Describe the command to the parser."""
    parser = command(commands, "show", "write an exhibit as a picture, a page or data", ABOUT, show)
    parser.add_argument("name", nargs="?", metavar="NAME", help="of an exhibit; see --list")
    parser.add_argument("--list", action="store_true", help="what there is, and what each needs")
    parser.add_argument(
        "--run", metavar="RUN", help="id, or the start of one; the dashboard's first when left out"
    )
    parser.add_argument("--human", metavar="RATINGS", help="such as “MEN test”")
    parser.add_argument("--tau", metavar="AP", help="of the grid 0.50, 0.55, …, 0.95 (0.50)")
    parser.add_argument(
        "--overlap",
        metavar="NAME",
        help="how expert sets are compared: " + ", ".join(overlap.name for overlap in OVERLAPS),
    )
    parser.add_argument(
        "--with", dest="other", metavar="RUN", help="the second run, of an exhibit that compares"
    )
    parser.add_argument(
        "--covariate",
        metavar="FILE",
        help="values of your own to hold constant: a CSV of word,value (confounds)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="OPTION=VALUE",
        help="of the exhibit; see --list",
    )
    parser.add_argument(
        "--out", metavar="FILE", help="its ending says the format; JSON on stdout when left out"
    )
    parser.add_argument("--format", choices=FORMATS, help="in place of the file's ending")
    parser.add_argument("--dark", action="store_true", help="on a dark ground")
    parser.add_argument(
        "--width", type=int, default=960, metavar="PIXELS", help="of a picture (%(default)s)"
    )


def show(options: argparse.Namespace) -> int:
    """Write one exhibit, or list them."""
    if options.list:
        show_table(_listed())
        return 0
    if options.name is None:
        raise InputError("No exhibit was named.", "See: explorer show --list")
    row_of(options.name)
    form = _format(options)
    if not 200 <= options.width <= 10_000:
        raise InputError(f"--width: got {options.width}, expected 200 to 10,000 pixels.")
    view = view_of(
        open_library(),
        run=options.run,
        human=options.human,
        tau=options.tau,
        overlap=options.overlap,
    )
    other = {} if options.other is None else {"with": options.other}
    if options.covariate is not None:
        _checked("covariate", options.name)
        other["covariate"] = keep_values(user_path(options.covariate), say)
    shown = exhibit(options.name, view, **other, **_chosen(options.set))
    if options.out:
        path = user_path(options.out)
        save(shown, path, form, dark=options.dark, width=options.width)
    else:
        sys.stdout.buffer.write(export(shown, form, dark=options.dark, width=options.width))
    for note in shown.notes:
        say(note)
    return 0


def _listed() -> pd.DataFrame:
    rows = [
        (
            *(row.name, row.page, row.about),
            ", ".join(need.name for need in row.needs),
            ", ".join(option.name for option in row.options),
        )
        for row in EXHIBITS.values()
    ]
    return pd.DataFrame(rows, columns=["name", "page", "about", "needs", "options"])


def _chosen(pairs: list[str]) -> dict[str, str]:
    chosen = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--set: got “{pair}”, expected OPTION=VALUE.")
        chosen[name.strip()] = value.strip()
    return chosen


def _checked(option: str, name: str) -> None:
    """Raise InputError for an exhibit without the option of a flag."""
    if option not in {known.name for known in row_of(name).options}:
        having = [row.name for row in EXHIBITS.values() if option in {o.name for o in row.options}]
        raise InputError(
            f"“{name}” has no option “{option}”.", f"Exhibits that have it: {', '.join(having)}."
        )


def _format(options: argparse.Namespace) -> Format:
    if options.format:
        form: Format = options.format
        return form
    return format_of(options.out) if options.out else "json"
