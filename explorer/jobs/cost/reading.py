"""What reading the sentences of a run once more will cost."""

from __future__ import annotations

from explorer.core import memory
from explorer.core.request import RunRequest
from explorer.jobs.cost import gpus, speeds
from explorer.jobs.cost.estimate import (
    MEASURED_SPREAD,
    PROGRAM_BYTES,
    RULE_SPREAD,
    TOKENS_PER_WORD,
    Estimate,
    flops_per_second,
    free_disk,
)
from explorer.models import catalog, first_use


def estimate_reading(request: RunRequest, words: int, n_sentences: int) -> Estimate:
    """The cost of forwarding sentences of a finished run once more, `words` in all.

    Raises ModelError for a checkpoint that cannot be described.
    """
    card, speed, gpu = (
        catalog.describe(request.checkpoint),
        speeds.known(request),
        gpus.free_memory(),
    )
    first = first_use.of(request.checkpoint)
    if speed:
        seconds = 6 + speed.load + speed.per_sentence * n_sentences
    else:
        tokens = words * TOKENS_PER_WORD if request.pooling != "selfcond" else 128.0 * n_sentences
        seconds = 8 + 1.15 * 2.0 * card.n_weights * tokens / flops_per_second()
    seconds += first.seconds
    low, high = MEASURED_SPREAD if speed else RULE_SPREAD
    share = 1.0 if request.dtype == "float32" else 0.5
    weights = speed.model_bytes if speed else int(card.size_bytes * share)
    told = "measured on this machine" if speed else "by rule of thumb, not yet measured"
    return Estimate(
        seconds=seconds,
        seconds_low=low * seconds,
        seconds_high=high * seconds,
        memory_bytes=weights + 2 * PROGRAM_BYTES,
        disk_bytes=20_000_000 + first.disk_bytes,
        n_sentences=n_sentences,
        n_units=card.n_units,
        memory_available=memory.free(),
        disk_available=free_disk(),
        note=f"{n_sentences:,} sentences; {told}",
        measured=speed is not None,
        gpu_bytes=0 if gpu is None else weights,
        gpu_available=gpu or 0,
    )
