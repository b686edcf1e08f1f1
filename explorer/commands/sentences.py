"""probes harvest, probes generate: sentences taken from a corpus or written by
a model.
"""

from __future__ import annotations

import argparse
from typing import Any

from explorer.commands import help
from explorer.commands.extract import checkpoint_of, concepts_of
from explorer.commands.jobs import carry_out
from explorer.commands.output import say
from explorer.commands.parsing import add_concepts, add_detach, add_model, command
from explorer.core.address import address_of
from explorer.core.errors import InputError
from explorer.generate.endpoint.writing import PARALLEL
from explorer.jobs.kinds.sentences import SENTENCES, Sentences
from explorer.probes import probe_set


def add(commands: Any) -> None:
    """Describe the commands to the parser of `probes`."""
    parser = command(commands, "harvest", "take sentences from a corpus", help.HARVEST, harvest)
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--corpus",
        required=True,
        metavar="FILE",
        help="txt, JSONL, Parquet, wikitext, .gz; or enwik8",
    )
    add_concepts(parser, "required, this or the other")
    parser.add_argument(
        "--cap", type=int, default=1000, metavar="N", help="sentences a concept (%(default)s)"
    )
    parser.add_argument(
        "--seed", type=int, default=0, help="of the choice among more (%(default)s)"
    )
    parser.add_argument(
        "--source", default="", help="what to call the corpus (the file's name when left out)"
    )
    add_detach(parser)
    parser = command(commands, "generate", "let a model write sentences", help.GENERATE, generate)
    parser.add_argument("name", metavar="NAME")
    add_model(
        parser,
        None,
        "hub id, local folder, GGUF file, trained here, built-in, or the endpoint's name for it",
    )
    parser.add_argument(
        "--endpoint", metavar="URL", help="OpenAI-compatible, such as https://api.example.org/v1"
    )
    parser.add_argument(
        "--token-budget",
        type=int,
        metavar="N",
        help="stop before the endpoint has taken more, in all",
    )
    parser.add_argument(
        "--parallel", type=int, metavar="N", help=f"requests to the endpoint at a time ({PARALLEL})"
    )
    add_concepts(parser, "required, this or the other")
    parser.add_argument(
        "--target", type=int, default=260, metavar="N", help="sentences a concept (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the sampling (%(default)s)")
    parser.add_argument(
        "--prompts", metavar="FILE", help="TOML of prompt templates in place of the shipped ones"
    )
    add_detach(parser)


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
    if not carry_out(SENTENCES, request, options, when="at the next report"):
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
    model, revision = options.model or "", options.revision
    if model and not options.endpoint:
        checkpoint = checkpoint_of(options)
        model, revision = checkpoint.model, checkpoint.revision
    request = Sentences(
        options.name,
        concepts,
        options.target,
        seed=options.seed,
        model=model,
        revision=revision,
        endpoint=options.endpoint or "",
        prompts=options.prompts or "",
        token_budget=options.token_budget,
        parallel=PARALLEL if options.parallel is None else options.parallel,
    )
    when = "after the requests under way" if options.endpoint else "after this concept"
    if not carry_out(SENTENCES, request, options, when=when):
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
