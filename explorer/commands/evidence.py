"""evidence: keep what the units of a run answer to its sentences, token by token."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.commands import help
from explorer.commands.jobs import carry_out
from explorer.commands.parsing import add_detach, command
from explorer.core.errors import InputError
from explorer.jobs.kinds.evidence import EVIDENCE, Evidence
from explorer.results.library import open_library
from explorer.results.view import view_of


def add(commands: Any) -> None:
    """Describe the command to the parser."""
    parser = command(
        commands, "evidence", "responses of a run's units, token by token", help.EVIDENCE, evidence
    )
    parser.add_argument("run", metavar="RUN", help="id, or the start of one")
    parser.add_argument(
        "--concepts", metavar="A,B,C", help="those that have a domain when left out"
    )
    parser.add_argument(
        "--units",
        type=int,
        default=64,
        metavar="N",
        help="best experts of a concept, and as many random units beside them (%(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the random units (%(default)s)")
    add_detach(parser)


def evidence(options: argparse.Namespace) -> int:
    """Collect the evidence and print the path of its file."""
    run = view_of(open_library(), run=options.run).run
    words = (
        [word.strip() for word in options.concepts.split(",") if word.strip()]
        if options.concepts is not None
        else [word for word in run.request.concepts if word in run.request.domains]
    )
    if not words:
        raise InputError(
            "No concept was named, and none of this run has a domain.", "Give --concepts A,B,C."
        )
    request = Evidence(run.id, tuple(dict.fromkeys(words)), options.units, options.seed)
    if carry_out(EVIDENCE, request, options):
        print(EVIDENCE.path(request))
    return 0
