"""probes list, show, card, import, harvest, generate."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

import pandas as pd

from explorer.commands.extract import checkpoint_of, concepts_of
from explorer.commands.jobs import carry_out
from explorer.commands.output import say, show_table
from explorer.core.errors import InputError
from explorer.generate.endpoint.client import address_of
from explorer.generate.endpoint.writing import PARALLEL
from explorer.jobs.kinds.sentences import SENTENCES, Sentences
from explorer.probes import importing, probe_set


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
    concepts = _concepts(options)
    if options.cap < 1:
        raise InputError(f"--cap: got {options.cap}, expected 1 or more.")
    if not options.corpus.strip():
        raise InputError("--corpus: got nothing.", "Give a text file, or enwik8.")
    request = Sentences(
        options.name,
        concepts,
        options.cap,
        seed=options.seed,
        corpus=options.corpus,
        corpus_name=options.source,
    )
    if not carry_out(SENTENCES, request, detach=options.detach, when="at the next report"):
        return 0
    info = probe_set.load(options.name).info
    fewest = min(info.sizes, key=lambda word: info.sizes[word])
    say(
        f"Harvested {sum(info.sizes.values()):,} sentences of {len(info.sizes):,} concepts; "
        f"the fewest are {info.sizes[fewest]:,} of “{fewest}”."
    )
    print(info.path)
    return 0


def generate(options: argparse.Namespace) -> int:
    """Generate sentences with a model; the same command resumes."""
    concepts = _concepts(options)
    if not 1 <= options.target <= 100_000:
        raise InputError(f"--target: got {options.target}, expected 1 to 100,000.")
    probe_set.check_new(options.name)
    _check_writer(options)
    model = options.model or ""
    request = Sentences(
        options.name,
        concepts,
        options.target,
        seed=options.seed,
        model=model if options.endpoint or not model else checkpoint_of(options).model,
        revision=options.revision,
        endpoint=options.endpoint or "",
        prompts=options.prompts or "",
        token_budget=options.token_budget,
        parallel=PARALLEL if options.parallel is None else options.parallel,
    )
    when = "after the requests under way" if options.endpoint else "after this concept"
    if not carry_out(SENTENCES, request, detach=options.detach, when=when):
        return 0
    info = probe_set.load(options.name).info
    tokens = f" with {info.card['tokens']:,} tokens" if "tokens" in info.card else ""
    say(
        f"Generated {sum(info.sizes.values()):,} sentences of {len(info.sizes):,} concepts{tokens}."
    )
    print(info.path)
    return 0


def _concepts(options: argparse.Namespace) -> tuple[str, ...]:
    concepts = concepts_of(options)
    if not concepts:
        raise InputError("No concept was given.", "Give --concepts a,b,c or --concepts-file FILE.")
    return tuple(concepts)


def _check_writer(options: argparse.Namespace) -> None:
    if options.endpoint is not None and options.model is None:
        raise InputError(
            "--endpoint needs --model.", "Give the name that the endpoint knows the model by."
        )
    if options.endpoint is not None and options.revision != "main":
        raise InputError(
            f"--revision: got {options.revision}.",
            "An endpoint has no revisions; name another --model.",
        )
    if options.endpoint is not None:
        address_of(options.endpoint)
    for option in ("token_budget", "parallel"):
        value, flag = getattr(options, option), f"--{option.replace('_', '-')}"
        if value is not None and options.endpoint is None:
            raise InputError(f"{flag} is for an endpoint.", "Give --endpoint URL, or leave it out.")
        if value is not None and value < 1:
            raise InputError(f"{flag}: got {value}, expected 1 or more.")
