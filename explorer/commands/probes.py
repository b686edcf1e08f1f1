"""probes list, show, card, import."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import Any

import pandas as pd

from explorer.commands import help, sentences
from explorer.commands.output import say, show_table
from explorer.commands.parsing import command
from explorer.core.errors import InputError
from explorer.core.paths import user_path
from explorer.probes import importing, probe_set
from explorer.probes.words import among


def add(commands: Any) -> None:
    """Describe the commands to the parser."""
    group = commands.add_parser(
        "probes", help="probe sets: list, show, card, import, harvest, generate"
    )
    kinds = group.add_subparsers(required=True, metavar="ACTION", title="actions")
    command(kinds, "list", "the probe sets there are", "The probe sets there are.", list_sets)
    parser = command(
        kinds,
        "show",
        "concepts of a set, or sentences of a concept",
        "Look into a probe set.",
        show,
    )
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("concept", nargs="?", metavar="CONCEPT")
    parser = command(
        kinds,
        "card",
        "provenance of a set, as JSON",
        "Provenance of a probe set, as JSON.",
        card,
    )
    parser.add_argument("name", metavar="NAME")
    parser = command(kinds, "import", "import sentences from a file", help.IMPORT, import_set)
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--name", help="of the probe set (the file's name when left out)")
    parser.add_argument(
        "--source", default="", help="who wrote the sentences, where the file does not say"
    )
    parser.add_argument(
        "--no-word-check", action="store_true", help="keep sentences without the concept's word"
    )
    parser.add_argument(
        "--replace",
        action="store_true",
        help="take the name of another probe set, which is then kept under another name",
    )
    sentences.add(kinds)


def list_sets(_: argparse.Namespace) -> int:
    """One line a probe set."""
    columns = ["name", "concepts", "sentences", "smallest", "sources", "path"]
    rows, problems = [], []
    for name in probe_set.names():
        try:
            info = probe_set.load(name).info
        except InputError as error:
            problems.append(str(error))
            continue
        sizes = info.sizes.values()
        what = (len(sizes), sum(sizes), min(sizes, default=0), ", ".join(info.sources))
        rows.append((name, *what, str(info.path)))
    show_table(pd.DataFrame(rows, columns=columns))
    for why in problems:
        say(f"Not readable: {why}")
    return 0


def show(options: argparse.Namespace) -> int:
    """The concepts of a probe set, or the sentences of one concept."""
    found = probe_set.load(options.name)
    if options.concept is None:
        rows = [
            (word, found.info.domains.get(word, ""), size)
            for word, size in found.info.sizes.items()
        ]
        show_table(pd.DataFrame(rows, columns=["concept", "domain", "sentences"]))
        return 0
    (concept,) = among([options.concept], found.sentences)
    if concept not in found.sentences:
        raise InputError(
            f"“{options.concept}” is not a concept of “{options.name}”.",
            f"It has {len(found.info.sizes)} concepts.",
        )
    sentences = [(s.text, s.source, s.prompt) for s in found.sentences[concept]]
    show_table(pd.DataFrame(sentences, columns=["text", "source", "prompt"]))
    return 0


def card(options: argparse.Namespace) -> int:
    """Provenance of a probe set, as JSON."""
    info = probe_set.load(options.name).info
    counts = Counter(info.sizes.values())
    told = {
        "name": info.name,
        "digest": info.digest,
        "concepts": len(info.sizes),
        "sentences": sum(info.sizes.values()),
        "sentences_per_concept": {str(size): n for size, n in sorted(counts.items())},
        "sources": info.sources,
        **info.card,
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


def import_set(options: argparse.Namespace) -> int:
    """Import a file."""
    path = user_path(options.file)
    info = importing.import_file(
        path,
        options.name or path.stem,
        source=options.source,
        check_word=not options.no_word_check,
        replace=options.replace,
        tell=say,
    )
    say(
        f"“{info.name}” holds {sum(info.sizes.values()):,} sentences of {len(info.sizes):,} "
        "concepts."
    )
    print(info.path)
    return 0
