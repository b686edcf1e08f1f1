"""A whole extraction against the bare forward pass, at batches up to what the card
takes.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from unittest import mock

import torch

from explorer.core.request import Dtype
from explorer.models import batching
from tests.benchmarks.bench_end_to_end import Measurement
from tests.benchmarks.gpu.asked import Answer, Asked
from tests.benchmarks.workload import bundled_request

AIM = 1.15
OWN = batching.TOKENS_PER_BATCH["cuda"]
BUDGETS = (OWN, OWN // 4, 4 * OWN, 16 * OWN)
"""Tokens of a batch, the product's own first."""
LONGEST_S = 240
"""After this many seconds nothing more is begun: the whole check takes ten minutes."""


def measure(
    model: str, dtype: Dtype, budget: int, asked: Asked
) -> tuple[list[dict[str, float]], int]:
    """The parts of two runs, after one that warms up, and the most bytes of the GPU's
    memory.
    """
    sets = {"n_positive": 4, "n_negative": 8} if asked.quick else {}
    request, probes = bundled_request(
        model, 3 if asked.quick else 40, 12 if asked.quick else 130, folds=1, dtype=dtype, **sets
    )
    runs: list[dict[str, float]] = []
    if asked.cuda:
        torch.cuda.reset_peak_memory_stats()
    tokens = dict.fromkeys(("cpu", "cuda"), budget)
    with mock.patch.object(batching, "TOKENS_PER_BATCH", tokens):
        for number in range(2 if asked.quick else 3):
            with tempfile.TemporaryDirectory() as folder:
                run = Measurement(request, probes, []).run(Path(folder))
            runs += [run] * (number > 0)
    return runs, torch.cuda.max_memory_allocated() if asked.cuda else 0


def ask(asked: Asked) -> Answer:
    """Every budget of tokens that fits, in both dtypes, while there is time."""
    columns = ["model", "dtype", "tokens a batch", "bare, s", "whole, s", "whole ÷ bare"]
    columns += ["sentences/s", "GPU memory"]
    answer = Answer("A whole extraction and the bare forward pass", columns)
    model = "tiny" if asked.quick else "pythia-1b"
    budgets: Sequence[int] = (512,) if asked.quick else BUDGETS
    began = time.monotonic()
    for budget in budgets:
        for dtype in ("bfloat16", "float32"):
            if time.monotonic() - began > LONGEST_S:
                return answer
            try:
                runs, peak = measure(model, dtype, budget, asked)
            except torch.OutOfMemoryError:
                answer.add((model, dtype, f"{budget:,}", *["does not fit"] + 4 * ["–"]))
                torch.cuda.empty_cache()
                continue
            bare, whole = (
                median(run[f"{part} wall"] for run in runs) for part in ("bare", "whole")
            )
            ratio = median(run["whole wall"] / run["bare wall"] for run in runs)
            speed = runs[0]["sentences"] / whole
            answer.add(
                (
                    *(model, dtype, f"{budget:,}", f"{bare:.2f}", f"{whole:.2f}", f"{ratio:.2f}"),
                    *(f"{speed:,.0f}", f"{peak / 2**30:.1f} GiB" if peak else "–"),
                ),
                **{"model": model, "dtype": dtype, "tokens": budget, "runs": runs, "peak": peak},
            )
    return answer
