"""How fast sentences are written: by the built-in model where it is at hand, else
samples of an untrained one.
"""

from __future__ import annotations

import time

from explorer.core.checkpoint import Checkpoint
from explorer.core.request import Dtype
from explorer.generate.local import generate_concept
from explorer.generate.prompts import load_prompts
from explorer.generate.sampler import sample, stop_tokens
from explorer.models import builtin
from explorer.models.checkpoints import load_checkpoint
from tests.benchmarks.gpu.asked import Answer, Asked
from tests.benchmarks.workload import bundled_request

WORDS = ("cat", "driver", "river")


def ask(asked: Asked) -> Answer:
    """Usable sentences a second, or samples."""
    answer = Answer("Sentences", ("model", "dtype", "what", "a second"))
    dtype: Dtype = "bfloat16" if asked.cuda else "float32"
    real = builtin.is_ready() and not asked.quick
    if real:
        checkpoint = Checkpoint(builtin.NAME)
    else:
        request, _ = bundled_request("tiny" if asked.quick else "pythia-1b", 2)
        checkpoint = request.checkpoint
    loaded = load_checkpoint(checkpoint, dtype, with_head=True)
    stops = stop_tokens(loaded.tokenizer, loaded.model.config.vocab_size)
    target = 10 if asked.quick else 260
    count, began = 0, 0.0
    for number, word in enumerate(WORDS):
        if number == 1:  # the first warms up
            count, began = 0, time.perf_counter()
        if real:
            count += len(
                generate_concept(
                    *(loaded.model, loaded.tokenizer, stops, load_prompts(None), word),
                    target=target,
                    seed=0,
                )
            )
        else:
            ids = loaded.tokenizer(f"A sentence with the word {word}:").input_ids
            count += len(sample(loaded.model, [ids], stops, n=target, seed=number)[0])
    speed = count / (time.perf_counter() - began)
    what = "sentences" if real else "samples of up to 36 tokens"
    answer.add(
        (loaded.label, dtype, what, f"{speed:.1f}"), model=loaded.label, what=what, speed=speed
    )
    answer.demand(count == 2 * target, f"{count} {what} were written, {2 * target} were asked for.")
    return answer
