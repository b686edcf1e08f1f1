"""The command line: the same jobs without a browser. stdout is data, stderr is
narration.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from explorer import __version__
from explorer.commands import (
    bundle,
    evidence,
    extract,
    help,
    jobs,
    probes,
    ratings,
    read,
    report,
    runs,
    show,
    study,
    tokens,
    train,
)
from explorer.commands.output import say
from explorer.commands.parsing import told
from explorer.core.errors import Cancelled, ExplorerError
from explorer.jobs.problems import told_in_sentences

_TRACE = "EXPERT_EXPLORER_TRACEBACK"
_DETAILS = f"the traceback, which {_TRACE}=1 prints"
COMMANDS = (
    *(extract, evidence, tokens, read, probes, ratings, jobs, runs),
    *(show, report, bundle, train, study),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. A problem is told in a sentence, never as a
    traceback.
    """
    options = parser().parse_args(argv)
    try:
        with told_in_sentences(_DETAILS):
            code: int = options.run_command(options)
            sys.stdout.flush()
            return code
    except KeyboardInterrupt:
        say("Stopped.")
        return Cancelled.exit_code
    except ExplorerError as error:
        if isinstance(error.__cause__, BrokenPipeError):
            # The reader of the pipe has seen enough; without this, Python complains
            # when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        say(f"{error.what}{f' {error.hint}' if error.hint else ''}")
        if error.hint.endswith(f"{_DETAILS}.") and os.environ.get(_TRACE):
            traceback.print_exception(error.__cause__)
        return error.exit_code


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(prog="explorer", **told(help.ABOUT))
    top.add_argument("--version", action="version", version=__version__)
    commands = top.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for command in COMMANDS:
        command.add(commands)
    return top
