"""The check of a GPU runs without one, on small tensors, and finds what is wrong."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.extract.ranking import device
from tests.benchmarks import bench_gpu
from tests.benchmarks.gpu import backoff, compared, pools, precision
from tests.benchmarks.gpu.asked import Asked

HERE = Asked(torch.device("cpu"), quick=True)


@pytest.mark.slow
def test_every_question_is_answered_on_the_processor_and_nothing_is_amiss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("sys.argv", ["bench_gpu.py"])
    assert bench_gpu.main() == 0
    said = capsys.readouterr().out
    assert said.startswith("No CUDA GPU")
    assert "Everything is as it must be." in said
    written = json.loads((tmp_path / "benchmarks" / "gpu.json").read_text())
    assert len(written["answers"]) == len(bench_gpu.QUESTIONS)
    assert all(answer["rows"] and not answer["faults"] for answer in written["answers"].values())


def test_a_kernel_that_breaks_ties_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = device.average_precision

    def jittered(pool: Any, folds: Any, positives: torch.Tensor, among: Any) -> np.ndarray:
        return right(pool, folds, positives + 1e-3 * torch.rand_like(positives), among)

    monkeypatch.setattr(device, "average_precision", jittered)
    kinds = [fault.split(" scores")[0] for fault in precision.ask(HERE).faults]
    assert {"AP of tied", "AP of constant"} <= set(kinds)
    assert pools.ask(HERE).faults


@pytest.mark.parametrize(
    ("other", "faults"),
    [
        (np.eye(4, 8), []),
        (np.eye(4, 8, k=1), ["half of the concepts share less than 0.9 of their experts."]),
        (np.eye(4, 7), ["(4, 8) and (4, 7) units."]),
    ],
)
def test_devices_that_find_other_experts_are_told(
    other: np.ndarray, faults: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        compared,
        "precisions",
        lambda _model, _dtype, _asked, on_cpu: np.eye(4, 8) if on_cpu else other,
    )
    elsewhere = Asked(torch.device("cuda"), quick=True)
    told = [f for f in compared.ask(elsewhere).faults if ", float32 on cuda" in f[:60]]
    assert [fault.split(": ")[1] for fault in told] == faults


def test_memory_that_never_runs_out_is_a_fault_of_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPERT_EXPLORER_CACHE", str(tmp_path))
    monkeypatch.setattr(backoff, "less_memory", lambda *_: contextlib.nullcontext())
    assert backoff.ask(HERE).faults == ["No batch ran out of memory, so nothing was tried."]


def test_one_question_that_fails_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_asked: Asked) -> None:
        raise RuntimeError("CUDA error: device-side assert")

    monkeypatch.setattr(pools, "ask", broken)
    monkeypatch.setattr(bench_gpu, "QUESTIONS", (pools, precision))
    first, second = bench_gpu.answers(HERE)
    assert first.faults == ["RuntimeError: CUDA error: device-side assert"]
    assert second.rows
    assert not second.faults
