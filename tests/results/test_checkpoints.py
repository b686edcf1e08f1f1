"""Which checkpoints are one model's, and what a caption calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from explorer.core.checkpoint import Checkpoint
from explorer.exhibits.provenance import provenance
from explorer.results.checkpoints import family as family_of_checkpoint
from explorer.results.checkpoints import summed_up
from explorer.results.selection import selection
from explorer.store.library import Library
from tests.support.fixtures import small_run


@pytest.mark.parametrize(
    ("checkpoint", "family"),
    [
        (Checkpoint("EleutherAI/pythia-70m", "step512"), "pythia-70m"),
        (Checkpoint("EleutherAI/pythia-70m", random_init=0), "pythia-70m"),
        (Checkpoint("built-in"), "SmolLM2-135M-Instruct"),
        (Checkpoint("/models/tiny/step0"), "tiny"),
        (Checkpoint("/models/tiny/step-512/"), "tiny"),
        (Checkpoint("/models/tiny-step512"), "tiny"),
        (Checkpoint("/models/tiny/step512", random_init=3), "tiny"),
        (Checkpoint("/models/trainer/checkpoint-500"), "trainer"),
        (Checkpoint("step7"), "step7"),
        (Checkpoint("/models/gpt2-step512"), "gpt2"),
        (Checkpoint("/models/lightning/epoch=3-step=1000"), "lightning"),
        (Checkpoint("/models/trainer", "checkpoint-500"), "trainer"),
        (Checkpoint("allenai/OLMo", "step1000-tokens4B"), "OLMo"),
        (Checkpoint("allenai/OLMo", "stage1-step1000-tokens5B"), "OLMo"),
        (Checkpoint("allenai/OLMo", "stage2-ingredient1-step9"), "OLMo · stage2-ingredient1"),
        (Checkpoint("/models/OLMo/stage1-step1000-tokens5B"), "OLMo"),
        (Checkpoint("/models/OLMo/stage2-step9"), "OLMo · stage2"),
        (Checkpoint("/models/run/seed0"), "seed0"),
    ],
)
def test_checkpoints_of_a_model_are_one_family(checkpoint: Checkpoint, family: str) -> None:
    assert family_of_checkpoint(checkpoint) == family


def test_a_caption_counts_many_checkpoints_and_names_few(tmp_path: Path) -> None:
    for step in (0, 8, 64, 512, 4000):
        small_run(tmp_path, model="fixture/tiny", revision=f"step{step}")
    runs = Library(tmp_path).runs()
    assert provenance(summed_up(runs)).startswith("tiny (5 runs) · probe set fixture")
    assert "step512 (commit 0000000)" in provenance(summed_up(runs[:4]))


def test_the_control_is_the_random_init_or_else_step_0(tmp_path: Path) -> None:
    for step in (0, 512):
        small_run(tmp_path, model="fixture/tiny", revision=f"step{step}")
    library = Library(tmp_path)
    start, trained = sorted(library.runs(), key=lambda run: run.request.checkpoint.step or 0)
    assert selection(library).control(trained) == start
    assert selection(library).control(start) is None
    small_run(tmp_path, model="fixture/tiny", revision="step512", random_init=0)
    control = selection(library).control(trained)
    assert control is not None
    assert control.request.checkpoint.random_init == 0
