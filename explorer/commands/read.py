"""read: what the experts of a run's concepts answer to a sentence."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from explorer.commands import help
from explorer.commands.output import Narrator
from explorer.commands.parsing import command
from explorer.exhibits import exhibit
from explorer.exhibits.export import export
from explorer.exhibits.sentence import WHOLE
from explorer.jobs import asking
from explorer.jobs.progress import Progress
from explorer.results import sentence as results
from explorer.results.library import open_library
from explorer.results.view import view_of

_POLL_S = 0.1


def add(commands: Any) -> None:
    """Describe the command to the parser."""
    parser = command(commands, "read", "what experts answer to a sentence", help.READ, read)
    parser.add_argument("run", metavar="RUN", help="id, or the start of one")
    parser.add_argument("--text", required=True, metavar="SENTENCE", help="what to read")
    parser.add_argument("--tau", metavar="AP", help="of the grid 0.50, 0.55, …, 0.95 (0.50)")
    parser.add_argument("--token", default=WHOLE, metavar="N", help="one token, from 1")


def read(options: argparse.Namespace) -> int:
    """Have the sentence read, wait for it, and print the table."""
    view = view_of(open_library(), run=options.run, tau=options.tau)
    if results.reading(view, options.text) is None:
        question = results.question(view, options.text)
        asking.ask([question])
        narrator = Narrator()
        while (message := asking.progress(question)) is not None:
            narrator.watch(Progress("reading", 0, 0, None, message))
            time.sleep(_POLL_S)
        narrator.close()
    shown = exhibit("sentence-concepts", view, text=options.text, token=options.token)
    sys.stdout.buffer.write(export(shown, "csv"))
    return 0
