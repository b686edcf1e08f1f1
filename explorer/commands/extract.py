"""extract."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from explorer.commands import help
from explorer.commands.jobs import carry_out
from explorer.commands.output import say, show_fields
from explorer.commands.parsing import add_concepts, add_detach, add_model, add_shards, command
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ExplorerError, InputError
from explorer.core.request import DTYPES, POOLINGS, RunRequest
from explorer.core.shard import n_shards
from explorer.core.text import duration, size
from explorer.jobs.cost import speeds
from explorer.jobs.cost.estimate import estimate
from explorer.jobs.cost.shards import told
from explorer.jobs.kinds.extraction import EXTRACTION
from explorer.jobs.kinds.one_pass import Pass
from explorer.jobs.kinds.published import published_runs
from explorer.jobs.kinds.ratings import DEFAULT_HUMAN, checked_ratings
from explorer.models import folders
from explorer.probes import human as human_data
from explorer.probes import probe_set
from explorer.probes.datasets import DATASETS
from explorer.probes.probe_set import BUNDLED
from explorer.probes.rated import unmet
from explorer.probes.reading.word_list import read_words
from explorer.probes.words import among, concept_name
from explorer.results.library import open_library
from explorer.results.ratings import rated_choices


def add(commands: Any) -> None:
    """Describe the command to the parser."""
    parser = command(
        commands,
        "extract",
        "find the experts of concepts in a checkpoint",
        help.EXTRACT,
        extract,
    )
    add_model(parser)
    parser.add_argument(
        "--random-init", type=int, metavar="SEED", help="random weights from this seed: the control"
    )
    parser.add_argument("--probes", default=BUNDLED, metavar="NAME", help="probe set (%(default)s)")
    add_concepts(parser, "all of the probe set when left out")
    parser.add_argument(
        "--positives",
        type=int,
        default=100,
        metavar="N",
        help="sentences of the concept (%(default)s)",
    )
    parser.add_argument(
        "--negatives", type=int, default=500, metavar="N", help="sentences of others (%(default)s)"
    )
    parser.add_argument(
        "--folds", type=int, default=4, metavar="K", help="independent draws (%(default)s)"
    )
    parser.add_argument(
        "--pooling",
        choices=POOLINGS,
        default="max",
        help="over the tokens of a sentence (%(default)s)",
    )
    parser.add_argument(
        "--dtype", choices=DTYPES, default="float32", help="of the weights (%(default)s)"
    )
    parser.add_argument(
        "--ap-floor",
        type=float,
        default=0.5,
        metavar="AP",
        help="store units above it (%(default)s)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the draws (%(default)s)")
    parser.add_argument(
        "--human",
        default=",".join(DEFAULT_HUMAN),
        metavar="LIST",
        help="ratings, CSV files too, or none (%(default)s)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="tell time, memory and disk, and stop"
    )
    parser.add_argument(
        "--measure",
        action="store_true",
        help="with --dry-run: time a few batches first, to tell better",
    )
    add_shards(parser)
    add_detach(parser)


def extract(options: argparse.Namespace) -> int:
    """Run an extraction in the foreground, hand it to a worker, or only say what it
    would cost.
    """
    request = request_of(options)
    shards = n_shards(options.shards, len(request.concepts))
    human = tuple(
        name.strip() for name in options.human.split(",") if name.strip() not in ("", "none")
    )
    human = checked_ratings(human, say, request.concepts)
    if options.dry_run:
        if options.measure:
            say("Loading the model and timing a few batches…")
            speeds.measure(request)
        return _dry_run(request, shards)
    before = published_runs().get(request.id)
    if carry_out(EXTRACTION, Pass((request,), human, shards=shards), options):
        if before:
            _fetch_ratings(set(human) - before.human.keys(), request.concepts)
        if set(human) - (before.human if before else DATASETS).keys():
            _tell_ratings(request.id)
        print(published_runs()[request.id].path)
    return 0


def _fetch_ratings(names: Collection[str], concepts: Collection[str]) -> None:
    """Have the published ratings at hand that a run was made without."""
    for name in sorted(DATASETS.keys() & names):
        try:
            if sentence := unmet(human_data.load(name, say), name, concepts):
                say(sentence)
        except ExplorerError as error:
            say(f"Human ratings skipped: {name}. {error}")


def _tell_ratings(run_id: str) -> None:
    """Which ratings the run is compared with: those given later are kept beside it."""
    choices = rated_choices(open_library(), run_id)
    told = ", ".join(f"{choice.ratings.label} ({choice.n:,} pairs)" for choice in choices)
    say(f"The run is compared with: {told or 'no ratings, since none names two of its concepts'}.")


def request_of(options: argparse.Namespace) -> RunRequest:
    """The request that the options describe. Raises InputError."""
    info = probe_set.load(options.probes).info
    concepts = among(concepts_of(options), info.concepts) or list(info.concepts)
    for word in concepts:
        if word not in info.sizes:
            near = difflib.get_close_matches(word, info.concepts, 1)
            hint = (
                f"Did you mean “{near[0]}”?" if near else f"See: explorer probes show {info.name}"
            )
            raise InputError(f"“{word}” is not a concept of the probe set “{info.name}”.", hint)
    return RunRequest(
        checkpoint=checkpoint_of(options),
        probe_set=info.name,
        probe_digest=info.digest,
        concepts=tuple(concepts),
        n_positive=options.positives,
        n_negative=options.negatives,
        folds=options.folds,
        pooling=options.pooling,
        dtype=options.dtype,
        ap_floor=options.ap_floor,
        seed=options.seed,
        domains=info.domains_among(concepts),
    )


def checkpoint_of(options: argparse.Namespace) -> Checkpoint:
    """The checkpoint named by --model, --revision and --random-init.

    A local folder or GGUF file by its full path; what "main" means there is told.
    """
    seed = getattr(options, "random_init", None)
    named = Checkpoint.named(options.model, options.revision, seed)
    if told := folders.meaning_of_main(named):
        say(told)
    return folders.resolved(named)


def concepts_of(options: argparse.Namespace) -> list[str]:
    """Words of --concepts or of --concepts-file, each once; empty when neither was
    given. Raises InputError.
    """
    if options.concepts is None and options.concepts_file is None:
        return []
    text = options.concepts
    if options.concepts_file is not None:
        text = ",".join(read_words(options.concepts_file))
    words = [concept_name(word) for word in text.split(",") if word.strip()]
    if not words:
        raise InputError(
            "The list of concepts is empty.",
            "Give words separated by commas, or leave it out for all.",
        )
    return list(dict.fromkeys(words))


def _dry_run(request: RunRequest, shards: int) -> int:
    cost = estimate(request)
    say(
        f"{request.checkpoint.label}: about {duration(cost.seconds)} "
        f"({duration(cost.seconds_low)} to "
        f"{duration(cost.seconds_high)}), {size(cost.memory_bytes)} of memory, "
        f"{size(cost.disk_bytes)} of disk"
        + (f", {size(cost.gpu_bytes)} of GPU memory." if cost.gpu_bytes else ".")
    )
    say(cost.note)
    say(told(cost, len(request.concepts), shards))
    show_fields({"id": request.id, **asdict(cost)})
    return 0
