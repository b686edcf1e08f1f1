"""The measured speed of this machine: a real tiny model in a program of its own, and
the estimate that rests on it.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
from pathlib import Path

import psutil
import pytest

from explorer.core import memory
from explorer.core.checkpoint import Checkpoint
from explorer.core.errors import ExplorerError, ModelError, ResourceError
from explorer.core.request import RunRequest
from explorer.extract import speed as warm_up
from explorer.extract.engine import Extraction
from explorer.extract.ranking import pool as ranking
from explorer.extract.ranking.host import pool_bytes
from explorer.extract.ranking.pool_file import PoolFile
from explorer.jobs.cost import gpus, speeds
from explorer.jobs.cost.estimate import estimate
from explorer.models.architectures import n_units
from explorer.models.checkpoints import load_checkpoint
from explorer.probes import probe_set
from tests.extract.test_engine import CONCEPTS
from tests.extract.test_engine import probe_set as sentences
from tests.support import tiny

pytestmark = pytest.mark.model


@pytest.fixture
def request_of_tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunRequest:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    folder = tiny.checkpoint(tmp_path / "neox", "gpt_neox")
    rows = [row for own in sentences().sentences.values() for row in own]
    info = probe_set.save("small", rows, {"made_by": "test"})
    return RunRequest(
        Checkpoint(str(folder)),
        "small",
        info.digest,
        CONCEPTS,
        n_positive=8,
        n_negative=12,
        folds=3,
    )


def test_an_estimate_rests_on_what_was_measured(request_of_tiny: RunRequest) -> None:
    assert speeds.known(request_of_tiny) is None
    before = estimate(request_of_tiny)
    assert not before.measured
    speed = speeds.measure(request_of_tiny)
    assert speeds.known(request_of_tiny) == speed
    assert 5 < speed.tokens_per_sentence < 60
    assert min(speed.load, speed.per_sentence, speed.sort_per_unit, speed.rank_per_unit) > 0
    after = estimate(request_of_tiny)
    assert after.measured
    assert after.seconds_high / after.seconds_low < before.seconds_high / before.seconds_low
    slower = dataclasses.replace(request_of_tiny, folds=2)
    assert speeds.known(slower) is None


def test_ranking_is_measured_where_the_pool_of_the_run_will_be(
    request_of_tiny: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    class Told(PoolFile):
        def __init__(self, n: int, units: int, scratch: Path) -> None:
            made.append(units)
            super().__init__(n, units, scratch)

    units = n_units(load_checkpoint(request_of_tiny.checkpoint, "float32").modules)
    monkeypatch.setattr(ranking, "PoolFile", Told)
    monkeypatch.setattr(warm_up, "UNITS", 100)
    pool = pool_bytes(48, units)
    monkeypatch.setattr(memory, "free", lambda: int(1.01 * pool / ranking.POOL_MEMORY_SHARE))
    warm_up.measure(request_of_tiny)
    assert made == []
    monkeypatch.setattr(memory, "free", lambda: int(0.99 * pool / ranking.POOL_MEMORY_SHARE))
    speed = warm_up.measure(request_of_tiny)
    assert made == [64, 100]
    assert speed.rank_per_unit > 0


def test_what_does_not_fit_in_memory_is_told_as_disk(
    request_of_tiny: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    roomy = estimate(request_of_tiny)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 10_000}))
    short = estimate(request_of_tiny)
    assert short.disk_bytes - roomy.disk_bytes == roomy.memory_bytes - short.memory_bytes > 0
    assert "scratch files" in short.note
    assert "scratch files" not in roomy.note


def test_a_gpu_is_told_apart_from_memory(
    request_of_tiny: RunRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpus.ask.cache_clear()
    alone = estimate(request_of_tiny)
    assert alone.gpu_bytes == 0
    told = tmp_path / "nvidia-smi"
    told.write_text("#!/bin/sh\necho 40000\necho 1000\n")
    told.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "2.13.0+cpu")
    assert gpus.free_memory() is None
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "2.13.0")
    found = estimate(request_of_tiny)
    assert found.gpu_available == 41_000 << 20
    assert found.gpu_bytes > 0
    assert found.memory_bytes < alone.memory_bytes
    assert found.fits
    told.write_text("#!/bin/sh\necho No devices were found\nexit 6\n")
    gpus.ask.cache_clear()
    assert gpus.free_memory() is None


def test_what_fails_in_the_measurement_is_told_in_its_sentence(request_of_tiny: RunRequest) -> None:
    lost = dataclasses.replace(request_of_tiny, checkpoint=Checkpoint("/nowhere/at/all"))
    with pytest.raises(ModelError, match="/nowhere/at/all") as caught:
        speeds.measure(lost)
    assert "Traceback" not in str(caught.value)
    assert speeds.known(lost) is None


def test_a_sentence_is_told_to_cost_the_tokens_that_a_run_forwards(
    request_of_tiny: RunRequest,
) -> None:
    run = Extraction([request_of_tiny], probe_set.load("small"))
    forwarded: list[int] = []
    run.loaded.model.base_model.register_forward_pre_hook(
        lambda _model, _inputs, named: forwarded.append(named["input_ids"].numel()),
        with_kwargs=True,
    )
    run.prepare()
    list(run.concepts())
    assert speeds.measure(request_of_tiny).tokens_per_sentence == pytest.approx(
        sum(forwarded) / run.n_sentences, rel=0.05
    )


@pytest.mark.parametrize(
    ("code", "kind", "sentence"),
    [
        (-9, ResourceError, "memory ran out"),
        (-11, ExplorerError, "signal 11"),
        (1, ExplorerError, "exit code 1. It said: Segmentation fault"),
    ],
)
def test_a_crash_while_measuring_is_told_as_what_it_was(
    code: int, kind: type[ExplorerError], sentence: str
) -> None:
    error = speeds._failure(code, {}, "line\nSegmentation fault")
    assert type(error) is kind
    assert sentence in str(error)
    assert "busy" not in str(error).lower()
    assert "being extracted" not in str(error)
