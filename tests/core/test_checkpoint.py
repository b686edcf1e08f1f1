"""What the names of checkpoints say of their steps."""

from __future__ import annotations

import time

import pytest

from explorer.core.checkpoint import Checkpoint, revision_line, revision_number, without_step

STEPS = [
    ("step1000", 1000),
    ("Step1000", 1000),
    ("step_1000", 1000),
    ("step=1000", 1000),
    ("step 1000", 1000),
    ("steps_1000", 1000),
    ("step20k", 20_000),
    ("step1.5k", 1500),
    ("step0", 0),
    ("checkpoint-500", 500),
    ("checkpoint_1000", 1000),
    ("ckpt-1000", 1000),
    ("ckpt_step=1000", 1000),
    ("global_step1000", 1000),
    ("global_step_1000", 1000),
    ("globalstep1000", 1000),
    ("iter_0001000", 1000),
    ("iteration_1000", 1000),
    ("update_1000", 1000),
    ("epoch=3-step=1000", 1000),
    ("checkpoint-3-step1000", 1000),
    ("step1000-tokens4B", 1000),
    ("tokens4B-step1000", 1000),
    ("stage1-step1000-tokens5B", 1000),
    ("step1000-unsharded", 1000),
    ("step1000_hf", 1000),
]
NO_STEPS = [
    "tokens4B",
    "epoch_3",
    "samples-300",
    "1000",
    "100B",
    "footstep12",
    "step1000-step2000",
    "step1,000",
    "step1.2345k",
    "step-",
    "main",
]


@pytest.mark.parametrize(("name", "step"), STEPS)
def test_the_name_of_a_revision_or_of_a_folder_says_its_step(name: str, step: int) -> None:
    assert revision_number(name) == step
    assert Checkpoint("org/model", name).step == step
    assert Checkpoint(f"/trained/{name}").step == step


@pytest.mark.parametrize("name", NO_STEPS)
def test_what_is_no_step_or_two_steps_is_none(name: str) -> None:
    assert revision_number(name) is None
    assert Checkpoint("org/model", name).step is None
    assert Checkpoint(f"/trained/{name}").step is None


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("tiny-step512", "tiny"),
        ("gpt2-step512", "gpt2"),
        ("multiberts-seed_0-step_20k", "multiberts-seed_0"),
        ("OLMo-1B-step1000-tokens4B", "OLMo-1B"),
        ("ckpt_step=1000", ""),
        ("epoch=3-step=1000", ""),
        ("checkpoint-500", ""),
        ("gpt2", "gpt2"),
    ],
)
def test_a_name_without_its_step_keeps_all_else(name: str, bare: str) -> None:
    assert without_step(name) == bare


@pytest.mark.parametrize(
    ("revision", "line"),
    [
        ("step512", ""),
        ("step1000-tokens4B", ""),
        ("tokens4B-step1000", ""),
        ("stage1-step1000-tokens5B", ""),
        ("stage2-ingredient1-step500-tokens5B", "stage2-ingredient1"),
        ("stage10-step5", "stage10"),
        ("lc-32k-to-64k-step-4000", "lc-32k-to-64k"),
        ("seed0-step1000", "seed0"),
        ("main", ""),
    ],
)
def test_a_later_stage_is_a_line_of_training_of_its_own(revision: str, line: str) -> None:
    assert revision_line(revision) == line


@pytest.mark.parametrize("name", ["checkpoint-1-" * 8000, "iter" * 25_000, "step" + "1" * 100_000])
def test_a_name_without_end_is_read_in_bounded_time(name: str) -> None:
    start = time.perf_counter()
    revision_number(name)
    without_step(name)
    assert time.perf_counter() - start < 2
