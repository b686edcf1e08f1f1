"""Speed of this machine on a request, measured on a few of its sentences; a program of
its own.

Reads a run request as JSON from stdin and prints its speed as JSON. It is a program
because the dashboard, which asks for it, never loads torch.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict

import numpy as np
import psutil
import torch

from explorer.core import settings
from explorer.core.errors import ExplorerError
from explorer.core.records import Speed
from explorer.core.request import RunRequest
from explorer.extract.ranking.pool import Ranking
from explorer.extract.responses import forward
from explorer.models.architectures import n_units
from explorer.models.batching import batches, tokenize
from explorer.models.checkpoints import Loaded, load_checkpoint
from explorer.probes import probe_set
from explorer.probes.sampling import JointPlan, join, plan

SENTENCES, UNITS = 96, 8192


def measure(request: RunRequest) -> Speed:
    """Load the checkpoint and time the passes of SENTENCES sentences and the ranking of
    UNITS units.
    """
    drawn = join([plan(request, probe_set.load(request.probe_set).sentences)])
    before, began = psutil.Process().memory_info().rss, time.perf_counter()
    loaded = load_checkpoint(request.checkpoint, request.dtype)
    loading = time.perf_counter() - began
    chosen = np.random.default_rng(0).permutation(len(drawn.sentences))[:SENTENCES]
    texts = [drawn.sentences[i].text for i in chosen]
    forward(
        loaded, texts[:8], request.pooling
    )  # the first pass compiles, allocates and pages weights in
    began = time.perf_counter()
    forward(loaded, texts, request.pooling)
    passing = time.perf_counter() - began
    # Few sentences are padded more than many: a run's own batches say what its
    # sentences cost.
    per_token = passing / _forwarded_tokens(loaded, texts, request)
    tokens = _tokens_per_sentence(loaded, drawn, request)
    sort, rank = _ranking(drawn, request.concepts[0], n_units(loaded.modules), loaded.model.device)
    grown = psutil.Process().memory_info().rss - before
    model = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else grown
    return Speed(loading, per_token * tokens, tokens, sort, rank, model)


def _tokens_per_sentence(loaded: Loaded, drawn: JointPlan, request: RunRequest) -> float:
    """Forwarded tokens, padding included, over the batches of a run: the pool, then
    each concept's other positives.
    """
    done: set[int] = set()
    total = 0
    for ids in (drawn.pool, *map(drawn.positives, request.concepts)):
        fresh = [i for i in ids.tolist() if i not in done]
        total += _forwarded_tokens(loaded, [drawn.sentences[i].text for i in fresh], request)
        done.update(fresh)
    return total / len(drawn.sentences)


def _forwarded_tokens(loaded: Loaded, texts: list[str], request: RunRequest) -> int:
    encoded = tokenize(loaded, texts, request.pooling)
    return sum(batch.ids.numel() for batch in batches(loaded, encoded, request.pooling))


def _ranking(
    drawn: JointPlan, concept: str, of_units: int, device: torch.device
) -> tuple[float, float]:
    """Seconds per unit to sort the pool, and to rank the positives of a concept;
    responses are random numbers.

    The pool of the sample is kept where that of all units will be.
    """
    rng, threads, scratch = (
        np.random.default_rng(0),
        torch.get_num_threads(),
        settings.cache_dir() / "scratch",
    )
    ids, units = drawn.positives(concept), min(UNITS, of_units)
    in_pool = np.stack(
        [np.isin(drawn.pool, negative) for _, negative in drawn.draws[0][concept]], axis=1
    )
    among = np.stack([np.isin(ids, positive) for positive, _ in drawn.draws[0][concept]], axis=1)
    pool, positives = (
        torch.from_numpy(rng.standard_normal((len(rows), units), np.float32)).to(device)
        for rows in (drawn.pool, ids)
    )
    rows = np.arange(len(drawn.pool))
    first = Ranking(pool[:, :64], rows, threads, scratch, of_units)
    first.average_precision(in_pool, positives[:, :64], among)  # compiles
    began = time.perf_counter()
    ranking = Ranking(pool, rows, threads, scratch, of_units)
    _finish(device)
    sorted_at = time.perf_counter()
    ranking.average_precision(in_pool, positives, among)
    return (sorted_at - began) / units, (time.perf_counter() - sorted_at) / units


def _finish(device: torch.device) -> None:
    if device.type == "cuda":  # a GPU works on after the call
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    try:
        print(json.dumps(asdict(measure(RunRequest.from_json(sys.stdin.read())))))
    except ExplorerError as error:
        print(json.dumps({"what": error.what, "hint": error.hint}))
        raise SystemExit(error.exit_code) from error
