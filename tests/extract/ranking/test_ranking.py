"""The sorted pool wherever it lives: in memory, from a scratch file, with the kernel of
GPUs; joint passes.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from explorer.core.errors import InputError, ResourceError
from explorer.core.records import ConceptResult
from explorer.extract import response_store
from explorer.extract.engine import Extraction
from explorer.extract.ranking import device, pool_file
from explorer.extract.ranking import pool as ranking
from explorer.extract.ranking.pool import Ranking
from tests.extract.test_engine import ask, probe_set
from tests.support import tiny

CPU = torch.device("cpu")
UNITS = 50
WIDE = 2 * pool_file.UNITS + 50


def tied_sets(units: int) -> tuple[torch.Tensor, np.ndarray, torch.Tensor, np.ndarray]:
    """Tied responses of a pool and of positives, and three folds of each."""
    rng = np.random.default_rng(3)
    pool, positives = (
        torch.from_numpy(rng.normal(size=(n, units)).round(1).astype(np.float32)) for n in (60, 25)
    )
    return pool, rng.random((40, 3)) < 0.6, positives, rng.random((25, 3)) < 0.5


@pytest.fixture
def sets() -> tuple[torch.Tensor, np.ndarray, torch.Tensor, np.ndarray]:
    return tied_sets(UNITS)


@pytest.mark.parametrize("share", [0.75, 0.0], ids=["memory", "file"])
def test_blocks_of_units_give_what_the_whole_gives(
    share: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, negative, positives, positive = tied_sets(WIDE)
    rows = np.arange(5, 45)
    whole = Ranking(pool, rows, 1, tmp_path).average_precision(negative, positives, positive)
    monkeypatch.setattr(ranking, "BLOCK_BYTES", 1)
    monkeypatch.setattr(ranking, "POOL_MEMORY_SHARE", share)
    parts = Ranking(pool, rows, 1, tmp_path).average_precision(negative, positives, positive)
    np.testing.assert_array_equal(parts, whole)


def test_the_kernel_of_gpus_equals_the_host_in_every_fold(
    sets: tuple[torch.Tensor, np.ndarray, torch.Tensor, np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, negative, positives, positive = sets
    host = Ranking(pool, np.arange(40), 1, tmp_path).average_precision(
        negative, positives, positive
    )
    monkeypatch.setattr(device, "CHUNK_BYTES", 24 * 85 * 8)
    found = device.average_precision(device.sort_pool(pool[:40]), negative, positives, positive)
    np.testing.assert_allclose(found, host, atol=1e-12)


def test_a_pool_beyond_memory_is_sorted_in_a_scratch_file_with_the_same_result(
    sets: tuple[torch.Tensor, np.ndarray, torch.Tensor, np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, negative, positives, positive = sets
    rows, scratch = np.arange(40), tmp_path / "scratch"
    memory = Ranking(pool, rows, 1, scratch).average_precision(negative, positives, positive)
    assert not scratch.exists()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 10_000}))
    disk = Ranking(pool, rows, 1, scratch).average_precision(negative, positives, positive)
    assert list(scratch.iterdir()) == []
    np.testing.assert_array_equal(disk, memory)


def test_a_sample_of_units_is_kept_where_all_of_them_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        psutil, "virtual_memory", lambda: type("Memory", (), {"available": 100_000})
    )
    pool, negative, positives, positive = tied_sets(UNITS)
    alone = Ranking(pool, np.arange(40), 1, tmp_path / "alone")
    assert not (tmp_path / "alone").exists()
    sample = Ranking(pool, np.arange(40), 1, tmp_path / "sample", of_units=1000)
    assert (tmp_path / "sample").exists()
    sets = negative, positives, positive
    np.testing.assert_array_equal(sample.average_precision(*sets), alone.average_precision(*sets))


def test_a_pool_beyond_memory_and_disk_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 10_000}))
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1_000}))
    with pytest.raises(
        ResourceError, match=r"do not fit in memory, nor in .*: No space left on device"
    ):
        Ranking(torch.zeros((60, UNITS)), np.arange(60), 1, tmp_path)


def test_responses_beyond_memory_live_in_a_file_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_store, "MEMORY_SHARE", 0.0)
    held = response_store.allocate(30, UNITS, CPU, tmp_path / "scratch")
    held[:] = torch.arange(30.0)[:, None]
    assert held.sum() == UNITS * sum(range(30))
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_full_disk_is_told_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(response_store, "MEMORY_SHARE", 0.0)
    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(ResourceError, match="No space left on device"):
        response_store.allocate(30, UNITS, CPU, tmp_path)


def test_where_blocks_cannot_be_set_aside_the_free_space_is_asked_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(response_store, "MEMORY_SHARE", 0.0)
    monkeypatch.delattr(os, "posix_fallocate", raising=False)
    held = response_store.allocate(30, UNITS, CPU, tmp_path)
    held[:] = 1.0
    assert held.sum() == 30 * UNITS
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 1_000}))
    with pytest.raises(ResourceError, match="No space left on device"):
        response_store.allocate(30, UNITS, CPU, tmp_path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.checkpoint(tmp_path_factory.mktemp("neox"), "gpt_neox")


def extracted(extraction: Extraction) -> list[list[ConceptResult]]:
    extraction.prepare()
    return list(extraction.concepts())


def same(one: ConceptResult, other: ConceptResult) -> bool:
    pairs = zip([*one.units, *one.aps], [*other.units, *other.aps], strict=True)
    return one.concept == other.concept and all(np.array_equal(a, b) for a, b in pairs)


def test_an_extraction_from_a_scratch_file_equals_one_in_memory(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    memory = extracted(Extraction([ask(folder)], probe_set()))
    monkeypatch.setattr(response_store, "MEMORY_SHARE", 0.0)
    monkeypatch.setattr(ranking, "POOL_MEMORY_SHARE", 0.0)
    scratch = extracted(Extraction([ask(folder)], probe_set()))
    assert all(same(a, b) for (a,), (b,) in zip(memory, scratch, strict=True))


def test_runs_of_one_pass_have_the_sets_of_the_runs_alone_and_nearly_the_same_experts(
    folder: Path,
) -> None:
    requests = [ask(folder), ask(folder, n_positive=4, folds=2), ask(folder, n_negative=8, seed=1)]
    joint = Extraction(requests, probe_set())
    together = extracted(joint)
    for k, request in enumerate(requests):
        alone = Extraction([request], probe_set())
        assert joint.cells[k].sentences == alone.cells[0].sentences
        for results, (single,) in zip(together, extracted(alone), strict=True):
            # Batches of another shape move responses by an ulp, so a unit with ties may
            # move.
            for ours, theirs in zip(results[k].units, single.units, strict=True):
                assert len(np.setxor1d(ours, theirs)) <= 0.02 * len(np.union1d(ours, theirs))


def test_runs_of_another_checkpoint_cannot_share_a_pass(folder: Path) -> None:
    with pytest.raises(InputError, match="different pooling: mean and max"):
        Extraction([ask(folder), ask(folder, pooling="mean")], probe_set())
