"""Batches that do not fit: memory is cut to what a third of the largest batch takes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from explorer.extract.responses import forward
from explorer.models.checkpoints import Loaded, load_checkpoint
from tests.benchmarks.gpu.asked import Answer, Asked
from tests.benchmarks.workload import bundled_request

ALLOWED = 1e-3
"""Largest difference of float32 responses over batches of other sizes, over their
standard deviation.
"""


@contextlib.contextmanager
def less_memory(loaded: Loaded, asked: Asked, needed: int, largest: int) -> Iterator[None]:
    """While open, a third of `needed` bytes can be had beside what is taken.

    Without a GPU, what stands in for this is a model that takes a third of `largest`
    tokens.
    """
    if asked.cuda:
        torch.cuda.empty_cache()
        total = torch.cuda.get_device_properties(asked.device).total_memory
        there = torch.cuda.memory_reserved(asked.device)
        torch.cuda.set_per_process_memory_fraction((there + needed / 3) / total, asked.device)
        try:
            yield
        finally:
            torch.cuda.set_per_process_memory_fraction(1.0, asked.device)
            torch.cuda.empty_cache()
        return

    def refuse(_model: Any, _inputs: Any, named: dict[str, Any]) -> None:
        if named["input_ids"].numel() > largest / 3:
            raise torch.OutOfMemoryError("out of memory")

    handle = loaded.model.base_model.register_forward_pre_hook(refuse, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


@contextlib.contextmanager
def counting(loaded: Loaded, sizes: list[int]) -> Iterator[None]:
    """While open, the tokens of every batch that is begun."""

    def before(_model: Any, _inputs: Any, named: dict[str, Any]) -> None:
        sizes.append(named["input_ids"].numel())

    handle = loaded.model.base_model.register_forward_pre_hook(before, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def ask(asked: Asked) -> Answer:
    """One pass with all memory, one with less; responses must be the same."""
    columns = ("model", "batches", "begun with less memory", "did not fit", "largest difference")
    answer = Answer("Batches that do not fit", columns)
    model = "tiny" if asked.quick else "pythia-70m"
    request, probes = bundled_request(model, 2 if asked.quick else 40)
    loaded = load_checkpoint(request.checkpoint)
    texts = [row.text for rows in probes.sentences.values() for row in rows]
    texts = texts[: 200 if asked.quick else 8000]
    forward(loaded, texts[:8], "max")
    before, sizes = torch.cuda.memory_allocated() if asked.cuda else 0, list[int]()
    if asked.cuda:
        torch.cuda.reset_peak_memory_stats()
    with counting(loaded, sizes):
        plain, _ = forward(loaded, texts, "max")
    needed = torch.cuda.max_memory_allocated() - before if asked.cuda else 0
    begun: list[int] = []
    done = [0]

    def advance(_count: int) -> None:
        done[0] += 1

    with counting(loaded, begun), less_memory(loaded, asked, needed, max(sizes)):
        again, _ = forward(loaded, texts, "max", advance=advance)
    apart = float(np.abs((again - plain).numpy()).max() / plain.numpy().std())
    failed = len(begun) - done[0]
    row = (model, f"{len(sizes)}", f"{len(begun)}", f"{failed}", f"{apart:.0e}")
    answer.add(
        row, model=model, batches=len(sizes), begun=len(begun), failed=failed, difference=apart
    )
    answer.demand(failed > 0, "No batch ran out of memory, so nothing was tried.")
    answer.demand(apart <= ALLOWED, f"Cut batches move responses by {apart:.0e} of their sd.")
    return answer
