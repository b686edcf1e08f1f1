"""tokens: keep how the tokenizer of a run cuts its concepts."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.commands.output import say
from explorer.commands.parsing import command
from explorer.core.errors import ModelError, ResourceError
from explorer.results.library import open_library
from explorer.results.view import view_of
from explorer.store.word_tokens import tokens_path, write_tokens

ABOUT = """
    Keep the tokens of the concepts of a run and of its untrained control, by the
    tokenizer on this machine, so that they can be held constant.

    example
      explorer tokens 8137c33b
      explorer show confounds --run 8137c33b --set tokens=true"""


def add(commands: Any) -> None:
    """Describe the command to the parser."""
    parser = command(commands, "tokens", "how a run's tokenizer cuts its concepts", ABOUT, tokens)
    parser.add_argument("run", metavar="RUN", help="id, or the start of one")


def tokens(options: argparse.Namespace) -> int:
    """Write the files and print their paths."""
    from explorer.models.word_tokens import tokens_of

    library = open_library()
    for run in view_of(library, run=options.run).pair:
        found = tokens_of(run.request.checkpoint, run.request.concepts)
        if without := [word for word, ids in found.items() if not ids]:
            raise ModelError(
                f"The tokenizer of {run.label} has no token for “{without[0]}”.",
                "It cannot be the one that the run was made with.",
            )
        path = tokens_path(library.folder, run.id)
        try:
            write_tokens(path, run.id, found)
        except OSError as error:
            raise ResourceError(
                f"{path} cannot be written: {error.strerror or error}.", "Make room, or access."
            ) from error
        number = sum(map(len, found.values()))
        say(f"{run.label}: {len(found):,} concepts of {number:,} tokens.")
        print(path)
    return 0
