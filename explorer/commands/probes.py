"""probes list, show, card, import, harvest, generate."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from explorer.commands.extract import checkpoint_of, concepts_of
from explorer.commands.interrupts import stopping
from explorer.commands.output import Narrator, say, show_table
from explorer.core.errors import InputError
from explorer.generate.endpoint import writing
from explorer.jobs.progress import Progress
from explorer.probes import importing, probe_set
from explorer.probes.corpora import enwik8
from explorer.probes.corpora import harvest as harvesting


def list_sets(_: argparse.Namespace) -> int:
    """One line a probe set."""
    columns = ["name", "concepts", "sentences", "smallest", "sources", "path"]
    rows = [
        (
            i.name,
            len(i.sizes),
            sum(i.sizes.values()),
            min(i.sizes.values(), default=0),
            ", ".join(i.sources),
            str(i.path),
        )
        for i in probe_set.available()
    ]
    show_table(pd.DataFrame(rows, columns=columns))
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
    if options.concept not in found.sentences:
        raise InputError(
            f"“{options.concept}” is not a concept of “{options.name}”.",
            f"It has {len(found.info.sizes)} concepts.",
        )
    sentences = [(s.text, s.source, s.prompt) for s in found.sentences[options.concept]]
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
    path = Path(options.file).expanduser()
    info = importing.import_file(
        path, options.name or path.stem, source=options.source, check_word=not options.no_word_check
    )
    say(
        f"Imported {sum(info.sizes.values()):,} sentences of {len(info.sizes):,} concepts as "
        f"“{info.name}”."
    )
    print(info.path)
    return 0


def harvest(options: argparse.Namespace) -> int:
    """Take sentences from a corpus."""
    concepts = concepts_of(options)
    if not concepts:
        raise InputError("No concept was given.", "Give --concepts a,b,c or --concepts-file FILE.")
    if options.cap < 1:
        raise InputError(f"--cap: got {options.cap}, expected 1 or more.")
    is_enwik8 = options.corpus == enwik8.NAME
    path = enwik8.ensure(say) if is_enwik8 else Path(options.corpus).expanduser()
    source = enwik8.CITATION if is_enwik8 else options.source
    info = harvesting.harvest(
        path, options.name, concepts, cap=options.cap, seed=options.seed, source=source, tell=say
    )
    fewest = min(info.sizes, key=lambda word: info.sizes[word])
    say(
        f"Harvested {sum(info.sizes.values()):,} sentences of {len(info.sizes):,} concepts; "
        f"the fewest are {info.sizes[fewest]:,} of “{fewest}”."
    )
    print(info.path)
    return 0


def generate(options: argparse.Namespace) -> int:
    """Generate sentences with a model; the same command resumes."""
    concepts = concepts_of(options)
    if not concepts:
        raise InputError("No concept was given.", "Give --concepts a,b,c or --concepts-file FILE.")
    if not 1 <= options.target <= 100_000:
        raise InputError(f"--target: got {options.target}, expected 1 to 100,000.")
    probe_set.check_new(options.name)
    narrator = Narrator()
    wish: dict[str, Any] = {
        "target": options.target,
        "seed": options.seed,
        "prompts": Path(options.prompts).expanduser() if options.prompts else None,
        "tell": narrator.tell,
        "progress": lambda done, total, word: narrator.watch(
            Progress("generating", done, total, None, word)
        ),
    }
    try:
        if options.endpoint is not None:
            with stopping(narrator.tell, "after the requests under way") as wish["stopped"]:
                info = _at_endpoint(options, concepts, wish)
        else:
            with stopping(narrator.tell, "after this concept") as wish["stopped"]:
                info = _with_model(options, concepts, wish)
    finally:
        narrator.close()
    tokens = f" with {info.card['tokens']:,} tokens" if "tokens" in info.card else ""
    say(
        f"Generated {sum(info.sizes.values()):,} sentences of {len(info.sizes):,} concepts{tokens}."
    )
    print(info.path)
    return 0


def _at_endpoint(
    options: argparse.Namespace, concepts: list[str], wish: dict[str, Any]
) -> probe_set.ProbeSetInfo:
    if options.model is None:
        raise InputError(
            "--endpoint needs --model.", "Give the name that the endpoint knows the model by."
        )
    if options.revision != "main":
        raise InputError(
            f"--revision: got {options.revision}.",
            "An endpoint has no revisions; name another --model.",
        )
    for option in ("token_budget", "parallel"):
        value = getattr(options, option)
        if value is not None and value < 1:
            raise InputError(f"--{option.replace('_', '-')}: got {value}, expected 1 or more.")
    parallel = writing.PARALLEL if options.parallel is None else options.parallel
    wish |= {"token_budget": options.token_budget, "parallel": parallel}
    return writing.generate_set(options.endpoint, options.model, concepts, options.name, **wish)


def _with_model(
    options: argparse.Namespace, concepts: list[str], wish: dict[str, Any]
) -> probe_set.ProbeSetInfo:
    for option in ("token_budget", "parallel"):
        if getattr(options, option) is not None:
            raise InputError(
                f"--{option.replace('_', '-')} is for an endpoint.",
                "Give --endpoint URL, or leave it out.",
            )
    # Here and not above: it pulls torch, which no other subcommand about probe sets
    # needs.
    from explorer.generate import local

    options.model = options.model or local.default_model(wish["tell"])
    return local.generate_set(checkpoint_of(options), concepts, options.name, **wish)
